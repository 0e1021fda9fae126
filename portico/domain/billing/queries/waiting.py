"""What home and the invoices say of money beside the bills: credit to use, bank accounts to verify."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, replace
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
class DepositWaiting:
    """A deposit that is to be paid, or whose money is kept until the work is invoiced."""

    id: UUID
    title: str
    amount: Money
    held: Money
    is_to_pay: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """Of every customer that the reader reaches whole."""

    credit: list[CreditRow]
    payments: list[ToVerify]
    methods: list[MethodToVerify]
    deposits: list[DepositWaiting]

    def only_of(self, holders: Set[UUID]) -> Waiting:
        """Without the credit and the methods of any other customer: those are the holder's of the account."""
        credit = [one for one in self.credit if one.customer in holders]
        return replace(self, credit=credit, methods=[one for one in self.methods if one.customer in holders])

    @property
    def to_pay(self) -> list[DepositWaiting]:
        """Deposits that wait to be paid."""
        return [one for one in self.deposits if one.is_to_pay]

    @property
    def held(self) -> list[DepositWaiting]:
        """Deposits whose money is kept for their work: no credit to use."""
        return [one for one in self.deposits if one.held]

    @property
    def task_count(self) -> int:
        return len(self.payments) + len(self.methods) + len(self.to_pay)


NOTHING_WAITS = Waiting([], [], [], [])


def waiting_of(found: dict[str, Any]) -> Waiting:
    """From the JSON of MONEY_WAITING."""
    return Waiting(
        credit=[_credit(row) for row in found["credit"]],
        payments=[ToVerify(UUID(row["id"]), Money(row["amount"], row["currency"])) for row in found["payments"]],
        methods=[_method(row) for row in found["methods"]],
        deposits=[_deposit(row) for row in found["deposits"]],
    )


def _deposit(row: dict[str, Any]) -> DepositWaiting:
    amount, held = (Money(row[name], row["currency"]) for name in ("amount", "held"))
    return DepositWaiting(UUID(row["id"]), row["title"], amount, held, row["is_to_pay"])


def _credit(row: dict[str, Any]) -> CreditRow:
    return CreditRow(UUID(row["customer"]), row["customer_name"], Money(row["amount"], row["currency"]))


def _method(row: dict[str, Any]) -> MethodToVerify:
    label = method_label(MethodKind(row["kind"]), row["brand"], row["last4"])
    return MethodToVerify(UUID(row["customer"]), label)
