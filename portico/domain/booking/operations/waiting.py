"""Waiting for a time to open: who came first is offered first, for a while, then the next in line."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Sum

from portico.domain.booking.enums import HoldState, WaitState
from portico.domain.booking.errors import CannotWait, NotWaiting, SlotTaken
from portico.domain.booking.models import BranchDay, Hold, WaitlistEntry
from portico.domain.booking.operations import booking, days, holding, letters, limits, placing
from portico.domain.booking.operations.booking import Booked, Details
from portico.domain.booking.operations.trying import one_transaction
from portico.domain.booking.queries.available import available_for
from portico.domain.booking.queries.wishes import Wish, wish_of
from portico.domain.customers import readers
from portico.domain.customers.enums import Right
from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import SYSTEM, Actor
from portico.kernel import clock, errors, locks

log = logging.getLogger("portico.booking")

MOST_WAITS = 3
MOST_OFFERS = 3  # who lets so many go by does not wait any more
OFFER_LASTS = timedelta(hours=2)
LOOK_AGAIN = timedelta(minutes=15)  # lead times and what is held back open windows without any change
OPEN = (WaitState.WAITING, WaitState.OFFERED)


@dataclass(frozen=True, slots=True)
class _Place:
    customer_id: int
    location_id: int
    job_type_id: int


@one_transaction
def wait(
    *,
    customer_id: int,
    location_id: int,
    job_type_id: int,
    answers: Mapping[str, str],
    until_day: date,
    email: str,
    by: Actor,
    from_day: date | None = None,
) -> UUID:
    """Tell this address when a time opens up to that day; who waits for the same already only changes the days."""
    place = _Place(customer_id, location_id, job_type_id)
    wish = placing.require(_wish(place, answers))
    today = clock.today(wish.unit.zone)
    begins = max(today, from_day or today)
    if not begins <= until_day <= today + timedelta(days=wish.placed.job_type.horizon_days):
        raise CannotWait.so_long()
    limits.lock_customer(customer_id)
    mine = WaitlistEntry.objects.filter(customer=customer_id, state__in=OPEN)
    same = mine.filter(location=location_id, job_type=job_type_id).first()
    told = {"answers": dict(answers), "from_day": begins, "until_day": until_day, "email": email, "seen": ""}
    if same is not None:
        WaitlistEntry.objects.filter(pk=same.pk).update(**told)
        known: UUID = same.public_id
        return known
    if mine.count() >= MOST_WAITS:
        raise CannotWait.for_more()
    now = clock.real_now()
    keys = {"customer_id": customer_id, "location_id": location_id, "job_type_id": job_type_id}
    made = WaitlistEntry.objects.create(**keys, **told, made_by=by.ref, made_at=now, line_at=now)
    audit.record("waitlist.joined", made, by=by, customer=made.customer.public_id)
    entry: UUID = made.public_id
    return entry


@one_transaction
def stop_waiting(*, entry: UUID, customer_id: int, by: Actor) -> bool:
    """Leave the line; what was offered goes to the next. False when nobody waited any more."""
    found = _locked(entry, customer_id)
    if found is None or found.state not in OPEN:
        return False
    _let_go(found, by)
    found.state = WaitState.LEFT
    found.save(update_fields=["state"])
    audit.record("waitlist.left", found, by=by, customer=found.customer.public_id)
    return True


@one_transaction
def decline_offer(*, entry: UUID, customer_id: int, by: Actor) -> bool:
    """Not this time: it goes to the next in line, and this one waits on behind them."""
    found = _locked(entry, customer_id)
    if found is None or found.state != WaitState.OFFERED:
        return False
    _let_go(found, by)
    _back_in_line(found)
    return True


def accept_offer(*, entry: UUID, customer_id: int, key: str, details: Details, by: Actor) -> Booked:
    """Book what was offered; the same form again gives the same visit."""
    return booking.confirm(hold=_offered(entry, customer_id), customer_id=customer_id, key=key, details=details, by=by)


def offer_freed() -> int:
    """Look for everybody in line, the first first, whether something opened; how many were offered something."""
    return sum(_offer_to(entry) for entry in _in_line())


def _offer_to(entry: int) -> bool:
    try:
        return _offer(entry)
    except (SlotTaken, errors.NotPossible, errors.Unavailable) as refused:  # somebody was quicker, or they hold enough
        log.info("waitlist.not_offered", extra={"entry": entry, "code": refused.code})
        return False


@one_transaction
def _offer(entry_id: int) -> bool:
    """Customer, then entry, then days: the order of a booking."""
    customer = WaitlistEntry.objects.values_list("customer_id", flat=True).get(pk=entry_id)
    limits.lock_customer(customer)
    entry = locks.lock_one(WaitlistEntry.objects.filter(pk=entry_id).select_related("hold__business_unit"))
    if entry.state == WaitState.OFFERED:
        _end_if_over(entry)
        return False
    if entry.state != WaitState.WAITING:
        return False
    wish = _wish(_Place(entry.customer_id, entry.location_id, entry.job_type_id), entry.answers)
    place = {"customer_id": entry.customer_id, "location_id": entry.location_id}
    if not readers.may(entry.email, **place, right=Right.BOOK):
        wish = None
    if _is_over(entry, wish):
        return False
    return _look(entry, placing.require(wish))


def _look(entry: WaitlistEntry, wish: Wish) -> bool:
    first = max(entry.from_day, clock.today(wish.unit.zone))
    seen = _versions(wish, first, entry.until_day)
    is_fresh = entry.looked_at is not None and clock.real_now() - entry.looked_at < LOOK_AGAIN
    if entry.seen == seen and is_fresh:
        return False
    entry.seen, entry.looked_at = seen, clock.real_now()
    entry.save(update_fields=["seen", "looked_at"])
    found = available_for(wish, first=first, days=(entry.until_day - first).days + 1).open
    if not found:
        return False
    hold, _held = holding.keep(wish, entry.answers, found[0].day, found[0].window_id, SYSTEM, lasts=OFFER_LASTS)
    entry.hold, entry.state, entry.offers = hold, WaitState.OFFERED, entry.offers + 1
    entry.save(update_fields=["hold", "state", "offers"])
    letters.send_offer(entry, hold)
    audit.record("waitlist.offered", entry, by=SYSTEM, customer=entry.customer.public_id)
    return True


def _end_if_over(entry: WaitlistEntry) -> None:
    """An offer whose time is over: they are in line again, behind the others."""
    hold = entry.hold
    if hold is not None and hold.state == HoldState.LIVE and hold.expires_at > clock.real_now():
        return
    if hold is not None:
        branch, day = holding.key_of(hold)
        days.refresh_day(branch_id=branch, day=day)
    _back_in_line(entry)


def _is_over(entry: WaitlistEntry, wish: Wish | None) -> bool:
    """Whether there is nothing left to wait for."""
    day_is_past = wish is not None and wish.asked is not None and entry.until_day < clock.today(wish.unit.zone)
    if wish is not None and wish.is_possible and not day_is_past and entry.offers < MOST_OFFERS:
        return False
    entry.state = WaitState.OVER
    entry.save(update_fields=["state"])
    return True


def _back_in_line(entry: WaitlistEntry) -> None:
    entry.state, entry.hold, entry.line_at, entry.seen = WaitState.WAITING, None, clock.real_now(), ""
    entry.save(update_fields=["state", "hold", "line_at", "seen"])


def _let_go(entry: WaitlistEntry, by: Actor) -> None:
    if entry.hold is not None:
        holding.release(hold=entry.hold.public_id, customer_id=entry.customer_id, by=by)


def _versions(wish: Wish, first: date, last: date) -> str:
    """Something else whenever a day of the branch is."""
    rows = BranchDay.objects.filter(branch=wish.unit.branch, day__gte=first, day__lte=last)
    found = rows.aggregate(count=Sum(F("version") + 1))["count"]
    stale = rows.filter(is_stale=True).count()
    return f"{first}:{found or 0}:{stale}"


@transaction.atomic
def _in_line() -> list[int]:
    rows = WaitlistEntry.objects.filter(state__in=OPEN).order_by("line_at", "pk")
    return list(rows.values_list("pk", flat=True))


@one_transaction
def _offered(entry: UUID, customer_id: int) -> UUID:
    rows = WaitlistEntry.objects.filter(public_id=entry, customer=customer_id)
    held = Hold.objects.filter(pk__in=rows.values("hold_id")).values_list("public_id", flat=True).first()
    if held is None:
        raise NotWaiting.now()
    return held


def _locked(entry: UUID, customer_id: int) -> WaitlistEntry | None:
    limits.lock_customer(customer_id)
    rows = WaitlistEntry.objects.filter(public_id=entry, customer=customer_id).select_related("hold", "customer")
    return next(iter(locks.lock_all(rows)), None)


def _wish(place: _Place, answers: Mapping[str, str]) -> Wish | None:
    return wish_of(
        customer_id=place.customer_id, location_id=place.location_id, job_type_id=place.job_type_id, answers=answers
    )
