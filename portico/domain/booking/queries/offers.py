"""Other times that the office offers for a visit, as its customer and as the office see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from portico.domain.booking.enums import OfferState
from portico.domain.booking.queries import offers_sql as sql
from portico.domain.booking.queries.available import DAYS, Availability, available_for
from portico.domain.booking.queries.wishes import wish_to_move
from portico.domain.capacity.enums import Channel
from portico.domain.customers.queries import Scope
from portico.domain.jobs.models import Appointment
from portico.foundation.tenancy.brands import BrandFacts
from portico.foundation.tenancy.scope import reading
from portico.foundation.tenancy.sql import fetch_json
from portico.kernel import clock

MOST_SHOWN = 10


@dataclass(frozen=True, slots=True)
class OfferedTime:
    """One of the times; `hold` names it."""

    hold: UUID
    starts_at: datetime
    ends_at: datetime
    is_kept: bool
    is_taken: bool


@dataclass(frozen=True, slots=True)
class OfferPage:
    """An offer with its visit as that stands now. `expires_at` is of the real clock."""

    id: UUID
    state: str
    message: str
    expires_at: datetime
    visit: UUID
    status: str
    title: str
    starts_at: datetime
    ends_at: datetime
    address: str
    brand: BrandFacts
    times: list[OfferedTime]

    @property
    def kept(self) -> list[OfferedTime]:
        """What can be taken now."""
        return [one for one in self.times if one.is_kept] if self.state == OfferState.OPEN else []


@dataclass(frozen=True, slots=True)
class OpenOffer:
    """That other times are offered for a visit, and until when."""

    id: UUID
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class OfficeOffer:
    """An offer as the office sees it: who made it, and what became of it."""

    id: UUID
    state: str
    message: str
    expires_at: datetime
    made_at: datetime
    made_by_name: str
    ended_at: datetime | None
    ended_by_name: str
    times: list[OfferedTime]

    @property
    def is_open(self) -> bool:
        """Whether its customer may still answer, as far as the clock goes."""
        return self.state == OfferState.OPEN


@reading
def offer_page(*, scope: Scope, offer: UUID) -> OfferPage | None:
    """One offer; None where the scope does not hold its visit."""
    row = fetch_json(sql.OFFER, **scope.as_parameters(), offer=offer, now=clock.real_now())
    if row is None:
        return None
    moments = {name: datetime.fromisoformat(row[name]) for name in ("expires_at", "starts_at", "ends_at")}
    ids = {name: UUID(row[name]) for name in ("id", "visit")}
    return OfferPage(**row | moments | ids | {"brand": BrandFacts.of(row["brand"]), "times": _times(row)})


@reading
def open_offer_for(*, scope: Scope, appointment: UUID) -> OpenOffer | None:
    """What is offered for a visit now; None where nothing is, or the scope does not hold it."""
    row = fetch_json(sql.OPEN_FOR_VISIT, **scope.as_parameters(), appointment=appointment, now=clock.real_now())
    return OpenOffer(UUID(row["id"]), datetime.fromisoformat(row["expires_at"])) if row else None


@reading
def offers_of_visit(appointment: UUID) -> list[OfficeOffer]:
    """The offers for a visit, the newest first."""
    rows = fetch_json(sql.OF_VISIT, appointment=appointment, limit=MOST_SHOWN, now=clock.real_now())
    return [_office(row) for row in rows]


@reading
def available_to_offer(*, appointment: UUID, first: date | None = None, days: int = DAYS) -> Availability | None:
    """What could be offered instead of a visit's time, which is kept all the while."""
    found = Appointment.objects.select_related("job", "booking").filter(public_id=appointment).first()
    wish = wish_to_move(appointment=found, channel=Channel.STAFF) if found else None
    return None if wish is None else available_for(wish.in_addition(), first=first, days=days)


@reading
def perhaps_over() -> list[UUID]:
    """Open offers that the worker should end, if nobody is quicker."""
    return [UUID(one) for one in fetch_json(sql.PERHAPS_OVER, now=clock.real_now())]


def _office(row: Mapping[str, Any]) -> OfficeOffer:
    moments = {name: datetime.fromisoformat(row[name]) for name in ("expires_at", "made_at")}
    ended_at = datetime.fromisoformat(row["ended_at"]) if row["ended_at"] else None
    return OfficeOffer(**{**row, **moments, "id": UUID(row["id"]), "ended_at": ended_at, "times": _times(row)})


def _times(row: Mapping[str, Any]) -> list[OfferedTime]:
    return [
        OfferedTime(
            UUID(one["hold"]),
            datetime.fromisoformat(one["starts_at"]),
            datetime.fromisoformat(one["ends_at"]),
            one["is_kept"],
            one["is_taken"],
        )
        for one in row["times"]
    ]
