"""Finding a place on a locked day for what somebody wants, by the same rules by which it was offered."""

from __future__ import annotations

from datetime import date, datetime

from portico.domain.booking.day_rules import Wanted
from portico.domain.booking.errors import CallToBook, MissingPlace, NotOffered, SlotTaken
from portico.domain.booking.operations.days import Key, OpenDay
from portico.domain.booking.queries.available import available_for, reason_of
from portico.domain.booking.queries.wishes import Wish
from portico.domain.booking.rules import OfferedWindow
from portico.domain.capacity.availability_rules import Reason
from portico.domain.capacity.axis_rules import Axis
from portico.domain.capacity.enums import Channel
from portico.domain.capacity.terms import WindowTerms
from portico.foundation.audit.enums import ActorKind
from portico.foundation.audit.operations import Actor

OFFERS = 3


def channel_of(by: Actor) -> Channel:
    """Whose bookings the limits count this among."""
    return Channel.STAFF if by.kind == ActorKind.STAFF else Channel.SELF


def require(wish: Wish | None) -> Wish:
    """A wish that some day may grant; else the sentence that says why not."""
    if wish is None:
        raise MissingPlace.unknown()
    if wish.call is not None:
        raise CallToBook.about(wish.call)
    if wish.reason is not None or wish.asked is None:
        raise NotOffered.because(wish.reason)
    return wish


def day_key(wish: Wish, day: date) -> Key:
    """The branch's day that a wish would change."""
    return wish.unit.branch, day


def times(wish: Wish, day: date, window_id: int) -> tuple[datetime, datetime]:
    """When the window begins and ends on this day."""
    window = window_of(wish, window_id)
    axis = Axis(day, wish.unit.zone)
    span = axis.window(window.start_minute, window.minutes)
    return axis.moment(span.start), axis.moment(span.end)


def window_of(wish: Wish, window_id: int) -> WindowTerms:
    """The window, where the unit offers it."""
    found = wish.window(window_id)
    if found is None:
        raise MissingPlace.unknown()
    return found


def place(
    opened: OpenDay, wish: Wish, window_id: int, *, key: str, keeps: int | None = None, is_promised: bool = False
) -> Wanted:
    """Put it on the day, or SlotTaken. `keeps` is the only one who may do it.

    What is promised was within the company's own limits when it was held: only the plan is asked.
    """
    window, axis = window_of(wish, window_id), opened.day.axis
    reason = None if is_promised else reason_of(wish, window, axis, opened.day.load(opened.plan, wish.unit.id))
    if reason is not None:
        raise SlotTaken.now(reason)
    who = wish.eligible(opened.people) if keeps is None else frozenset({keeps})
    span = axis.window(window.start_minute, window.minutes)
    wanted = Wanted(key, wish.minutes, span, who, wish.unit.id, is_pinned=keeps is not None)
    if opened.plan.closed() & opened.plan.reached(wanted):
        raise SlotTaken.now(Reason.BROKEN)
    if not opened.add(wanted):
        raise SlotTaken.now(Reason.FULL)
    return wanted


def next_offers(wish: Wish | None, day: date, window_id: int) -> list[OfferedWindow]:
    """What else is open on that day, and the next ones after it."""
    if wish is None or not wish.is_possible:
        return []
    found = [one for one in available_for(wish).open if (one.day, one.window_id) != (day, window_id)]
    same_day = [one for one in found if one.day == day]
    return same_day + [one for one in found if one.day > day][:OFFERS]
