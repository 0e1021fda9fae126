"""Months, shares and calls saved: plain arithmetic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from portico.domain.adoption.enums import Act

PERIODS = (1, 3, 6, 12)
USUAL = 12


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What each act saves, in hundredths of a call, and how long a call takes."""

    hundredths: Mapping[Act, int]
    minutes_per_call: int


@dataclass(frozen=True, slots=True)
class Saved:
    """Calls that were not made. Tenths of a call, rounded half up; whole minutes."""

    tenths: int
    minutes: int


def first_of_month(day: date, back: int = 0) -> date:
    """The first day of the month so many months before that of `day`; a negative number looks ahead."""
    months = day.year * 12 + day.month - 1 - back
    return date(months // 12, months % 12 + 1, 1)


def months_until(today: date, count: int) -> list[date]:
    """The first days of the last `count` months, this one last."""
    return [first_of_month(today, back) for back in range(count - 1, -1, -1)]


def percent(part: int, whole: int) -> int | None:
    """A share in whole percent, rounded half up; None of nothing. Never 100 while something is missing, nor 0 of
    something."""
    if not whole:
        return None
    share = (200 * part + whole) // (2 * whole)
    if part < whole:
        share = min(share, 99)
    return max(share, 1) if part else share


def saved(counts: Mapping[Act, int], assumed: Assumptions) -> Saved:
    """What all these acts saved together; the sum is rounded, not its parts."""
    hundredths = sum(count * assumed.hundredths[act] for act, count in counts.items())
    return Saved((hundredths + 5) // 10, (hundredths * assumed.minutes_per_call + 50) // 100)
