"""Credit that lies on no invoice, as its owners see it, and what they did with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portico.domain.billing.queries import method_sql as sql
from portico.domain.customers.queries import Scope
from portico.foundation.tenancy.scope import reading
from portico.foundation.tenancy.sql import fetch_json
from portico.kernel.money import Money


@dataclass(frozen=True, slots=True)
class CreditRow:
    """What a customer can put to use now."""

    customer: UUID
    customer_name: str
    amount: Money


@dataclass(frozen=True, slots=True)
class CreditLine:
    """What one invoice got of it."""

    invoice: UUID
    number: str
    amount: Money


@dataclass(frozen=True, slots=True)
class CreditUseRow:
    """Credit that was put on invoices at checkout."""

    id: UUID
    at: datetime
    customer: UUID
    amount: Money
    made_by_name: str
    time_zone: str
    lines: list[CreditLine]


@reading
def usable_credit(*, scope: Scope) -> list[CreditRow]:
    """Of each customer that the reader reaches whole and that has any."""
    return [
        CreditRow(UUID(row["customer"]), row["customer_name"], Money(row["amount"], row["currency"]))
        for row in fetch_json(sql.USABLE_CREDIT, **scope.as_parameters())
    ]


@reading
def credit_uses(*, scope: Scope, limit: int = 25) -> list[CreditUseRow]:
    """What was done with credit, the newest first."""
    return [
        CreditUseRow(
            id=UUID(row["id"]),
            at=datetime.fromisoformat(row["at"]),
            customer=UUID(row["customer"]),
            amount=Money(row["amount"], row["currency"]),
            made_by_name=row["made_by_name"],
            time_zone=row["time_zone"],
            lines=[
                CreditLine(UUID(line["invoice"]), line["number"], Money(line["amount"], row["currency"]))
                for line in row["lines"]
            ],
        )
        for row in fetch_json(sql.CREDIT_USES, **scope.as_parameters(), limit=limit)
    ]
