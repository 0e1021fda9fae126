"""Whatever the gateway says about a refund, from wherever we hear it, is applied here."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.utils.translation import gettext as _

from portico.domain.billing import rules
from portico.domain.billing.enums import REFUND_OVER, REFUND_VAIN, AlertKind, RefundState
from portico.domain.billing.models import Payment, Refund
from portico.domain.billing.operations import alerts, books, giving_back, locking, return_letters
from portico.domain.billing.ports import RefundSnapshot
from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import GATEWAY
from portico.kernel import clock

log = logging.getLogger("portico.payments")

SOONEST = timedelta(seconds=30)
LATEST = timedelta(hours=6)


@locking.brief
def apply_refund(*, refund_id: int, snapshot: RefundSnapshot) -> RefundState:
    """Bring a refund, its payment and the ledger to what the gateway says; the refund's state afterwards."""
    payment, refund = _locked(refund_id)
    difference = _difference(refund, snapshot)
    if difference:
        return _differs(payment, refund, difference)
    refund.ref = snapshot.ref
    if _may_become(refund, snapshot.state):
        refund.failure_code = snapshot.failure_code[:80]
        _change(payment, refund, snapshot.state)
    return _saved(payment, refund)


@locking.brief
def give_up(*, refund_id: int, failure_code: str) -> RefundState:
    """End a refund of which we know for certain that nothing came of it."""
    payment, refund = _locked(refund_id)
    if refund.ref is None and _may_become(refund, RefundState.FAILED):
        refund.failure_code = failure_code[:80]
        _change(payment, refund, RefundState.FAILED)
    return _saved(payment, refund)


@locking.brief
def note_unknown(*, refund_id: int) -> RefundState:
    """The gateway gave no answer that can be believed. What was entered stays entered."""
    payment, refund = _locked(refund_id)
    if _may_become(refund, RefundState.UNKNOWN):
        refund.state = RefundState.UNKNOWN
    return _saved(payment, refund)


def _locked(refund_id: int) -> tuple[Payment, Refund]:
    payment = locking.lock_payment(Refund.objects.values_list("payment_id", flat=True).get(pk=refund_id))
    refund = Refund.objects.select_for_update(of=("self",)).get(pk=refund_id)
    refund.payment = payment
    return payment, refund


def _may_become(refund: Refund, then: RefundState) -> bool:
    return rules.refund_may_become(RefundState(refund.state), then)


def _difference(refund: Refund, snapshot: RefundSnapshot) -> str:
    checks = {
        "amount": snapshot.amount_minor == refund.amount_minor,
        "currency": snapshot.currency == refund.currency,
        "payment": snapshot.intent_ref in (None, refund.intent_ref),
        "refund": snapshot.refund in (None, refund.public_id),
        "reference": refund.ref in (None, snapshot.ref),
    }
    return ", ".join(name for name, agrees in checks.items() if not agrees)


def _differs(payment: Payment, refund: Refund, difference: str) -> RefundState:
    """Told, and nothing changed until a person, or a later answer, explains it."""
    alerts.raise_alert(
        kind=AlertKind.DIFFERENCE,
        subject=f"refund:{refund.public_id}",
        payment=payment,
        amount_minor=refund.amount_minor,
        note=f"The gateway's answer differs: {difference}",
        is_told_once=True,
    )
    return _saved(payment, refund)


def _change(payment: Payment, refund: Refund, then: RefundState) -> None:
    was = RefundState(refund.state)
    refund.state = then
    if then in REFUND_VAIN:
        _came_to_nothing(payment, refund, was)
    elif was != RefundState.PENDING:
        return_letters.send_refunded(refund)
    if then == RefundState.SUCCEEDED:
        refund.succeeded_at = refund.succeeded_at or clock.real_now()
    _record(f"refund.{then.value}", payment, refund)


def _came_to_nothing(payment: Payment, refund: Refund, was: RefundState) -> None:
    giving_back.undo(payment, refund)
    if was in (RefundState.PENDING, RefundState.SUCCEEDED):
        return_letters.send_refund_failed(refund)
    alerts.raise_alert(
        kind=AlertKind.REFUND_FAILED,
        subject=str(refund.public_id),
        payment=payment,
        amount_minor=refund.amount_minor,
        note=_("The payment provider says: %(code)s") % {"code": refund.failure_code or refund.state},
    )


def _record(verb: str, payment: Payment, refund: Refund) -> None:
    audit.record(
        verb,
        payment,
        by=GATEWAY,
        customer=payment.customer.public_id,
        note=refund.failure_code,
        amount_minor=refund.amount_minor,
        refund=str(refund.public_id),
    )


def _saved(payment: Payment, refund: Refund) -> RefundState:
    refund.next_check_at = None
    if refund.state not in REFUND_OVER:
        wait: timedelta = min(SOONEST * 2 ** min(refund.check_count, 12), LATEST)
        refund.next_check_at = clock.real_now() + wait
    refund.save()
    payment.state = books.settled_state(payment)
    payment.save(update_fields=["state", "refunded_minor"])
    return RefundState(refund.state)
