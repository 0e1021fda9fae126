"""What home and the invoices say of money beside the bills: credit to use, bank accounts to verify."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from portico.domain.billing.enums import MethodKind
from portico.domain.billing.queries.credit import CreditRow
from portico.domain.billing.words import method_label
from portico.kernel.money import Money


@dataclass(frozen=True, slots=True)
class ToVerify:
    """A payment whose bank account has to be verified before it goes on."""

    payment: UUID
    amount: Money


@dataclass(frozen=True, slots=True)
class MethodToVerify:
    """A bank account that was added and has to be verified before it can be used."""

    customer: UUID
    label: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """Of every customer that the reader reaches whole."""

    credit: list[CreditRow]
    payments: list[ToVerify]
    methods: list[MethodToVerify]

    def only_of(self, holders: Set[UUID]) -> Waiting:
        """Without the credit and the methods of any other customer: those are the holder's of the account."""
        credit = [one for one in self.credit if one.customer in holders]
        return Waiting(credit, self.payments, [one for one in self.methods if one.customer in holders])

    @property
    def task_count(self) -> int:
        return len(self.payments) + len(self.methods)


NOTHING_WAITS = Waiting([], [], [])


def waiting_of(found: dict[str, Any]) -> Waiting:
    """From the JSON of MONEY_WAITING."""
    return Waiting(
        credit=[_credit(row) for row in found["credit"]],
        payments=[ToVerify(UUID(row["id"]), Money(row["amount"], row["currency"])) for row in found["payments"]],
        methods=[_method(row) for row in found["methods"]],
    )


def _credit(row: dict[str, Any]) -> CreditRow:
    return CreditRow(UUID(row["customer"]), row["customer_name"], Money(row["amount"], row["currency"]))


def _method(row: dict[str, Any]) -> MethodToVerify:
    label = method_label(MethodKind(row["kind"]), row["brand"], row["last4"])
    return MethodToVerify(UUID(row["customer"]), label)
