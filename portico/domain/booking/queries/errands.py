"""What a visit is booked for: one that a membership includes, or the work of an estimate that was accepted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from portico.domain.billing.queries import deposits
from portico.domain.booking import errand_rules
from portico.domain.booking.errand_rules import WorkBar, WorkFacts
from portico.domain.booking.queries import errands_sql as sql
from portico.domain.customers.queries import Scope
from portico.foundation.tenancy.scope import reading
from portico.foundation.tenancy.sql import fetch_json
from portico.kernel import clock

LATELY = timedelta(days=60)
MOST = 20


@dataclass(frozen=True, slots=True)
class DueVisit:
    """A visit of a membership. Without `location` it is for any of the customer's, without `job_type` of any kind."""

    id: UUID
    key: int
    name: str
    membership: UUID
    customer: UUID
    customer_key: int
    location: UUID | None
    location_key: int | None
    job_type: UUID | None
    is_due: bool

    def is_at(self, *, customer_key: int, location_key: int) -> bool:
        """Whether it may be booked for this place."""
        return self.customer_key == customer_key and self.location_key in {None, location_key}


@dataclass(frozen=True, slots=True)
class AcceptedWork:
    """The work of an estimate. `bar` is why no visit can be booked for it, `visit` the one that is booked."""

    id: UUID
    key: int
    title: str
    address: str
    customer_key: int
    location: UUID
    location_key: int
    job_type: UUID
    bar: WorkBar | None
    visit: UUID | None
    visit_at: datetime | None


@reading
def due_visit(*, scope: Scope, event: UUID) -> DueVisit | None:
    """One visit of a membership; None where the scope does not hold it."""
    row = fetch_json(sql.DUE, **scope.as_parameters(), event=event, now=clock.now())
    if row is None:
        return None
    ids = {name: UUID(row[name]) if row[name] else None for name in ("location", "job_type")}
    certain = {name: UUID(row[name]) for name in ("id", "membership", "customer")}
    return DueVisit(**{**row, **ids, **certain})


@reading
def accepted_work(*, scope: Scope, estimate: UUID) -> AcceptedWork | None:
    """The work of one estimate; None where the scope does not hold it."""
    row = fetch_json(sql.WORK, **scope.as_parameters(), estimate=estimate)
    return None if row is None else _work(row, _owed([row]))


@reading
def work_to_book(*, scope: Scope, only: UUID | None, now: datetime) -> list[AcceptedWork]:
    """What was accepted lately and waits for its visit, the newest first; `only` of one customer."""
    rows = fetch_json(sql.RECENT, **scope.as_parameters(), only=only, since=now - LATELY, limit=MOST)
    owed = _owed(rows)
    return [one for one in (_work(row, owed) for row in rows) if one.bar is None]


def _work(row: dict[str, Any], owed: frozenset[str]) -> AcceptedWork:
    coming = next((one for one in row["visits"] if one["status"] in errand_rules.COMING), None)
    ids = {name: UUID(row[name]) for name in ("id", "location", "job_type")}
    alike = {name: row[name] for name in ("key", "title", "address", "customer_key", "location_key")}
    return AcceptedWork(
        **(alike | ids),
        bar=errand_rules.work_bar(_facts(row, owed)),
        visit=UUID(coming["id"]) if coming else None,
        visit_at=datetime.fromisoformat(coming["starts_at"]) if coming else None,
    )


def _owed(rows: list[dict[str, Any]]) -> frozenset[str]:
    """The approvals whose deposit is still to be paid."""
    approvals = [UUID(row["approval"]) for row in rows if row["approval"]]
    found = deposits.deposits_of(approvals) if approvals else []
    return frozenset(str(one.approval) for one in found if one.is_payable)


def _facts(row: dict[str, Any], owed: frozenset[str]) -> WorkFacts:
    return WorkFacts(
        status=row["status"],
        decided_at=datetime.fromisoformat(row["decided_at"]) if row["decided_at"] else None,
        has_bill=row["has_bill"],
        is_offered=row["is_offered"],
        owes_deposit=row["approval"] in owed,
        visits=tuple((one["status"], datetime.fromisoformat(one["starts_at"])) for one in row["visits"]),
    )
