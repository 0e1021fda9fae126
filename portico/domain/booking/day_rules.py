"""Planning a branch's day: who does what, what finds no place, and what the day can still take. Pure."""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from portico.domain.capacity.engine import exact, placing
from portico.domain.capacity.engine.boards import Board, Task, Worker
from portico.domain.capacity.engine.rows import NOTHING, Item, Span

PLAN_STEPS = 2_000  # trials of the search for one visit while a whole day is planned
LONGEST = 2**15 - 1

Table = list[list[int]]  # for each technician: for each window, the longest that still fits


@dataclass(frozen=True, slots=True)
class Wanted:
    """A visit or a hold that needs a place: how long, begun when, by whom; `was` is who had it in the last plan.

    `key` names it and, where several technicians come to one visit, which of them.
    """

    key: str
    minutes: int
    window: Span
    eligible: frozenset[int]
    unit: int
    was: int | None = None
    is_pinned: bool = False


@dataclass(slots=True)
class DayPlan:
    """A day with everything that has a place in it. Technicians are named by their keys, in the board's order."""

    technicians: list[int]
    board: Board
    wanted: dict[str, Wanted] = field(default_factory=dict)
    unplanned: list[Wanted] = field(default_factory=list)
    is_new: bool = True  # not the plan that stands in the database
    _at: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._at = {technician: place for place, technician in enumerate(self.technicians)}

    def task(self, one: Wanted) -> Task:
        """As the engine knows it: only those who work that day can do it."""
        places = frozenset(self._at[technician] for technician in one.eligible if technician in self._at)
        return Task(Item(one.key, one.minutes, one.window.start, one.window.end), places)

    def place_of(self, technician: int | None) -> int:
        """Where on the board a technician is; -1 for who does not work that day."""
        return -1 if technician is None else self._at.get(technician, -1)

    def closed(self) -> set[int]:
        """Places on the board that have to do with a visit that found none."""
        return self._reached({place for one in self.unplanned for place in self.task(one).eligible})

    def reached(self, one: Wanted) -> set[int]:
        """Everybody who could do it, or could take over something from one who could."""
        return self._reached(set(self.task(one).eligible))

    def add(self, one: Wanted, *, steps: int = exact.STEPS) -> set[int]:
        """Give it a place, moving others where that helps; the places whose day changed, none where it found none."""
        task = self.task(one)
        answer = placing.place(self.board, task, steps=steps)
        if not answer:
            return set()
        self.wanted[one.key] = one
        return self.board.move(answer.places, [task])

    def could_take(self, one: Wanted, *, steps: int) -> bool:
        """Whether it would find a place; nothing changes."""
        return bool(placing.place(self.board, self.task(one), steps=steps))

    def put(self, one: Wanted, technician: int) -> bool:
        """Give it to just this technician, beside what is there."""
        task, at = self.task(one), self.place_of(technician)
        if at not in task.eligible or not self.board.fits(at, (*self.board.tasks_of[at], task)):
            return False
        self.wanted[one.key] = one
        self.board.move({one.key: at}, [task])
        return True

    def remove(self, keys: Iterable[str]) -> set[int]:
        """Take these away; the places whose day changed."""
        gone = set(keys)
        for key in gone:
            self.wanted.pop(key, None)
        self.unplanned = [one for one in self.unplanned if one.key not in gone]
        return self.board.remove(gone)

    def table(self, windows: Sequence[Span]) -> Table:
        """What still fits whom; nothing where somebody has to do with a visit that found no place."""
        closed = self.closed()
        nothing = [NOTHING] * len(windows)
        return [nothing if at in closed else self.board.row(at, windows) for at in range(len(self.technicians))]

    def blocks(self, places: Iterable[int]) -> dict[str, tuple[int, int, int]]:
        """By key: who does it and from when to when, for these places of the board."""
        found = {}
        for at in places:
            for item, begins in self.board.times_of(at):
                if item.key in self.wanted:
                    found[item.key] = (self.technicians[at], begins, begins + item.minutes)
        return found

    def consumed(self) -> dict[int, int]:
        """Minutes that are taken, by business unit; what found no place counts."""
        found: dict[int, int] = {}
        for one in (*self.wanted.values(), *self.unplanned):
            found[one.unit] = found.get(one.unit, 0) + one.minutes
        return found

    def _reached(self, around: set[int]) -> set[int]:
        grows = deque(around)
        while grows:
            for task in self.board.tasks_of[grows.popleft()]:
                grows.extend(task.eligible - around)
                around |= task.eligible
        return around


def plan(workers: Mapping[int, Worker], wanted: Iterable[Wanted]) -> DayPlan:
    """Everything in its place, as far as it goes: who is pinned first, then who had it before, then the hardest."""
    technicians = sorted(workers)
    day = DayPlan(technicians, Board([workers[technician] for technician in technicians]))
    left = []
    for one in sorted(wanted, key=_order):
        if not _put_where_it_was(day, one):
            left.append(one)
    for one in sorted(left, key=lambda one: (len(one.eligible), -one.minutes, one.window.end, one.key)):
        if not day.add(one, steps=PLAN_STEPS):
            day.unplanned.append(one)
    return day


def take_up(workers: Mapping[int, Worker], wanted: Iterable[Wanted]) -> DayPlan | None:
    """The day as it was planned before; None where that plan does not hold any more."""
    technicians = sorted(workers)
    day = DayPlan(technicians, Board([workers[technician] for technician in technicians]), is_new=False)
    tasks: list[list[Task]] = [[] for _ in technicians]
    for one in wanted:
        task, at = day.task(one), day.place_of(one.was)
        if at not in task.eligible:
            return None
        tasks[at].append(task)
        day.wanted[one.key] = one
    day.board.tasks_of = [tuple(row) for row in tasks]
    is_kept = all(day.board.fits(at, row) for at, row in enumerate(day.board.tasks_of) if row)
    return day if is_kept else None


def pack(table: Table) -> bytes:
    """A table as it is stored."""
    return array("h", (min(cell, LONGEST) for row in table for cell in row)).tobytes()


def unpack(stored: bytes, windows: int) -> Table:
    """A table as it was stored."""
    cells = array("h", stored).tolist()
    return [cells[at : at + windows] for at in range(0, len(cells), windows)] if windows else []


def _order(one: Wanted) -> tuple[bool, int, str]:
    return not one.is_pinned, one.window.end, one.key


def _put_where_it_was(day: DayPlan, one: Wanted) -> bool:
    keeps = next(iter(one.eligible)) if one.is_pinned and len(one.eligible) == 1 else one.was
    return keeps is not None and day.put(one, keeps)
