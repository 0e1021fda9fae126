"""What may be paid, where the money goes, and which state may follow which. Amounts are minor units of one currency."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from portico.domain.billing.enums import AttemptState, InvoiceWord, PaymentState
from portico.domain.billing.errors import AmountRefused
from portico.kernel import formats
from portico.kernel.money import CARD_LIMIT_MINOR

PROCESSOR_MINIMUM = 50


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


def require_payable(owed: Sequence[Owed], amount: int, *, policy: Policy, currency: str) -> list[Part]:
    """How the amount is spread, or AmountRefused with the reason in the payer's words."""
    whole = total_of(owed)
    _require_within(amount, whole=whole, currency=currency)
    if amount == whole:
        return spread(owed, amount)
    return _require_partial(owed, amount, policy=policy, currency=currency)


def _require_within(amount: int, *, whole: int, currency: str) -> None:
    if whole <= 0:
        raise AmountRefused(_("Nothing is due on these invoices."))
    if amount > whole:
        raise AmountRefused(_("You can pay at most %(most)s.") % {"most": formats.money(whole, currency)})
    if amount > CARD_LIMIT_MINOR:
        most = formats.money(CARD_LIMIT_MINOR, currency)
        raise AmountRefused(_("A card can be charged at most %(most)s in one go.") % {"most": most})
    if amount < PROCESSOR_MINIMUM:
        raise AmountRefused(_too_small(whole, currency))


def _too_small(whole: int, currency: str) -> str:
    least = formats.money(PROCESSOR_MINIMUM, currency)
    if whole < PROCESSOR_MINIMUM:
        words = _("Less than %(least)s cannot be charged to a card. Pay it together with another invoice.")
    else:
        words = _("Less than %(least)s cannot be charged to a card.")
    return words % {"least": least}


def _require_partial(owed: Sequence[Owed], amount: int, *, policy: Policy, currency: str) -> list[Part]:
    whole = total_of(owed)
    if not policy.is_partial_allowed:
        words = _("These invoices can only be paid in full: %(whole)s.")
        raise AmountRefused(words % {"whole": formats.money(whole, currency)})
    least = smallest(owed, policy)
    if amount < least:
        raise AmountRefused(_("The smallest payment is %(least)s.") % {"least": formats.money(least, currency)})
    parts = spread(owed, amount)
    _require_sound_rest(owed, parts, policy=policy, currency=currency)
    return parts


def _require_sound_rest(owed: Sequence[Owed], parts: Sequence[Part], *, policy: Policy, currency: str) -> None:
    by_id = {one.invoice_id: one for one in owed}
    for part in parts:
        one = by_id[part.invoice_id]
        rest = one.payable_minor - part.amount_minor
        if rest and one.total_minor < policy.partial_minimum_invoice_minor:
            words = _("Invoice %(number)s can only be paid in full: %(whole)s.")
            raise AmountRefused(words % {"number": one.number, "whole": formats.money(one.payable_minor, currency)})
        if 0 < rest < PROCESSOR_MINIMUM:
            words = _("That would leave %(rest)s on invoice %(number)s, which is too little to charge later.")
            raise AmountRefused(words % {"rest": formats.money(rest, currency), "number": one.number})


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
    _A.PROCESSING: frozenset({_A.SENT, _A.UNKNOWN, _A.REQUIRES_ACTION}),
    _A.SUCCEEDED: frozenset(_A) - {_A.SUCCEEDED},
    _A.FAILED: frozenset({_A.CREATED, _A.SENT, _A.UNKNOWN, _A.REQUIRES_ACTION, _A.PROCESSING}),
    _A.EXPIRED: frozenset({_A.CREATED, _A.SENT, _A.UNKNOWN, _A.REQUIRES_ACTION}),
    _A.CANCELED: frozenset({_A.CREATED, _A.SENT, _A.UNKNOWN, _A.REQUIRES_ACTION, _A.PROCESSING}),
}

_P = PaymentState
PAYMENT_FROM: Mapping[PaymentState, frozenset[PaymentState]] = {
    _P.OPEN: frozenset(),
    _P.PROCESSING: frozenset({_P.OPEN}),
    _P.SUCCEEDED: frozenset({_P.OPEN, _P.PROCESSING, _P.FAILED, _P.CANCELED, _P.DISPUTED}),
    _P.PARTIALLY_REFUNDED: frozenset({_P.SUCCEEDED}),
    _P.REFUNDED: frozenset({_P.SUCCEEDED, _P.PARTIALLY_REFUNDED}),
    _P.DISPUTED: frozenset({_P.SUCCEEDED, _P.PARTIALLY_REFUNDED}),
    _P.CHARGED_BACK: frozenset({_P.DISPUTED}),
    _P.FAILED: frozenset({_P.OPEN, _P.PROCESSING}),
    _P.CANCELED: frozenset({_P.OPEN, _P.PROCESSING}),
}


def may_become(now: AttemptState, then: AttemptState) -> bool:
    """Whether an attempt may go from `now` to `then`. Money that came is never taken back by older news."""
    return now in ATTEMPT_FROM[then]


def payment_may_become(now: PaymentState, then: PaymentState) -> bool:
    """The same for payments."""
    return now in PAYMENT_FROM[then]
