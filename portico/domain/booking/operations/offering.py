"""The office offers other times for a booked visit; its customer takes one of them, or keeps what it has."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from portico.domain.booking.enums import HoldState, OfferState
from portico.domain.booking.errors import CannotOffer, MissingOffer, MissingPlace, NotOffered, OfferOver, SlotTaken
from portico.domain.booking.models import Hold, VisitOffer
from portico.domain.booking.operations import changing, days, holding, letters, offer_letters, offered, placing
from portico.domain.booking.operations.changing import Moved
from portico.domain.booking.operations.days import Key, OpenDay
from portico.domain.booking.operations.trying import one_transaction
from portico.domain.booking.queries.days import hold_key
from portico.domain.booking.queries.offers import perhaps_over
from portico.domain.booking.queries.wishes import Wish, wish_to_move
from portico.domain.capacity.axis_rules import day_of
from portico.domain.capacity.enums import Channel
from portico.domain.jobs.enums import AppointmentStatus, JobStatus
from portico.domain.jobs.models import Appointment, Job
from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import SYSTEM, Actor
from portico.kernel import clock, formats, locks

log = logging.getLogger("portico.booking")

MOST_TIMES = 3
TO_COME = (AppointmentStatus.SCHEDULED, AppointmentStatus.HOLD)
Slot = tuple[date, int]


@one_transaction
def make(*, appointment: UUID, slots: Sequence[Slot], lasts: timedelta, message: str, by: Actor) -> UUID:
    """Offer up to three other times: each is kept until the offer ends, and the customer is told by mail.

    It ends sooner where the visit, or one of the times, begins before that.
    """
    job, visit = changing.locked(appointment)
    if not _is_to_come(job, visit):
        raise CannotOffer.as_it_stands()
    if offered.open_offer(visit) is not None:
        raise CannotOffer.twice()
    wish = placing.require(wish_to_move(appointment=visit, channel=Channel.STAFF))
    times = _times(wish, visit, slots)
    readers = offer_letters.readers_of(visit)
    if not readers:
        raise CannotOffer.to_nobody()
    offer = _write(visit, message, min(lasts, _until_the_first(visit, times)), by)
    _keep(wish, offer, slots, by)
    facts = {"times": [starts_at.isoformat() for starts_at, _ends_at in times], "until": offer.expires_at.isoformat()}
    audit.record("visit_offer.made", offer, by=by, customer=job.customer.public_id, note=visit.number, **facts)
    offer_letters.send_offer(visit, offer, times, readers)
    made: UUID = offer.public_id
    return made


def accept(*, offer: UUID, hold: UUID, by: Actor) -> Moved:
    """Take one of the times: the visit moves there, and the others are free. The same again changes nothing."""
    try:
        return _accept(offer, hold, by)
    except (SlotTaken, NotOffered, MissingPlace) as lost:
        raise OfferOver.that_time() from lost


@one_transaction
def decline(*, offer: UUID, by: Actor) -> bool:
    """Keep the time that it has: what was kept is free, and the office is told. False when it was over already."""
    visit, found = _locked(offer)
    if found.state != OfferState.OPEN:
        return False
    _end(found, OfferState.DECLINED, by)
    offer_letters.tell_declined(visit, found)
    return True


@one_transaction
def withdraw(*, offer: UUID, by: Actor) -> bool:
    """Take the offer back and tell the customer; the visit stays as it is. False when it was over already."""
    visit, found = _locked(offer)
    if found.state != OfferState.OPEN:
        return False
    _end(found, OfferState.WITHDRAWN, by)
    offer_letters.send_gone(visit, found)
    return True


def end_over() -> int:
    """End what nobody answered in time, what can no longer be kept, and offers for visits that changed; how many."""
    return sum(_end_if_over(offer) for offer in perhaps_over())


@one_transaction
def _accept(offer: UUID, hold: UUID, by: Actor) -> Moved:
    """Job, visit, offer, days, holds: the order in which everybody locks."""
    visit, found = _locked(offer)
    wanted = _wanted(found, hold)
    if found.state == OfferState.ACCEPTED:
        return _replayed(visit, wanted)
    if found.state != OfferState.OPEN or found.expires_at <= clock.real_now() or not _stands(visit, found):
        raise OfferOver.now()
    wish = placing.require(wish_to_move(appointment=visit, channel=Channel.STAFF))
    if placing.times(wish, wanted.day, wanted.window_id) != (wanted.window_starts_at, wanted.window_ends_at):
        raise OfferOver.that_time()
    old = wish.unit.branch, day_of(visit.window_starts_at, wish.unit.zone)
    opened = days.open_days({old, holding.key_of(wanted)} | offered.keys_of(found), about=[visit.pk])
    _take(found, wanted, opened)
    changing.take_out(opened[old], visit)
    changing.put_in(opened[holding.key_of(wanted)], wish, wanted.window_id, visit, is_promised=True)
    changing.resume(visit.job, visit)
    step = changing.write(visit, wanted.window_starts_at, wanted.window_ends_at, wanted.window_id, by, offer=found)
    for one in opened.values():
        days.close(one)
    offered.finish(found, OfferState.ACCEPTED, by)
    changing.record("visit.moved", visit, by, before=step.was_starts_at, after=step.starts_at)
    letters.send_moved(visit, step, by=by)
    return Moved(visit.public_id, visit.window_starts_at, visit.window_ends_at, wish.unit.zone)


def _take(offer: VisitOffer, wanted: Hold, opened: Mapping[Key, OpenDay]) -> None:
    """Use up the one and let the others go; OfferOver where a change of the day left no place for it."""
    kept = offered.kept_for(offer)
    mine = next((hold for hold in kept if hold.pk == wanted.pk and hold.expires_at > clock.real_now()), None)
    if mine is None:
        raise OfferOver.that_time()
    holding.end(mine, HoldState.CONSUMED, opened[holding.key_of(mine)])
    offered.let_go([hold for hold in kept if hold.pk != mine.pk], opened)


def _replayed(visit: Appointment, wanted: Hold) -> Moved:
    """The same answer again, from another tab."""
    if wanted.state != HoldState.CONSUMED:
        raise OfferOver.taken()
    zone = visit.job.business_unit.branch.time_zone
    return Moved(visit.public_id, visit.window_starts_at, visit.window_ends_at, zone, is_same=True)


def _times(wish: Wish, visit: Appointment, slots: Sequence[Slot]) -> list[tuple[datetime, datetime]]:
    if not 1 <= len(slots) <= MOST_TIMES or len(set(slots)) != len(slots):
        raise CannotOffer.so_many()
    times = [placing.times(wish, day, window_id) for day, window_id in slots]
    if (visit.window_starts_at, visit.window_ends_at) in times:
        raise CannotOffer.same()
    return times


def _until_the_first(visit: Appointment, times: Sequence[tuple[datetime, datetime]]) -> timedelta:
    """How long until one of the times, or the visit itself, begins."""
    now = clock.now()
    begins = [starts_at for starts_at, _ends_at in times]
    if visit.status == AppointmentStatus.SCHEDULED and visit.window_starts_at > now:
        begins.append(visit.window_starts_at)
    return max(min(begins) - now, timedelta())


def _write(visit: Appointment, message: str, lasts: timedelta, by: Actor) -> VisitOffer:
    now = clock.real_now()
    return VisitOffer.objects.create(
        appointment=visit,
        customer_id=visit.job.customer_id,
        message=message,
        was_starts_at=visit.window_starts_at,
        was_ends_at=visit.window_ends_at,
        made_by=by.ref,
        made_by_name=by.name,
        made_at=now,
        expires_at=now + lasts,
    )


def _keep(wish: Wish, offer: VisitOffer, slots: Sequence[Slot], by: Actor) -> None:
    """Each by the engine, besides the others and the visit's own time."""
    opened = days.open_days(placing.day_key(wish, day) for day, _window_id in slots)
    for day, window_id in slots:
        hold = holding.write(wish, {}, day, window_id, by, lasts=offer.expires_at - offer.made_at, offer=offer)
        try:
            placing.place(opened[placing.day_key(wish, day)], wish, window_id, key=hold_key(hold.pk))
        except SlotTaken as taken:
            raise CannotOffer.that_time(_when(hold, wish.unit.zone)) from taken
    for one in opened.values():
        days.close(one)


