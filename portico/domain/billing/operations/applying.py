"""The second of the two transactions: whatever the gateway says, from wherever we hear it, is applied here."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from portico.domain.billing import rules
from portico.domain.billing.enums import (
    ATTEMPT_OVER,
    AlertKind,
    AllocationState,
    AttemptKind,
    AttemptState,
    MethodKind,
    PaymentState,
)
from portico.domain.billing.models import Allocation, Payment, PaymentAttempt
from portico.domain.billing.operations import (
    alerts,
    bank_letters,
    books,
    deposits,
    keeping,
    letters,
    limits,
    locking,
    posting,
)
from portico.domain.billing.ports import Snapshot
from portico.domain.billing.words import UNUSABLE_ACCOUNT, failure_words, method_label
from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import GATEWAY
from portico.kernel import clock

log = logging.getLogger("portico.payments")

SOONEST = timedelta(seconds=30)
LATEST = timedelta(hours=6)
A_DAY = timedelta(days=1)
AFTER_EXPIRY = timedelta(minutes=1)
RETURNABLE_FOR = timedelta(days=60)
DAILY = frozenset({AttemptState.PROCESSING, AttemptState.VERIFYING})
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
    _believe(payment)
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
    """Its deposit first, then the payment, then the attempt; every writer of attempts holds the payment."""
    payment_id = PaymentAttempt.objects.values_list("payment_id", flat=True).get(pk=attempt_id)
    deposit = deposits.lock_for(payment_id)
    payment = locking.lock_payment(payment_id)
    if deposit is not None:
        payment.deposit = deposit
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
    alerts.raise_alert(
        kind=AlertKind.QUARANTINED,
        subject=str(payment.public_id),
        payment=payment,
        amount_minor=payment.amount_minor,
        note=note,
        by=GATEWAY,
    )
    log.error("payment.quarantined", extra={"payment": str(payment.public_id), "differs": difference})
    _schedule(attempt)
    attempt.save(update_fields=["next_check_at"])
    return AttemptState(attempt.state)


def _believe(payment: Payment) -> None:
    """This answer agrees: what an earlier one differed in is explained."""
    if payment.quarantine_note:
        payment.quarantine_note = ""
        alerts.close_alert_of(kind=AlertKind.QUARANTINED, subject=str(payment.public_id), by=GATEWAY)


def _note_facts(payment: Payment, attempt: PaymentAttempt, snapshot: Snapshot) -> None:
    attempt.session_ref = snapshot.session_ref or attempt.session_ref
    attempt.intent_ref = attempt.intent_ref or snapshot.intent_ref
    attempt.session_url = snapshot.url or attempt.session_url
    attempt.expires_at = snapshot.expires_at or attempt.expires_at
    attempt.verify_url = snapshot.verify_url
    kind = snapshot.kind or MethodKind(payment.method)
    payment.method_label = method_label(kind, snapshot.brand, snapshot.last4) or payment.method_label
    if snapshot.failure_code:
        attempt.failure_code = snapshot.failure_code[:80]
        attempt.failure_text = failure_words(kind, snapshot.failure_code)


# --- Changing ---------------------------------------------------------------------------------------------------


def _succeed(payment: Payment, attempt: PaymentAttempt, snapshot: Snapshot) -> None:
    was, had_money = PaymentState(payment.state), payment.received_minor > 0
    attempt.state = AttemptState.SUCCEEDED
    attempt.failure_code = attempt.failure_text = payment.failure_text = ""
    surplus = posting.post(payment, snapshot)
    if payment.deposit is not None:
        surplus = deposits.take_in(payment.deposit, payment, surplus)
    if rules.payment_may_become(was, PaymentState.SUCCEEDED) or had_money:
        payment.state = books.settled_state(payment)
    if payment.method == MethodKind.ACH and payment.paid_on is not None:
        payment.returnable_until = payment.paid_on + RETURNABLE_FOR
    if payment.method == MethodKind.CARD:
        limits.note_paid()
    customer = payment.customer.public_id
    audit.record(
        "payment.succeeded", payment, by=GATEWAY, customer=customer, amount_minor=snapshot.received_minor, was=was.value
    )
    if surplus or had_money:
        _note_surplus(payment, surplus, is_second=had_money)
    letters.send_receipt(payment)
    log.info("payment.settled", extra={"payment": str(payment.public_id)})


def _note_surplus(payment: Payment, surplus: int, *, is_second: bool) -> None:
    """More came than was to be paid: it is kept as credit, and somebody looks whether it should go back."""
    alerts.raise_alert(
        kind=AlertKind.SECOND_SUCCESS if is_second else AlertKind.SURPLUS,
        subject=str(payment.public_id),
        payment=payment,
        amount_minor=surplus,
        by=GATEWAY,
    )
    customer = payment.customer.public_id
    audit.record("payment.left_surplus", payment, by=GATEWAY, customer=customer, amount_minor=surplus)


def _change(payment: Payment, attempt: PaymentAttempt, snapshot: Snapshot) -> None:
    if snapshot.state in ATTEMPT_OVER:
        _end(payment, attempt, snapshot.state, method_ref=snapshot.method_ref)
        return
    attempt.state = snapshot.state
    if snapshot.state == AttemptState.VERIFYING:
        _enter_state(payment, PaymentState.VERIFYING)
        _release(payment)
    elif snapshot.state == AttemptState.PROCESSING:
        _enter_state(payment, PaymentState.PROCESSING)
        _hold_again(payment)


def _enter_state(payment: Payment, then: PaymentState) -> None:
    """A bank account is to be verified first, or its money is on the way."""
    if rules.payment_may_become(PaymentState(payment.state), then):
        payment.state = then
        audit.record(f"payment.{then.value}", payment, by=GATEWAY, customer=payment.customer.public_id)


def _end(payment: Payment, attempt: PaymentAttempt, state: AttemptState, *, method_ref: str | None = None) -> None:
    """A definite no: what was held is free again at once."""
    was = AttemptState(attempt.state)
    attempt.state = state
    if _others_running(payment, attempt):
        return
    _release(payment)
    if state == AttemptState.FAILED or attempt.failure_code:
        then = PaymentState.FAILED
        payment.failure_text = failure_words(MethodKind(payment.method), attempt.failure_code)
    else:
        then = PaymentState.CANCELED
        payment.failure_text = _("The payment was not completed.")
    if rules.payment_may_become(PaymentState(payment.state), then):
        payment.state = then
        verb = f"payment.{then.value}"
        audit.record(verb, payment, by=GATEWAY, customer=payment.customer.public_id, note=attempt.failure_code)
    if then == PaymentState.FAILED and payment.method == MethodKind.ACH:
        _end_bank_payment(payment, attempt, was, method_ref)
    elif was in TOLD_TO_WAIT:
        letters.send_payment_failed(payment)


def _end_bank_payment(payment: Payment, attempt: PaymentAttempt, was: AttemptState, method_ref: str | None) -> None:
    """An account that the bank will not debit again is not offered again; who counted on the money is told.

    Only a saved account that is refused at once is news to nobody, and the office never counted on one to be verified.
    """
    if attempt.failure_code in UNUSABLE_ACCOUNT and method_ref:
        keeping.disable(account_id=attempt.account_id, method_ref=method_ref, why=attempt.failure_code)
    if attempt.kind == AttemptKind.SAVED and was not in TOLD_TO_WAIT:
        return
    letters.send_payment_failed(payment)
    if was != AttemptState.VERIFYING:
        _tell_office(payment, attempt)


def _tell_office(payment: Payment, attempt: PaymentAttempt) -> None:
    alerts.raise_alert(
        kind=AlertKind.BANK_FAILED,
        subject=str(payment.public_id),
        payment=payment,
        amount_minor=payment.amount_minor,
        note=attempt.failure_code,
        by=GATEWAY,
    )
    bank_letters.tell_office(payment, code=attempt.failure_code)


def _others_running(payment: Payment, attempt: PaymentAttempt) -> bool:
    others = PaymentAttempt.objects.filter(payment=payment).exclude(pk=attempt.pk)
    return others.exclude(state__in=ATTEMPT_OVER).exists()


def _release(payment: Payment) -> None:
    held = list(Allocation.objects.filter(payment=payment, state=AllocationState.RESERVED).order_by("invoice_id"))
    books.release(held, locking.lock_invoices(allocation.invoice_id for allocation in held))


def _hold_again(payment: Payment) -> None:
    """The bank account is verified: what still fits whole is held again, the rest is put where it fits at the end."""
    let_go = list(Allocation.objects.filter(payment=payment, state=AllocationState.RELEASED).order_by("invoice_id"))
    invoices = locking.lock_invoices(allocation.invoice_id for allocation in let_go)
    for allocation in let_go:
        invoice = invoices[allocation.invoice_id]
        if books.room_on(invoice) < allocation.amount_minor:
            continue
        invoice.reserved_minor += allocation.amount_minor
        invoice.save(update_fields=["reserved_minor"])
        allocation.state = AllocationState.RESERVED
        allocation.save(update_fields=["state"])


# --- Looking again ----------------------------------------------------------------------------------------------


def _schedule(attempt: PaymentAttempt) -> None:
    attempt.next_check_at = next_check(attempt, clock.real_now())


def next_check(attempt: PaymentAttempt, now: datetime) -> datetime | None:
    """When to ask the gateway again: soon at first, then ever later, and just after an open page expires.

    What takes days at a bank is looked at daily.
    """
    if AttemptState(attempt.state) in ATTEMPT_OVER:
        return None
    wait: timedelta = min(SOONEST * 2 ** min(attempt.check_count, 12), LATEST)
    at = now + (A_DAY if AttemptState(attempt.state) in DAILY else wait)
    if attempt.expires_at is not None and now < attempt.expires_at:
        at = min(at, attempt.expires_at + AFTER_EXPIRY)
    return at
