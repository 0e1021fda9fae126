"""How far the portal is used: what the page shows, and the records behind each of its figures."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from portico.domain.adoption import facts_sql as sql
from portico.domain.adoption import rules
from portico.domain.adoption.enums import KIND_OF_ACT, Act, Kind, Reason, Step, Via
from portico.domain.adoption.models import CallAssumptions
from portico.domain.adoption.rules import Assumptions, Saved
from portico.domain.capacity.axis_rules import local_moment
from portico.domain.customers.models import PortalContact
from portico.foundation.tenancy.scope import company_scope, reading
from portico.foundation.tenancy.sql import fetch_json
from portico.kernel import clock

PAGE = 100
AT_ONCE = 1000
ACTIVE_WITHIN = timedelta(days=30)
DONE_WITHIN = timedelta(days=60)
LAST = 2**63 - 1
LAST_KEY = UUID(int=2**128 - 1)


@dataclass(frozen=True, slots=True)
class Span:
    """Whole months in a zone, and perhaps one branch."""

    months: tuple[date, ...]
    zone: str
    branch: UUID | None = None

    @classmethod
    def of(cls, count: int, zone: str, branch: UUID | None = None) -> Span:
        """The last months, the running one last."""
        return cls(tuple(rules.months_until(clock.today(zone), count)), zone, branch)

    @property
    def since(self) -> datetime:
        return local_moment(self.months[0], 0, self.zone)

    @property
    def until(self) -> datetime:
        return local_moment(rules.first_of_month(self.months[-1], -1), 0, self.zone)

    def asked(self) -> dict[str, Any]:
        """What the statements want to know."""
        now = clock.real_now()
        return {
            "since": self.since,
            "until": self.until,
            "zone": self.zone,
            "branch": self.branch,
            "active_since": now - ACTIVE_WITHIN,
            "done_since": clock.now() - DONE_WITHIN,
            "now": clock.now(),
        }


@dataclass(frozen=True, slots=True)
class Month:
    """What was done in a month, through each door."""

    first: date
    by: dict[Via, int] = field(default_factory=dict)

    @property
    def all(self) -> int:
        return sum(self.by.values())

    @property
    def portal(self) -> int:
        return self.by.get(Via.PORTAL, 0)


@dataclass(frozen=True, slots=True)
class BranchName:
    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Everything that the page shows. `steps` are cumulative: who is active is also registered."""

    steps: dict[Step, int]
    months: dict[Kind, list[Month]]
    bounced: int
    waiting: dict[Reason, int]
    branches: list[BranchName]
    assumed: Assumptions
    done: dict[Act, int]
    saved: Saved

    def total(self, kind: Kind, via: Via | None = None) -> int:
        """Of the whole period."""
        return sum(month.all if via is None else month.by.get(via, 0) for month in self.months[kind])


@dataclass(frozen=True, slots=True)
class Record:
    """One of the records that a figure counts. `place` is where it stands in its list."""

    at: datetime
    place: str
    via: str
    label: str
    thing: UUID
    amount: int | None
    currency: str
    customer: UUID | None
    name: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A customer who was never invited, the address to invite, and every reason there is."""

    place: str
    row: UUID
    email: str
    customer: UUID
    name: str
    reason: Reason
    visit_at: datetime | None
    owed: int | None
    currency: str
    done_at: datetime | None


@reading
def dashboard(span: Span) -> Dashboard:
    """All figures of the page, in three statements."""
    asked = span.asked()
    found, standing = fetch_json(sql.MONTHS, **asked), fetch_json(sql.STANDING, **asked)
    months = {kind: _months(span, found[kind]) for kind in sql.BY_MONTH}
    done = {act: sum(month.portal for month in months[kind]) for act, kind in KIND_OF_ACT.items()}
    assumed = assumptions()
    reached = {int(step): many for step, many in standing["reached"].items()}
    return Dashboard(
        steps={step: sum(many for at, many in reached.items() if at >= step) for step in Step},
        months=months,
        bounced=standing["bounced"],
        waiting={reason: standing["waiting"].get(reason, 0) for reason in Reason},
        branches=[BranchName(UUID(one["id"]), one["name"]) for one in standing["branches"]],
        assumed=assumed,
        done=done,
        saved=rules.saved(done, assumed),
    )


@reading
def assumptions() -> Assumptions:
    """What is believed about calls; the defaults where nobody said anything."""
    row = CallAssumptions.objects.first() or CallAssumptions()
    return Assumptions({act: getattr(row, f"{act}_hundredths") for act in Act}, row.minutes_per_call)


@reading
def records(
    kind: Kind, span: Span, *, vias: Sequence[str] | None = None, after: str = "", limit: int = PAGE + 1
) -> list[Record]:
    """The records that a figure counts, the newest first; one more than a page holds tells that there are more."""
    found = fetch_json(sql.LISTS[kind], **span.asked(), **_after(after), vias=list(vias) if vias else None, limit=limit)
    return [_record(row) for row in found]


def every_record(company_id: int, kind: Kind, span: Span, *, vias: Sequence[str] | None) -> Iterator[Record]:
    """All of them, piece by piece, each in a transaction of its own: for a file."""
    after = ""
    while True:
        with company_scope(company_id):
            rows = records(kind, span, vias=vias, after=after, limit=AT_ONCE)
        yield from rows
        if len(rows) < AT_ONCE:
            return
        after = rows[-1].place


@reading
def invite_next(span: Span, *, reason: Reason | None, after: str = "", limit: int = PAGE + 1) -> list[Candidate]:
    """Who should be invited now, the best reason first."""
    vias = [reason.value] if reason else None
    found = fetch_json(sql.INVITE_NEXT, **span.asked(), **_after(after), vias=vias, limit=limit)
    return [_candidate(row) for row in found]


@reading
def emails_of(rows: Collection[UUID]) -> list[str]:
    """The addresses of these rows of the Customer Portal tables that were never invited; others are left out."""
    found = PortalContact.objects.filter(public_id__in=rows, stage="never", is_present=True).order_by("email")
    return list(found.values_list("email", flat=True).distinct())


def _months(span: Span, found: list[tuple[str, str, int]]) -> list[Month]:
    by: dict[str, dict[Via, int]] = {}
    for month, via, many in found:
        by.setdefault(month, {})[Via(via)] = many
    return [Month(first, by.get(f"{first:%Y-%m}", {})) for first in span.months]


def _after(place: str) -> dict[str, Any]:
    """A place in a list, out of an address; what is no place is its beginning."""
    number, _dot, key = place.partition(".")
    try:
        return {"ord": min(int(number), LAST), "key": UUID(key)} if number.isascii() and number.isdigit() else _START
    except ValueError:
        return _START


_START = {"ord": LAST, "key": LAST_KEY}


def _record(row: dict[str, Any]) -> Record:
    return Record(
        at=datetime.fromisoformat(row["at"]),
        place=f"{row['ord']}.{row['key']}",
        via=row["via"],
        label=row["label"],
        thing=UUID(row["thing"]),
        amount=row["amount"],
        currency=row["currency"],
        customer=UUID(row["customer"]) if row["customer"] else None,
        name=row["name"] or "",
    )


def _candidate(row: dict[str, Any]) -> Candidate:
    moments = {name: datetime.fromisoformat(row[name]) if row[name] else None for name in ("visit_at", "done_at")}
    return Candidate(
        place=f"{row['ord']}.{row['key']}",
        row=UUID(row["thing"]),
        email=row["label"],
        customer=UUID(row["customer"]),
        name=row["name"],
        reason=Reason(row["via"]),
        owed=row["amount"],
        currency=row["currency"] or "",
        **moments,
    )
