"""What an estimate offers, what it comes to, and in what two offers differ."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from portico.domain.billing.line_rules import line_total, plain, rounded, tax_of
from portico.domain.estimates.enums import DepositKind, EstimateStatus, ProposalState
from portico.domain.estimates.errors import NameMissing, TextMissing, UnknownLine
from portico.kernel.text import squeeze

MOST_NAME_LETTERS = 200
MOST_LETTERS = 2000
JOB_AT_WORK, JOB_DONE = "InProgress", "Completed"
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Item:
    """A line as the office keeps it. `member_price_minor`: the price of one for members; none, the same for all."""

    ref: str
    name: str
    description: str
    quantity: Decimal
    price_minor: int
    total_minor: int
    member_price_minor: int | None = None
    is_optional: bool = False
    is_suggested: bool = False
    is_taxable: bool = True


@dataclass(frozen=True, slots=True)
class DepositTerms:
    """What is asked for on approval: `minor` of a fixed one, `percent` of a part of the total."""

    kind: str = DepositKind.NONE
    minor: int = 0
    percent: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Head:
    """An estimate without its lines, as the office keeps it."""

    estimate: str
    number: str
    name: str
    summary: str
    currency: str
    tax_rate: Decimal | None = None
    tax_minor: int = 0
    deposit: DepositTerms = field(default_factory=DepositTerms)
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line as one reader is offered it. `ref` is the item's public id; `regular_minor` the total without membership
    where a member's price counts."""

    ref: str
    name: str
    description: str
    quantity: Decimal
    price_minor: int
    total_minor: int
    regular_minor: int | None = None
    is_optional: bool = False
    is_suggested: bool = False
    is_taxable: bool = True


@dataclass(frozen=True, slots=True)
class Offer:
    """All that is agreed to by approving, save the choice of optional lines.

    With `tax_rate` the tax follows the lines that are chosen, else `tax_minor` stands. `is_member`: a price of members
    counts in it.
    """

    estimate: str
    number: str
    name: str
    summary: str
    currency: str
    lines: tuple[Line, ...]
    tax_rate: Decimal | None
    tax_minor: int
    deposit: DepositTerms
    expires_at: datetime | None
    is_member: bool
    terms_n: int


@dataclass(frozen=True, slots=True)
class Totals:
    subtotal_minor: int
    tax_minor: int
    total_minor: int
    deposit_minor: int


# --- What is stored, and what it offers to whom -----------------------------------------------------------------


def content_of(head: Head, items: Iterable[Item]) -> dict[str, Any]:
    """The content of an EstimateVersion: nothing but what customers may see, equal for equal estimates."""
    return {
        "estimate": head.estimate,
        "number": head.number,
        "name": head.name,
        "summary": head.summary,
        "currency": head.currency,
        "tax_rate": None if head.tax_rate is None else plain(head.tax_rate),
        "tax_minor": head.tax_minor if head.tax_rate is None else 0,
        "deposit": _deposit_json(head.deposit),
        "expires_at": _moment(head.expires_at),
        "lines": [_item_json(item) for item in items],
    }


def offer(content: Mapping[str, Any], *, is_member: bool, terms_n: int) -> Offer:
    """What a stored version offers to a member, or to anybody else."""
    rate, deposit, until = content["tax_rate"], content["deposit"], content["expires_at"]
    counts = is_member and any(line["member_price_minor"] is not None for line in content["lines"])
    return Offer(
        estimate=content["estimate"],
        number=content["number"],
        name=content["name"],
        summary=content["summary"],
        currency=content["currency"],
        lines=tuple(_line(line, is_member=is_member) for line in content["lines"]),
        tax_rate=None if rate is None else Decimal(rate),
        tax_minor=content["tax_minor"],
        deposit=DepositTerms(deposit["kind"], deposit["minor"], Decimal(deposit["percent"])),
        expires_at=None if until is None else datetime.fromisoformat(until),
        is_member=counts,
        terms_n=terms_n,
    )


