"""Deposits as customers and the office see them, and how they may be paid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from portico.domain.billing import deposit_rules, ports, rules
from portico.domain.billing.enums import DepositWord, MethodKind, PaymentState
from portico.domain.billing.queries import deposit_sql as sql
from portico.domain.billing.queries.methods import MethodRow
from portico.domain.billing.queries.payments import Till
from portico.domain.customers.queries import Scope
from portico.foundation.tenancy.brands import BrandFacts
from portico.foundation.tenancy.scope import reading
from portico.foundation.tenancy.sql import fetch_json
from portico.kernel import clock
from portico.kernel.money import CARD_LIMIT_MINOR, Money


@dataclass(frozen=True, slots=True)
class LastTry:
    """The newest payment of a deposit. `is_unknown`: the gateway has not told yet what came of it."""

    id: UUID
    state: PaymentState
    label: str
    failure: str
    since: date
    is_bank: bool
    is_unknown: bool
    is_own: bool

    @property
    def settles_on(self) -> date:
        """The day on which a bank payment usually has arrived."""
        return rules.settles_on(self.since)


@dataclass(frozen=True, slots=True)
class UsedOn:
    """An invoice of the job, and what it got of the deposit."""

    invoice: UUID
    number: str
    amount: Money


@dataclass(frozen=True, slots=True)
class DepositRow:
    """A deposit and how it stands. `held` is what is kept for the work now, `paid_by` the payment whose money it is."""

    key: int
    id: UUID
    approval: UUID
    title: str
    amount: Money
    held: Money
    customer: UUID
    customer_key: int
    place_key: int
    customer_name: str
    job: UUID
    word: DepositWord
    paid_by: UUID | None
    last: LastTry | None
    invoices: list[UsedOn]
    brand: BrandFacts

    @property
    def is_payable(self) -> bool:
        """Whether it waits for somebody to pay it."""
        return self.word in deposit_rules.PAYABLE

    @property
    def is_taken(self) -> bool:
        """Whether its money is here or on its way: while it is, what it was asked for stands."""
        return self.word in deposit_rules.TAKEN

    @property
    def is_chargeable(self) -> bool:
        """Whether a card or bank account can be charged so much at all."""
        return rules.PROCESSOR_MINIMUM <= self.amount.minor <= CARD_LIMIT_MINOR


@dataclass(frozen=True, slots=True)
class DepositTill:
    """What the page of a deposit stands on: `till` has no invoices, only the ways to pay."""

    deposit: DepositRow
    till: Till


@reading
def deposit(
    *, scope: Scope, login: UUID, deposit: UUID | None = None, approval: UUID | None = None
) -> DepositRow | None:
    """One by its id or its approval's; None for one that is not this reader's, as for one that does not exist."""
    told = {"deposit": _text(deposit), "approval": _text(approval), "login": str(login)}
    found = fetch_json(sql.ONE, **scope.as_parameters(), **told)
    return _row(found) if found else None


@reading
def deposits_of(approvals: Sequence[UUID]) -> list[DepositRow]:
    """Those of these approvals, for the office."""
    found = fetch_json(sql.OF_COMPANY, approvals=[str(one) for one in approvals], login="")
    return [_row(row) for row in found]


@reading
def till(*, scope: Scope, approval: UUID, login: UUID, now: datetime) -> DepositTill | None:
    """How this reader may pay what an approval asked for; None as above."""
    found = fetch_json(
        sql.TILL,
        **scope.as_parameters(),
        approval=str(approval),
        login=str(login),
        gateways=list(ports.GATEWAYS),
        now=now,
        real_now=clock.real_now(),
    )
    return DepositTill(_row(found["deposit"]), _till(found)) if found else None


def _till(found: dict[str, Any]) -> Till:
    account = found["account"]
    return Till(
        invoices=[],
        policy=rules.Policy(),
        may_pay=account is not None,
        is_test=account is not None and not account["is_live"],
        takes_cards=found["takes_cards"],
        takes_ach=found["takes_ach"],
        credit=Money.zero(found["currency"]),
        methods=[MethodRow.of(row) for row in found["methods"]],
    )


def _row(found: dict[str, Any]) -> DepositRow:
    currency, last = found["currency"], found["last"]
    return DepositRow(
        key=found["key"],
        id=UUID(found["id"]),
        approval=UUID(found["approval"]),
        title=found["title"],
        amount=Money(found["amount"], currency),
        held=Money(found["held"], currency),
        customer=UUID(found["customer"]),
        customer_key=found["customer_key"],
        place_key=found["place_key"],
        customer_name=found["customer_name"],
        job=UUID(found["job"]),
        word=deposit_rules.word_of(_facts(found)),
        paid_by=UUID(found["paid_by"]) if found["paid_by"] else None,
        last=_last(last) if last else None,
        invoices=[_used(row, currency) for row in found["invoices"]],
        brand=BrandFacts.of(found["brand"]),
    )


def _facts(found: dict[str, Any]) -> deposit_rules.Facts:
    return deposit_rules.Facts(
        is_canceled=found["is_canceled"],
        is_released=found["is_released"],
        kept_minor=found["kept"],
        is_given_back=found["is_given_back"],
        newest=PaymentState(found["last"]["state"]) if found["last"] else None,
    )


def _last(found: dict[str, Any]) -> LastTry:
    return LastTry(
        id=UUID(found["id"]),
        state=PaymentState(found["state"]),
        label=found["label"],
        failure=found["failure"],
        since=date.fromisoformat(found["since"]),
        is_bank=found["method"] == MethodKind.ACH,
        is_unknown=found["is_unknown"],
        is_own=found["is_own"],
    )


def _used(found: dict[str, Any], currency: str) -> UsedOn:
    return UsedOn(UUID(found["id"]), found["number"], Money(found["amount"], currency))


def _text(public_id: UUID | None) -> str | None:
    return str(public_id) if public_id else None
