"""The engine on the calendar of a branch of 150 technicians, judged by a solver that knows nothing of it.

What the table or a chain of moves offers, the solver can keep; and of what the solver can keep, the table alone denies
at most a tenth, and with the chain still fewer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from bench.calendars import KINDS, WINDOWS, ZONES, Day, calendar, windows_of
from portico.domain.capacity.engine import placing, rows
from portico.domain.capacity.engine.boards import Board, Task, is_free
from tests.domain.capacity import solver

TECHNICIANS = 150
MOST_DENIED = 0.10
SECONDS = 60.0  # the solver needs a fraction of one; what it cannot settle in this time fails the test
EVERY, EVERY_OFFER = 5, 100  # in bin/test; --full asks about all


@dataclass(slots=True)
class Verdict:
    """How many cells there are of each kind, and what the solver said of those that it was asked about."""

    offered: int = 0
    asked_offered: int = 0
    denied_by_table: int = 0
    moved: int = 0
    asked: int = 0
    kept: int = 0
    kept_and_moved: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def keepable(self) -> float:
        """How many of the cells that the table denies can be kept, by those that were asked about."""
        return self.denied_by_table * self.kept / max(1, self.asked)

    def denied(self, wrongly: float) -> float:
        """The share of what can be kept."""
        return wrongly / (self.offered + self.keepable)

    @property
    def by_table(self) -> float:
        return self.denied(self.keepable)

    @property
    def by_engine(self) -> float:
        """With the chain of moves, as whoever books has it."""
        missed = self.denied_by_table * (self.kept - self.kept_and_moved) / max(1, self.asked)
        return self.denied(missed)


def cells(day: Day) -> Iterator[tuple[Task, int]]:
    """Every kind of visit in every zone and window in which it is offered."""
    for kind, zone in [(kind, zone) for kind in range(len(KINDS)) for zone in range(ZONES)]:
        for window in windows_of(kind):
            yield day.task("asked", kind, zone, window), WINDOWS.index(window)


def judge(days: list[Day], *, every: int, every_offer: int) -> Verdict:
    """Ask the solver about some of what the table denies, and of what it offers."""
    found = Verdict()
    for day in days:
        table = [day.board.row(at, WINDOWS) for at in range(len(day.people))]
        for task, window in cells(day):
            if any(is_free(table[at], window, task.item.minutes) for at in task.eligible):
                _offer(found, day.board, task, every_offer)
            else:
                _denial(found, day.board, task, every)
    return found


def _offer(found: Verdict, board: Board, task: Task, every: int) -> None:
    found.offered += 1
    at = placing.place_beside(board, task)
    if at is None or at not in task.eligible or not works(board, at, (*board.tasks_of[at], task)):
        found.wrong.append(f"{task} has no place")
    if found.offered % every == 0:
        found.asked_offered += 1
        if solver.can_keep(board, task, seconds=SECONDS) is not True:
            found.wrong.append(f"{task} is offered and cannot be kept")


def _denial(found: Verdict, board: Board, task: Task, every: int) -> None:
    found.denied_by_table += 1
    moved = placing.place_by_moving(board, task)
    found.moved += bool(moved)
    if moved and not is_kept(board, task, moved):
        found.wrong.append(f"{task} is moved to a plan that does not work")
    if found.denied_by_table % every:
        return
    found.asked += 1
    is_kept_by_solver = solver.can_keep(board, task, seconds=SECONDS)
    found.kept += is_kept_by_solver is not False  # what it did not settle counts against the engine
    found.kept_and_moved += is_kept_by_solver is not False and bool(moved)
    if moved and is_kept_by_solver is False:
        found.wrong.append(f"{task} is moved into a day that cannot be kept")


def is_kept(board: Board, task: Task, moved: dict[str, int]) -> bool:
    """Whether the day of everybody whom the moves touch works after them, and nothing got lost."""
    after = Board(board.workers, list(board.tasks_of))
    touched = after.move(moved, [task])
    kept = sum(map(len, after.tasks_of)) == sum(map(len, board.tasks_of)) + 1
    return kept and all(
        works(after, at, after.tasks_of[at]) and all(at in one.eligible for one in after.tasks_of[at]) for at in touched
    )


def works(board: Board, at: int, tasks: tuple[Task, ...]) -> bool:
    """Whether one technician can do all of it."""
    worker = board.workers[at]
    return rows.fits((*worker.fixed, *(one.item for one in tasks)), worker.shift)


def told(found: Verdict, booked: int, days: int) -> str:
    return (
        f"engine on {days} days of {TECHNICIANS} technicians with {booked} visits: {found.offered} cells offered"
        f" ({found.asked_offered} asked, {len(found.wrong)} wrong), {found.denied_by_table} denied by the table,"
        f" {found.moved} of them found by moving; of {found.asked} denied ones the solver keeps {found.kept};"
        f" wrongly denied: {found.by_table:.1%} by the table, {found.by_engine:.1%} with moving"
    )


def test_engine_offers_what_the_solver_keeps_and_denies_little_of_it(record_property: pytest.RecordFixture) -> None:
    days, booked = calendar(1, TECHNICIANS, days=2)
    found = judge(days, every=EVERY, every_offer=EVERY_OFFER)
    record_property("throughput", told(found, booked, len(days)))
    assert (booked, found.wrong) == (330, [])
    assert found.asked > 10
    assert found.by_table <= MOST_DENIED
    assert found.by_engine <= MOST_DENIED


@pytest.mark.full
def test_engine_on_thirty_days(record_property: pytest.RecordFixture) -> None:
    days, booked = calendar(2, TECHNICIANS)
    found = judge(days, every=1, every_offer=EVERY_OFFER)
    record_property("throughput", told(found, booked, len(days)))
    assert found.wrong == []
    assert found.by_table <= MOST_DENIED
    assert found.by_engine <= MOST_DENIED


def test_solver_sees_what_is_too_much() -> None:
    """The judge itself: two hours beside two hours do not fit three, whoever does them."""
    (day,), _booked = calendar(3, 2, days=1)
    workers = day.board.workers[:1]
    window = WINDOWS[0]
    full = Board(workers)
    assert solver.can_keep(full, day.task("a", 0, 0, window), seconds=SECONDS) is False  # nobody may do it
    one = Task(day.task("a", 3, 0, window).item, frozenset({0}))
    full.move({"a": 0}, [one])
    two = Task(day.task("b", 3, 0, window).item, frozenset({0}))
    assert solver.can_keep(full, two, seconds=SECONDS) is False  # both begin between eight and ten, two hours each
