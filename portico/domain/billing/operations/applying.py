"""The second of the two transactions: whatever the gateway says, from wherever we hear it, is applied here."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from portico.domain.billing import rules
from portico.domain.billing.enums import ATTEMPT_OVER, AllocationState, AttemptState, PaymentState
from portico.domain.billing.models import Allocation, Payment, PaymentAttempt
from portico.domain.billing.operations import letters, locking, posting
from portico.domain.billing.ports import Snapshot
from portico.domain.billing.words import card_label, decline_words
from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import GATEWAY
from portico.kernel import clock

log = logging.getLogger("portico.payments")

SOONEST = timedelta(seconds=30)
LATEST = timedelta(hours=6)
AFTER_EXPIRY = timedelta(minutes=1)
TOLD_TO_WAIT = frozenset({AttemptState.UNKNOWN, AttemptState.PROCESSING})


@locking.brief
def apply(*, attempt_id: int, snapshot: Snapshot) -> AttemptState:
    """Bring attempt, payment, invoices and ledger to what the gateway says; the attempt's state afterwards.

    Any snapshot may come any number of times and in any order. Money that differs from ours is not posted.
    """
    payment, attempt = _locked(attempt_id)
    difference = _difference(payment, attempt, snapshot)
    if difference:
        return _quarantine(payment, attempt, difference)
    payment.quarantine_note = ""
    _note_facts(payment, attempt, snapshot)
    if posting.is_new_money(snapshot):
        _succeed(payment, attempt, snapshot)
    elif snapshot.state != attempt.state and _may_become(attempt, snapshot.state):
        _change(payment, attempt, snapshot)
    _schedule(attempt)
    attempt.save()
    payment.save()
    return AttemptState(attempt.state)


@locking.brief
def give_up(*, attempt_id: int, state: AttemptState, failure_code: str = "") -> AttemptState:
    """End an attempt of which we know for certain that nothing came of it, and release what it held."""
    payment, attempt = _locked(attempt_id)
    if _may_become(attempt, state):
        attempt.failure_code = failure_code or attempt.failure_code
        _end(payment, attempt, state)
        _schedule(attempt)
        attempt.save()
        payment.save()
    return AttemptState(attempt.state)


@locking.brief
def give_up_unsent(*, attempt_id: int) -> AttemptState:
    """End an attempt that never left the house; one that is being sent at this very moment stays."""
    payment, attempt = _locked(attempt_id)
    if attempt.sent_at is None and _may_become(attempt, AttemptState.CANCELED):
        _end(payment, attempt, AttemptState.CANCELED)
        _schedule(attempt)
        attempt.save()
        payment.save()
    return AttemptState(attempt.state)


@locking.brief
def note_unknown(*, attempt_id: int) -> AttemptState:
    """The gateway gave no answer that can be believed. What the attempt holds stays held."""
    _payment, attempt = _locked(attempt_id)
    if _may_become(attempt, AttemptState.UNKNOWN):
        attempt.state = AttemptState.UNKNOWN
    _schedule(attempt)
    attempt.save()
    return AttemptState(attempt.state)


def _locked(attempt_id: int) -> tuple[Payment, PaymentAttempt]:
    """Payment first, then its attempt; every writer of attempts holds the payment."""
    payment_id = PaymentAttempt.objects.values_list("payment_id", flat=True).get(pk=attempt_id)
    payment = locking.lock_payment(payment_id)
    return payment, PaymentAttempt.objects.select_related("account").select_for_update(of=("self",)).get(pk=attempt_id)


def _may_become(attempt: PaymentAttempt, then: AttemptState) -> bool:
    return rules.may_become(AttemptState(attempt.state), then)


# --- Believing --------------------------------------------------------------------------------------------------


def _difference(payment: Payment, attempt: PaymentAttempt, snapshot: Snapshot) -> str:
    """What does not agree with our own records; empty when all does."""
    checks = {
        "currency": snapshot.currency == payment.currency,
        "amount": snapshot.amount_minor == payment.amount_minor,
        "mode": snapshot.is_live == attempt.account.is_live,
        "attempt": snapshot.attempt in (None, attempt.public_id),
        "session": attempt.session_ref is None or snapshot.session_ref in (None, attempt.session_ref),
        "received": snapshot.state != AttemptState.SUCCEEDED or snapshot.received_minor == payment.amount_minor,
    }
    return ", ".join(name for name, agrees in checks.items() if not agrees)


def _quarantine(payment: Payment, attempt: PaymentAttempt, difference: str) -> AttemptState:
    """Record and alert; nothing is posted and nothing released until somebody, or a later answer, explains it."""
    note = f"The gateway's answer differs: {difference}"
    if payment.quarantine_note != note:
        payment.quarantine_note = note
        payment.save(update_fields=["quarantine_note"])
        audit.record("payment.quarantined", payment, by=GATEWAY, customer=payment.customer.public_id, note=note)
    log.error("payment.quarantined", extra={"payment": str(payment.public_id), "differs": difference})
    _schedule(attempt)
    attempt.save(update_fields=["next_check_at"])
    return AttemptState(attempt.state)


def _note_facts(payment: Payment, attempt: PaymentAttempt, snapshot: Snapshot) -> None:
    attempt.session_ref = snapshot.session_ref or attempt.session_ref
    attempt.intent_ref = attempt.intent_ref or snapshot.intent_ref
    attempt.session_url = snapshot.url or attempt.session_url
    attempt.expires_at = snapshot.expires_at or attempt.expires_at
    payment.method_label = card_label(snapshot.brand, snapshot.last4) or payment.method_label
    if snapshot.failure_code:
        attempt.failure_code = snapshot.failure_code[:80]
        attempt.failure_text = decline_words(snapshot.failure_code)


# --- Changing ---------------------------------------------------------------------------------------------------


def _succeed(payment: Payment, attempt: PaymentAttempt, snapshot: Snapshot) -> None:
    was = PaymentState(payment.state)
    attempt.state = AttemptState.SUCCEEDED
    attempt.failure_code = attempt.failure_text = payment.failure_text = ""
    surplus = posting.post(payment, snapshot)
    if rules.payment_may_become(was, PaymentState.SUCCEEDED):
        payment.state = PaymentState.SUCCEEDED
    customer = payment.customer.public_id
    audit.record(
        "payment.succeeded", payment, by=GATEWAY, customer=customer, amount_minor=snapshot.received_minor, was=was.value
    )
    if surplus:
        audit.record("payment.left_surplus", payment, by=GATEWAY, customer=customer, amount_minor=surplus)
        log.error("payment.surplus", extra={"payment": str(payment.public_id)})
    letters.send_receipt(payment)
    log.info("payment.settled", extra={"payment": str(payment.public_id)})


def _change(payment: Payment, attempt: PaymentAttempt, snapshot: Snapshot) -> None:
    if snapshot.state in ATTEMPT_OVER:
        _end(payment, attempt, snapshot.state)
        return
    attempt.state = snapshot.state
    if snapshot.state == AttemptState.PROCESSING and payment.state == PaymentState.OPEN:
        payment.state = PaymentState.PROCESSING


def _end(payment: Payment, attempt: PaymentAttempt, state: AttemptState) -> None:
    """A definite no: what was held is free again at once."""
    is_news = AttemptState(attempt.state) in TOLD_TO_WAIT
    attempt.state = state
    if _others_running(payment, attempt):
        return
    _release(payment)
    if state == AttemptState.FAILED or attempt.failure_code:
        then = PaymentState.FAILED
        payment.failure_text = decline_words(attempt.failure_code)
    else:
        then = PaymentState.CANCELED
        payment.failure_text = _("The payment was not completed.")
    if rules.payment_may_become(PaymentState(payment.state), then):
        payment.state = then
        verb = f"payment.{then.value}"
        audit.record(verb, payment, by=GATEWAY, customer=payment.customer.public_id, note=attempt.failure_code)
    if is_news:
        letters.send_payment_failed(payment)


def _others_running(payment: Payment, attempt: PaymentAttempt) -> bool:
    others = PaymentAttempt.objects.filter(payment=payment).exclude(pk=attempt.pk)
    return others.exclude(state__in=ATTEMPT_OVER).exists()


def _release(payment: Payment) -> None:
    held = list(Allocation.objects.filter(payment=payment, state=AllocationState.RESERVED).order_by("invoice_id"))
    invoices = locking.lock_invoices(allocation.invoice_id for allocation in held)
    for allocation in held:
        invoice = invoices[allocation.invoice_id]
        invoice.reserved_minor -= allocation.amount_minor
        invoice.save(update_fields=["reserved_minor"])
        allocation.state = AllocationState.RELEASED
        allocation.save(update_fields=["state"])


# --- Looking again ----------------------------------------------------------------------------------------------


def _schedule(attempt: PaymentAttempt) -> None:
    attempt.next_check_at = next_check(attempt, clock.real_now())


def next_check(attempt: PaymentAttempt, now: datetime) -> datetime | None:
    """When to ask the gateway again: soon at first, then ever later, and just after an open page expires."""
    if AttemptState(attempt.state) in ATTEMPT_OVER:
        return None
    wait: timedelta = min(SOONEST * 2 ** min(attempt.check_count, 12), LATEST)
    at = now + wait
    if attempt.expires_at is not None and now < attempt.expires_at:
        at = min(at, attempt.expires_at + AFTER_EXPIRY)
    return at
