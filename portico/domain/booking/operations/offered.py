"""What is kept for an offer of the office: found with its visit, and let go on days that are locked."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from portico.domain.booking.enums import HoldState, OfferState
from portico.domain.booking.models import Hold, VisitOffer
from portico.domain.booking.operations import days, holding
from portico.domain.booking.operations.days import Key, OpenDay
from portico.domain.jobs.models import Appointment
from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import Actor
from portico.kernel import clock, locks


def open_offer(visit: Appointment) -> VisitOffer | None:
    """The offer that stands for a visit, locked: always after the visit, before any day."""
    return next(iter(locks.lock_all(VisitOffer.objects.filter(appointment=visit, state=OfferState.OPEN))), None)


def keys_of(offer: VisitOffer | None) -> set[Key]:
    """The days on which something is kept for it."""
    rows = Hold.objects.filter(visit_offer=offer, state=HoldState.LIVE) if offer else Hold.objects.none()
    return {holding.key_of(hold) for hold in rows.select_related("business_unit")}


def kept_for(offer: VisitOffer) -> list[Hold]:
    """What is kept for it, locked: always after the days."""
    rows = Hold.objects.filter(visit_offer=offer, state=HoldState.LIVE)
    return locks.lock_all(rows.select_related("business_unit"))


def let_go(kept: Collection[Hold], opened: Mapping[Key, OpenDay]) -> None:
    """Nothing of this is kept any more."""
    for hold in kept:
        holding.end(hold, HoldState.RELEASED, opened[holding.key_of(hold)])


def finish(offer: VisitOffer, state: OfferState, by: Actor) -> None:
    """The offer is over: when, how, and through whom."""
    offer.state, offer.ended_at, offer.ended_by_name = state, clock.real_now(), by.name
    offer.save(update_fields=["state", "ended_at", "ended_by_name"])
    audit.record(f"visit_offer.{state}", offer, by=by, customer=offer.customer.public_id)


def overtake(offer: VisitOffer | None, opened: Mapping[Key, OpenDay], by: Actor) -> None:
    """The visit changes otherwise: what was offered instead goes, with its open days."""
    if offer is not None:
        let_go(kept_for(offer), opened)
        finish(offer, OfferState.OVERTAKEN, by)


def overtake_at_once(visit: Appointment, by: Actor) -> None:
    """The same where the caller opens no days; its own are locked here too, so that everybody locks in one order."""
    offer = open_offer(visit)
    keys = keys_of(offer)
    if offer is None:
        return
    days.lock_days(keys | days.days_of([visit.pk]))
    opened = days.open_days(keys)
    overtake(offer, opened, by)
    for one in opened.values():
        days.close(one)
