"""Memberships as the office sees them: with memos, what the source calls them, and deleted ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from portico.domain.memberships.queries import office_sql as sql
from portico.domain.memberships.queries.memberships import Membership
from portico.foundation.tenancy.scope import reading
from portico.foundation.tenancy.sql import fetch_json

FIRST = 6
PAGE = 25


@dataclass(frozen=True, slots=True)
class SourceVisit:
    """A visit with what the source says of it, whichever period it is of."""

    name: str
    due_on: date
    status: str


@dataclass(frozen=True, slots=True)
class OfficeMembership:
    """A membership with what customers never see of it."""

    membership: Membership
    type_name: str
    memo: str
    next_bill_on: date | None
    billing_frequency: str
    number: int | None
    visits: list[SourceVisit]

    @classmethod
    def of(cls, row: dict[str, Any]) -> OfficeMembership:
        """From a row of OF_CUSTOMER."""
        return cls(
            membership=Membership.of(row),
            type_name=row["type_name"],
            memo=row["memo"],
            next_bill_on=date.fromisoformat(row["next_bill_on"]) if row["next_bill_on"] else None,
            billing_frequency=row["billing_frequency"],
            number=row["source_id"],
            visits=[
                SourceVisit(visit["name"], date.fromisoformat(visit["due_on"]), visit["status"])
                for visit in row["visits"]
            ],
        )


@reading
def memberships_of_customer(
    customer: UUID, *, now: datetime, after: UUID | None = None, limit: int = PAGE
) -> list[OfficeMembership]:
    """A customer's memberships, active ones first, deleted ones last."""
    found = fetch_json(sql.OF_CUSTOMER, customer=customer, now=now, after=after, limit=limit)
    return [OfficeMembership.of(row) for row in found]
