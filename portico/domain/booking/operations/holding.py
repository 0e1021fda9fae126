"""Keeping a place in a window while somebody fills in the form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from portico.domain.booking.enums import HoldState
from portico.domain.booking.errors import HoldOver, MissingHold, MissingPlace, SlotTaken
from portico.domain.booking.models import Hold, VisitOffer
from portico.domain.booking.operations import days, errands, limits, placing
from portico.domain.booking.operations.errands import Errand
from portico.domain.booking.operations.trying import one_transaction
from portico.domain.booking.queries.days import hold_key
from portico.domain.booking.queries.wishes import Wish, wish_of
from portico.foundation.audit.operations import Actor
from portico.kernel import clock, locks

LONGEST_HOLD = timedelta(minutes=15)
ITSELF = Errand()


@dataclass(frozen=True, slots=True)
class Held:
    """A place kept until a moment of the real clock."""

    id: UUID
    expires_at: datetime
    starts_at: datetime
    ends_at: datetime
    zone: str


def hold(
    *,
    customer_id: int,
    location_id: int,
    job_type_id: int,
    answers: Mapping[str, str],
    day: date,
    window_id: int,
    by: Actor,
    errand: Errand = ITSELF,
) -> Held:
    """Keep a place; another one that this customer held for the same visit is let go. SlotTaken tells what is left."""
    wish = wish_of(
        customer_id=customer_id,
        location_id=location_id,
        job_type_id=job_type_id,
        answers=answers,
        channel=placing.channel_of(by),
    )
    try:
        return _hold(placing.require(wish), dict(answers), day, window_id, by, errand)
    except SlotTaken as taken:
        taken.offers = placing.next_offers(wish, day, window_id)
        raise


@one_transaction
def extend(*, hold: UUID, customer_id: int, by: Actor) -> datetime:
    """Keep it longer, to at most fifteen minutes in all; when it ends."""
    found = lock(hold, customer_id)
    if found.state != HoldState.LIVE or found.expires_at <= clock.real_now():
        raise HoldOver.now()
    lasts = found.expires_at - found.made_at
    longer = min(clock.real_now() + lasts, found.made_at + LONGEST_HOLD)
    found.expires_at = max(found.expires_at, longer)  # what was offered to who waits is kept longer than that
    found.save(update_fields=["expires_at"])
    return found.expires_at


@one_transaction
def release(*, hold: UUID, customer_id: int, by: Actor) -> bool:
    """Give it back; False when it was over already."""
    limits.lock_customer(customer_id)
    (opened,) = days.open_days([key_of(find(hold, customer_id))]).values()
    found = lock(hold, customer_id)
    if found.state != HoldState.LIVE:
        return False
    end(found, HoldState.RELEASED, opened)
    days.close(opened)
    return True


def end(hold: Hold, state: HoldState, opened: days.OpenDay) -> None:
    """The hold is over, and its place on the open day is free."""
    hold.state = state
    hold.save(update_fields=["state"])
    opened.remove([hold_key(hold.pk)])


def key_of(hold: Hold) -> days.Key:
    """The branch's day on which something is held."""
    return hold.business_unit.branch_id, hold.day


def find(hold: UUID, customer_id: int) -> Hold:
    """The hold as it was a moment ago; what is kept for an offer of the office is none of these."""
    rows = Hold.objects.filter(public_id=hold, customer=customer_id, visit_offer=None)
    found = rows.select_related("business_unit").first()
    if found is None:
        raise MissingHold.unknown()
    return found


def lock(hold: UUID, customer_id: int) -> Hold:
    """The hold, locked: always after its day, whose other writers end holds that are over."""
    return locks.lock_one(Hold.objects.filter(public_id=hold, customer=customer_id).select_related("business_unit"))


@one_transaction
def _hold(wish: Wish, answers: dict[str, str], day: date, window_id: int, by: Actor, errand: Errand) -> Held:
    lasts = timedelta(seconds=wish.terms.policy.hold_seconds)
    if errand != ITSELF:
        limits.lock_customer(wish.customer_id)
        errands.require(errand, wish)
    made, held = keep(wish, answers, day, window_id, by, lasts=lasts)
    if errand != ITSELF:
        made.service_event_id, made.estimate_id = errand.service_event_id, errand.estimate_id
        made.save(update_fields=["service_event", "estimate"])
    return held


def keep(
    wish: Wish, answers: dict[str, str], day: date, window_id: int, by: Actor, *, lasts: timedelta
) -> tuple[Hold, Held]:
    """Keep a place for so long, in the caller's transaction."""
    if limits.lock_customer(wish.customer_id) is None:
        raise MissingPlace.unknown()
    before = _held_before(wish)
    limits.require_room_for_hold(wish, besides=before)
    limits.require_room_for_booking(wish)
    key = placing.day_key(wish, day)
    opened = days.open_days([key] if before is None else [key, key_of(before)])
    if before is not None:
        end(before, HoldState.RELEASED, opened[key_of(before)])
    made = write(wish, answers, day, window_id, by, lasts=lasts)
    placing.place(opened[key], wish, window_id, key=hold_key(made.pk))
    for one in opened.values():
        days.close(one)
    return made, Held(made.public_id, made.expires_at, made.window_starts_at, made.window_ends_at, wish.unit.zone)


def _held_before(wish: Wish) -> Hold | None:
    own = Hold.objects.filter(customer=wish.customer_id, location=wish.location_id, visit_offer=None)
    live = own.filter(state=HoldState.LIVE)
    return live.filter(job_type=wish.terms.job_type.id).select_related("business_unit").first()


def write(
    wish: Wish,
    answers: dict[str, str],
    day: date,
    window_id: int,
    by: Actor,
    *,
    lasts: timedelta,
    offer: VisitOffer | None = None,
) -> Hold:
    """The row of what is kept; its place is the caller's to find."""
    starts_at, ends_at = placing.times(wish, day, window_id)
    now = clock.real_now()
    return Hold.objects.create(
        customer_id=wish.customer_id,
        location_id=wish.location_id,
        business_unit_id=wish.unit.id,
        job_type_id=wish.terms.job_type.id,
        window_id=window_id,
        day=day,
        window_starts_at=starts_at,
        window_ends_at=ends_at,
        minutes=wish.minutes,
        skills=sorted(wish.skills),
        answers=answers,
        made_by=by.ref,
        made_at=now,
        expires_at=now + lasts,
        visit_offer=offer,
    )
