"""Small branches made at random, and what is true of them by trying everything."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import permutations, product
from random import Random

from portico.domain.capacity.engine import placing
from portico.domain.capacity.engine.boards import Board, Task, Worker
from portico.domain.capacity.engine.rows import Item, Span

WINDOWS = (Span(0, 120), Span(120, 240), Span(240, 360), Span(360, 480), Span(0, 240), Span(240, 480))
LENGTHS = (30, 60, 90, 120, 180, 240)


def branch(seed: int) -> tuple[Board, Task]:
    """A day as full as it came to be, and one more task. At most four workers and seven tasks."""
    random = Random(seed)
    board = Board([_worker(random, at) for at in range(random.randint(1, 4))])
    for n in range(random.randint(1, 6)):
        task = _task(random, f"job {n}", len(board.workers))
        answer = placing.place(board, task)
        if answer:
            board.move(answer.places, [task])
    return board, _task(random, "one more", len(board.workers))


def tasks_of(board: Board) -> list[Task]:
    return [task for row in board.tasks_of for task in row]


def can_be_kept(workers: Sequence[Worker], tasks: Iterable[Task]) -> bool:
    """Whether any way to share the tasks out gives everybody a day that works, by trying all of them."""
    found = tuple(tasks)

    @cache
    def works(at: int, mine: frozenset[int]) -> bool:
        items = (*workers[at].fixed, *(found[n].item for n in mine))
        return any(begins(order, workers[at].shift) is not None for order in permutations(items))

    for given in product(*(sorted(task.eligible) for task in found)):
        shares = [frozenset(n for n, to in enumerate(given) if to == at) for at in range(len(workers))]
        if all(works(at, share) for at, share in enumerate(shares)):
            return True
    return False


def begins(order: Sequence[Item], shift: Span) -> list[int] | None:
    """When each of them begins, one after the other; None when one is too late."""
    now, found = shift.start, []
    for item in order:
        now = max(now, item.earliest)
        if now >= item.latest or now + item.minutes > shift.end:
            return None
        found.append(now)
        now += item.minutes
    return found


def _worker(random: Random, at: int) -> Worker:
    start = random.choice((0, 0, 60, 120))
    shift = Span(start, random.choice((300, 420, 480, 480)))
    fixed = []
    if random.random() < 0.4:
        fixed.append(Item(f"lunch {at}", 30, 180, 271))
    if random.random() < 0.3:
        starts = random.randrange(start, shift.end - 60, 15)
        if not 150 < starts < 300:
            fixed.append(Item(f"event {at}", 60, starts, starts + 1))
    return Worker(shift, tuple(fixed), versatility=random.randint(0, 3))


def _task(random: Random, key: str, workers: int) -> Task:
    window = random.choice(WINDOWS)
    eligible = frozenset(at for at in range(workers) if random.random() < 0.7) or frozenset({0})
    return Task(Item(key, random.choice(LENGTHS), window.start, window.end), eligible)