def _when(hold: Hold, zone: str) -> str:
    return f"{formats.day(hold.day)}, {formats.window(hold.window_starts_at, hold.window_ends_at, zone)}"


def _locked(offer: UUID) -> tuple[Appointment, VisitOffer]:
    """The visit before its offer."""
    rows = VisitOffer.objects.filter(public_id=offer).select_related("customer")
    known = rows.values_list("appointment__public_id", flat=True).first()
    if known is None:
        raise MissingOffer.unknown()
    _job, visit = changing.locked(known)
    return visit, locks.lock_one(rows)


def _wanted(offer: VisitOffer, hold: UUID) -> Hold:
    found = Hold.objects.filter(visit_offer=offer, public_id=hold).select_related("business_unit").first()
    if found is None:
        raise MissingOffer.unknown()
    return found


def _is_to_come(job: Job, visit: Appointment) -> bool:
    return visit.status in TO_COME and job.status != JobStatus.CANCELED


def _stands(visit: Appointment, offer: VisitOffer) -> bool:
    """Whether the visit is still what other times were offered for."""
    is_where_it_was = (visit.window_starts_at, visit.window_ends_at) == (offer.was_starts_at, offer.was_ends_at)
    return is_where_it_was and _is_to_come(visit.job, visit)


def _end(offer: VisitOffer, state: OfferState, by: Actor) -> None:
    """Free what was kept, and say how the offer ended."""
    opened = days.open_days(offered.keys_of(offer))
    offered.let_go(offered.kept_for(offer), opened)
    for one in opened.values():
        days.close(one)
    offered.finish(offer, state, by)


@one_transaction
def _end_if_over(offer: UUID) -> bool:
    visit, found = _locked(offer)
    state = _state_now(visit, found)
    if state == OfferState.OPEN:
        return False
    _end(found, state, SYSTEM)
    if state != OfferState.OVERTAKEN:
        offer_letters.tell_ended(visit, found)
    if state == OfferState.LOST:
        offer_letters.send_gone(visit, found)
    return True


def _state_now(visit: Appointment, offer: VisitOffer) -> OfferState:
    if offer.state != OfferState.OPEN:
        return OfferState.OPEN  # somebody was quicker: nothing is left to end
    if not _stands(visit, offer):
        return OfferState.OVERTAKEN
    if offer.expires_at <= clock.real_now():
        return OfferState.EXPIRED
    is_kept = Hold.objects.filter(visit_offer=offer, state=HoldState.LIVE).exists()
    return OfferState.OPEN if is_kept else OfferState.LOST
