"""One technician's day: which of its items can be done in which order, and what still fits beside them.

All orders are tried, by dynamic programming over the sets of items that can be done first: exact for this technician.
Minutes are whole and count from any common start; a span `[earliest, latest)` holds the moments at which to begin.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MOST_ITEMS = 10  # 2^k sets; beyond that the order that stands is kept
NOTHING = -1


@dataclass(frozen=True, slots=True)
class Item:
    """Something that keeps a technician busy for `minutes`, begun at `earliest` or later and before `latest`."""

    key: str
    minutes: int
    earliest: int
    latest: int


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` to before `end`: an arrival window, or a shift."""

    start: int
    end: int


Schedule = tuple[tuple[Item, int], ...]  # what begins when, in order


def schedule(items: Sequence[Item], shift: Span) -> Schedule | None:
    """When each item begins, each as early as its order allows; None when they do not all fit.

    Beyond MOST_ITEMS only the order of their last moments is tried: sound, and None perhaps too often.
    """
    if len(items) > MOST_ITEMS:
        return schedule_in_order(sorted(items, key=lambda item: item.latest), shift)
    firsts = _first_finishes(items, shift)
    done = (1 << len(items)) - 1
    if done not in firsts:
        return None
    order: list[Item] = []
    while done:
        last = firsts[done][1]
        order.append(items[last])
        done &= ~(1 << last)
    return _begun(reversed(order), shift)


def fits(items: Sequence[Item], shift: Span) -> bool:
    """Whether all items can be done within the shift, in whatever order."""
    if len(items) > MOST_ITEMS:
        return schedule(items, shift) is not None
    return (1 << len(items)) - 1 in _first_finishes(items, shift)


def longest(items: Sequence[Item], shift: Span, windows: Sequence[Span]) -> list[int]:
    """For each window, how long something more may be that begins in it; NOTHING where nothing can begin.

    `items` fit by themselves. Beyond MOST_ITEMS of them the answer is a lower bound: sound, and perhaps too small.
    """
    if len(items) > MOST_ITEMS:
        return _longest_between(schedule(items, shift), shift, windows)
    firsts, lasts = _first_finishes(items, shift), _last_begins(items, shift)
    everything = (1 << len(items)) - 1
    gaps = [(first, lasts[everything & ~done]) for done, (first, _) in firsts.items() if everything & ~done in lasts]
    gaps = [(free, until) for free, until in gaps if until > free]
    return [_longest_in(gaps, window) for window in windows]


def schedule_in_order(items: Sequence[Item], shift: Span) -> Schedule | None:
    """When each item begins in the order given, each as early as it can; None when that does not work."""
    return _begun(items, shift)


def _first_finishes(items: Sequence[Item], shift: Span) -> dict[int, tuple[int, int]]:
    """For each set of items that can be done first: when that can be over, and which of them is last."""
    found = {0: (shift.start, NOTHING)}
    layer = [0]
    for _count in items:
        after: dict[int, tuple[int, int]] = {}
        for done in layer:
            free = found[done][0]
            for at, item in enumerate(items):
                bit = 1 << at
                if done & bit:
                    continue
                begins = free if free > item.earliest else item.earliest
                over = begins + item.minutes
                if begins < item.latest and over <= shift.end:
                    best = after.get(done | bit)
                    if best is None or over < best[0]:
                        after[done | bit] = (over, at)
        found.update(after)
        layer = list(after)
    return found


def _last_begins(items: Sequence[Item], shift: Span) -> dict[int, int]:
    """For each set of items that can be done last: until when one may be free before them."""
    found = {0: shift.end}
    layer = [0]
    for _count in items:
        after: dict[int, int] = {}
        for left in layer:
            until = found[left]
            for at, item in enumerate(items):
                bit = 1 << at
                if left & bit:
                    continue
                begins = min(until - item.minutes, item.latest - 1)
                if begins >= item.earliest and begins >= shift.start and begins > after.get(left | bit, NOTHING):
                    after[left | bit] = begins
        found.update(after)
        layer = list(after)
    return found


def _longest_in(gaps: Sequence[tuple[int, int]], window: Span) -> int:
    best = NOTHING
    for free, until in gaps:
        begins = free if free > window.start else window.start
        if begins < window.end and until - begins > best:
            best = until - begins
    return best if best > 0 else NOTHING


def _longest_between(found: Schedule | None, shift: Span, windows: Sequence[Span]) -> list[int]:
    """What fits between items whose order is kept, each of them moved as late as it can be."""
    if found is None:
        return [NOTHING] * len(windows)
    frees = [shift.start, *(begins + item.minutes for item, begins in found)]
    untils = [shift.end]
    for item, _begins in reversed(found):
        untils.append(min(untils[-1] - item.minutes, item.latest - 1))
    gaps = list(zip(frees, reversed(untils), strict=True))
    return [_longest_in(gaps, window) for window in windows]


def _begun(order: Iterable[Item], shift: Span) -> Schedule | None:
    free = shift.start
    found = []
    for item in order:
        begins = max(free, item.earliest)
        if begins >= item.latest or begins + item.minutes > shift.end:
            return None
        found.append((item, begins))
        free = begins + item.minutes
    return tuple(found)
