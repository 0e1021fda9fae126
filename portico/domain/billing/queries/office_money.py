"""What the office looks at beyond single payments: what needs a person, what can go back, what came in on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from portico.domain.billing import return_rules, return_words
from portico.domain.billing.enums import MethodKind, PaymentState
from portico.domain.billing.queries import office_money_sql as sql
from portico.domain.billing.return_rules import Standing
from portico.foundation.tenancy.scope import reading
from portico.foundation.tenancy.sql import fetch_json
from portico.kernel import clock, formats
from portico.kernel.money import Money

LIMIT = 100


@dataclass(frozen=True, slots=True)
class Attention:
    """What a person of the office has to look at. Without `alert` it was found by looking, and goes by itself."""

    kind: str
    title: str
    to_do: str
    note: str
    payment: UUID | None
    customer: UUID | None
    customer_name: str
    amount: Money
    since: datetime
    due_at: datetime | None
    zone: str
    alert: UUID | None


@dataclass(frozen=True, slots=True)
class RefundLine:
    """What of a payment lies on an invoice."""

    invoice: UUID
    number: str
    posted: Money


@dataclass(frozen=True, slots=True)
class Refundable:
    """What of a payment can go back; `why_not` is empty where something can."""

    payment: UUID
    left: Money
    unapplied: Money
    lines: list[RefundLine]
    why_not: str
    warning: str
    is_handed_back: bool


@dataclass(frozen=True, slots=True)
class DayTotal:
    """Cash of one day by one method."""

    day: date
    method: str
    received: Money
    refunded: Money
    taken_back: Money
    count: int

    @property
    def net(self) -> Money:
        return Money(self.received.minor - self.refunded.minor - self.taken_back.minor, self.received.currency)


@dataclass(frozen=True, slots=True)
class OpenInvoice:
    """An invoice that can be paid by hand. `held` by an open card page, `pending` by a payment on its way."""

    id: UUID
    number: str
    title: str
    due_on: date
    total: Money
    due: Money
    held: Money
    pending: Money
    version: int


@reading
def needs_attention(limit: int = LIMIT) -> list[Attention]:
    """What has a due date first, then what waits longest."""
    return [_attention(row) for row in fetch_json(sql.ATTENTION, limit=limit)]


@reading
def attention_count() -> int:
    """How many of them there are."""
    found: int = fetch_json(sql.COUNT)
    return found


@reading
def refundable(payment: UUID) -> Refundable | None:
    """What of a payment can be given back, and from which invoices; None for an unknown payment."""
    found = fetch_json(sql.REFUNDABLE, payment=payment)
    return _refundable(found) if found else None


@reading
def day_totals(*, since: date, until: date) -> list[DayTotal]:
    """Cash of each day, both included, by method; the newest day first."""
    return [_total(row) for row in fetch_json(sql.DAY_TOTALS, since=since, until=until)]


@reading
def open_invoices(customer: UUID) -> list[OpenInvoice]:
    """What a customer can still pay, the oldest due first."""
    return [_open(row) for row in fetch_json(sql.OPEN_INVOICES, customer=customer)]


def _attention(row: dict[str, Any]) -> Attention:
    kind = row["kind"]
    return Attention(
        kind=kind,
        title=str(return_words.ATTENTION[kind]),
        to_do=str(return_words.WHAT_TO_DO[kind]),
        note=row["note"],
        payment=_uuid(row["payment"]),
        customer=_uuid(row["customer"]),
        customer_name=row["customer_name"],
        amount=Money(row["amount"], row["currency"]),
        since=datetime.fromisoformat(row["since"]),
        due_at=datetime.fromisoformat(row["due_at"]) if row["due_at"] else None,
        zone=row["zone"],
        alert=_uuid(row["alert"]),
    )


def _refundable(found: dict[str, Any]) -> Refundable:
    currency, is_handed_back = found["currency"], not found["has_intent"]
    standing = Standing(
        state=PaymentState(found["state"]),
        method=MethodKind(found["method"]),
        received=found["received"],
        refunded=found["refunded"],
        taken=found["taken"],
        is_disputed=found["is_disputed"],
        succeeded_at=datetime.fromisoformat(found["succeeded_at"]) if found["succeeded_at"] else None,
    )
    bar = return_rules.bar_of(standing, now=clock.now(), is_handed_back=is_handed_back)
    return Refundable(
        payment=UUID(found["id"]),
        left=Money(standing.left, currency),
        unapplied=Money(max(0, found["unapplied"]), currency),
        lines=[
            RefundLine(UUID(line["invoice"]), line["number"], Money(line["posted"], currency))
            for line in found["lines"]
        ],
        why_not=return_words.bar_words(bar) if bar else "",
        warning=_warning(found),
        is_handed_back=is_handed_back,
    )


def _warning(found: dict[str, Any]) -> str:
    """A bank may take a payment back although it was refunded: then the customer has the money twice."""
    if found["method"] != MethodKind.ACH or not found["returnable_until"]:
        return ""
    until = date.fromisoformat(found["returnable_until"])
    if until < clock.now().date():
        return ""
    words = _("Until %(day)s the bank may still take this payment back, also after a refund: then it goes back twice.")
    return words % {"day": formats.day(until)}


def _total(row: dict[str, Any]) -> DayTotal:
    amounts = {name: Money(row[name], row["currency"]) for name in ("received", "refunded", "taken_back")}
    return DayTotal(day=date.fromisoformat(row["day"]), method=row["method"], count=row["count"], **amounts)


def _open(row: dict[str, Any]) -> OpenInvoice:
    currency = row["currency"]
    return OpenInvoice(
        id=UUID(row["id"]),
        number=row["number"],
        title=row["title"],
        due_on=date.fromisoformat(row["due_on"]),
        total=Money(row["total"], currency),
        due=Money(row["room"] + row["held"], currency),
        held=Money(row["held"], currency),
        pending=Money(row["reserved"] - row["held"], currency),
        version=row["version"],
    )


def _uuid(text: str | None) -> UUID | None:
    return UUID(text) if text else None
