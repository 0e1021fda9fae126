"""Windows as customers see them: day by day, and in words where there are none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portico.domain.booking.queries.available import DAYS, Availability
from portico.domain.booking.rules import OfferedWindow
from portico.domain.capacity.availability_rules import Reason
from portico.kernel import clock, formats

POLICY = {Reason.LEAD, Reason.PAST, Reason.CUTOFF, Reason.HOURS, Reason.HOLIDAY, Reason.HORIZON}
LONG_NOTICE = 48  # hours; a shorter one never empties a page of days by itself
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


def later(first: date, horizon_days: int, zone: str) -> date | None:
    """From which day on the next page looks; None where nothing is offered so far ahead."""
    found = first + timedelta(days=DAYS)
    return found if found <= clock.today(zone) + timedelta(days=horizon_days) else None


def earlier(first: date, zone: str) -> date | None:
    """From which day on the page before looks."""
    today = clock.today(zone)
    return None if first <= today else max(today, first - timedelta(days=DAYS))


def why_none(found: Availability) -> str:
    """Why nothing can be chosen, in the customer's words; what only the office may know stays there."""
    match found.wish.reason:
        case Reason.OUT_OF_AREA | Reason.ZONE:
            return _("This address is outside the area that we serve.")
        case Reason.MEMBERS_ONLY:
            return _("This visit is for members.")
        case Reason.NOT_SELF | Reason.NO_DURATION | Reason.NO_UNIT | Reason.NO_WINDOW:
            return _("This visit cannot be booked online.")
    reasons = {one.reason for one in found.windows}
    hours = found.wish.terms.job_type.lead_hours
    if reasons <= POLICY or (Reason.LEAD in reasons and hours >= LONG_NOTICE):
        return notice_words(hours)
    return _("Every time in these days is taken.")


def notice_words(hours: int) -> str:
    """How long before a visit can be booked; that is policy, and no secret."""
    if hours >= LONG_NOTICE:
        return _("This visit has to be booked at least %(days)s days before.") % {"days": hours // 24}
    told = ngettext(
        "This visit has to be booked at least %(hours)s hour before.",
        "This visit has to be booked at least %(hours)s hours before.",
        hours,
    )
    return told % {"hours": hours}


def _text(one: OfferedWindow, zone: str) -> str:
    return formats.window(one.starts_at, one.ends_at, zone)
