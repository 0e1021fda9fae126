"""What may go back of a payment, from where it is taken, and which state of a dispute may follow which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from portico.domain.billing.enums import DisputeState, MethodKind, PaymentState

ACH_REFUNDED_FOR = timedelta(days=180)
WITH_MONEY = frozenset(
    {
        PaymentState.SUCCEEDED,
        PaymentState.PARTIALLY_REFUNDED,
        PaymentState.REFUNDED,
        PaymentState.DISPUTED,
        PaymentState.CHARGED_BACK,
    }
)
DISPUTED_NOW = frozenset({DisputeState.OPEN, DisputeState.UNDER_REVIEW})


@dataclass(frozen=True, slots=True)
class Standing:
    """What became of a payment's money. `taken` is what the bank took for good."""

    state: PaymentState
    method: MethodKind
    received: int
    refunded: int
    taken: int
    is_disputed: bool
    succeeded_at: datetime | None

    @property
    def left(self) -> int:
        """What could still be given back."""
        return max(0, self.received - self.refunded - self.taken)


class Bar(StrEnum):
    """Why nothing of a payment can be given back."""

    NO_MONEY = "no_money"
    DISPUTED = "disputed"
    NOTHING_LEFT = "nothing_left"
    TOO_OLD = "too_old"


def bar_of(standing: Standing, *, now: datetime, is_handed_back: bool = False) -> Bar | None:
    """Why a refund is refused; None when it is not. What is too old for the bank can still be handed back."""
    if standing.state not in WITH_MONEY:
        return Bar.NO_MONEY
    if standing.is_disputed:
        return Bar.DISPUTED
    if standing.left <= 0:
        return Bar.NOTHING_LEFT
    is_by_bank = standing.method == MethodKind.ACH and not is_handed_back
    if is_by_bank and standing.succeeded_at and now - standing.succeeded_at > ACH_REFUNDED_FOR:
        return Bar.TOO_OLD
    return None


def state_of(*, received: int, refunded: int, taken: int, is_disputed: bool) -> PaymentState:
    """The state of a payment whose money came."""
    if is_disputed:
        return PaymentState.DISPUTED
    if taken:
        return PaymentState.CHARGED_BACK
    if refunded:
        return PaymentState.REFUNDED if refunded >= received else PaymentState.PARTIALLY_REFUNDED
    return PaymentState.SUCCEEDED


def taken_from(posted: Iterable[tuple[int, int]], *, left: int, amount: int) -> dict[int, int]:
    """From which invoices an amount is taken: what lies on none first, then the newest posting first.

    `posted` are invoices with what is on them, the newest posting first.
    """
    wanted, parts = max(0, amount - max(0, left)), {}
    for invoice, on_it in posted:
        if wanted <= 0:
            break
        parts[invoice] = min(on_it, wanted)
        wanted -= parts[invoice]
    return parts


_D = DisputeState
DISPUTE_FROM: Mapping[DisputeState, frozenset[DisputeState]] = {
    _D.WARNING: frozenset(),
    _D.WARNING_CLOSED: frozenset({_D.WARNING}),
    _D.OPEN: frozenset({_D.WARNING}),
    _D.UNDER_REVIEW: frozenset({_D.WARNING, _D.OPEN}),
    _D.LOST: frozenset({_D.WARNING, _D.OPEN, _D.UNDER_REVIEW}),
    _D.WON: frozenset({_D.WARNING, _D.OPEN, _D.UNDER_REVIEW, _D.LOST}),
}


def dispute_may_become(now: DisputeState, then: DisputeState) -> bool:
    """Whether a dispute may go from `now` to `then`; a lost one may yet be won, older news change nothing."""
    return now in DISPUTE_FROM[then]
