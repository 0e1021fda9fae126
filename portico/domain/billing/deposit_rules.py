"""How a deposit stands, by what became of its payments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from portico.domain.billing.enums import DepositWord, PaymentState

GOING: Mapping[PaymentState, DepositWord] = {
    PaymentState.PROCESSING: DepositWord.PENDING,
    PaymentState.VERIFYING: DepositWord.VERIFYING,
    PaymentState.OPEN: DepositWord.PAYING,
}
ENDED: Mapping[PaymentState, DepositWord] = {
    PaymentState.FAILED: DepositWord.FAILED,
    PaymentState.CHARGED_BACK: DepositWord.TAKEN_BACK,
}
TAKEN = frozenset({DepositWord.PAYING, DepositWord.VERIFYING, DepositWord.PENDING, DepositWord.HELD, DepositWord.USED})
PAYABLE = frozenset({DepositWord.TO_PAY, DepositWord.FAILED, DepositWord.TAKEN_BACK})


@dataclass(frozen=True, slots=True)
class Facts:
    """`kept_minor` is what is still here of the payment whose money it is, `newest` the state of the last payment."""

    is_canceled: bool
    is_released: bool
    kept_minor: int
    is_given_back: bool
    newest: PaymentState | None


def word_of(facts: Facts) -> DepositWord:
    """Money first, then what goes on, then what came to nothing."""
    if facts.is_canceled:
        return DepositWord.CANCELED
    if facts.kept_minor > 0:
        return DepositWord.USED if facts.is_released else DepositWord.HELD
    if facts.newest is not None and facts.newest in GOING:
        return GOING[facts.newest]
    if facts.is_given_back:
        return DepositWord.REFUNDED
    if facts.is_released:
        return DepositWord.INVOICED
    return ENDED.get(facts.newest, DepositWord.TO_PAY) if facts.newest else DepositWord.TO_PAY


def held_minor(*, left: int, amount: int) -> int:
    """What of a payment's rest is kept as its deposit: no more than was asked for."""
    return max(0, min(left, amount))
