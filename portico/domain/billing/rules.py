"""What may be paid, where the money goes, and which state may follow which. Amounts are minor units of one currency."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from portico.domain.billing.enums import AttemptState, InvoiceWord, PaymentState, RefundState
from portico.kernel.money import CARD_LIMIT_MINOR

PROCESSOR_MINIMUM = 50
BANK_DAYS = 4
SATURDAY = 5
DECEMBER = 12


@dataclass(frozen=True, slots=True)
class Policy:
    """What the company lets its customers pay."""

    is_partial_allowed: bool = True
    minimum_minor: int = 100
    partial_minimum_invoice_minor: int = 0


@dataclass(frozen=True, slots=True)
class Owed:
    """An invoice that was chosen to be paid. `payable_minor` is what is neither paid nor held."""

    invoice_id: int
    number: str
    due_on: date
    total_minor: int
    payable_minor: int


@dataclass(frozen=True, slots=True)
class Part:
    """What goes to one invoice."""

    invoice_id: int
    amount_minor: int


# --- Amounts ----------------------------------------------------------------------------------------------------


def payable(*, total: int, paid: int, reserved: int, held: int = 0) -> int:
    """What of an invoice can be paid now; `held` is the part of `reserved` that its holder may let go again."""
    return max(0, total - paid - reserved + held)


def spread(owed: Sequence[Owed], amount: int) -> list[Part]:
    """Put an amount on invoices, the oldest due first; invoices that get nothing are left out."""
    parts: list[Part] = []
    for one in sorted(owed, key=lambda one: (one.due_on, one.invoice_id)):
        given = min(one.payable_minor, amount)
        if given > 0:
            parts.append(Part(one.invoice_id, given))
            amount -= given
    return parts


def smallest(owed: Sequence[Owed], policy: Policy) -> int:
    """The smallest amount that may be paid of these invoices."""
    return min(max(policy.minimum_minor, PROCESSOR_MINIMUM), total_of(owed))


def total_of(owed: Sequence[Owed]) -> int:
    return sum(one.payable_minor for one in owed)


class Fault(StrEnum):
    """Why an amount cannot be paid."""

    NOTHING_DUE = "nothing_due"
    TOO_MUCH = "too_much"
    OVER_CARD_LIMIT = "over_card_limit"
    BALANCE_TOO_SMALL = "balance_too_small"
    TOO_SMALL = "too_small"
    ONLY_IN_FULL = "only_in_full"
    INVOICE_ONLY_IN_FULL = "invoice_only_in_full"
    LEAVES_TOO_LITTLE = "leaves_too_little"
    TOO_MUCH_CREDIT = "too_much_credit"
    REST_TOO_SMALL = "rest_too_small"


class BadAmount(Exception):
    """This amount cannot be paid. `minor` and `number` are what the words about it name."""

    def __init__(self, fault: Fault, *, minor: int = 0, number: str = "") -> None:
        super().__init__(fault)
        self.fault = fault
        self.minor = minor
        self.number = number


def require_payable(owed: Sequence[Owed], amount: int, *, policy: Policy, credit: int = 0) -> list[Part]:
    """How the amount is spread, or BadAmount. `credit` is the part of it that the customer's credit pays."""
    whole = total_of(owed)
    if whole <= 0:
        raise BadAmount(Fault.NOTHING_DUE)
    if amount > whole:
        raise BadAmount(Fault.TOO_MUCH, minor=whole)
    if credit > amount:
        raise BadAmount(Fault.TOO_MUCH_CREDIT, minor=amount)
    _require_chargeable(amount - credit, whole, is_rest=credit > 0)
    parts = spread(owed, amount)
    if amount < whole:
        _require_partial(owed, parts, amount, policy=policy)
    return parts


