"""Every plan of a few workers: depth first, the task with the fewest possible workers first, dead ends remembered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portico.domain.capacity.engine.boards import Board, Task

MOST_WORKERS = 12
MOST_TASKS = 60
STEPS = 20_000


@dataclass(slots=True)
class Budget:
    """How many trials a search may make; a spent one has not looked at everything."""

    steps: int

    @property
    def is_spent(self) -> bool:
        return self.steps <= 0

    def take(self) -> bool:
        """Whether one more trial may be made."""
        self.steps -= 1
        return self.steps > 0


State = tuple[frozenset[str], ...]


@dataclass(slots=True)
class _Search:
    board: Board
    around: Sequence[int]
    order: list[Task]
    budget: Budget
    dead: set[tuple[int, State]]
    alike: dict[int, int]

    def down(self, at: int, given: dict[int, tuple[Task, ...]]) -> dict[int, tuple[Task, ...]] | None:
        if at == len(self.order):
            return given
        state = at, self._state(given)
        if state in self.dead:
            return None
        task = self.order[at]
        tried: set[tuple[int, frozenset[str]]] = set()
        for worker in self.around:
            if worker not in task.eligible:
                continue
            same = self.alike[worker], frozenset(other.key for other in given[worker])
            if same in tried:  # an equal worker with as much to do
                continue
            tried.add(same)
            if not self.budget.take():
                return None
            with_it = (*given[worker], task)
            if self.board.fits(worker, with_it):
                found = self.down(at + 1, given | {worker: with_it})
                if found is not None or self.budget.is_spent:
                    return found
        self.dead.add(state)
        return None

    def _state(self, given: dict[int, tuple[Task, ...]]) -> State:
        return tuple(frozenset(task.key for task in given[worker]) for worker in self.around)


def plan(board: Board, around: Sequence[int], tasks: Sequence[Task], budget: Budget) -> dict[str, int] | None:
    """Who of `around` does which of the tasks; None when there is no way, or the budget was spent before one showed.

    The tasks are all that these workers do besides what is fixed.
    """
    order = sorted(tasks, key=lambda task: (len(task.eligible), -task.item.minutes, task.item.latest, task.key))
    search = _Search(board, around, order, budget, set(), _alike(board, around, tasks))
    found = search.down(0, dict.fromkeys(around, ()))
    return None if found is None else {task.key: worker for worker, row in found.items() for task in row}


def _alike(board: Board, around: Sequence[int], tasks: Sequence[Task]) -> dict[int, int]:
    """For each worker the first one who is its equal: the same hours and events, asked for by the same tasks."""
    firsts: dict[object, int] = {}
    found = {}
    for worker in around:
        its = board.workers[worker]
        fixed = tuple(sorted((item.minutes, item.earliest, item.latest) for item in its.fixed))
        wanted = frozenset(task.key for task in tasks if worker in task.eligible)
        found[worker] = firsts.setdefault((its.shift, fixed, wanted), worker)
    return found
