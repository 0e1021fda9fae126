"""Memberships as customers see them. Every statement starts from a scope of what the reader may know the history of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from portico.domain.billing.queries import invoices
from portico.domain.billing.queries.invoices import Home
from portico.domain.customers.queries import Scope
from portico.domain.memberships import rules
from portico.domain.memberships.queries import membership_sql as sql
from portico.domain.memberships.rules import Period, Term, VisitWord
from portico.foundation.tenancy.brands import BrandFacts
from portico.foundation.tenancy.scope import reading
from portico.foundation.tenancy.sql import fetch_json
from portico.kernel.money import Money

USED_UP = (VisitWord.USED, VisitWord.BOOKED)
STILL_DUE = (VisitWord.DUE, VisitWord.LATER)


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit of the period; `job` is the public id of the job that was made of it, where there is one."""

    id: str
    name: str
    due_on: date
    word: VisitWord
    job: str | None


@dataclass(frozen=True, slots=True)
class Membership:
    """A membership with the visits of its period. `span` is from–to as agreed, `today` the branch's day."""

    id: str
    title: str
    status: str
    discount: Decimal | None
    span: Period
    period: Period
    canceled_on: date | None
    months: int | None
    is_over: bool
    visits: list[Visit]
    today: date
    customer: str
    customer_name: str
    location_name: str | None
    address: str
    phone: str

    @property
    def used_count(self) -> int:
        return sum(visit.word in USED_UP for visit in self.visits)

    @property
    def due_count(self) -> int:
        return sum(visit.word in STILL_DUE for visit in self.visits)

    @classmethod
    def of(cls, row: dict[str, Any]) -> Membership:
        """From a row of ROW with its visits."""
        today, canceled_on = date.fromisoformat(row["today"]), _day(row["canceled_on"])
        span = Period(_day(row["starts_on"]), _day(row["ends_on"]))
        last_day = min(today, canceled_on) if canceled_on else today
        period = rules.period(starts_on=span.starts_on, ends_on=span.ends_on, months=row["months"], last_day=last_day)
        is_over = rules.is_over(status=row["status"], span=span, today=today)
        kept = ("id", "title", "status", "months", "customer", "customer_name", "location_name", "address", "phone")
        return cls(
            **{name: row[name] for name in kept},
            discount=Decimal(row["discount"]) if row["discount"] else None,
            span=span,
            period=period,
            canceled_on=canceled_on,
            is_over=is_over,
            visits=_visits(row["visits"], period=period, is_over=is_over, today=today),
            today=today,
        )


@dataclass(frozen=True, slots=True)
class NextBill:
    """What comes next, for readers with billing access; no day is not scheduled, no amount is unknown."""

    on: date | None
    amount: Money | None
    frequency: str


@dataclass(frozen=True, slots=True)
class MembershipPage:
    """One membership, in the brand of its branch. `next_bill` is None without billing access, and once it is over."""

    membership: Membership
    covers: list[str]
    next_bill: NextBill | None
    has_billing: bool
    brand: BrandFacts


@dataclass(frozen=True, slots=True)
class Discount:
    """An invoice of the period with what the membership took off it."""

    id: str
    number: str
    title: str
    issued_on: date
    saved: Money


@dataclass(frozen=True, slots=True)
class Savings:
    """What was saved in the period by invoices that the reader may see; no `total` is unknown."""

    total: Money | None
    discounts: list[Discount]


@dataclass(frozen=True, slots=True)
class ActiveMembership:
    """One that is active at a location."""

    id: str
    title: str


@reading
def memberships(*, scope: Scope, now: datetime, after: UUID | None = None, limit: int = 10) -> list[Membership]:
    """A page: active ones, then paused, then past, each newest first; `after` is the last of the page before."""
    found = fetch_json(sql.MEMBERSHIPS, **scope.as_parameters(), now=now, after=after, limit=limit)
    return [Membership.of(row) for row in found]


@reading
def membership_page(
    *, scope: Scope, billing: Scope, membership: UUID, currency: str, now: datetime
) -> MembershipPage | None:
    """One membership; None where the scope does not hold it, or it was deleted."""
    found = fetch_json(
        sql.ONE,
        **scope.as_parameters(),
        billing_customers=billing.customer_ids,
        billing_locations=billing.location_ids,
        membership=membership,
        now=now,
    )
    if found is None:
        return None
    row = Membership.of(found)
    bill = None if row.is_over or found["bill"] is None else _next_bill(found["bill"], row.months, currency)
    brand = BrandFacts.of(found["brand"])
    return MembershipPage(row, found["covers"], bill, has_billing=found["bill"] is not None, brand=brand)


@reading
def savings(*, scope: Scope, membership: Membership, currency: str) -> Savings:
    """What the membership took off the invoices of its period; `scope` is where the reader may see bills."""
    found = fetch_json(
        sql.DISCOUNTS,
        **scope.as_parameters(),
        membership=membership.id,
        **{"from": membership.period.starts_on or date.min, "to": membership.period.ends_on or date.max},
    )
    total = rules.savings([row["discount"] for row in found])
    return Savings(
        total=None if total is None else Money(total, currency),
        discounts=[
            Discount(
                row["id"],
                row["number"],
                row["title"],
                date.fromisoformat(row["issued_on"]),
                Money(-row["discount"], row["currency"]),
            )
            for row in found
        ],
    )


@reading
def active_at(*, scope: Scope, location_key: int, now: datetime) -> list[ActiveMembership]:
    """The active memberships of a location, at most ten."""
    found = fetch_json(sql.ACTIVE_AT, **scope.as_parameters(), location=location_key, now=now)
    return [ActiveMembership(row["id"], row["title"]) for row in found]


def home_of(found: dict[str, Any], currency: str) -> tuple[Home, list[Membership]]:
    """What billing says, and the memberships with a visit that is due now: from the JSON of HOME."""
    rows = [Membership.of(row) for row in found["due"]]
    due = [row for row in rows if any(visit.word == VisitWord.DUE for visit in row.visits)]
    return invoices.home_of(found["home"], currency), due


def _next_bill(bill: dict[str, Any], months: int | None, currency: str) -> NextBill:
    terms = [Term(row["months"], row["frequency"], row["price_minor"]) for row in bill["terms"]]
    amount = rules.next_amount(terms=terms, months=months, frequency=bill["frequency"])
    return NextBill(_day(bill["on"]), None if amount is None else Money(amount, currency), bill["frequency"])


def _visits(rows: list[dict[str, Any]], *, period: Period, is_over: bool, today: date) -> list[Visit]:
    found = []
    for row in rows:
        due_on = date.fromisoformat(row["due_on"])
        if period.holds(due_on):
            word = rules.visit_word(
                status=row["status"], job_status=row["job_status"] or "", due_on=due_on, is_over=is_over, today=today
            )
            found.append(Visit(row["id"], row["name"], due_on, word, row["job"]))
    return found


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