def _require_chargeable(charge: int, whole: int, *, is_rest: bool) -> None:
    """What is not paid by credit has to be an amount that a card or bank account can be charged."""
    if 0 < charge < PROCESSOR_MINIMUM and whole < PROCESSOR_MINIMUM:
        raise BadAmount(Fault.BALANCE_TOO_SMALL, minor=PROCESSOR_MINIMUM)
    if is_rest and 0 < charge < PROCESSOR_MINIMUM:
        raise BadAmount(Fault.REST_TOO_SMALL, minor=charge)
    if charge > CARD_LIMIT_MINOR:
        raise BadAmount(Fault.OVER_CARD_LIMIT, minor=CARD_LIMIT_MINOR)


def _require_partial(owed: Sequence[Owed], parts: Sequence[Part], amount: int, *, policy: Policy) -> None:
    if not policy.is_partial_allowed:
        raise BadAmount(Fault.ONLY_IN_FULL, minor=total_of(owed))
    if amount < smallest(owed, policy):
        raise BadAmount(Fault.TOO_SMALL, minor=smallest(owed, policy))
    by_id = {one.invoice_id: one for one in owed}
    for part in parts:
        _require_sound_rest(by_id[part.invoice_id], part.amount_minor, policy=policy)


def _require_sound_rest(one: Owed, amount: int, *, policy: Policy) -> None:
    rest = one.payable_minor - amount
    if rest and one.total_minor < policy.partial_minimum_invoice_minor:
        raise BadAmount(Fault.INVOICE_ONLY_IN_FULL, minor=one.payable_minor, number=one.number)
    if 0 < rest < PROCESSOR_MINIMUM:
        raise BadAmount(Fault.LEAVES_TOO_LITTLE, minor=rest, number=one.number)


# --- Credit -----------------------------------------------------------------------------------------------------


def usable_credit(total: int, lefts: Iterable[int]) -> int:
    """What a customer can put to use: no more than the whole credit, and only what is left of single payments."""
    return max(0, min(total, sum(left for left in lefts if left > 0)))


def split_credit(parts: Sequence[Part], credit: int) -> tuple[list[Part], list[Part]]:
    """What the credit pays and what is left to be charged, in the order of the parts."""
    by_credit: list[Part] = []
    charged: list[Part] = []
    for part in parts:
        given = min(part.amount_minor, credit)
        credit -= given
        by_credit += [Part(part.invoice_id, given)] if given else []
        charged += [Part(part.invoice_id, part.amount_minor - given)] if part.amount_minor > given else []
    return by_credit, charged


# --- Days of a bank ---------------------------------------------------------------------------------------------


def settles_on(started: date) -> date:
    """The day on which a bank payment usually has arrived. Holidays are not known here."""
    day, left = started, BANK_DAYS
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < SATURDAY
    return day


def is_expired(expires_on: date | None, today: date) -> bool:
    """Whether a card's last day is over; `expires_on` is the last day of the month that stands on it."""
    return expires_on is not None and expires_on < today


NEXT_MONTH = "CertainDayOfFollowingMonth"


def due_on(issued_on: date, *, kind: str, day: int) -> date:
    """When an invoice falls due: so many days later, or on a day of the following month, at the latest its last."""
    if kind != NEXT_MONTH:
        return issued_on + timedelta(days=day)
    year, month = (issued_on.year + 1, 1) if issued_on.month == DECEMBER else (issued_on.year, issued_on.month + 1)
    return date(year, month, max(1, min(day, calendar.monthrange(year, month)[1])))


# --- Invoices in words ------------------------------------------------------------------------------------------


def invoice_word(
    *, total: int, paid: int, reserved: int, held: int, due_on: date, today: date, is_void: bool = False
) -> InvoiceWord:
    """The state of an invoice as its reader knows it."""
    if is_void:
        return InvoiceWord.VOID
    if total < 0:
        return InvoiceWord.CREDIT
    if total == paid:
        return InvoiceWord.PAID
    if payable(total=total, paid=paid, reserved=reserved, held=held) == 0:
        return InvoiceWord.PENDING
    is_late = due_on < today
    if paid > 0:
        return InvoiceWord.PARTLY_PAID_OVERDUE if is_late else InvoiceWord.PARTLY_PAID
    return InvoiceWord.OVERDUE if is_late else InvoiceWord.DUE


# --- Which state may follow which -------------------------------------------------------------------------------

