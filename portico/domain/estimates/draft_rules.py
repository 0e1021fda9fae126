"""What the office writes into an estimate, and what cannot stand there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from portico.domain.billing.line_rules import line_total, tax_of
from portico.domain.estimates.enums import DepositKind
from portico.domain.estimates.errors import BadDraft
from portico.domain.estimates.rules import DepositTerms

MOST_LINES = 40
MOST_QUANTITY = Decimal(100_000)
MOST_MINOR = 10**11
NAME_LETTERS, LINE_LETTERS, SKU_LETTERS, TEXT_LETTERS = 300, 500, 120, 4000
ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A line as it was written; a price below zero is a rebate. `ref` is the item's public id, empty for a new one."""

    name: str
    quantity: Decimal
    price_minor: int
    member_price_minor: int | None = None
    description: str = ""
    is_optional: bool = False
    is_suggested: bool = False
    is_taxable: bool = True
    sku: str = ""
    ref: str = ""


@dataclass(frozen=True, slots=True)
class EstimateDraft:
    """An estimate as it was written. `proposal`: of which it becomes an option; none, of a new one.

    `seen_version` is the version that the writer saw; none for a new estimate. Without `tax_rate` a tax that another
    system fixed stays as it is.
    """

    name: str
    lines: tuple[DraftLine, ...]
    summary: str = ""
    tax_rate: Decimal | None = None
    deposit: DepositTerms = field(default_factory=DepositTerms)
    expires_at: datetime | None = None
    is_recommended: bool = False
    proposal: UUID | None = None
    seen_version: int | None = None


def check(draft: EstimateDraft) -> None:
    """BadDraft for the first thing that cannot be."""
    if not draft.name.strip() or len(draft.name) > NAME_LETTERS:
        raise BadDraft(_("Give the option a name of at most %(n)s letters.") % {"n": NAME_LETTERS}, field="name")
    if len(draft.summary) > TEXT_LETTERS:
        raise BadDraft(_("Write at most %(n)s letters.") % {"n": TEXT_LETTERS}, field="summary")
    if draft.tax_rate is not None and not 0 <= draft.tax_rate < 1:
        raise BadDraft(_("A tax rate lies between 0 and 100 percent."), field="tax_rate")
    _check_deposit(draft.deposit)
    if not draft.lines:
        raise BadDraft(_("Enter at least one line."), field="lines")
    if len(draft.lines) > MOST_LINES:
        raise BadDraft(_("An estimate holds at most %(n)s lines.") % {"n": MOST_LINES}, field="lines")
    for nth, line in enumerate(draft.lines):
        _check_line(line, nth)


def _check_deposit(terms: DepositTerms) -> None:
    if terms.kind == DepositKind.FIXED and not 0 < terms.minor <= MOST_MINOR:
        raise BadDraft(_("Enter the amount of the deposit."), field="deposit_amount")
    if terms.kind == DepositKind.PERCENT and not 0 < terms.percent <= 100:
        raise BadDraft(_("The deposit is between 0 and 100 percent of the total."), field="deposit_percent")


def _check_line(line: DraftLine, nth: int) -> None:
    if not line.name.strip() or len(line.name) > LINE_LETTERS:
        raise BadDraft(_("Give the line a name."), field="name", line=nth)
    if not 0 < line.quantity <= MOST_QUANTITY:
        raise BadDraft(_("Enter a quantity above zero."), field="quantity", line=nth)
    if abs(line.price_minor) > MOST_MINOR or line.quantity * abs(line.price_minor) > MOST_MINOR:
        raise BadDraft(_("This amount is too large."), field="price", line=nth)
    special = line.member_price_minor
    lowest = 0 if line.price_minor >= 0 else -MOST_MINOR
    if special is not None and not lowest <= special <= line.price_minor:
        told = _("The price for members is no more than the price, and below zero only for a rebate.")
        raise BadDraft(told, field="member_price", line=nth)


def check_total(draft: EstimateDraft, *, fixed_tax_minor: int) -> None:
    """BadDraft when rebates come to more than the rest, for whoever chooses nothing but them.

    `fixed_tax_minor` counts without a tax rate.
    """
    rebates = [nth for nth, line in enumerate(draft.lines) if _lowest(line, is_member=True) < 0]
    if rebates and min(_least(draft, fixed_tax_minor, is_member=one) for one in (False, True)) < 0:
        told = _("The rebates come to more than the rest. Lower them, so that the total is zero or more.")
        raise BadDraft(told, field="price", line=rebates[0])


def _least(draft: EstimateDraft, fixed_tax_minor: int, *, is_member: bool) -> int:
    """The total with those of the optional lines that lower it."""
    amounts = [(line, _lowest(line, is_member=is_member)) for line in draft.lines]
    counted = [(line, amount) for line, amount in amounts if not line.is_optional or amount < 0]
    taxed = sum(amount for line, amount in counted if line.is_taxable)
    tax = fixed_tax_minor if draft.tax_rate is None else tax_of(draft.tax_rate, taxed)
    return sum(amount for _line, amount in counted) + tax


def _lowest(line: DraftLine, *, is_member: bool) -> int:
    special = line.member_price_minor if is_member else None
    return line_total(line.quantity, line.price_minor if special is None else special)
