"""Home: what wants doing, with the visits for which other times are offered, in one statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portico.domain.booking.queries import home_sql as sql
from portico.domain.customers.queries import Scope
from portico.domain.estimates.queries import portal
from portico.domain.estimates.queries.portal import HomeFacts
from portico.foundation.tenancy.scope import reading
from portico.foundation.tenancy.sql import fetch_json
from portico.kernel import clock


@dataclass(frozen=True, slots=True)
class OfferOnHome:
    """A visit for which other times are offered, until a moment of the real clock."""

    id: UUID
    customer: UUID
    title: str
    address: str
    expires_at: datetime
    time_zone: str


@reading
def home(
    *, billing: Scope, service: Scope, booking: Scope, currency: str, now: datetime, limit: int
) -> tuple[HomeFacts, list[OfferOnHome]]:
    """Bills, memberships, estimates and offers in one statement; a second where an estimate waits for an answer."""
    found = fetch_json(
        sql.HOME,
        **portal.home_values(billing=billing, service=service, booking=booking, now=now),
        booking_locations=booking.location_ids,
        real_now=clock.real_now(),
    )
    facts = portal.home_of(found["home"], billing=billing, service=service, currency=currency, now=now, limit=limit)
    offers = [
        OfferOnHome(
            **row
            | {
                "id": UUID(row["id"]),
                "customer": UUID(row["customer"]),
                "expires_at": datetime.fromisoformat(row["expires_at"]),
            }
        )
        for row in found["offers"]
    ]
    return facts, offers
