"""Payments as customers see them, and what they may pay. Everything starts from a scope with billing access."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from portico.domain.billing import ports, rules
from portico.domain.billing.enums import ATTEMPT_OVER, AttemptState, MethodKind, PaymentState
from portico.domain.billing.queries import method_sql
from portico.domain.billing.queries import payment_sql as sql
from portico.domain.billing.queries.methods import MethodRow
from portico.domain.billing.rules import Owed, Policy
from portico.domain.customers import queries as customers
from portico.domain.customers.queries import Reach, Scope
from portico.foundation.people.ports import Beside
from portico.foundation.tenancy.brands import BrandFacts
from portico.foundation.tenancy.scope import reading
from portico.foundation.tenancy.sql import fetch_json, rows_of
from portico.kernel import clock
from portico.kernel.money import Money


@dataclass(frozen=True, slots=True)
class OnItsWay:
    """What a payment that takes days covers of an invoice: neither due nor payable meanwhile."""

    amount: Money
    since: date
    settles_on: date
    is_bank: bool


@dataclass(frozen=True, slots=True)
class Payable:
    """An invoice that was chosen to be paid; `due` is what this person can pay of it now."""

    key: int
    id: UUID
    number: str
    title: str
    customer_key: int
    customer: UUID
    customer_name: str
    due_on: date
    today: date
    total: Money
    paid: Money
    due: Money
    place: str
    brand: BrandFacts
    pending: list[OnItsWay]

    @property
    def owed(self) -> Owed:
        return Owed(self.key, self.number, self.due_on, self.total.minor, self.due.minor)

    @property
    def is_overdue(self) -> bool:
        return self.due_on < self.today


@dataclass(frozen=True, slots=True)
class Till:
    """What the pay page stands on. `is_test` means that no money moves.

    `methods` and `credit` are those of the one customer who is billed; none where several are, or where the reader
    reaches only places of that customer.
    """

    invoices: list[Payable]
    policy: Policy
    may_pay: bool
    is_test: bool
    takes_cards: bool
    takes_ach: bool
    credit: Money
    methods: list[MethodRow]
    is_held: bool = True

    def of_a_guest(self) -> Till:
        """The same for who may pay, but does not hold the account: what is saved and owed there is not theirs."""
        return replace(self, credit=Money.zero(self.credit.currency), methods=[], is_held=False)


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """One line of the history; ids stay text."""

    id: str
    at: datetime
    paid_on: date | None
    amount: Money
    state: PaymentState
    method: str
    label: str
    failure_text: str
    receipt_number: str | None
    time_zone: str
    customer: str
    customer_name: str
    invoices: list[str]
    deposit: str

    @property
    def is_money(self) -> bool:
        """Whether money came in, whatever became of it later."""
        return self.receipt_number is not None


@dataclass(frozen=True, slots=True)
class PaymentPage:
    """Payments, newest first; `older` continues the list."""

    rows: list[PaymentRow]
    older: str | None


@dataclass(frozen=True, slots=True)
class PaidLine:
    """Where a payment went. `left` is what the invoice is still short of."""

    invoice: UUID
    number: str
    title: str
    amount: Money
    left: Money
    state: str


@dataclass(frozen=True, slots=True)
class DepositPart:
    """The deposit that a payment was started for; `held` is what of the payment is kept for it now."""

    id: UUID
    title: str
    held: Money


@dataclass(frozen=True, slots=True)
class Attempt:
    """The newest try at the gateway."""

    key: int
    state: AttemptState
    has_page: bool
    url: str
    failure_text: str
    verify_url: str

    @property
    def is_over(self) -> bool:
        return self.state in ATTEMPT_OVER


@dataclass(frozen=True, slots=True)
class PaymentDetails:
    """Everything that the receipt page and its paper show."""

    row: PaymentRow
    attempt: Attempt | None
    received: Money
    refunded: Money
    receipt_email: str
    mailed_to: str
    made_by: UUID | None
    paid_at: datetime | None
    customer_address: str
    brand: BrandFacts
    lines: list[PaidLine]
    pending_since: date | None
    credit_used: Money
    deposit: DepositPart | None

    @property
    def is_bank(self) -> bool:
        """Whether it is paid from a bank account, which takes days and may fail later."""
        return self.row.method == MethodKind.ACH

    @property
    def settles_on(self) -> date | None:
        """The day on which the money usually has arrived, while it is on its way."""
        return rules.settles_on(self.pending_since) if self.pending_since else None

    @property
    def verify_url(self) -> str:
        """Where the bank account is to be verified, while that is waited for."""
        is_waiting = self.row.state == PaymentState.VERIFYING and self.attempt is not None
        return self.attempt.verify_url if is_waiting and self.attempt else ""

    @property
    def credit(self) -> Money:
        """What was more than its invoices or deposit needed, and was not given back."""
        posted = sum(line.amount.minor for line in self.lines if line.state == "posted")
        kept = 0 if self.row.state == PaymentState.CHARGED_BACK else self.received.minor - self.refunded.minor - posted
        held = self.deposit.held.minor if self.deposit else 0
        return Money(max(0, kept - held), self.row.amount.currency)


@reading
def may_pay_online() -> bool:
    """Whether this company can be paid here at all."""
    return bool(fetch_json(sql.MAY_PAY, gateways=list(ports.GATEWAYS)))


# What every portal page asks: whom this address reaches, and whether it can pay here.
REACH_AND_MAY_PAY = Beside(sql.REACH_AND_MAY_PAY, lambda: {"gateways": list(ports.GATEWAYS), "now": clock.now()})


def reach_and_may_pay(found: dict[str, Any], *, email: str) -> tuple[list[Reach], bool]:
    """From the answer to REACH_AND_MAY_PAY, which came with the entry; of who is invited the whole reach is read."""
    reached = customers.reach_of(email) if found["is_invited"] else customers.reached(found["reach"])
    return reached, found["may_pay"]


def hosted_origins() -> tuple[str, ...]:
    """Where a pay form may lead: for the page's form-action."""
    return tuple(origin for kind in ports.GATEWAYS.values() for origin in kind.hosted_origins())


