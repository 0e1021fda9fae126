"""One proposal as its reader may see it: its options, what was said and signed, and what can be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from portico.domain.billing import line_rules
from portico.domain.customers.queries import Scope
from portico.domain.estimates import rules
from portico.domain.estimates.difference_rules import standout
from portico.domain.estimates.enums import EstimateStatus
from portico.domain.estimates.models import EstimatePolicy
from portico.domain.estimates.queries import portal_page_sql as sql
from portico.domain.estimates.queries import undo
from portico.domain.estimates.queries.portal import moment
from portico.domain.estimates.queries.undo import UndoFacts
from portico.domain.estimates.rules import DepositTerms, Line, Offer
from portico.domain.estimates.words import DEFAULT_TERMS
from portico.foundation.tenancy.brands import BrandFacts
from portico.foundation.tenancy.scope import reading
from portico.foundation.tenancy.sql import fetch_json

UNDO_HOURS: int = EstimatePolicy._meta.get_field("undo_hours").default


class Standing(StrEnum):
    """How an option stands, in the customer's words."""

    WAITING = "waiting"
    EXPIRED = "expired"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    NOT_CHOSEN = "not chosen"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Words:
    """A line without amounts, for every reader."""

    ref: str
    name: str
    description: str
    quantity: str
    is_optional: bool
    is_suggested: bool


@dataclass(frozen=True, slots=True)
class Signed:
    """The approval that stands."""

    id: str
    at: datetime
    signer_name: str
    channel: str
    total_minor: int
    deposit_minor: int
    snapshot: str
    has_paper: bool


@dataclass(frozen=True, slots=True)
class Bill:
    """The invoice that was made of an estimate."""

    id: str
    number: str


@dataclass(frozen=True, slots=True)
class Option:
    """An estimate of the proposal. `offer`, `signed` and `bill` are for readers with prices."""

    id: UUID
    name: str
    number: str
    summary: str
    standing: Standing
    is_recommended: bool
    expires_at: datetime | None
    decided_at: datetime | None
    lines: tuple[Words, ...]
    offer: Offer | None
    signed: Signed | None
    bill: Bill | None
    has_bill: bool
    undo: UndoFacts | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """A message of the thread."""

    estimate: str
    kind: str
    side: str
    item_name: str
    text: str
    author_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class JobFacts:
    """The job that it is for; `is_shown` says whether its page can be opened."""

    id: str
    number: str
    status: str
    completed_at: datetime | None
    is_shown: bool


@dataclass(frozen=True, slots=True)
class ProposalPage:
    """A proposal from the side of one of its estimates."""

    asked: UUID
    title: str
    customer: UUID
    customer_name: str
    location_key: int
    place: str
    address: str
    brand: BrandFacts
    job: JobFacts
    is_priced: bool
    is_seen: bool
    terms_n: int
    terms: str
    undo_hours: int
    reasons: tuple[str, ...]
    options: tuple[Option, ...]
    messages: tuple[Said, ...]

    @property
    def option(self) -> Option:
        """The one that was asked for."""
        return next(option for option in self.options if option.id == self.asked)

    @property
    def waiting(self) -> tuple[Option, ...]:
        return tuple(option for option in self.options if option.standing == Standing.WAITING)

    @property
    def own_lines(self) -> dict[UUID, frozenset[str]]:
        """Of each option that waits, the lines that not all of those have; amounts count where they may be seen."""
        offers = [_comparable(option) for option in self.waiting]
        found = zip(self.waiting, standout(offers), strict=True)
        own = {option.id: frozenset(line.ref for line in part.own) for option, part in found}
        return {option.id: own.get(option.id, frozenset()) for option in self.options}

    @property
    def accepted(self) -> Option | None:
        return self.first(Standing.ACCEPTED)

    @property
    def open_until(self) -> datetime | None:
        """Until when one of those that wait holds; None for no end."""
        known = [option.expires_at for option in self.waiting if option.expires_at is not None]
        return max(known) if known and len(known) == len(self.waiting) else None

    def first(self, standing: Standing) -> Option | None:
        """The one that was asked for if it stands so, else the first of those that do."""
        return next((option for option in (self.option, *self.options) if option.standing == standing), None)


