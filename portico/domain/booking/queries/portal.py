"""What customers see of booking: where they may book, and what is held for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from portico.domain.booking.queries import portal_sql as sql
from portico.domain.customers.queries import Scope
from portico.foundation.tenancy.brands import BrandFacts
from portico.foundation.tenancy.scope import reading
from portico.foundation.tenancy.sql import fetch_json

MOST_PLACES = 200


@dataclass(frozen=True, slots=True)
class BookingPlace:
    """A location where somebody may book."""

    id: UUID
    key: int
    customer: UUID
    customer_key: int
    customer_name: str
    name: str
    address: str
    brand: BrandFacts


@dataclass(frozen=True, slots=True)
class HeldPhoto:
    """A photo that was added to what is held."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class HeldWindow:
    """A window that is, or was, held for somebody. `expires_at` is of the real clock, `visit` what was booked."""

    id: UUID
    state: str
    expires_at: datetime
    day: date
    window_key: int
    starts_at: datetime
    ends_at: datetime
    answers: Mapping[str, str]
    title: str
    job_type: UUID
    job_type_key: int
    customer_key: int
    location: UUID
    location_key: int
    address: str
    brand: BrandFacts
    service_event: str | None
    service_event_key: int | None
    estimate: str | None
    estimate_key: int | None
    visit: str | None
    photos: list[HeldPhoto]


@reading
def places(*, scope: Scope, only: UUID | None = None) -> list[BookingPlace]:
    """Where one may book within the scope, by customer and address; `only` one of them."""
    rows = fetch_json(sql.PLACES, **scope.as_parameters(), only=only, limit=MOST_PLACES)
    ids = ("id", "customer")
    return [
        BookingPlace(**{**row, **{name: UUID(row[name]) for name in ids}, "brand": BrandFacts.of(row["brand"])})
        for row in rows
    ]


@reading
def held(*, scope: Scope, hold: UUID) -> HeldWindow | None:
    """One hold; None where the scope does not hold it."""
    row = fetch_json(sql.HELD, **scope.as_parameters(), hold=hold)
    if row is None:
        return None
    moments = {name: datetime.fromisoformat(row[name]) for name in ("expires_at", "starts_at", "ends_at")}
    ids = {name: UUID(row[name]) for name in ("id", "job_type", "location")}
    others = {
        "day": date.fromisoformat(row["day"]),
        "brand": BrandFacts.of(row["brand"]),
        "photos": [HeldPhoto(**one) for one in row["photos"]],
    }
    return HeldWindow(**{**row, **moments, **ids, **others})
