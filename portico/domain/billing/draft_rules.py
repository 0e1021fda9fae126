"""What the office writes into an invoice, what it comes to, and what cannot stand there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from portico.domain.billing.errors import BadInvoice
from portico.domain.billing.line_rules import line_total, tax_of

MOST_LINES = 40
MOST_QUANTITY = Decimal(100_000)
MOST_MINOR = 10**11
TITLE_LETTERS, LINE_LETTERS, TEXT_LETTERS = 300, 500, 4000


@dataclass(frozen=True, slots=True)
class WrittenLine:
    """A line as it was written; a price below zero is a rebate."""

    name: str
    quantity: Decimal
    price_minor: int
    description: str = ""
    is_taxable: bool = True

    @property
    def total_minor(self) -> int:
        return line_total(self.quantity, self.price_minor)


@dataclass(frozen=True, slots=True)
class WrittenInvoice:
    """An invoice as it was written. Without a job it says where and by whom the work was done, or neither.

    Without `due_on` the customer's payment term counts. `seen_version` is what the writer saw; none for a new one.
    """

    lines: tuple[WrittenLine, ...]
    title: str = ""
    job_number: str = ""
    location: UUID | None = None
    business_unit: UUID | None = None
    due_on: date | None = None
    tax_rate: Decimal = Decimal(0)
    seen_version: int | None = None


@dataclass(frozen=True, slots=True)
class Sum:
    """What an invoice comes to, in minor units."""

    subtotal_minor: int
    tax_minor: int

    @property
    def total_minor(self) -> int:
        return self.subtotal_minor + self.tax_minor


def sum_of(lines: Sequence[WrittenLine], tax_rate: Decimal) -> Sum:
    """Each line rounded, then the tax on what is taxed, rounded once."""
    taxed = sum(line.total_minor for line in lines if line.is_taxable)
    return Sum(sum(line.total_minor for line in lines), tax_of(tax_rate, taxed))


def check(written: WrittenInvoice) -> None:
    """BadInvoice for the first thing that cannot be."""
    if len(written.title) > TITLE_LETTERS:
        raise BadInvoice(_("Write at most %(n)s letters.") % {"n": TITLE_LETTERS}, field="title")
    if not 0 <= written.tax_rate < 1:
        raise BadInvoice(_("A tax rate lies between 0 and 100 percent."), field="tax_percent")
    if not written.lines:
        raise BadInvoice(_("Enter at least one item."), field="name", line=0)
    if len(written.lines) > MOST_LINES:
        raise BadInvoice(_("An invoice holds at most %(n)s items.") % {"n": MOST_LINES}, field="lines")
    for nth, line in enumerate(written.lines):
        _check_line(line, nth)
    if sum_of(written.lines, written.tax_rate).total_minor <= 0:
        told = _("The items come to nothing. An invoice asks for more than zero; give credit to take something off.")
        raise BadInvoice(told, field="price", line=0)


def _check_line(line: WrittenLine, nth: int) -> None:
    if not line.name.strip() or len(line.name) > LINE_LETTERS:
        raise BadInvoice(_("Give the item a name."), field="name", line=nth)
    if len(line.description) > TEXT_LETTERS:
        raise BadInvoice(_("Write at most %(n)s letters.") % {"n": TEXT_LETTERS}, field="description", line=nth)
    if not 0 < line.quantity <= MOST_QUANTITY:
        raise BadInvoice(_("Enter a quantity above zero."), field="quantity", line=nth)
    if abs(line.price_minor) > MOST_MINOR or line.quantity * abs(line.price_minor) > MOST_MINOR:
        raise BadInvoice(_("This amount is too large."), field="price", line=nth)


def check_due(due_on: date | None, *, today: date) -> None:
    """BadInvoice for an invoice that would be overdue when it is issued."""
    if due_on is not None and due_on < today:
        raise BadInvoice(_("This day is over. An invoice is due on the day it is issued, or later."), field="due_on")


def kept(lines: Sequence[WrittenLine]) -> list[dict[str, Any]]:
    """The lines as a draft keeps them."""
    return [
        {
            "name": line.name.strip(),
            "description": line.description.strip(),
            "quantity": f"{line.quantity:f}",
            "price_minor": line.price_minor,
            "is_taxable": line.is_taxable,
        }
        for line in lines
    ]


def read(rows: Sequence[Mapping[str, Any]]) -> tuple[WrittenLine, ...]:
    """The lines that a draft keeps."""
    return tuple(
        WrittenLine(row["name"], Decimal(row["quantity"]), row["price_minor"], row["description"], row["is_taxable"])
        for row in rows
    )
