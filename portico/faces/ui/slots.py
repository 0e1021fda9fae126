"""Windows to choose from, day by day, alike on both sides of the counter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.http import QueryDict

from portico.domain.booking.errors import SlotTaken
from portico.domain.booking.queries.available import DAYS, Availability
from portico.domain.booking.rules import OfferedWindow
from portico.kernel import clock, errors, formats

FARTHEST = 400  # days ahead that an address may name


@dataclass(frozen=True, slots=True)
class Slot:
    """A window to choose; `value` is what its button sends."""

    value: str
    text: str


@dataclass(frozen=True, slots=True)
class SlotDay:
    """A day with what is open on it."""

    day: date
    title: str
    slots: list[Slot]


def by_day(offered: Iterable[OfferedWindow], zone: str) -> list[SlotDay]:
    """The open windows, day by day; a day with nothing open is left out."""
    return [
        SlotDay(day, formats.long_day(day), [Slot(value_of(one), _text(one, zone)) for one in found])
        for day, found in groupby(offered, key=lambda one: one.day)
    ]


def value_of(one: OfferedWindow) -> str:
    """What names a window in a form: operations look at everything of it again."""
    return f"{one.day.isoformat()}/{one.window_id}"


def chosen(given: QueryDict) -> tuple[date, int] | None:
    """The day and the window of a button that was sent; None for what is none."""
    day, _slash, window = given.get("slot", "").partition("/")
    try:
        return date.fromisoformat(day), int(window)
    except ValueError:
        return None


def first_day(given: QueryDict, zone: str) -> date:
    """From which day on to look: the one in the address, and never one that is over."""
    today = clock.today(zone)
    try:
        asked = date.fromisoformat(given.get("from", ""))
    except ValueError:
        return today
    return min(max(asked, today), today + timedelta(days=FARTHEST))


def listed(found: Availability, address: str, refused: errors.PorticoError | None) -> dict[str, Any]:
    """What a page of windows shows, with the ways to other days; a window that was taken brings the nearest first."""
    zone = found.zone
    days = by_day(found.open, zone)
    first = found.windows[0].day if found.windows else None
    horizon = found.wish.terms.job_type.horizon_days
    after = later(first, horizon, zone) if first else None
    before = earlier(first, zone) if first else None
    join = "&" if "?" in address else "?"
    return {
        "days": days,
        "zone_name": formats.as_local(found.open[0].starts_at, zone).tzname() if days else "",
        "nearest": by_day(refused.offers, zone) if isinstance(refused, SlotTaken) and zone else [],
        "later": f"{address}{join}from={after}" if after else "",
        "earlier": f"{address}{join}from={before}" if before else "",
    }


def later(first: date, horizon_days: int, zone: str) -> date | None:
    """From which day on the next page looks; None where nothing is offered so far ahead."""
    found = first + timedelta(days=DAYS)
    return found if found <= clock.today(zone) + timedelta(days=horizon_days) else None


def earlier(first: date, zone: str) -> date | None:
    """From which day on the page before looks."""
    today = clock.today(zone)
    return None if first <= today else max(today, first - timedelta(days=DAYS))


def _text(one: OfferedWindow, zone: str) -> str:
    return formats.window(one.starts_at, one.ends_at, zone)
