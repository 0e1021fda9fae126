"""Statements of one customer's account: what is open on a day, and what happened between two days.

Who asks must be entitled to the whole account: a statement of a part of it would give the rest away.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from portico.domain.billing import statement_rules as rules
from portico.domain.billing.queries import statement_sql as sql
from portico.domain.billing.statement_rules import Ageing, Open, Span
from portico.foundation.tenancy.brands import BrandFacts
from portico.foundation.tenancy.scope import reading
from portico.foundation.tenancy.sql import fetch_json
from portico.kernel import clock

MOST_LINES = 1000


@dataclass(frozen=True, slots=True)
class Account:
    """Whose statement it is. `today` is the day at its branch, `brand` that branch."""

    id: UUID
    name: str
    number: str
    address: str
    currency: str
    today: date
    brand: BrandFacts


@dataclass(frozen=True, slots=True)
class Item:
    """An invoice with a balance, or a credit memo that is not used up. `pending` is on its way from a bank."""

    id: UUID
    number: str
    title: str
    issued_on: date
    due_on: date
    total: int
    paid: int
    pending: int
    has_page: bool

    @property
    def balance(self) -> int:
        return self.total - self.paid


@dataclass(frozen=True, slots=True)
class Kept:
    """A deposit that was held on the day for work that was not invoiced yet."""

    title: str
    amount: int


@dataclass(frozen=True, slots=True)
class OpenStatement:
    """What is open on a day."""

    account: Account
    on: date
    items: list[Item]
    memos: list[Item]
    kept: list[Kept]
    ageing: Ageing

    @property
    def unapplied(self) -> int:
        """Money that is not on any invoice and may go on one; credit memos stand for themselves."""
        return self.ageing.credit + sum(memo.balance for memo in self.memos)

    @property
    def total_due(self) -> int:
        """What there is to pay; below zero it is the customer's."""
        return self.ageing.balance - self.ageing.pending


@dataclass(frozen=True, slots=True)
class Line:
    """Something that moved the account: an invoice, or entries of one kind of one payment on one day.

    `given` is the payment's own amount, below zero where money was given back. `is_own` is false where another
    customer paid an invoice of this one, `is_elsewhere` true where this one paid another's.
    """

    on: date
    kind: str
    amount: int
    invoice: UUID | None
    number: str
    title: str
    has_page: bool
    payment: UUID | None
    label: str
    given: int
    covers: tuple[str, ...]
    deposit: str
    is_own: bool
    is_elsewhere: bool
    is_of_customer: bool
    balance: int


@dataclass(frozen=True, slots=True)
class Activity:
    """What happened between two days, with the balance carried forward: `closing` counts what is kept as paid."""

    account: Account
    span: Span
    opening: int
    lines: list[Line]
    closing: int
    kept: list[Kept]
    ageing: Ageing

    @property
    def total_due(self) -> int:
        """What there was to pay at the end of the last day; below zero it is the customer's."""
        return self.ageing.balance - self.ageing.pending


class TooManyLines(Exception):
    """More happened between these days than one statement holds."""


@reading
def open_statement(*, customer: int, on: date) -> OpenStatement:
    """Every invoice with a balance at the end of that day, the longest due first."""
    found = fetch_json(sql.AS_OF, customer=customer, until=on, now=clock.now())
    items = [_item(row) for row in found["items"]]
    return OpenStatement(
        account=_account(found["account"]),
        on=on,
        items=[item for item in items if item.balance > 0],
        memos=[item for item in items if item.balance < 0],
        kept=(kept := [Kept(**row) for row in found["kept"]]),
        ageing=_ageing(items, kept, on=on, balance=found["balance"]),
    )


@reading
def activity(*, customer: int, span: Span) -> Activity:
    """Everything that moved the account between two days; TooManyLines beyond what one statement holds."""
    found = fetch_json(
        sql.ACTIVITY,
        customer=customer,
        since=span.since,
        until=span.until,
        now=clock.now(),
        limit=MOST_LINES + 1,
    )
    rows = found["lines"]
    if len(rows) > MOST_LINES:
        raise TooManyLines
    balances = rules.carry(found["opening"], [row["amount"] for row in rows])
    closing = balances[-1] if balances else found["opening"]
    items = [_item(row) for row in found["items"]]
    return Activity(
        account=_account(found["account"]),
        span=span,
        opening=found["opening"],
        lines=[_line(row, balance) for row, balance in zip(rows, balances, strict=True)],
        closing=closing,
        kept=(kept := [Kept(**row) for row in found["kept"]]),
        ageing=_ageing(items, kept, on=span.until, balance=closing),
    )


@reading
def customer_key(customer: UUID) -> int | None:
    """The primary key of a customer; None for an unknown one."""
    found: int | None = fetch_json(sql.CUSTOMER_KEY, customer=str(customer))
    return found


def _ageing(items: list[Item], kept: list[Kept], *, on: date, balance: int) -> Ageing:
    opens = (Open(item.due_on, item.balance, item.pending) for item in items)
    return rules.age(opens, on=on, balance=balance, kept=sum(one.amount for one in kept))


def _account(found: dict[str, Any]) -> Account:
    return Account(
        id=UUID(found["id"]),
        name=found["name"],
        number=found["number"],
        address=found["address"],
        currency=found["currency"],
        today=date.fromisoformat(found["today"]),
        brand=BrandFacts.of(found["brand"]),
    )


def _item(row: dict[str, Any]) -> Item:
    made = {"id": UUID(row["id"]), "issued_on": date.fromisoformat(row["issued_on"])}
    return Item(**row | made | {"due_on": date.fromisoformat(row["due_on"])})


def _line(row: dict[str, Any], balance: int) -> Line:
    return Line(
        on=date.fromisoformat(row["day"]),
        kind=row["kind"],
        amount=row["amount"],
        invoice=UUID(row["invoice"]) if row["invoice"] else None,
        number=row["number"] or "",
        title=row["title"] or "",
        has_page=bool(row["has_page"]),
        payment=UUID(row["payment"]) if row["payment"] else None,
        label=row["label"] or "",
        given=row["given"] or 0,
        covers=tuple(row["covers"]),
        deposit=row["deposit"] or "",
        is_own=row["is_own"],
        is_elsewhere=row["is_elsewhere"],
        is_of_customer=bool(row["is_of_customer"]),
        balance=balance,
    )