# --- What it comes to -------------------------------------------------------------------------------------------


def suggested(offer: Offer) -> frozenset[str]:
    """The optional lines that are ticked to begin with."""
    return frozenset(line.ref for line in offer.lines if line.is_optional and line.is_suggested)


def included(offer: Offer, chosen: Collection[str]) -> tuple[Line, ...]:
    """The lines that count when these optional ones are chosen; UnknownLine for any other ref."""
    optional = {line.ref for line in offer.lines if line.is_optional}
    if not optional.issuperset(chosen):
        raise UnknownLine.gone()
    return tuple(line for line in offer.lines if not line.is_optional or line.ref in chosen)


def totals(offer: Offer, chosen: Collection[str]) -> Totals:
    """What is to be paid when these optional lines are chosen."""
    lines = included(offer, chosen)
    subtotal = sum(line.total_minor for line in lines)
    tax = offer.tax_minor
    if offer.tax_rate is not None:
        tax = tax_of(offer.tax_rate, sum(line.total_minor for line in lines if line.is_taxable))
    total = subtotal + tax
    return Totals(subtotal, tax, total, deposit(offer.deposit, total))


def deposit(terms: DepositTerms, total_minor: int) -> int:
    """What is asked for in advance: never more than the total."""
    is_part = terms.kind == DepositKind.PERCENT
    asked = rounded(terms.percent * total_minor / HUNDRED) if is_part else terms.minor
    return max(0, min(asked, total_minor))


def base_totals(content: Mapping[str, Any]) -> Totals:
    """What the columns of an Estimate say: without the optional lines, at the price for everybody."""
    return totals(offer(content, is_member=False, terms_n=0), ())


# --- What was shown ---------------------------------------------------------------------------------------------


def version_hash(offer: Offer) -> str:
    """What a page posts as `shown`. The order of the lines is no part of what is agreed to."""
    return digest(canonical(as_json(replace(offer, lines=tuple(sorted(offer.lines, key=lambda line: line.ref))))))


def canonical(value: Any) -> str:
    """One text for one JSON value, whatever the order of its keys."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest(text: str) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def as_json(offer: Offer) -> dict[str, Any]:
    """An offer as JSON, for its hash and for the proof."""
    return {
        "estimate": offer.estimate,
        "number": offer.number,
        "name": offer.name,
        "summary": offer.summary,
        "currency": offer.currency,
        "lines": [_line_json(line) for line in offer.lines],
        "tax_rate": None if offer.tax_rate is None else plain(offer.tax_rate),
        "tax_minor": offer.tax_minor,
        "deposit": _deposit_json(offer.deposit),
        "expires_at": _moment(offer.expires_at),
        "is_member": offer.is_member,
        "terms_n": offer.terms_n,
    }


# --- What may be done -------------------------------------------------------------------------------------------


class UndoBar(StrEnum):
    """Why an approval can no longer be taken back."""

    TOO_LATE = "too_late"
    WORK_BEGAN = "work_began"
    BOOKED = "booked"
    INVOICED = "invoiced"
    DEPOSIT_PAID = "deposit_paid"


def undo_bar(
    *,
    approved_at: datetime,
    hours: int,
    now: datetime,
    job_status: str,
    is_visit_begun: bool,
    is_booked: bool,
    is_invoiced: bool,
    is_deposit_paid: bool,
    job_completed_at: datetime | None = None,
    decided_at: datetime | None = None,
) -> UndoBar | None:
    """What stands against taking an approval back; None when nothing does.

    `approved_at` and `now` are of the real clock. `is_visit_begun`: a visit of the job was dispatched, worked or done
    after the approval. `is_booked`: a visit for its work is to come. `is_deposit_paid`: its money is there or on its
    way. A job that was completed before it was decided is the one that the estimate was made on: the work that
    is approved has not begun.
    """
    if is_invoiced:
        return UndoBar.INVOICED
    is_older = job_completed_at is not None and decided_at is not None and job_completed_at < decided_at
    if is_visit_begun or job_status == JOB_AT_WORK or (job_status == JOB_DONE and not is_older):
        return UndoBar.WORK_BEGAN
    if is_booked:
        return UndoBar.BOOKED
    if is_deposit_paid:
        return UndoBar.DEPOSIT_PAID
    return UndoBar.TOO_LATE if now >= undo_until(approved_at, hours) else None


def undo_until(approved_at: datetime, hours: int) -> datetime:
    """From when on an approval stands for good."""
    return approved_at + timedelta(hours=hours)


def is_expired(status: str, expires_at: datetime | None, now: datetime) -> bool:
    """Whether an open estimate no longer holds; nothing is written down for that."""
    return status == EstimateStatus.OPEN and expires_at is not None and expires_at <= now


def proposal_state(statuses: Collection[str]) -> ProposalState:
    """What the statuses of the active estimates of a proposal come to."""
    for status, state in _STATES:
        if status in statuses:
            return state
    return ProposalState.DRAFT


_STATES = (
    (EstimateStatus.SOLD, ProposalState.ACCEPTED),
    (EstimateStatus.OPEN, ProposalState.OPEN),
    (EstimateStatus.DISMISSED, ProposalState.DECLINED),
    (EstimateStatus.WITHDRAWN, ProposalState.WITHDRAWN),
)


def signer(typed: str) -> str:
    """A full name as it was typed, tidied; NameMissing when it can be nobody's."""
    name = squeeze("".join(letter for letter in typed if letter.isprintable() or letter.isspace()))
    if len(name) < 2 or not any(letter.isalpha() for letter in name):
        raise NameMissing.empty()
    if len(name) > MOST_NAME_LETTERS:
        raise NameMissing.too_long(MOST_NAME_LETTERS)
    return name


