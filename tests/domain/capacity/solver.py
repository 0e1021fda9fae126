"""The judge of the engine: CP-SAT asked whether a day can be kept, by the definition and by nothing of ours.

Each task begins at a whole minute of its window and is done by one of its eligible technicians within that one's shift;
nobody does two things at once; lunches and events belong to their technician (scheduling.md, the exact definition).
"""

from __future__ import annotations

from collections.abc import Iterable

from ortools.sat.python import cp_model

from portico.domain.capacity.engine.boards import Board, Task, Worker
from portico.domain.capacity.engine.rows import Item

WORKERS = 2  # threads of the solver


def can_keep(board: Board, task: Task, *, seconds: float) -> bool | None:
    """Whether some plan does all of the board's tasks and this one; None where the time ended before that was known."""
    model = cp_model.CpModel()
    at_once: list[list[cp_model.IntervalVar]] = [
        [_begun(model, item, worker)[1] for item in worker.fixed] for worker in board.workers
    ]
    now = {one.key: at for at, row in enumerate(board.tasks_of) for one in row}
    for one in [*(one for row in board.tasks_of for one in row), task]:
        _add(model, one, board.workers, at_once, now.get(one.key))
    for intervals in at_once:
        model.add_no_overlap(intervals)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = WORKERS
    found = solver.solve(model)
    if found in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return True
    return False if found == cp_model.INFEASIBLE else None


def _begun(model: cp_model.CpModel, item: Item, worker: Worker) -> tuple[cp_model.IntVar, cp_model.IntervalVar]:
    first, last = max(item.earliest, worker.shift.start), min(item.latest - 1, worker.shift.end - item.minutes)
    start = model.new_int_var(first, max(first, last), item.key)
    return start, model.new_fixed_size_interval_var(start, item.minutes, item.key)


def _add(
    model: cp_model.CpModel,
    task: Task,
    workers: Iterable[Worker],
    at_once: list[list[cp_model.IntervalVar]],
    now: int | None,
) -> None:
    item = task.item
    start = model.new_int_var(item.earliest, item.latest - 1, item.key)
    does = []
    for at, worker in enumerate(workers):
        if at not in task.eligible:
            continue
        is_theirs = model.new_bool_var(f"{item.key} by {at}")
        model.add(start >= worker.shift.start).only_enforce_if(is_theirs)
        model.add(start + item.minutes <= worker.shift.end).only_enforce_if(is_theirs)
        at_once[at].append(
            model.new_optional_fixed_size_interval_var(start, item.minutes, is_theirs, f"{item.key} {at}")
        )
        if now is not None:
            model.add_hint(is_theirs, at == now)
        does.append(is_theirs)
    model.add_exactly_one(does)
