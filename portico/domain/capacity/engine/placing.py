"""Finding a place for one more task: beside what is there, by moving others, or by looking at all plans.

Whatever is found is a plan that works. What is not found may still exist, except where the answer says `is_exact`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from portico.domain.capacity.engine import exact
from portico.domain.capacity.engine.boards import Board, Task
from portico.domain.capacity.engine.exact import Budget

MOST_MOVES = 3
MOST_TRIES = 600


class Way(StrEnum):
    """How a place was found."""

    BESIDE = "beside"
    MOVING = "moving"
    SEARCHING = "searching"


@dataclass(frozen=True, slots=True)
class Answer:
    """Who does what from now on, as far as it changes; no places: none was found.

    `is_exact`: a no is a fact about the day, and not only about the search.
    """

    places: Mapping[str, int] = field(default_factory=dict)
    way: Way | None = None
    is_exact: bool = False

    def __bool__(self) -> bool:
        return bool(self.places)


def place(board: Board, task: Task, *, steps: int = exact.STEPS) -> Answer:
    """Where the task can go, with the least change to the day that works."""
    beside = place_beside(board, task)
    if beside is not None:
        return Answer({task.key: beside}, Way.BESIDE, is_exact=True)
    moved = place_by_moving(board, task)
    if moved:
        return Answer(moved, Way.MOVING, is_exact=True)
    return search(board, task, steps=steps)


def place_beside(board: Board, task: Task) -> int | None:
    """Who can do it beside the rest: the least versatile one, and of those the one with the least room to spare."""
    can = [at for at in sorted(task.eligible) if board.fits(at, (*board.tasks_of[at], task))]
    return min(can, key=lambda at: (board.workers[at].versatility, _room(board, at), at), default=None)


def place_by_moving(board: Board, task: Task) -> dict[str, int]:
    """A chain of at most MOST_MOVES tasks that each take the place of the next, which goes elsewhere."""
    tries = 0
    seen = {task.kind}
    waiting: deque[tuple[Task, dict[str, int]]] = deque([(task, {})])
    while waiting:
        pending, places = waiting.popleft()
        for at in sorted(pending.eligible):
            for other in _movable(board, at, places):
                tries += 1
                if tries > MOST_TRIES:
                    return {}
                if other.kind in seen or not _fits_instead(board, at, places, pending, other):
                    continue
                then = places | {pending.key: at}
                goes = _elsewhere(board, other, then)
                if goes is not None:
                    return then | {other.key: goes}
                seen.add(other.kind)
                if len(then) < MOST_MOVES:
                    waiting.append((other, then))
    return {}


def search(board: Board, task: Task, *, steps: int = exact.STEPS) -> Answer:
    """Look at every plan of the workers and tasks that have to do with the task, as far as the budget goes."""
    around, tasks = _component(board, task)
    if len(around) > exact.MOST_WORKERS or len(tasks) >= exact.MOST_TASKS:
        return Answer()
    budget = Budget(steps)
    found = exact.plan(board, around, [*tasks, task], budget)
    if found is None:
        return Answer(is_exact=not budget.is_spent)
    before = {other.key: at for at in around for other in board.tasks_of[at]}
    return Answer({key: at for key, at in found.items() if before.get(key) != at}, Way.SEARCHING, is_exact=True)


def _movable(board: Board, at: int, places: Mapping[str, int]) -> list[Task]:
    return [other for other in board.tasks_of[at] if other.key not in places and len(other.eligible) > 1]


def _fits_instead(board: Board, at: int, places: Mapping[str, int], pending: Task, other: Task) -> bool:
    if at in places.values():  # a chain changes each day once
        return False
    return board.fits(at, (*(task for task in board.tasks_of[at] if task is not other), pending))


def _elsewhere(board: Board, other: Task, places: Mapping[str, int]) -> int | None:
    """Who else can do it beside their own, of those whose day the chain has not changed."""
    free = sorted(other.eligible - set(places.values()))
    can = [at for at in free if board.fits(at, (*board.tasks_of[at], other))]
    return min(can, key=lambda at: (board.workers[at].versatility, at), default=None)


def _component(board: Board, task: Task) -> tuple[list[int], list[Task]]:
    """Everybody who could do the task, or could take over something from one who could, and what they do."""
    around, tasks = set(task.eligible), {}
    grows = deque(task.eligible)
    while grows:
        for other in board.tasks_of[grows.popleft()]:
            tasks[other.key] = other
            more = other.eligible - around
            around |= more
            grows.extend(more)
    return sorted(around), list(tasks.values())


def _room(board: Board, at: int) -> int:
    """Minutes of the day that nothing is planned for."""
    worker = board.workers[at]
    busy = sum(item.minutes for item in worker.fixed) + sum(task.item.minutes for task in board.tasks_of[at])
    return worker.shift.end - worker.shift.start - busy
