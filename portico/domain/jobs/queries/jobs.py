"""Jobs as customers see them: lists of past and of open ones, and one job. Everything starts from a scope."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from portico.domain.customers.queries import Scope
from portico.domain.jobs.queries import job_sql as sql
from portico.foundation.tenancy.brands import BrandFacts
from portico.foundation.tenancy.scope import reading
from portico.foundation.tenancy.sql import fetch_json

SEEN = 200
MANY = 100


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What a list is narrowed to; each part may be absent. Days are instants, the later one excluded."""

    location: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    trade: str = ""
    words: str = ""

    def as_parameters(self) -> dict[str, Any]:
        return {
            "location": self.location,
            "since": self.since or "-infinity",
            "until": self.until or "infinity",
            "trade": self.trade,
            "words": self.words,
        }


@dataclass(frozen=True, slots=True)
class JobRow:
    """One line of a list. Ids stay text."""

    id: str
    number: str
    type: str
    status: str
    summary: str
    happens_at: datetime
    time_zone: str
    address: str
    place: str

    @classmethod
    def of(cls, row: dict[str, Any]) -> JobRow:
        names = ("id", "number", "type", "status", "summary", "time_zone", "address", "place")
        return cls(**{name: row[name] for name in names}, happens_at=datetime.fromisoformat(row["happens_at"]))


@dataclass(frozen=True, slots=True)
class Place:
    """A home that the list can be narrowed to."""

    id: str
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class JobList:
    """A page of jobs. `next` is the job to go on after; with `is_cut` the walk ended before the page was full."""

    rows: list[JobRow]
    next: str
    is_cut: bool
    is_place_known: bool
    first_at: datetime | None
    places: list[Place] = field(default_factory=list)
    trades: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit of a job, with the names of who comes or came."""

    id: str
    number: str
    status: str
    starts_at: datetime
    ends_at: datetime
    technicians: list[str]


@dataclass(frozen=True, slots=True)
class Worker:
    """A technician who worked on a job."""

    name: str
    bio: str


@dataclass(frozen=True, slots=True)
class TouchedUnit:
    """A unit that was worked on."""

    id: str
    name: str
    type: str
    model: str


@dataclass(frozen=True, slots=True)
class JobPage:
    """Everything of a job that its customer sees, but its invoices and documents."""

    id: UUID
    number: str
    type: str
    status: str
    summary: str
    happens_at: datetime
    created_at: datetime
    completed_at: datetime | None
    place: str
    address: str
    customer: UUID
    brand: BrandFacts
    visits: list[Visit]
    technicians: list[Worker]
    units: list[TouchedUnit]


@reading
def jobs(*, scope: Scope, is_open: bool, narrowing: Narrowing, after: UUID | None, limit: int) -> JobList:
    """A page of past or open jobs, newest first, from after one of them."""
    statement = sql.OPEN_LIST if is_open else sql.PAST_LIST
    given = {"after": after, "limit": limit + 1, "seen": SEEN, "many": MANY}
    found = fetch_json(statement, **scope.as_parameters(), **narrowing.as_parameters(), **given)
    rows, goes_on_after, is_cut = _page(found["rows"], limit=limit)
    return JobList(
        rows=rows,
        next=goes_on_after,
        is_cut=is_cut,
        is_place_known=found["is_place_known"],
        first_at=_moment(found["first"]),
        places=[Place(**place) for place in found["places"]],
        trades=found["trades"],
    )


@reading
def job_page(*, scope: Scope, job: UUID) -> JobPage | None:
    """One job; None where the scope holds none such, and for a canceled one while those are hidden."""
    row = fetch_json(sql.JOB, **scope.as_parameters(), job=job, many=MANY)
    return _job(row) if row else None


def _page(found: list[dict[str, Any]], *, limit: int) -> tuple[list[JobRow], str, bool]:
    """What fits, up to a full page or to the first walk that ended early: beyond it something may be missing."""
    rows: dict[str, JobRow] = {}
    last = ""
    for row in found:
        if row["fits"] and len(rows) == limit:
            return list(rows.values()), last, False
        if row["fits"]:
            rows[row["id"]] = JobRow.of(row)
        last = row["id"]
        if row["is_end"]:
            return list(rows.values()), last, True
    return list(rows.values()), "", False


def _job(row: dict[str, Any]) -> JobPage:
    names = ("number", "type", "status", "summary", "place", "address")
    return JobPage(
        **{name: row[name] for name in names},
        id=UUID(row["id"]),
        customer=UUID(row["customer"]),
        brand=BrandFacts.of(row["brand"]),
        happens_at=datetime.fromisoformat(row["happens_at"]),
        created_at=datetime.fromisoformat(row["created_at"]),
        completed_at=_moment(row["completed_at"]),
        visits=[_visit(visit) for visit in row["visits"]],
        technicians=[Worker(one["name"], one["bio"]) for one in row["technicians"]],
        units=[_unit(unit) for unit in row["units"]],
    )


def _visit(row: dict[str, Any]) -> Visit:
    starts_at, ends_at = datetime.fromisoformat(row["starts_at"]), datetime.fromisoformat(row["ends_at"])
    return Visit(row["id"], row["number"], row["status"], starts_at, ends_at, row["technicians"])


def _unit(row: dict[str, Any]) -> TouchedUnit:
    made = " ".join(part for part in (row["manufacturer"], row["model"]) if part)
    return TouchedUnit(row["id"], row["name"], row["type"], made)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
