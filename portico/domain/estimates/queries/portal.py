"""Estimates as customers see them. Every statement starts from a scope of what the reader may know the history of.

Amounts leave this module only for proposals that the billing scope holds: elsewhere `offer` and totals are None.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any
from uuid import UUID

from portico.domain.billing.queries.invoices import Home
from portico.domain.customers.queries import Scope
from portico.domain.estimates import rules
from portico.domain.estimates.enums import EstimateStatus
from portico.domain.estimates.queries import portal_sql as sql
from portico.domain.memberships.queries import memberships
from portico.domain.memberships.queries.memberships import Membership
from portico.foundation.tenancy.scope import reading
from portico.foundation.tenancy.sql import fetch_json
from portico.kernel.money import Money


class Stage(IntEnum):
    """Where a proposal stands in the list."""

    WAITING = 0
    WAITING_WITHOUT_END = 1
    ACCEPTED = 2
    DECLINED = 3
    EXPIRED = 4


@dataclass(frozen=True, slots=True)
class Choice:
    """An option of a proposal in a list; no `total` for readers without prices."""

    id: str
    name: str
    status: str
    is_recommended: bool
    expires_at: datetime | None
    decided_at: datetime | None
    time_zone: str
    total: Money | None


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A proposal in a list, with the options that its reader may know of. `title` is the kind of job it is for."""

    id: str
    stage: Stage
    title: str
    open_until: datetime | None
    listed_at: datetime
    customer_name: str
    place: str
    address: str
    options: tuple[Choice, ...]

    @property
    def is_waiting(self) -> bool:
        return self.stage in (Stage.WAITING, Stage.WAITING_WITHOUT_END)

    @property
    def chosen(self) -> Choice:
        """What the row is about: the accepted option, else the recommended one, else the first."""
        sold = [option for option in self.options if option.status == EstimateStatus.SOLD]
        advised = [option for option in self.options if option.is_recommended]
        return (sold or advised or list(self.options))[0]

    @property
    def offered(self) -> tuple[Choice, ...]:
        """The options that count: those that wait, those that were declined, or the one that was accepted."""
        if self.stage == Stage.ACCEPTED:
            return (self.chosen,)
        wanted = EstimateStatus.DISMISSED if self.stage == Stage.DECLINED else EstimateStatus.OPEN
        return tuple(option for option in self.options if option.status == wanted) or self.options


@dataclass(frozen=True, slots=True)
class HomeFacts:
    """What home shows: bills, memberships with a visit due, and the first estimates that wait for an answer.

    Without `has_accepted` no work waits for its visit, and nobody has to ask.
    """

    bills: Home
    due: list[Membership]
    estimates: list[ProposalRow]
    has_accepted: bool


@reading
def proposals(
    *, scope: Scope, billing: Scope, now: datetime, after: UUID | None = None, limit: int = 10
) -> list[ProposalRow]:
    """A page: waiting ones by the day they expire, then accepted, declined, expired; `after` ended the page before."""
    values = _values(scope, billing) | {"now": now, "after": after, "limit": limit}
    return [_row(row) for row in fetch_json(sql.PROPOSALS, **values)]


@reading
def proposals_of_job(*, scope: Scope, billing: Scope, job: UUID, now: datetime, limit: int = 20) -> list[ProposalRow]:
    """The newest proposals that were made for a job."""
    values = _values(scope, billing) | {"now": now, "job": job, "limit": limit}
    return [_row(row) for row in fetch_json(sql.OF_JOB, **values)]


def home_values(*, billing: Scope, service: Scope, booking: Scope, now: datetime) -> dict[str, Any]:
    """What the statement of home is asked with."""
    return billing.as_parameters() | {
        "service_customers": service.customer_ids,
        "service_locations": service.location_ids,
        "booking_customers": booking.customer_ids,
        "now": now,
    }


@reading
def home_of(
    found: dict[str, Any], *, billing: Scope, service: Scope, currency: str, now: datetime, limit: int
) -> HomeFacts:
    """Home from what its statement found; a second one where an estimate waits for an answer."""
    bills, due = memberships.home_of(found["home"], currency)
    waiting = _waiting(service, billing, now, limit) if found["has_waiting"] else []
    return HomeFacts(bills, due, waiting, found["has_accepted"])


def _waiting(scope: Scope, billing: Scope, now: datetime, limit: int) -> list[ProposalRow]:
    """The estimates that expire first."""
    return [_row(row) for row in fetch_json(sql.WAITING, **_values(scope, billing), now=now, limit=limit)]


def _values(scope: Scope, billing: Scope) -> dict[str, Any]:
    places = {"billing_customers": billing.customer_ids, "billing_locations": billing.location_ids}
    return scope.as_parameters() | places


def _row(row: dict[str, Any]) -> ProposalRow:
    kept = ("id", "title", "customer_name", "place", "address")
    return ProposalRow(
        **{name: row[name] for name in kept},
        stage=Stage(row["stage"]),
        open_until=moment(row["open_until"]),
        listed_at=datetime.fromisoformat(row["listed_at"]),
        options=tuple(_choice(option, is_member=row["is_member"]) for option in row["options"]),
    )


def _choice(row: dict[str, Any], *, is_member: bool) -> Choice:
    kept = ("id", "name", "status", "is_recommended", "time_zone")
    return Choice(
        **{name: row[name] for name in kept},
        expires_at=moment(row["expires_at"]),
        decided_at=moment(row["decided_at"]),
        total=_total(row, is_member=is_member),
    )


def _total(row: dict[str, Any], *, is_member: bool) -> Money | None:
    """What was signed, else what the page shows when it opens."""
    if row["content"] is None:
        return None
    offer = rules.offer(row["content"], is_member=is_member, terms_n=0)
    if row["approved"] is not None:
        return Money(row["approved"], offer.currency)
    return Money(rules.totals(offer, rules.suggested(offer)).total_minor, offer.currency)


def moment(text: str | None) -> datetime | None:
    """A moment as the database wrote it."""
    return datetime.fromisoformat(text) if text else None
