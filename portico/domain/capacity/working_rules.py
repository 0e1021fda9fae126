"""One technician's working time on one day, from shifts, time off and events. Pure: spans of minutes in and out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from portico.domain.capacity.engine.boards import Worker
from portico.domain.capacity.engine.rows import Item, Span


def worker(*, shifts: Sequence[Span], away: Iterable[Span], versatility: int = 0) -> Worker | None:
    """The technician on the engine's board; None who has no time at all.

    `away` is time off, events and work elsewhere, however it overlaps; so is the time between two shifts.
    """
    free = _without(_merged(shifts), _merged(away))
    if not free:
        return None
    between = [Span(before.end, after.start) for before, after in pairwise(free)]
    fixed = tuple(Item(f"away {gap.start}", gap.end - gap.start, gap.start, gap.start + 1) for gap in between)
    return Worker(Span(free[0].start, free[-1].end), fixed, versatility)


def provided(one: Worker) -> int:
    """The minutes in which something could be done."""
    return one.shift.end - one.shift.start - sum(item.minutes for item in one.fixed)


def _merged(spans: Iterable[Span]) -> list[Span]:
    """The same time in spans that neither touch nor overlap."""
    found: list[Span] = []
    for span in sorted((span for span in spans if span.end > span.start), key=lambda span: span.start):
        if found and span.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return found


def _without(spans: Sequence[Span], gone: Sequence[Span]) -> list[Span]:
    """What is left of the spans where none of the others is; all of them merged."""
    left = list(spans)
    for hole in gone:
        left = [part for span in left for part in _cut(span, hole)]
    return left


def _cut(span: Span, hole: Span) -> list[Span]:
    if hole.end <= span.start or span.end <= hole.start:
        return [span]
    parts = (Span(span.start, hole.start), Span(hole.end, span.end))
    return [part for part in parts if part.end > part.start]