@reading
def till(*, scope: Scope, invoices: Sequence[UUID], login: UUID, now: datetime) -> Till:
    """The chosen invoices, as far as they are this reader's, with what may be paid of them and how."""
    found = fetch_json(
        sql.PAYABLE,
        customers=scope.customer_ids,
        locations=scope.location_ids,
        invoices=[str(one) for one in invoices],
        login=str(login),
        gateways=list(ports.GATEWAYS),
        now=now,
        real_now=clock.real_now(),
    )
    account = found["account"]
    return Till(
        invoices=[_payable(row) for row in found["invoices"]],
        policy=Policy(**found["policy"]),
        may_pay=account is not None,
        is_test=account is not None and not account["is_live"],
        takes_cards=found["takes_cards"],
        takes_ach=found["takes_ach"],
        credit=Money(_usable_credit(scope, found["invoices"]), found["currency"]),
        methods=[MethodRow.of(row) for row in found["methods"]],
    )


@reading
def payments(*, scope: Scope, before: UUID | None, limit: int) -> PaymentPage:
    """A page of the history."""
    found = fetch_json(
        sql.PAYMENTS, customers=scope.customer_ids, locations=scope.location_ids, before=_text(before), limit=limit + 1
    )
    rows = rows_of(found)
    shown = [_row(row) for row in rows[:limit]]
    return PaymentPage(shown, shown[-1].id if len(rows) > limit else None)


@reading
def payment(*, scope: Scope, payment: UUID) -> PaymentDetails | None:
    """One payment; None for one that is not this reader's, as for one that does not exist."""
    found = fetch_json(sql.PAYMENT, customers=scope.customer_ids, locations=scope.location_ids, payment=str(payment))
    return _details(found) if found else None


@reading
def payment_paper(*, payment: UUID) -> PaymentDetails:
    """One payment of this company, for its receipt."""
    return _details(fetch_json(sql.PAYMENT_OF_COMPANY, payment=str(payment)))


