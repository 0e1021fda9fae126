"""Visits to come that found no place in the plan: somebody of the office has to look at them. Nothing is canceled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from portico.domain.booking.queries import unplanned_sql as sql
from portico.foundation.tenancy.scope import reading
from portico.foundation.tenancy.sql import fetch_json
from portico.kernel import clock

PAGE = 15
MOST_COUNTED = 100
A_DAY = timedelta(days=1)  # today in UTC may be tomorrow where the branch is


class Cause(StrEnum):
    """Why somebody cannot come at the time of a visit; NOBODY_… and ALL_TAKEN of visits that nobody was told of."""

    INACTIVE = "inactive"
    ELSEWHERE = "elsewhere"
    NO_SHIFT = "no_shift"
    SHORT_SHIFT = "short_shift"
    TIME_OFF = "time_off"
    EVENT = "event"
    TAKEN = "taken"
    NOBODY_MAY = "nobody_may"
    NOBODY_WORKS = "nobody_works"
    ALL_TAKEN = "all_taken"


@dataclass(frozen=True, slots=True)
class Absent:
    """Who was told to come, and why that does not go."""

    name: str
    cause: Cause


@dataclass(frozen=True, slots=True)
class UnplannedVisit:
    """A visit without a place; `cause` where nobody was told to come."""

    id: UUID
    job: UUID
    number: str
    title: str
    customer: UUID
    customer_name: str
    branch: str
    branch_id: UUID
    zone: str
    day: date
    starts_at: datetime
    ends_at: datetime
    told: list[Absent]
    cause: Cause | None


@reading
def unplanned_visits(*, after: UUID | None = None) -> list[UnplannedVisit]:
    """The next of them; one more than a page holds tells that there is more."""
    return [_visit(row) for row in fetch_json(sql.UNPLANNED, after=after, limit=PAGE + 1, **_from_now())]


@reading
def unplanned_count() -> int:
    """How many there are; beyond MOST_COUNTED the number says nothing more."""
    found: int = fetch_json(sql.COUNT, limit=MOST_COUNTED, **_from_now())
    return found


def _from_now() -> dict[str, Any]:
    now = clock.now()
    return {"now": now, "first": now.date() - A_DAY}


def _visit(row: dict[str, Any]) -> UnplannedVisit:
    moments = {name: datetime.fromisoformat(row[name]) for name in ("starts_at", "ends_at")}
    keys = {name: UUID(row[name]) for name in ("id", "job", "customer", "branch_id")}
    told = [Absent(one["name"], Cause(one["cause"])) for one in row["told"]]
    cause = Cause(row["cause"]) if row["cause"] else None
    return UnplannedVisit(
        **row | moments | keys | {"day": date.fromisoformat(row["day"]), "told": told, "cause": cause}
    )
