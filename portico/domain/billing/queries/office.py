"""What the office sees of customers: found ones, the record, jobs and invoices page by page, one invoice."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from portico.domain.billing import rules
from portico.domain.billing.enums import InvoiceWord
from portico.domain.billing.queries import office_sql as sql
from portico.domain.customers import search
from portico.domain.customers.enums import PortalStatus
from portico.foundation.tenancy.scope import reading
from portico.foundation.tenancy.sql import fetch_json
from portico.kernel import clock
from portico.kernel.money import Money

PAGE = 25
FIRST = 10
MANY = 50
_NUMBER = re.compile(r"(?:(?:invoice|inv|job|no)\b\.?\s*)?#?\s*([\w./-]*\d[\w./-]*)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PortalCount:
    """How many addresses stand on the record, and how far they are."""

    addresses: int
    active: int
    invited: int

    @property
    def status(self) -> PortalStatus:
        if self.active:
            return PortalStatus.ACTIVE
        return PortalStatus.INVITED if self.invited else PortalStatus.EMPTY


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A customer in a list. `via` is `invoice` or `job` where that number was typed."""

    id: UUID
    name: str
    number: str
    address: str
    phone: str
    is_active: bool
    do_not_service: bool
    open: Money
    portal: PortalCount
    via: str

    @classmethod
    def of(cls, row: dict[str, Any]) -> CustomerRow:
        currency = row.pop("currency")
        made = {"id": UUID(row["id"]), "open": Money(row["open"], currency), "portal": PortalCount(**row["portal"])}
        return cls(**row | made)


@dataclass(frozen=True, slots=True)
class Head:
    """Who the record is of. `today` is the day at its branch."""

    id: UUID
    key: int
    name: str
    number: str
    type: str
    address: str
    memo: str
    is_active: bool
    do_not_service: bool
    do_not_mail: bool
    branch: str
    zone: str
    currency: str
    today: date
    merged_into: UUID | None

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Head:
        made = {name: row[name] for name in cls.__slots__}
        merged = row["merged_into"]
        made |= {"id": UUID(row["id"]), "today": date.fromisoformat(row["today"])}
        return cls(**made | {"merged_into": UUID(merged) if merged else None})


