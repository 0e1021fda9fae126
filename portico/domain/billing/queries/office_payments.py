"""Payments as the office sees them: the list, one with its story, those of a customer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from portico.domain.billing.enums import PaymentState
from portico.domain.billing.queries import office_payment_sql as sql
from portico.foundation.tenancy.scope import reading
from portico.foundation.tenancy.sql import fetch_json
from portico.kernel.money import Money

LIMIT = 50
AT_ONCE = 500


class Filter(StrEnum):
    """What the list can be narrowed to."""

    ALL = ""
    PAID = "paid"
    PENDING = "pending"
    STARTED = "started"
    FAILED = "failed"
    BACK = "back"
    ATTENTION = "attention"


STATES: dict[Filter, list[PaymentState]] = {
    Filter.PAID: [PaymentState.SUCCEEDED],
    Filter.PENDING: [PaymentState.PROCESSING, PaymentState.VERIFYING],
    Filter.STARTED: [PaymentState.OPEN],
    Filter.FAILED: [PaymentState.FAILED, PaymentState.CANCELED],
    Filter.BACK: [
        PaymentState.PARTIALLY_REFUNDED,
        PaymentState.REFUNDED,
        PaymentState.DISPUTED,
        PaymentState.CHARGED_BACK,
    ],
}


@dataclass(frozen=True, slots=True)
class OfficePaymentRow:
    """A payment in a list. `net` is what of it is still here."""

    id: UUID
    at: datetime
    zone: str
    amount: Money
    net: Money
    state: PaymentState
    method: str
    method_label: str
    channel: str
    by: str
    customer: UUID
    customer_name: str
    invoices: list[str]
    deposit: str
    failure: str
    receipt: str | None
    reference: str
    is_voided: bool
    has_trouble: bool

    @property
    def on(self) -> date:
        """The day at the customer's branch."""
        return self.at.astimezone(ZoneInfo(self.zone)).date()

    @classmethod
    def of(cls, row: dict[str, Any]) -> OfficePaymentRow:
        currency = row["currency"]
        plain = (
            "zone",
            "method",
            "method_label",
            "channel",
            "by",
            "customer_name",
            "invoices",
            "deposit",
            "failure",
            "receipt",
            "reference",
        )
        return cls(
            id=UUID(row["id"]),
            at=datetime.fromisoformat(row["at"]),
            amount=Money(row["amount"], currency),
            net=Money(row["received"] - row["refunded"] - row["taken"], currency),
            state=PaymentState(row["state"]),
            customer=UUID(row["customer"]),
            is_voided=row["is_voided"],
            has_trouble=row["has_trouble"],
            **{name: row[name] for name in plain},
        )


@dataclass(frozen=True, slots=True)
class OfficePaymentPage:
    """Payments, newest first; `older` continues the list."""

    rows: list[OfficePaymentRow]
    older: UUID | None


@dataclass(frozen=True, slots=True)
class OfficePayment:
    """One payment with its story."""

    row: OfficePaymentRow
    paid_on: str | None
    succeeded_at: str | None
    reference: str
    memo: str
    receipt_email: str
    quarantine: str
    parts: list[dict[str, Any]]
    attempts: list[dict[str, Any]]
    story: list[dict[str, Any]]
    mails: list[dict[str, Any]]
    refunds: list[dict[str, Any]]
    disputes: list[dict[str, Any]]
    entries: list[dict[str, Any]]
    alerts: list[dict[str, Any]]
    events: list[dict[str, Any]]
    returnable_until: str | None
    deposit: dict[str, Any] | None


@reading
def office_payments(
    *,
    before: UUID | None = None,
    show: Filter = Filter.ALL,
    method: str = "",
    channel: str = "",
    since: date | None = None,
    until: date | None = None,
    least: int | None = None,
    most: int | None = None,
    text: str = "",
    zone: str = "UTC",
    limit: int = LIMIT,
) -> OfficePaymentPage:
    """A page of the company's payments; `since` and `until` are days in `zone`, both included.

    `least` and `most` are minor units; `text` is part of a customer's name, a reference, a receipt or an invoice.
    """
    found = fetch_json(
        sql.LIST,
        before=before,
        states=[str(state.value) for state in STATES[show]] if show in STATES else None,
        trouble=show == Filter.ATTENTION,
        method=method,
        channel=channel,
        since=_midnight(since, zone),
        until=_midnight(until + timedelta(days=1), zone) if until else None,
        least=least,
        most=most,
        text=text.strip(),
        limit=limit + 1,
    )
    rows = [OfficePaymentRow.of(row) for row in found[:limit]]
    return OfficePaymentPage(rows, rows[-1].id if len(found) > limit else None)


def every_payment(**filters: Any) -> Iterator[OfficePaymentRow]:
    """All of them, page by page: for a file. The filters are those of office_payments."""
    before = None
    while True:
        page = office_payments(**filters, before=before, limit=AT_ONCE)
        yield from page.rows
        if page.older is None:
            return
        before = page.older


@reading
def payments_of_customer(customer: UUID, *, before: UUID | None = None, limit: int = 20) -> list[OfficePaymentRow]:
    """A customer's newest payments, whatever became of them, from before one of them."""
    rows = fetch_json(sql.OF_CUSTOMER, customer=customer, before=before, limit=limit)
    return [OfficePaymentRow.of(row) for row in rows]


@reading
def office_payment(payment: UUID) -> OfficePayment | None:
    """One payment of this company; None for an unknown one."""
    found = fetch_json(sql.ONE, payment=payment)
    if not found:
        return None
    row = OfficePaymentRow.of(found["row"])
    names = (
        "paid_on",
        "succeeded_at",
        "reference",
        "memo",
        "receipt_email",
        "quarantine",
        "attempts",
        "story",
        "mails",
        "alerts",
        "events",
        "returnable_until",
    )
    priced = ("refunds", "disputes", "entries")
    parts = [
        part
        | {
            "amount": Money(part["amount"], row.amount.currency),
            "posted": Money(part["posted"], row.amount.currency),
            "customer": UUID(part["customer"]),
            "invoice": UUID(part["invoice"]),
        }
        for part in found["parts"]
    ]
    money: dict[str, Any] = {name: [_priced(one, row.amount.currency) for one in found[name]] for name in priced}
    deposit = _deposit(found["deposit"], row.amount.currency) if found["deposit"] else None
    return OfficePayment(row=row, parts=parts, deposit=deposit, **money, **{name: found[name] for name in names})


def _deposit(found: dict[str, Any], currency: str) -> dict[str, Any]:
    ids = {name: UUID(found[name]) for name in ("job", "customer")}
    return _priced(found, currency) | {"held": Money(found["held"], currency)} | ids


def _priced(row: dict[str, Any], currency: str) -> dict[str, Any]:
    return row | {"amount": Money(row["amount"], currency)}


def _midnight(day: date | None, zone: str) -> datetime | None:
    return datetime.combine(day, time(), ZoneInfo(zone)) if day else None