def message(typed: str, *, is_needed: bool = True) -> str:
    """What was written to the other side, tidied; TextMissing when it says nothing though it has to, or too much."""
    said = typed.replace("\r\n", "\n").replace("\0", "").strip()
    if is_needed and not said:
        raise TextMissing.empty()
    if len(said) > MOST_LETTERS:
        raise TextMissing.too_long(MOST_LETTERS)
    return said


# --- Between the two forms --------------------------------------------------------------------------------------


def _item_json(item: Item) -> dict[str, Any]:
    return {
        "ref": item.ref,
        "name": item.name,
        "description": item.description,
        "quantity": plain(item.quantity),
        "price_minor": item.price_minor,
        "member_price_minor": item.member_price_minor,
        "total_minor": item.total_minor,
        "is_optional": item.is_optional,
        "is_suggested": item.is_suggested,
        "is_taxable": item.is_taxable,
    }


def _line(row: Mapping[str, Any], *, is_member: bool) -> Line:
    quantity, special = Decimal(row["quantity"]), row["member_price_minor"]
    is_special = is_member and special is not None
    return Line(
        ref=row["ref"],
        name=row["name"],
        description=row["description"],
        quantity=quantity,
        price_minor=special if is_special else row["price_minor"],
        total_minor=line_total(quantity, special) if is_special else row["total_minor"],
        regular_minor=row["total_minor"] if is_special else None,
        is_optional=row["is_optional"],
        is_suggested=row["is_suggested"],
        is_taxable=row["is_taxable"],
    )


def _line_json(line: Line) -> dict[str, Any]:
    return {
        "ref": line.ref,
        "name": line.name,
        "description": line.description,
        "quantity": plain(line.quantity),
        "price_minor": line.price_minor,
        "total_minor": line.total_minor,
        "regular_minor": line.regular_minor,
        "is_optional": line.is_optional,
        "is_suggested": line.is_suggested,
        "is_taxable": line.is_taxable,
    }


def _deposit_json(terms: DepositTerms) -> dict[str, Any]:
    return {"kind": str(terms.kind), "minor": terms.minor, "percent": plain(terms.percent)}


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat()
