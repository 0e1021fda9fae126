"""Payments as the office sees them: every one, with its state, its invoices and who made it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from portico.domain.billing.enums import PaymentState
from portico.domain.billing.queries import office_payment_sql as sql
from portico.foundation.tenancy.scope import current_company_id, reading
from portico.foundation.tenancy.sql import fetch_json
from portico.kernel.money import Money


@dataclass(frozen=True, slots=True)
class OfficePart:
    """What of a payment went to an invoice, or is held for it."""

    invoice: UUID
    number: str
    amount: Money
    state: str


@dataclass(frozen=True, slots=True)
class OfficePaymentRow:
    """A payment. `attention` says what somebody has to look at, in one word; empty for nothing."""

    id: UUID
    at: datetime
    paid_on: date | None
    amount: Money
    received: Money
    state: PaymentState
    method: str
    label: str
    channel: str
    made_by_name: str
    receipt_number: str | None
    failure_text: str
    quarantine_note: str
    reference: str
    memo: str
    is_voided: bool
    is_unknown: bool
    customer: UUID
    customer_name: str
    time_zone: str
    parts: list[OfficePart]

    @property
    def attention(self) -> str:
        """`quarantined`, `surplus` or `unknown`."""
        if self.quarantine_note:
            return "quarantined"
        posted = sum(part.amount.minor for part in self.parts if part.state == "posted")
        if self.channel == "portal" and self.received.minor > posted and self.state == PaymentState.SUCCEEDED:
            return "surplus"
        return "unknown" if self.is_unknown else ""


@dataclass(frozen=True, slots=True)
class OfficePaymentPage:
    """Payments, newest first; `older` continues the list."""

    rows: list[OfficePaymentRow]
    older: UUID | None


@dataclass(frozen=True, slots=True)
class OfficeAttempt:
    """A try at the gateway, with the gateway's own names."""

    n: int
    state: str
    sent_at: datetime | None
    session_ref: str
    intent_ref: str
    failure_code: str


@dataclass(frozen=True, slots=True)
class OfficePayment:
    """One payment with its tries."""

    row: OfficePaymentRow
    attempts: list[OfficeAttempt]


@reading
def office_payments(
    *,
    before: UUID | None = None,
    state: str = "",
    since: date | None = None,
    until: date | None = None,
    limit: int = 50,
) -> OfficePaymentPage:
    """A page of this company's payments; days are those of the customer's branch."""
    rows = fetch_json(
        sql.OFFICE_PAYMENTS,
        company=current_company_id(),
        before=str(before) if before else None,
        state=state or None,
        since=since,
        until=until,
        limit=limit + 1,
    )
    shown = [_row(row) for row in rows[:limit]]
    return OfficePaymentPage(shown, shown[-1].id if len(rows) > limit else None)


@reading
def payments_of_customer(customer: UUID, limit: int = 20) -> list[OfficePaymentRow]:
    """The newest payments of one customer."""
    rows = fetch_json(sql.PAYMENTS_OF_CUSTOMER, customer=str(customer), limit=limit)
    return [_row(row) for row in rows]


@reading
def office_payment(payment: UUID) -> OfficePayment | None:
    """One payment; None for an unknown id."""
    found = fetch_json(sql.OFFICE_PAYMENT, payment=str(payment))
    if not found:
        return None
    return OfficePayment(_row(found["row"]), [_attempt(attempt) for attempt in found["attempts"]])


def _row(row: dict[str, Any]) -> OfficePaymentRow:
    currency = row.pop("currency")
    row.pop("key", None)
    return OfficePaymentRow(
        **row
        | {
            "id": UUID(row["id"]),
            "at": datetime.fromisoformat(row["at"]),
            "paid_on": date.fromisoformat(row["paid_on"]) if row["paid_on"] else None,
            "amount": Money(row["amount"], currency),
            "received": Money(row["received"], currency),
            "state": PaymentState(row["state"]),
            "customer": UUID(row["customer"]),
            "parts": [_part(part, currency) for part in row["parts"]],
        }
    )


def _part(part: dict[str, Any], currency: str) -> OfficePart:
    return OfficePart(UUID(part["id"]), part["number"], Money(part["amount"], currency), part["state"])


def _attempt(attempt: dict[str, Any]) -> OfficeAttempt:
    return OfficeAttempt(
        n=attempt["n"],
        state=attempt["state"],
        sent_at=datetime.fromisoformat(attempt["sent_at"]) if attempt["sent_at"] else None,
        session_ref=attempt["session_ref"] or "",
        intent_ref=attempt["intent_ref"] or "",
        failure_code=attempt["failure_code"],
    )