@reading
def proposal_page(*, scope: Scope, billing: Scope, estimate: UUID, login: UUID, now: datetime) -> ProposalPage | None:
    """The proposal of an estimate; None where the scope does not hold it, or customers may not know of it."""
    found = fetch_json(
        sql.PAGE,
        **scope.as_parameters(),
        billing_customers=billing.customer_ids,
        billing_locations=billing.location_ids,
        estimate=estimate,
        login=login,
        now=now,
    )
    return None if found is None else _page(found, now)


def standing(*, status: str, is_other_chosen: bool, expires_at: datetime | None, now: datetime) -> Standing:
    """How an option stands today."""
    if rules.is_expired(status, expires_at, now):
        return Standing.EXPIRED
    if status == EstimateStatus.DISMISSED:
        return Standing.NOT_CHOSEN if is_other_chosen else Standing.DECLINED
    return _STANDINGS[EstimateStatus(status)]


_STANDINGS = {
    EstimateStatus.OPEN: Standing.WAITING,
    EstimateStatus.SOLD: Standing.ACCEPTED,
    EstimateStatus.WITHDRAWN: Standing.WITHDRAWN,
}


def _page(found: dict[str, Any], now: datetime) -> ProposalPage:
    terms = found["terms"] or {"n": 0, "text": str(DEFAULT_TERMS)}
    policy = found["policy"] or {"undo_hours": UNDO_HOURS, "reasons": []}
    kept = ("title", "customer_name", "location_key", "place", "address", "is_priced", "is_seen")
    return ProposalPage(
        **{name: found[name] for name in kept},
        asked=UUID(found["asked"]),
        customer=UUID(found["customer"]),
        brand=BrandFacts.of(found["brand"]),
        job=JobFacts(**found["job"] | {"completed_at": moment(found["job"]["completed_at"])}),
        terms_n=terms["n"],
        terms=terms["text"],
        undo_hours=policy["undo_hours"],
        reasons=tuple(policy["reasons"]),
        options=tuple(_option(row, found, terms["n"], now) for row in found["options"]),
        messages=tuple(_said(row) for row in found["messages"]),
    )


def _option(row: dict[str, Any], page: dict[str, Any], terms_n: int, now: datetime) -> Option:
    offer = rules.offer(row["content"], is_member=page["is_member"], terms_n=terms_n)
    expires_at = moment(row["expires_at"])
    return Option(
        id=UUID(row["id"]),
        name=offer.name,
        number=offer.number,
        summary=offer.summary,
        standing=standing(status=row["status"], is_other_chosen=row["is_other_chosen"], expires_at=expires_at, now=now),
        is_recommended=row["is_recommended"],
        expires_at=expires_at,
        decided_at=moment(row["decided_at"]),
        lines=tuple(_words(line) for line in offer.lines),
        offer=offer if page["is_priced"] else None,
        signed=_signed(row["approval"]),
        bill=Bill(**row["invoice"]) if row["invoice"] else None,
        has_bill=row["has_invoice"],
        undo=undo.facts(row["undo"]) if row["undo"] else None,
    )


def _words(line: rules.Line) -> Words:
    return Words(
        line.ref, line.name, line.description, line_rules.plain(line.quantity), line.is_optional, line.is_suggested
    )


def _comparable(option: Option) -> Offer:
    """What options are compared by: without prices, only their words and quantities."""
    if option.offer is not None:
        return option.offer
    lines = tuple(
        Line(line.ref, line.name, "", Decimal(line.quantity), 0, 0, is_optional=line.is_optional)
        for line in option.lines
    )
    return Offer("", "", "", "", "", lines, None, 0, DepositTerms(), None, is_member=False, terms_n=0)


def _signed(row: dict[str, Any] | None) -> Signed | None:
    if row is None:
        return None
    return Signed(
        id=row["id"],
        at=datetime.fromisoformat(row["at"]),
        signer_name=row["signer_name"],
        channel=row["channel"],
        total_minor=row["total"],
        deposit_minor=row["deposit"],
        snapshot=row["snapshot"],
        has_paper=row["has_paper"],
    )


def _said(row: dict[str, Any]) -> Said:
    return Said(**row | {"at": datetime.fromisoformat(row["at"])})