def _usable_credit(scope: Scope, invoices: list[dict[str, Any]]) -> int:
    """That of the one customer who is billed: a sum over the whole ledger of a customer, so asked for by itself."""
    billed = {row["customer_key"] for row in invoices}
    whole = {
        customer for customer, location in zip(scope.customer_ids, scope.location_ids, strict=True) if location is None
    }
    if len(billed) != 1 or not billed <= whole:
        return 0
    return int(fetch_json(method_sql.USABLE_OF, customer=billed.pop()) or 0)


def _payable(row: dict[str, Any]) -> Payable:
    currency = row["currency"]
    due = rules.payable(total=row["total"], paid=row["paid"], reserved=row["reserved"], held=row["held"])
    return Payable(
        key=row["key"],
        id=UUID(row["id"]),
        number=row["number"],
        title=row["title"],
        customer_key=row["customer_key"],
        customer=UUID(row["customer"]),
        customer_name=row["customer_name"],
        due_on=date.fromisoformat(row["due_on"]),
        today=date.fromisoformat(row["today"]),
        total=Money(row["total"], currency),
        paid=Money(row["paid"], currency),
        due=Money(due, currency),
        place=row["place"] or "",
        brand=BrandFacts.of(row["brand"]),
        pending=[_on_its_way(one, currency) for one in row["on_its_way"]],
    )


def _on_its_way(found: dict[str, Any], currency: str) -> OnItsWay:
    since = date.fromisoformat(found["since"])
    return OnItsWay(Money(found["amount"], currency), since, rules.settles_on(since), found["is_bank"])


def _row(row: dict[str, Any]) -> PaymentRow:
    return PaymentRow(
        id=row["id"],
        at=datetime.fromisoformat(row["at"]),
        paid_on=date.fromisoformat(row["paid_on"]) if row["paid_on"] else None,
        amount=Money(row["amount"], row["currency"]),
        state=PaymentState(row["state"]),
        method=row["method"],
        label=row["label"],
        failure_text=row["failure_text"],
        receipt_number=row["receipt_number"],
        time_zone=row["time_zone"],
        customer=row["customer"],
        customer_name=row["customer_name"],
        invoices=row["invoices"],
        deposit=row["deposit"],
    )


def _details(found: dict[str, Any]) -> PaymentDetails:
    row, attempt = _row(found["row"]), found["attempt"]
    currency = row.amount.currency
    return PaymentDetails(
        row=row,
        attempt=_attempt(attempt) if attempt else None,
        received=Money(found["received"], currency),
        refunded=Money(found["refunded"], currency),
        receipt_email=found["receipt_email"],
        mailed_to=found["mailed_to"] or "",
        made_by=UUID(found["made_by"]) if found["made_by"] else None,
        paid_at=datetime.fromisoformat(found["paid_at"]) if found["paid_at"] else None,
        customer_address=found["customer_address"],
        brand=BrandFacts.of(found["brand"]),
        lines=[_line(line, currency) for line in found["lines"]],
        pending_since=date.fromisoformat(found["on_its_way_since"]) if found["on_its_way_since"] else None,
        credit_used=Money(found["credit_used"], currency),
        deposit=_deposit(found["deposit"], currency) if found["deposit"] else None,
    )


def _deposit(found: dict[str, Any], currency: str) -> DepositPart:
    return DepositPart(UUID(found["id"]), found["title"], Money(found["held"], currency))


def _attempt(found: dict[str, Any]) -> Attempt:
    return Attempt(
        key=found["id"],
        state=AttemptState(found["state"]),
        has_page=found["session_ref"] is not None,
        url=found["url"],
        failure_text=found["failure_text"],
        verify_url=found["verify_url"],
    )


def _line(line: dict[str, Any], currency: str) -> PaidLine:
    return PaidLine(
        invoice=UUID(line["invoice"]),
        number=line["number"],
        title=line["title"],
        amount=Money(line["amount"], currency),
        left=Money(line["left"], currency),
        state=line["state"],
    )


def _text(public_id: UUID | None) -> str | None:
    return str(public_id) if public_id else None
