"""Who waits for what, and what is offered to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from portico.domain.booking.enums import HoldState, WaitState
from portico.domain.booking.models import WaitlistEntry
from portico.domain.customers.models import Location
from portico.domain.customers.queries import Scope
from portico.foundation.tenancy.scope import reading
from portico.kernel import clock

OPEN = (WaitState.WAITING, WaitState.OFFERED)
MOST = 20
ADDRESS = ("street", "unit", "city", "region", "postal_code")
COLUMNS = (
    *("public_id", "customer_id", "location_id", "job_type__name", "state", "from_day", "until_day"),
    *(f"location__{name}" for name in ADDRESS),
    *("hold__public_id", "hold__state", "hold__window_starts_at", "hold__window_ends_at", "hold__expires_at"),
)


@dataclass(frozen=True, slots=True)
class Offer:
    """A time that is kept for somebody until a moment of the real clock; `hold` names it."""

    hold: UUID
    starts_at: datetime
    ends_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line of who waits; `offer` where something is kept for them now."""

    id: UUID
    customer_id: int
    location_id: int
    title: str
    address: str
    state: str
    from_day: date
    until_day: date
    offer: Offer | None


@reading
def waiting_of(*, scope: Scope) -> list[Waiting]:
    """What is waited for within the scope, who came first first."""
    rows = WaitlistEntry.objects.filter(_within(scope), state__in=OPEN).order_by("line_at", "pk")
    return [_waiting(row) for row in rows.values(*COLUMNS)[:MOST]]


@reading
def waiting_entry(*, scope: Scope, entry: UUID) -> Waiting | None:
    """One entry, also one that is over; None where the scope does not hold it."""
    found = WaitlistEntry.objects.filter(_within(scope), public_id=entry).values(*COLUMNS).first()
    return _waiting(found) if found else None


def _within(scope: Scope) -> Q:
    asked = Q(pk__in=())
    for customer, location in zip(scope.customer_ids, scope.location_ids, strict=True):
        asked |= Q(customer=customer) if location is None else Q(customer=customer, location=location)
    return asked


def _waiting(row: dict[str, Any]) -> Waiting:
    return Waiting(
        id=row["public_id"],
        customer_id=row["customer_id"],
        location_id=row["location_id"],
        title=row["job_type__name"],
        address=Location(**{name: row[f"location__{name}"] for name in ADDRESS}).one_line(),
        state=row["state"],
        from_day=row["from_day"],
        until_day=row["until_day"],
        offer=_offer(row),
    )


def _offer(row: dict[str, Any]) -> Offer | None:
    if row["hold__state"] != HoldState.LIVE or row["hold__expires_at"] <= clock.real_now():
        return None
    names = ("public_id", "window_starts_at", "window_ends_at", "expires_at")
    return Offer(*(row[f"hold__{name}"] for name in names))
