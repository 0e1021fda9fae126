"""The bank asks money back: a disputed card payment, or a bank payment that is returned after it had settled."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.utils.translation import gettext as _

from portico.domain.billing import return_rules
from portico.domain.billing.enums import (
    DISPUTE_OVER,
    AlertKind,
    DisputeState,
    EntryKind,
    MethodKind,
)
from portico.domain.billing.models import Dispute, LedgerEntry, Payment, PaymentAttempt
from portico.domain.billing.operations import alerts, books, keeping, locking, return_letters
from portico.domain.billing.operations.accounts import OpenAccount
from portico.domain.billing.operations.books import Source
from portico.domain.billing.ports import DisputeSnapshot, Refused, Unknown
from portico.domain.billing.return_words import reason_words
from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import GATEWAY
from portico.foundation.tenancy.scope import reading
from portico.kernel import clock, formats

log = logging.getLogger("portico.payments")

TAKEN, GIVEN_BACK = "dispute", "dispute_back"
_S = DisputeState
HELD = (_S.OPEN, _S.UNDER_REVIEW, _S.LOST)  # the gateway has withdrawn the money


def on_dispute(account: OpenAccount, ref: str) -> Callable[[], object] | None:
    """News of a dispute: ask for it; what is left to do, without any network."""
    snapshot = account.gateway.fetch_dispute(ref)
    attempt = _attempt_of(snapshot, account.id)
    if attempt is None:
        log.error("payments.dispute_of_unknown_payment", extra={"dispute": ref})
        return None
    method_ref = _bank_account(account, attempt, snapshot)

    def work() -> None:
        apply_dispute(payment_id=attempt.payment_id, account_id=account.id, snapshot=snapshot)
        if method_ref:
            keeping.disable(account_id=account.id, method_ref=method_ref, why=snapshot.reason)

    return work


@locking.brief
def apply_dispute(*, payment_id: int, account_id: int, snapshot: DisputeSnapshot) -> DisputeState:
    """Bring dispute, payment, invoices and ledger to what the gateway says; the dispute's state afterwards."""
    payment = locking.lock_payment(payment_id)
    dispute = Dispute.objects.select_for_update(of=("self",)).filter(ref=snapshot.ref).first()
    if dispute is None:
        dispute, was = _new(payment, account_id, snapshot), None
    elif _differs(payment, dispute, snapshot):
        return DisputeState(dispute.state)
    else:
        was = DisputeState(dispute.state)
        if was == snapshot.state or not return_rules.dispute_may_become(was, snapshot.state):
            return was
    dispute.payment = payment
    dispute.state, dispute.evidence_due_at = snapshot.state, snapshot.evidence_due_at
    dispute.closed_at = clock.real_now() if snapshot.state in DISPUTE_OVER else None
    dispute.save()
    _follow(payment, dispute, was)
    _record(payment, dispute)
    return DisputeState(dispute.state)


def _new(payment: Payment, account_id: int, snapshot: DisputeSnapshot) -> Dispute:
    return Dispute.objects.create(
        payment=payment,
        account_id=account_id,
        ref=snapshot.ref,
        amount_minor=snapshot.amount_minor,
        currency=snapshot.currency,
        reason=snapshot.reason[:80],
        state=snapshot.state,
        opened_at=snapshot.opened_at,
    )


def _differs(payment: Payment, dispute: Dispute, snapshot: DisputeSnapshot) -> bool:
    """Told, and nothing changed until a person, or a later answer, explains it."""
    agrees = (dispute.payment_id, dispute.amount_minor, dispute.currency) == (
        payment.pk,
        snapshot.amount_minor,
        snapshot.currency,
    )
    if not agrees:
        note = _("The payment provider changed the amount of a dispute.")
        _alert(AlertKind.DIFFERENCE, payment, dispute, note)
    return not agrees


def _follow(payment: Payment, dispute: Dispute, was: DisputeState | None) -> None:
    """What the new state of the dispute means for the payment."""
    if dispute.state == _S.LOST:
        _take(payment, dispute)
    elif dispute.state == _S.WON and was == _S.LOST:
        _give_back(payment, dispute)
    held = Dispute.objects.filter(payment=payment, state__in=HELD).values_list("amount_minor", flat=True)
    payment.disputed_minor = sum(held)
    payment.state = books.settled_state(payment)
    payment.save(update_fields=["disputed_minor", "state"])
    _tell(payment, dispute)


