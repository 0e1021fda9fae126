"""The engine against the truth: what it finds works, and a no is one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portico.domain.capacity.engine import exact, placing, rows
from portico.domain.capacity.engine.boards import Board, Task, Worker
from portico.domain.capacity.engine.exact import Budget
from portico.domain.capacity.engine.placing import Way
from portico.domain.capacity.engine.rows import NOTHING, Item, Span
from tests.domain.capacity.branches import WINDOWS, begins, branch, can_be_kept, tasks_of

DAY = Span(0, 480)
seeds = st.integers(0, 10**9)


def works(board: Board) -> bool:
    return all(
        rows.schedule((*worker.fixed, *(task.item for task in row)), worker.shift) is not None
        and all(at in task.eligible for task in row)
        for at, (worker, row) in enumerate(zip(board.workers, board.tasks_of, strict=True))
    )


def compared(seeds: range) -> dict[str, int]:
    """How often each of: questions, feasible ones, false offers, and denials by each way alone and by all."""
    count = dict.fromkeys(("asked", "feasible", "false offers", "beside only", "with moving", "denied"), 0)
    for seed in seeds:
        board, task = branch(seed)
        kept = tasks_of(board)
        truth = can_be_kept(board.workers, [*kept, task])
        answer = placing.place(board, task)
        count["asked"] += 1
        count["feasible"] += truth
        count["false offers"] += bool(answer) and not truth
        if truth:
            count["beside only"] += placing.place_beside(board, task) is None
            count["with moving"] += answer.way not in (Way.BESIDE, Way.MOVING)
            count["denied"] += not answer
        if answer:
            board.move(answer.places, [task])
            assert works(board), seed
            assert sorted(other.key for other in tasks_of(board)) == sorted([*(other.key for other in kept), task.key])
    return count


def test_engine_agrees_with_trying_everything(record_property: pytest.RecordFixture) -> None:
    found = compared(range(300))
    record_property("throughput", f"engine against 300 small branches: {found}")
    assert found["feasible"] > 150
    assert (found["false offers"], found["denied"]) == (0, 0)


@pytest.mark.full
def test_engine_agrees_with_trying_everything_in_thousands_of_branches(record_property: pytest.RecordFixture) -> None:
    found = compared(range(1_000, 6_000))
    record_property("throughput", f"engine against 5,000 small branches: {found}")
    assert found["false offers"] == 0
    assert found["denied"] <= found["feasible"] / 100


@given(seeds, st.sampled_from(WINDOWS), st.integers(1, 300))
@settings(max_examples=300, deadline=None)
def test_row_says_how_long_a_task_may_be(seed: int, window: Span, minutes: int) -> None:
    board, _task = branch(seed)
    longest = board.row(0, [window])[0]
    item = Item("one more", minutes, window.start, window.end)
    beside = [*board.workers[0].fixed, *(task.item for task in board.tasks_of[0])]
    assert rows.fits([*beside, item], board.workers[0].shift) == (longest != NOTHING and minutes <= longest)


@given(seeds)
@settings(max_examples=200, deadline=None)
def test_schedule_keeps_windows_and_shift(seed: int) -> None:
    board, _task = branch(seed)
    for at, worker in enumerate(board.workers):
        times = board.times_of(at)
        assert begins([item for item, _start in times], worker.shift) == [start for _item, start in times]


@given(seeds, st.data())
@settings(max_examples=150, deadline=None)
def test_more_work_never_opens_and_less_never_closes(seed: int, data: st.DataObject) -> None:
    board, task = branch(seed)
    tasks = tasks_of(board)
    answer = placing.place(board, task)
    assert answer.is_exact
    if not tasks:
        return
    gone = data.draw(st.sampled_from(tasks))
    board.remove({gone.key})
    if answer:
        assert placing.place(board, task)


@given(seeds)
@settings(max_examples=150, deadline=None)
def test_longer_never_opens_a_wider_window_or_one_more_worker_never_closes(seed: int) -> None:
    board, task = branch(seed)
    if not placing.place(board, task):
        longer = replace(task, item=replace(task.item, minutes=task.item.minutes + 30))
        assert not placing.place(board, longer)
        return
    wider = replace(task, item=replace(task.item, latest=task.item.latest + 60))
    assert placing.place(board, wider)
    more = Board([*board.workers, Worker(DAY)], [*board.tasks_of, ()])
    assert placing.place(more, replace(task, eligible=task.eligible | {len(board.workers)}))


def test_beside_takes_the_least_versatile_one() -> None:
    board = Board([Worker(DAY, versatility=5), Worker(DAY, versatility=1)])
    answer = placing.place(board, Task(Item("a", 60, 0, 120), frozenset({0, 1})))
    assert (answer.places, answer.way) == ({"a": 1}, Way.BESIDE)


def test_moving_gives_a_pinned_job_its_worker() -> None:
    board = Board([Worker(Span(0, 60)), Worker(Span(0, 60))])
    board.move({"a": 0}, [Task(Item("a", 60, 0, 60), frozenset({0, 1}))])
    answer = placing.place(board, Task(Item("b", 60, 0, 60), frozenset({0})))
    assert (answer.places, answer.way) == ({"b": 0, "a": 1}, Way.MOVING)


def test_searching_finds_what_moving_one_after_another_does_not() -> None:
    """Two must leave one worker at the same time."""
    board = Board([Worker(Span(0, 120)), Worker(Span(0, 60)), Worker(Span(0, 60))])
    half = [Task(Item(key, 60, 0, 120), frozenset({0, 1, 2})) for key in ("a", "b")]
    board.move({"a": 0, "b": 0}, half)
    answer = placing.place(board, Task(Item("c", 120, 0, 1), frozenset({0})))
    assert (answer.way, answer.places["c"]) == (Way.SEARCHING, 0)
    assert {answer.places["a"], answer.places["b"]} == {1, 2}


def test_spent_search_does_not_claim_that_there_is_no_way() -> None:
    board = Board([Worker(Span(0, 120)), Worker(Span(0, 60)), Worker(Span(0, 60))])
    board.move({"a": 0, "b": 0}, [Task(Item(key, 60, 0, 120), frozenset({0, 1, 2})) for key in ("a", "b")])
    answer = placing.search(board, Task(Item("c", 120, 0, 1), frozenset({0})), steps=2)
    assert (bool(answer), answer.is_exact) == (False, False)


def test_large_component_is_left_to_others() -> None:
    everyone = frozenset(range(exact.MOST_WORKERS + 1))
    board = Board([Worker(Span(0, 60))] * len(everyone))
    board.move({f"j{at}": at for at in everyone}, [Task(Item(f"j{at}", 60, 0, 60), everyone) for at in everyone])
    answer = placing.place(board, Task(Item("more", 60, 0, 60), everyone))
    assert (bool(answer), answer.is_exact) == (False, False)


def test_long_day_keeps_its_order_and_stays_sound() -> None:
    items = [Item(f"i{n}", 30, 30 * n, 30 * n + 31) for n in range(12)]
    assert rows.fits(items, DAY)
    longest = rows.longest(items, DAY, [Span(0, 480), Span(0, 60)])
    assert longest == [120, 30]
    for window, minutes in zip([Span(0, 480), Span(0, 60)], longest, strict=True):
        more = Item("more", minutes, window.start, window.end)
        assert any(begins([*items[:at], more, *items[at:]], DAY) is not None for at in range(len(items) + 1))


def test_item_that_ends_with_the_shift_fits_and_one_minute_more_does_not() -> None:
    assert rows.fits([Item("a", 60, 420, 421)], DAY)
    assert not rows.fits([Item("a", 61, 420, 421)], DAY)


def test_plan_is_none_when_the_work_is_too_much() -> None:
    board = Board([Worker(Span(0, 60))])
    tasks = [Task(Item(key, 60, 0, 60), frozenset({0})) for key in ("a", "b")]
    assert exact.plan(board, [0], tasks, Budget(100)) is None
