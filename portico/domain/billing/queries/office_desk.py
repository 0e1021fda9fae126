"""At hand in the office: a customer's credit and saved methods, where receipts may go, what can be corrected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from portico.domain.billing import ports
from portico.domain.billing.queries import office_desk_sql as sql
from portico.domain.billing.queries.methods import MethodRow
from portico.foundation.tenancy.scope import reading
from portico.foundation.tenancy.sql import fetch_json
from portico.kernel import clock
from portico.kernel.money import Money


@dataclass(frozen=True, slots=True)
class RefundRow:
    """A refund of one of a customer's payments."""

    payment: UUID
    amount: Money
    state: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Wallet:
    """What a customer has here beside bills: usable credit, saved methods, the newest refunds."""

    credit: Money
    methods: list[MethodRow]
    refunds: list[RefundRow]


@dataclass(frozen=True, slots=True)
class Correctable:
    """An invoice as somebody who voids or credits it has to know it. `room` is what credit can still be put on."""

    number: str
    title: str
    total: Money
    paid: Money
    room: Money
    version: int
    is_void: bool


@reading
def wallet(customer: UUID) -> Wallet:
    """Of one customer; an unknown one has nothing."""
    found = fetch_json(sql.WALLET, customer=customer, gateways=list(ports.GATEWAYS), now=clock.now())
    currency = found["currency"]
    return Wallet(
        credit=Money(found["credit"], currency),
        methods=[MethodRow.of(row) for row in found["methods"]],
        refunds=[_refund(row, currency) for row in found["refunds"]],
    )


@reading
def billing_addresses(customer: UUID) -> list[str]:
    """The addresses on the record that may see bills, by name."""
    found: list[str] = fetch_json(sql.ADDRESSES, customer=customer)
    return found


@reading
def correctable(customer: UUID, invoice: UUID) -> Correctable | None:
    """An invoice of this customer; None where there is none such."""
    found = fetch_json(sql.CORRECTABLE, customer=customer, invoice=invoice)
    return _correctable(found) if found else None


def _refund(row: dict[str, Any], currency: str) -> RefundRow:
    return RefundRow(
        payment=UUID(row["payment"]),
        amount=Money(row["amount"], currency),
        state=row["state"],
        reason=row["reason"],
        at=datetime.fromisoformat(row["at"]),
    )


def _correctable(row: dict[str, Any]) -> Correctable:
    currency, is_void = row["currency"], row["state"] == "void"
    room = 0 if is_void else max(0, row["total"] - row["paid"] - row["reserved"])
    return Correctable(
        number=row["number"],
        title=row["title"],
        total=Money(row["total"], currency),
        paid=Money(row["paid"], currency),
        room=Money(room, currency),
        version=row["version"],
        is_void=is_void,
    )