@dataclass(frozen=True, slots=True)
class JobRow:
    id: UUID
    number: str
    type: str
    status: str
    created_at: str
    place: str
    visit_at: str | None
    visits: int


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """An invoice in the office. `due` is total − paid − pending; an open checkout still counts as due."""

    id: UUID
    number: str
    title: str
    job: str | None
    issued_on: date
    due_on: date
    total: Money
    due: Money
    word: InvoiceWord

    @classmethod
    def of(cls, row: dict[str, Any], *, today: date) -> InvoiceLine:
        due = row["total"] - row["paid"] - row["reserved"] + row["held"]
        issued_on, due_on = date.fromisoformat(row["issued_on"]), date.fromisoformat(row["due_on"])
        word = rules.invoice_word(
            total=row["total"], paid=row["paid"], reserved=row["reserved"], held=row["held"],
            due_on=due_on, today=today, is_void=row["state"] == "void",
        )  # fmt: skip
        return cls(
            id=UUID(row["id"]), number=row["number"], title=row["title"], job=row["job"], issued_on=issued_on,
            due_on=due_on, total=Money(row["total"], row["currency"]), due=Money(due, row["currency"]), word=word,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Record:
    """Everything of the record page but the Customer Portal table, the payments and the trail."""

    head: Head
    open: Money
    open_count: int
    overdue: Money
    overdue_count: int
    portal: PortalCount
    next_visit: dict[str, str] | None
    merged: list[str]
    contacts: list[dict[str, str]]
    locations: list[dict[str, Any]]
    location_count: int
    jobs: list[JobRow]
    has_more_jobs: bool
    invoices: list[InvoiceLine]
    has_more_invoices: bool

    @property
    def emails(self) -> list[str]:
        return [contact["email"] for contact in self.contacts if contact["email"]]


@dataclass(frozen=True, slots=True)
class InvoicePage:
    """One invoice: what is on it, what was paid, which mails went out, where it can be sent."""

    head: Head
    row: InvoiceLine
    branch: str
    place: str
    term: str
    subtotal: Money
    tax: Money
    paid: Money
    items: list[dict[str, Any]]
    payments: list[dict[str, Any]]
    mails: list[dict[str, Any]]
    addresses: list[dict[str, Any]]


@reading
def search_customers(typed: str, *, limit: int = PAGE) -> list[CustomerRow]:
    """Customers that fit what was typed, best first; an invoice or job of that number comes before all."""
    ids = [found.customer_id for found in search.find_customers(typed, limit=limit)]
    rows = fetch_json(sql.FOUND, ids=ids, numbers=_numbers(typed), limit=limit)
    return [CustomerRow.of(row) for row in rows]


@reading
def customers_by_name(*, after: UUID | None = None, limit: int = PAGE) -> list[CustomerRow]:
    """All customers by name, from after one of them."""
    return [CustomerRow.of(row) for row in fetch_json(sql.BY_NAME, after=after, limit=limit)]


@reading
def head_of(customer: UUID) -> Head | None:
    """Who a customer is; None for an unknown one."""
    found = fetch_json(sql.HEAD_ONLY, customer=customer, now=clock.now())
    return Head.of(found) if found else None


@reading
def record_of(customer: UUID) -> Record | None:
    """A customer's record; None for an unknown one."""
    row = fetch_json(sql.RECORD, customer=customer, now=clock.now(), limit=FIRST + 1, before=None, many=MANY)
    return _record(row) if row else None


def _record(row: dict[str, Any]) -> Record:
    head, sums = Head.of(row), row["sums"]
    invoices = [InvoiceLine.of(each, today=head.today) for each in row["invoices"]]
    jobs = [_job(each) for each in row["jobs"]]
    return Record(
        head=head,
        open=Money(sums["open"], head.currency),
        open_count=sums["count"],
        overdue=Money(sums["overdue"], head.currency),
        overdue_count=sums["overdue_count"],
        portal=PortalCount(**row["portal"]),
        jobs=jobs[:FIRST],
        has_more_jobs=len(jobs) > FIRST,
        invoices=invoices[:FIRST],
        has_more_invoices=len(invoices) > FIRST,
        **{name: row[name] for name in ("next_visit", "merged", "contacts", "locations", "location_count")},
    )


@reading
def jobs_of(customer: UUID, *, before: UUID | None = None, limit: int = PAGE) -> list[JobRow]:
    """A customer's jobs, newest first, from before one of them."""
    return [_job(row) for row in fetch_json(sql.JOBS_PAGE, customer=customer, before=before, limit=limit)]


@reading
def invoices_of(head: Head, *, before: UUID | None = None, limit: int = PAGE) -> list[InvoiceLine]:
    """A customer's invoices, newest first, from before one of them."""
    rows = fetch_json(sql.INVOICES_PAGE, customer=head.id, before=before, limit=limit)
    return [InvoiceLine.of(row, today=head.today) for row in rows]


@reading
def invoice_of(customer: UUID, invoice: UUID) -> InvoicePage | None:
    """An invoice of this customer; None where there is none such."""
    row = fetch_json(sql.INVOICE, customer=customer, invoice=invoice, now=clock.now())
    return _invoice(row) if row else None


def _invoice(row: dict[str, Any]) -> InvoicePage:
    head, currency = Head.of(row["customer"]), row["row"]["currency"]
    return InvoicePage(
        head=head,
        row=InvoiceLine.of(row["row"], today=head.today),
        subtotal=Money(row["subtotal"], currency),
        tax=Money(row["tax"], currency),
        paid=Money(row["row"]["paid"], currency),
        items=[_priced(each, currency, "price", "total") for each in row["items"]],
        payments=[_priced(each, currency, "amount") for each in row["payments"]],
        **{name: row[name] for name in ("branch", "place", "term", "mails", "addresses")},
    )


def _job(row: dict[str, Any]) -> JobRow:
    return JobRow(**row | {"id": UUID(row["id"])})


def _priced(row: dict[str, Any], currency: str, *names: str) -> dict[str, Any]:
    return row | {name: Money(row[name], currency) for name in names}


def _numbers(typed: str) -> list[str]:
    """The typed text as it may stand for a number; invoices and jobs are found by the whole of it only."""
    found = _NUMBER.fullmatch(typed[: search.LONGEST])
    return list({found[1], found[1].upper()}) if found else []