_A = AttemptState
ATTEMPT_FROM: Mapping[AttemptState, frozenset[AttemptState]] = {
    _A.CREATED: frozenset(),
    _A.SENT: frozenset({_A.CREATED, _A.UNKNOWN, _A.REQUIRES_ACTION}),
    _A.UNKNOWN: frozenset({_A.SENT}),
    _A.REQUIRES_ACTION: frozenset({_A.SENT, _A.UNKNOWN, _A.PROCESSING}),
    _A.VERIFYING: frozenset({_A.SENT, _A.UNKNOWN, _A.REQUIRES_ACTION}),
    _A.PROCESSING: frozenset({_A.SENT, _A.UNKNOWN, _A.REQUIRES_ACTION, _A.VERIFYING}),
    _A.SUCCEEDED: frozenset(_A) - {_A.SUCCEEDED},
    _A.FAILED: frozenset({_A.CREATED, _A.SENT, _A.UNKNOWN, _A.REQUIRES_ACTION, _A.VERIFYING, _A.PROCESSING}),
    _A.EXPIRED: frozenset({_A.CREATED, _A.SENT, _A.UNKNOWN, _A.REQUIRES_ACTION, _A.VERIFYING}),
    _A.CANCELED: frozenset({_A.CREATED, _A.SENT, _A.UNKNOWN, _A.REQUIRES_ACTION, _A.VERIFYING, _A.PROCESSING}),
}

_P = PaymentState
PAYMENT_FROM: Mapping[PaymentState, frozenset[PaymentState]] = {
    _P.OPEN: frozenset(),
    _P.VERIFYING: frozenset({_P.OPEN}),
    _P.PROCESSING: frozenset({_P.OPEN, _P.VERIFYING}),
    _P.SUCCEEDED: frozenset(_P) - {_P.SUCCEEDED},
    _P.PARTIALLY_REFUNDED: frozenset({_P.SUCCEEDED, _P.REFUNDED, _P.DISPUTED, _P.CHARGED_BACK}),
    _P.REFUNDED: frozenset({_P.SUCCEEDED, _P.PARTIALLY_REFUNDED, _P.DISPUTED, _P.CHARGED_BACK}),
    _P.DISPUTED: frozenset({_P.SUCCEEDED, _P.PARTIALLY_REFUNDED, _P.REFUNDED, _P.CHARGED_BACK}),
    _P.CHARGED_BACK: frozenset({_P.SUCCEEDED, _P.PARTIALLY_REFUNDED, _P.REFUNDED, _P.DISPUTED}),
    _P.FAILED: frozenset({_P.OPEN, _P.VERIFYING, _P.PROCESSING}),
    _P.CANCELED: frozenset({_P.OPEN, _P.VERIFYING, _P.PROCESSING}),
}

_R = RefundState
REFUND_FROM: Mapping[RefundState, frozenset[RefundState]] = {
    _R.REQUESTED: frozenset(),
    _R.SENT: frozenset({_R.REQUESTED, _R.UNKNOWN}),
    _R.UNKNOWN: frozenset({_R.SENT}),
    _R.PENDING: frozenset({_R.REQUESTED, _R.SENT, _R.UNKNOWN}),
    _R.SUCCEEDED: frozenset({_R.REQUESTED, _R.SENT, _R.UNKNOWN, _R.PENDING}),
    _R.FAILED: frozenset(_R) - {_R.FAILED, _R.CANCELED},
    _R.CANCELED: frozenset({_R.REQUESTED, _R.SENT, _R.UNKNOWN, _R.PENDING}),
}


def may_become(now: AttemptState, then: AttemptState) -> bool:
    """Whether an attempt may go from `now` to `then`. Money that came is never taken back by older news."""
    return now in ATTEMPT_FROM[then]


def payment_may_become(now: PaymentState, then: PaymentState) -> bool:
    """The same for payments."""
    return now in PAYMENT_FROM[then]


def refund_may_become(now: RefundState, then: RefundState) -> bool:
    """The same for refunds. A bank may send one back even after it had succeeded."""
    return now in REFUND_FROM[then]
