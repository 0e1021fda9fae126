"""Visits as customers see them. Every statement starts from a scope of what this reader may see of the service."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from portico.domain.customers.queries import Scope
from portico.domain.jobs import rules
from portico.domain.jobs.queries import visit_sql as sql
from portico.domain.jobs.rules import Stage
from portico.foundation.tenancy.brands import BrandFacts
from portico.foundation.tenancy.scope import reading
from portico.foundation.tenancy.sql import fetch_json

PAGE = 25


@dataclass(frozen=True, slots=True)
class ComingVisit:
    """One line of the list of coming visits."""

    id: str
    title: str
    starts_at: datetime
    ends_at: datetime
    status: str
    address: str
    time_zone: str
    phone: str


@dataclass(frozen=True, slots=True)
class Comer:
    """A technician who comes."""

    name: str
    bio: str


@dataclass(frozen=True, slots=True)
class VisitPage:
    """Everything that the page of a visit and its calendar file show.

    `version` differs when anything of it does; `changes` counts what happened to the visit so far.
    """

    id: UUID
    status: str
    title: str
    preparation: str
    starts_at: datetime
    ends_at: datetime
    address: str
    job: UUID
    job_number: str
    findings: str
    technicians: list[Comer]
    stages: list[Stage]
    changes: int
    brand: BrandFacts
    version: str

    @property
    def is_over(self) -> bool:
        """Whether nothing will change any more."""
        return self.status in rules.OVER


@reading
def coming_visits(
    *, scope: Scope, now: datetime, after: UUID | None = None, limit: int = PAGE + 1
) -> list[ComingVisit]:
    """Visits to come, the next first; `after` is the last of the page before."""
    found = fetch_json(sql.COMING, **scope.as_parameters(), now=now, after=after, limit=limit)
    return [_coming(row) for row in found]


@reading
def visit_page(*, scope: Scope, appointment: UUID) -> VisitPage | None:
    """One visit; None where the scope does not hold it."""
    found = fetch_json(sql.VISIT, **scope.as_parameters(), appointment=appointment)
    return visit_of(found) if found else None


def _coming(row: dict[str, Any]) -> ComingVisit:
    moments = {name: datetime.fromisoformat(row[name]) for name in ("starts_at", "ends_at")}
    return ComingVisit(**row | moments)


def visit_of(found: dict[str, Any]) -> VisitPage:
    """From a row of VISIT_FACTS."""
    steps = [(status, datetime.fromisoformat(at)) for status, at in found["steps"]]
    alike = ("status", "title", "preparation", "address", "job_number", "findings")
    return VisitPage(
        id=UUID(found["id"]),
        **{name: found[name] for name in alike},
        starts_at=datetime.fromisoformat(found["starts_at"]),
        ends_at=datetime.fromisoformat(found["ends_at"]),
        job=UUID(found["job"]),
        technicians=[Comer(**each) for each in found["technicians"]],
        stages=rules.stages(found["status"], steps),
        changes=len(steps),
        brand=BrandFacts.of(found["brand"]),
        version=hashlib.blake2b(json.dumps(found).encode(), digest_size=9).hexdigest(),
    )
