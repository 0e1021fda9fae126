"""Invoices as customers see them. Every statement starts from a scope of customers with billing access."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from portico.domain.billing import rules
from portico.domain.billing.enums import InvoiceState, InvoiceWord
from portico.domain.billing.queries import invoice_sql as sql
from portico.domain.billing.queries.waiting import NOTHING_WAITS, Waiting, waiting_of
from portico.domain.customers.queries import Scope
from portico.foundation.tenancy.brands import BrandFacts
from portico.foundation.tenancy.scope import reading
from portico.foundation.tenancy.sql import fetch_json
from portico.kernel.money import Money


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """One line of a list. Ids stay text and amounts minor units: a list makes Money only of what it shows."""

    id: str
    number: str
    title: str
    customer: str
    issued_on: date
    due_on: date
    today: date
    currency: str
    total_minor: int
    paid_minor: int
    pending_minor: int
    word: InvoiceWord

    @property
    def total(self) -> Money:
        return Money(self.total_minor, self.currency)

    @property
    def paid(self) -> Money:
        return Money(self.paid_minor, self.currency)

    @property
    def pending(self) -> Money:
        """What a payment on its way covers already."""
        return Money(self.pending_minor, self.currency)

    @property
    def due(self) -> Money:
        """What can be paid now."""
        return Money(self.due_minor, self.currency)

    @property
    def due_minor(self) -> int:
        return self.total_minor - self.paid_minor - self.pending_minor

    @property
    def is_settled(self) -> bool:
        return self.word == InvoiceWord.PAID

    @property
    def is_overdue(self) -> bool:
        return self.word in (InvoiceWord.OVERDUE, InvoiceWord.PARTLY_PAID_OVERDUE)

    @classmethod
    def of(cls, row: dict[str, Any]) -> InvoiceRow:
        """From a row of ROW_COLUMNS."""
        total, paid, reserved, held = row["total"], row["paid"], row["reserved"], row["held"]
        due_on, today = date.fromisoformat(row["due_on"]), date.fromisoformat(row["today"])
        is_void = row["state"] == InvoiceState.VOID
        word = rules.invoice_word(
            total=total, paid=paid, reserved=reserved, held=held, due_on=due_on, today=today, is_void=is_void
        )
        return cls(
            id=row["id"],
            number=row["number"],
            title=row["title"],
            customer=row["customer"],
            issued_on=date.fromisoformat(row["issued_on"]),
            due_on=due_on,
            today=today,
            currency=row["currency"],
            total_minor=total,
            paid_minor=paid,
            pending_minor=reserved - held,
            word=word,
        )


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    description: str
    quantity: str
    price: Money
    total: Money


@dataclass(frozen=True, slots=True)
class Applied:
    """A payment on an invoice; with `is_credit` some of it came out of credit that lay on no invoice."""

    payment: UUID
    on: date
    method: str
    label: str
    amount: Money
    is_pending: bool
    is_credit: bool


@dataclass(frozen=True, slots=True)
class InvoicePage:
    """Everything the invoice page and its PDF show."""

    row: InvoiceRow
    subtotal: Money
    tax: Money
    bill_to: str
    bill_to_address: str
    job_number: str
    job_on: datetime | None
    location_name: str
    location_address: str
    brand: BrandFacts
    lines: list[Line]
    applied: list[Applied]


@dataclass(frozen=True, slots=True)
class NextVisit:
    """A coming visit for the home page."""

    id: str
    title: str
    starts_at: datetime
    ends_at: datetime
    status: str
    address: str
    time_zone: str
    phone: str


@dataclass(frozen=True, slots=True)
class Home:
    """What wants doing. `open_total` counts every open invoice, `open` shows the first few."""

    open: list[InvoiceRow]
    open_count: int
    payable_count: int
    open_total: Money
    overdue_count: int
    pending_total: Money
    failed: list[FailedPayment]
    visits: list[NextVisit]
    recent: list[InvoiceRow]
    waiting: Waiting


@dataclass(frozen=True, slots=True)
class OpenSums:
    """`open_count` counts those too that a payment on its way covers; `payable_count` only what can be paid."""

    open_count: int
    payable_count: int
    due: Money


@dataclass(frozen=True, slots=True)
class InvoiceList:
    """A page of one of the two lists, with what holds for all that is open; money waits beside what is to pay only."""

    rows: list[InvoiceRow]
    sums: OpenSums
    waiting: Waiting


@dataclass(frozen=True, slots=True)
class FailedPayment:
    """A payment that did not go through lately, and was not made good since."""

    id: UUID
    amount: Money
    failed_at: datetime


@reading
def home(*, billing: Scope, service: Scope, currency: str, now: datetime) -> Home:
    """The home page in one statement, however long the history is."""
    found = fetch_json(
        sql.HOME,
        customers=billing.customer_ids,
        locations=billing.location_ids,
        service_customers=service.customer_ids,
        service_locations=service.location_ids,
        now=now,
    )
    return home_of(found, currency)


def home_of(found: dict[str, Any], currency: str) -> Home:
    """From the JSON of HOME, which another statement may hold."""
    sums = found["sums"]
    return Home(
        open=[InvoiceRow.of(row) for row in found["open"]],
        open_count=sums["open_count"],
        payable_count=sums["payable_count"],
        open_total=Money(sums["due"], currency),
        overdue_count=sums["overdue_count"],
        pending_total=Money(sums["pending"], currency),
        failed=[
            FailedPayment(UUID(row["id"]), Money(row["amount"], row["currency"]), datetime.fromisoformat(row["at"]))
            for row in found["failed"]
        ],
        visits=[_visit(row) for row in found["visits"]],
        recent=[InvoiceRow.of(row) for row in found["recent"]],
        waiting=waiting_of(found["waiting"]),
    )


@reading
def invoices(
    *, scope: Scope, paid: bool, currency: str, now: datetime, after: UUID | None = None, limit: int = 25
) -> InvoiceList:
    """Unpaid invoices, the longest due first, or paid ones, newest first; `after` is the last of the page before."""
    statement = sql.PAID_LIST if paid else sql.OPEN_LIST
    found = fetch_json(statement, **scope.as_parameters(), now=now, after=after, limit=limit)
    sums = found["sums"]
    return InvoiceList(
        rows=[InvoiceRow.of(row) for row in found["rows"]],
        sums=OpenSums(sums["open_count"], sums["payable_count"], Money(sums["due"], currency)),
        waiting=waiting_of(found["waiting"]) if not paid else NOTHING_WAITS,
    )


@reading
def invoice_page(*, scope: Scope, invoice: UUID, now: datetime) -> InvoicePage | None:
    """One invoice with its lines and payments; None where the scope does not hold it."""
    found = fetch_json(sql.INVOICE, **scope.as_parameters(), invoice=invoice, now=now)
    return page_of(found) if found else None


@reading
def invoice_paper(*, invoice: UUID, now: datetime) -> InvoicePage:
    """One invoice for the worker that prints it; whom it goes to was decided when the mail was queued."""
    return page_of(fetch_json(sql.INVOICE_OF_COMPANY, invoice=invoice, now=now))


def page_of(found: dict[str, Any]) -> InvoicePage:
    """From the JSON object of the invoice statements."""
    row = InvoiceRow.of(found["row"])
    currency = row.currency
    return InvoicePage(
        row=row,
        subtotal=Money(found["subtotal"], currency),
        tax=Money(found["tax"], currency),
        bill_to=found["bill_to"],
        bill_to_address=found["bill_to_address"],
        job_number=found["job_number"] or "",
        job_on=datetime.fromisoformat(found["job_on"]) if found["job_on"] else None,
        location_name=found["location_name"] or "",
        location_address=found["location_address"] or "",
        brand=BrandFacts.of(found["brand"]),
        lines=[_line(line, currency) for line in found["lines"]],
        applied=[_applied(part, currency) for part in found["applied"]],
    )


def _line(line: dict[str, Any], currency: str) -> Line:
    quantity = line["quantity"].rstrip("0").rstrip(".") if "." in line["quantity"] else line["quantity"]
    return Line(
        name=line["name"],
        description=line["description"],
        quantity=quantity,
        price=Money(line["price"], currency),
        total=Money(line["total"], currency),
    )


def _applied(part: dict[str, Any], currency: str) -> Applied:
    return Applied(
        payment=UUID(part["payment"]),
        on=date.fromisoformat(part["on"]),
        method=part["method"],
        label=part["label"],
        amount=Money(part["amount"], currency),
        is_pending=part["is_pending"],
        is_credit=part["is_credit"],
    )


def _visit(row: dict[str, Any]) -> NextVisit:
    return NextVisit(
        id=row["id"],
        title=row["title"],
        starts_at=datetime.fromisoformat(row["starts_at"]),
        ends_at=datetime.fromisoformat(row["ends_at"]),
        status=row["status"],
        address=row["address"],
        time_zone=row["time_zone"],
        phone=row["phone"],
    )


@reading
def of_these(*, scope: Scope, invoices: Sequence[str]) -> set[str]:
    """Those of the invoices that lie within the scope."""
    return set(fetch_json(sql.OF_THESE, customers=scope.customer_ids, locations=scope.location_ids, invoices=invoices))
