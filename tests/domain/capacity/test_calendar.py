"""The engine on six days of a branch of 150 technicians: what it offers can be kept, and the table offers most."""

from __future__ import annotations

from collections import Counter

import pytest

from portico.domain.capacity.engine import placing, rows
from portico.domain.capacity.engine.boards import Board, Task, is_free
from tests.domain.capacity.calendar import KINDS, WINDOWS, ZONES, Day, calendar, windows_of


def judged(day: Day) -> Counter[str]:
    """How many cells the table offers, and how many more a chain of moves."""
    table = [day.board.row(at, WINDOWS) for at in range(len(day.people))]
    count: Counter[str] = Counter()
    for kind, zone in [(kind, zone) for kind in range(len(KINDS)) for zone in range(ZONES)]:
        for window in windows_of(kind):
            task = day.task("asked", kind, zone, window)
            count["cells"] += 1
            if any(is_free(table[at], WINDOWS.index(window), task.item.minutes) for at in task.eligible):
                count["table"] += 1
                assert placing.place_beside(day.board, task) is not None
            elif moved := placing.place_by_moving(day.board, task):
                count["chain"] += 1
                assert is_kept(day.board, task, moved)
    return count


def is_kept(board: Board, task: Task, moved: dict[str, int]) -> bool:
    """Whether everybody's day works after the moves, and nothing got lost."""
    after = Board(board.workers, list(board.tasks_of))
    after.move(moved, [task])
    kept = sum(map(len, after.tasks_of)) == sum(map(len, board.tasks_of)) + 1
    return kept and all(
        rows.fits((*worker.fixed, *(one.item for one in tasks)), worker.shift)
        and all(at in one.eligible for one in tasks)
        for at, (worker, tasks) in enumerate(zip(after.workers, after.tasks_of, strict=True))
    )


def test_table_of_a_large_branch_offers_most_of_what_can_be_kept(record_property: pytest.RecordFixture) -> None:
    days, booked = calendar(1, 150, days=6)
    count = sum((judged(day) for day in days), Counter[str]())
    record_property("throughput", f"engine on six days of 150 technicians, {booked} visits: {dict(count)}")
    assert booked == 990
    assert count["chain"] <= (count["table"] + count["chain"]) / 10
