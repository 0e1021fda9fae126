"""Jobs of one unit, and of one home for its passport, as customers see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portico.domain.customers.queries import Scope
from portico.domain.jobs.queries import unit_sql as sql
from portico.foundation.tenancy.scope import reading
from portico.foundation.tenancy.sql import fetch_json

SEEN = 200
MOST_OF_UNIT = 15
MOST_ON_PAPER = 200


@dataclass(frozen=True, slots=True)
class DoneJob:
    """A job in a list of what was done."""

    id: str
    number: str
    type: str
    status: str
    summary: str
    happens_at: datetime

    @classmethod
    def of(cls, row: dict[str, Any]) -> DoneJob:
        names = ("id", "number", "type", "status", "summary")
        return cls(**{name: row[name] for name in names}, happens_at=datetime.fromisoformat(row["happens_at"]))


@dataclass(frozen=True, slots=True)
class ComingVisit:
    """The next visit to a home; `id` is its job's."""

    id: str
    type: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class UnitService:
    """What was done at a unit, newest first, and when somebody comes next to its home; `is_cut` when there is more."""

    jobs: list[DoneJob]
    is_cut: bool
    next_visit: ComingVisit | None


@dataclass(frozen=True, slots=True)
class HomeHistory:
    """The newest jobs of a home; `is_cut` when there are more."""

    jobs: list[DoneJob]
    is_cut: bool


@reading
def service_of_unit(*, scope: Scope, unit: int, location: int, now: datetime) -> UnitService:
    """The jobs of a unit at a location, both by key, as far as the scope holds them."""
    given = {"unit": unit, "location": location, "seen": SEEN, "limit": MOST_OF_UNIT + 1}
    found = fetch_json(sql.OF_UNIT, **scope.as_parameters(), **given, now=now)
    jobs = [DoneJob.of(row) for row in found["jobs"]]
    return UnitService(jobs[:MOST_OF_UNIT], is_cut=len(jobs) > MOST_OF_UNIT, next_visit=_visit(found["next"]))


@reading
def history_of_home(*, scope: Scope, location: int) -> HomeHistory:
    """The newest jobs at a location, by key, as far as the scope holds them."""
    found = fetch_json(sql.AT_HOME, **scope.as_parameters(), location=location, limit=MOST_ON_PAPER + 1)
    return HomeHistory([DoneJob.of(row) for row in found[:MOST_ON_PAPER]], is_cut=len(found) > MOST_ON_PAPER)


def _visit(row: dict[str, Any] | None) -> ComingVisit | None:
    if row is None:
        return None
    starts_at, ends_at = datetime.fromisoformat(row["starts_at"]), datetime.fromisoformat(row["ends_at"])
    return ComingVisit(row["id"], row["type"], starts_at, ends_at)
