"""A branch on one day: who works, what each of them does, and for how much more there is room."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from portico.domain.capacity.engine import rows
from portico.domain.capacity.engine.rows import NOTHING, Item, Schedule, Span


@dataclass(frozen=True, slots=True)
class Worker:
    """A technician on a day. `fixed` are events and the lunch; `versatility` grows with what else they could do."""

    shift: Span
    fixed: tuple[Item, ...] = ()
    versatility: int = 0


@dataclass(frozen=True, slots=True)
class Task:
    """A job of the day, and who may do it, by their places on the board. A pinned one has a single place."""

    item: Item
    eligible: frozenset[int]

    @property
    def key(self) -> str:
        return self.item.key

    @property
    def kind(self) -> tuple[int, int, int, frozenset[int]]:
        """The same for jobs that are one another's equal to a search."""
        return self.item.minutes, self.item.earliest, self.item.latest, self.eligible


@dataclass(slots=True)
class Board:
    """Workers, and the tasks that each of them does: the witness that the day can be kept."""

    workers: Sequence[Worker]
    tasks_of: list[tuple[Task, ...]] = field(default_factory=list)
    _fitting: dict[tuple[int, frozenset[Item]], bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.tasks_of:
            self.tasks_of = [()] * len(self.workers)

    def fits(self, at: int, tasks: Iterable[Task]) -> bool:
        """Whether this worker could do just these tasks."""
        found = tuple(tasks)
        key = at, frozenset(task.item for task in found)
        if key not in self._fitting:
            self._fitting[key] = rows.fits(self._items(at, found), self.workers[at].shift)
        return self._fitting[key]

    def times_of(self, at: int) -> Schedule:
        """When this worker does what; a board whose tasks do not fit is broken, and raises."""
        found = rows.schedule(self._items(at, self.tasks_of[at]), self.workers[at].shift)
        if found is None:
            raise ValueError("a board holds only what fits")
        return found

    def row(self, at: int, windows: Sequence[Span]) -> list[int]:
        """For each window, the longest task that still fits this worker's day."""
        return rows.longest(self._items(at, self.tasks_of[at]), self.workers[at].shift, windows)

    def move(self, places: Mapping[str, int], tasks: Iterable[Task] = ()) -> set[int]:
        """Put tasks where `places` says, new ones of `tasks` too; the workers whose day changed."""
        known = {task.key: task for row in self.tasks_of for task in row} | {task.key: task for task in tasks}
        touched = self.remove(set(places))
        for key, at in places.items():
            self.tasks_of[at] = (*self.tasks_of[at], known[key])
        return touched | set(places.values())

    def remove(self, keys: set[str]) -> set[int]:
        """Take tasks away; the workers whose day changed."""
        touched = {at for at, row in enumerate(self.tasks_of) if any(task.key in keys for task in row)}
        for at in touched:
            self.tasks_of[at] = tuple(task for task in self.tasks_of[at] if task.key not in keys)
        return touched

    def _items(self, at: int, tasks: Iterable[Task]) -> tuple[Item, ...]:
        return (*self.workers[at].fixed, *(task.item for task in tasks))


def is_free(row: Sequence[int], window: int, minutes: int) -> bool:
    """Whether a stored row has room for a task of this length in this window."""
    return row[window] != NOTHING and row[window] >= minutes