def _take(payment: Payment, dispute: Dispute) -> None:
    """The bank keeps it: what lay on no invoice goes first, then the newest postings; those invoices are due again."""
    invoices = books.lock_invoices_of(payment)
    source = Source(TAKEN, dispute.ref)
    left = books.left_of(payment)
    parts = return_rules.taken_from(books.posted_of(payment).items(), left=left, amount=dispute.amount_minor)
    books.take_off(payment, parts, source, invoices)
    books.enter(payment, EntryKind.DISPUTE_OUT, -dispute.amount_minor, source)
    beyond = -books.left_of(payment)
    if beyond > 0:
        note = _("The bank took back more than was left of this payment: a refund and the bank have both paid.")
        _alert(AlertKind.DIFFERENCE, payment, dispute, note)


def _give_back(payment: Payment, dispute: Dispute) -> None:
    """A lost one was won after all: the money lies where it lay, as far as there is room; the rest is credit."""
    taken = LedgerEntry.objects.filter(source_type=TAKEN, source_ref=dispute.ref, kind=EntryKind.UNAPPLY)
    parts = dict(taken.values_list("invoice_id", "amount_minor"))
    invoices = books.lock_invoices_of(payment, parts)
    source = Source(GIVEN_BACK, dispute.ref)
    books.enter(payment, EntryKind.DISPUTE_BACK, dispute.amount_minor, source)
    books.put_on(payment, parts, source, invoices)


# --- Telling ----------------------------------------------------------------------------------------------------


def _tell(payment: Payment, dispute: Dispute) -> None:
    if dispute.state in DISPUTE_OVER:
        alerts.close_alert_of(kind=AlertKind.DISPUTE, subject=dispute.ref, note=_("The bank has decided."))
    else:
        _alert(AlertKind.DISPUTE, payment, dispute, reason_words(dispute.reason))
        _tell_office(payment, dispute, _("A payment of %(amount)s is disputed"), "opened")
    if dispute.state == _S.LOST:
        return_letters.send_taken_back(dispute)
        _tell_office(payment, dispute, _("The bank took back a payment of %(amount)s"), "taken")
        if payment.method == MethodKind.ACH:
            _alert(AlertKind.LATE_RETURN, payment, dispute, reason_words(dispute.reason))


def _tell_office(payment: Payment, dispute: Dispute, subject: str, key: str) -> None:
    amount = formats.money(dispute.amount_minor, dispute.currency)
    paragraph = reason_words(dispute.reason) + "."
    if dispute.evidence_due_at:
        by = formats.day(dispute.evidence_due_at.date())
        paragraph += " " + _("Answer on the payment provider’s page by %(day)s.") % {"day": by}
    return_letters.tell_office(
        payment,
        subject=subject % {"amount": amount},
        paragraph=paragraph,
        key=f"office_dispute_{key}:{dispute.public_id}",
    )


def _alert(kind: AlertKind, payment: Payment, dispute: Dispute, note: str) -> None:
    alerts.raise_alert(
        kind=kind,
        subject=dispute.ref,
        payment=payment,
        amount_minor=dispute.amount_minor,
        note=note,
        due_at=dispute.evidence_due_at,
    )


def _record(payment: Payment, dispute: Dispute) -> None:
    audit.record(
        f"dispute.{dispute.state}",
        payment,
        by=GATEWAY,
        customer=payment.customer.public_id,
        note=dispute.reason,
        amount_minor=dispute.amount_minor,
        dispute=dispute.ref,
    )


# --- Asking -----------------------------------------------------------------------------------------------------


def _bank_account(account: OpenAccount, attempt: PaymentAttempt, snapshot: DisputeSnapshot) -> str | None:
    """The bank account whose mandate ends with a return; not knowing it now stops nothing."""
    if snapshot.state != _S.LOST or attempt.payment.method != MethodKind.ACH or not snapshot.intent_ref:
        return None
    try:
        return account.gateway.fetch_intent(snapshot.intent_ref).method_ref
    except (Unknown, Refused) as problem:
        log.warning("payments.returned_account_unknown", extra={"intent": snapshot.intent_ref, "why": str(problem)})
        return None


@reading
def _attempt_of(snapshot: DisputeSnapshot, account_id: int) -> PaymentAttempt | None:
    if snapshot.intent_ref is None:
        return None
    rows = PaymentAttempt.objects.select_related("payment").filter(intent_ref=snapshot.intent_ref)
    return rows.filter(account_id=account_id).first()
