"""The transactions of a refund: it is entered before anything is sent, and undone when nothing comes of it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import Sum
from django.utils.translation import gettext as _

from portico.domain.billing import errors, return_rules
from portico.domain.billing.enums import (
    REFUND_VAIN,
    AlertKind,
    EntryKind,
    RefundReason,
    RefundState,
)
from portico.domain.billing.models import Invoice, LedgerEntry, Payment, PaymentAttempt, Refund
from portico.domain.billing.operations import alerts, books, locking, posting, return_letters
from portico.domain.billing.operations.books import Source
from portico.domain.billing.return_words import bar_words
from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import Actor
from portico.kernel import clock, formats, ids
from portico.kernel import errors as kinds

log = logging.getLogger("portico.payments")

FIRST_CHECK = timedelta(minutes=2)
ENTERED, UNDONE = "refund", "refund_undone"


class NotRefundable(kinds.NotPossible):
    """Nothing, or not this much, of the payment can be given back."""

    code = "not_refundable"


@dataclass(frozen=True, slots=True)
class RefundForm:
    """What somebody of the office asks for. `split`: from which invoices it is taken; the rest comes from credit."""

    payment: UUID
    amount_minor: int
    reason: RefundReason
    form_token: str
    note: str = ""
    split: Mapping[UUID, int] | None = None
    is_handed_back: bool = False


@locking.brief
def request(*, form: RefundForm, by: Actor) -> int:
    """Write the refund down with its entries; its key. The same form gives the same refund."""
    payment = _locked(form.payment)
    again = Refund.objects.filter(payment=payment, form_token=form.form_token).first()
    if again is not None:
        return _same(again, form)
    intents = _rooms(payment)
    is_handed = form.is_handed_back or not intents
    _require_allowed(payment, form, is_handed=is_handed)
    invoices = books.lock_invoices_of(payment)
    parts = _parts(payment, form, invoices)
    intent = "" if is_handed else _intent_for(form.amount_minor, intents, payment.currency)
    refund = _write(payment, form, intent, by)
    _enter(payment, refund, parts, invoices)
    audit.record(
        "refund.requested",
        payment,
        by=by,
        customer=payment.customer.public_id,
        note=form.note,
        amount_minor=refund.amount_minor,
        reason=refund.reason,
        refund=str(refund.public_id),
    )
    if is_handed:
        return_letters.send_refunded(refund)
    return refund.pk


def _locked(payment: UUID) -> Payment:
    found = Payment.objects.filter(public_id=payment).values_list("pk", flat=True).first()
    if found is None:
        raise errors.NoSuchPayment(_("There is no such payment."))
    return locking.lock_payment(found)


def _same(refund: Refund, form: RefundForm) -> int:
    if refund.amount_minor != form.amount_minor or refund.reason != form.reason:
        raise errors.FormReused(
            _("This form was already used for another refund. Look at the payment, then try again.")
        )
    return refund.pk


def _require_allowed(payment: Payment, form: RefundForm, *, is_handed: bool) -> None:
    standing = books.standing_of(payment)
    bar = return_rules.bar_of(standing, now=clock.now(), is_handed_back=is_handed)
    if bar is None and form.amount_minor > standing.left:
        words = _("At most %(amount)s of this payment can be given back.")
        raise NotRefundable(words % {"amount": formats.money(standing.left, payment.currency)})
    if bar is not None:
        raise NotRefundable(bar_words(bar))
    if form.amount_minor <= 0:
        raise NotRefundable(_("Enter an amount above zero."))


def _parts(payment: Payment, form: RefundForm, invoices: Mapping[int, Invoice]) -> dict[int, int]:
    """What is taken off which invoice: as chosen, or what lies on none first and then the newest posting."""
    posted, left = books.posted_of(payment), books.left_of(payment)
    if form.split is None:
        return return_rules.taken_from(posted.items(), left=left, amount=form.amount_minor)
    by_id = {invoice.public_id: invoice.pk for invoice in invoices.values()}
    chosen = {by_id.get(public_id, 0): amount for public_id, amount in form.split.items() if amount}
    if any(amount < 0 or amount > posted.get(invoice_id, 0) for invoice_id, amount in chosen.items()):
        raise NotRefundable(_("More was chosen from an invoice than this payment put on it."))
    rest = form.amount_minor - sum(chosen.values())
    if rest < 0 or rest > max(0, left):
        words = _("The parts do not add up to %(amount)s.")
        raise NotRefundable(words % {"amount": formats.money(form.amount_minor, payment.currency)})
    return chosen


def _rooms(payment: Payment) -> dict[str, int]:
    """What is left to give back of each of the gateway's payments that made up this one."""
    entries = LedgerEntry.objects.filter(payment=payment, kind=EntryKind.PAYMENT_IN, source_type=posting.SOURCE)
    rooms = dict(entries.order_by("pk").values_list("source_ref", "amount_minor"))
    back = Refund.objects.filter(payment=payment).exclude(intent_ref="").exclude(state__in=REFUND_VAIN)
    for intent, amount in back.values_list("intent_ref").annotate(Sum("amount_minor")).order_by():
        rooms[intent] = rooms.get(intent, 0) - amount
    return rooms


def _intent_for(amount: int, rooms: Mapping[str, int], currency: str) -> str:
    """The newest of them with room enough: a second success is what usually goes back."""
    for intent, room in reversed(list(rooms.items())):
        if amount <= room:
            return intent
    words = _("The payment was charged in several parts. Give back at most %(amount)s at a time.")
    raise NotRefundable(words % {"amount": formats.money(max(rooms.values()), currency)})


def _write(payment: Payment, form: RefundForm, intent: str, by: Actor) -> Refund:
    now = clock.real_now()
    account_id = PaymentAttempt.objects.values_list("account_id", flat=True).get(intent_ref=intent) if intent else None
    return Refund.objects.create(
        payment=payment,
        account_id=account_id,
        amount_minor=form.amount_minor,
        currency=payment.currency,
        reason=form.reason,
        note=form.note[:500],
        state=RefundState.REQUESTED if intent else RefundState.SUCCEEDED,
        form_token=form.form_token,
        idempotency_key=ids.new_secret(),
        intent_ref=intent,
        made_by=UUID(by.ref) if by.ref else None,
        made_by_name=by.name,
        created_at=now,
        succeeded_at=None if intent else now,
        next_check_at=now + FIRST_CHECK if intent else None,
    )


def _enter(payment: Payment, refund: Refund, parts: Mapping[int, int], invoices: Mapping[int, Invoice]) -> None:
    source = Source(ENTERED, str(refund.public_id))
    books.take_off(payment, parts, source, invoices)
    books.enter(payment, EntryKind.REFUND_OUT, -refund.amount_minor, source)
    payment.refunded_minor += refund.amount_minor
    payment.state = books.settled_state(payment)
    payment.save(update_fields=["refunded_minor", "state"])
    _close_surplus(payment)


def _close_surplus(payment: Payment) -> None:
    if books.left_of(payment) <= 0:
        for kind in (AlertKind.SURPLUS, AlertKind.SECOND_SUCCESS):
            alerts.close_alert_of(kind=kind, subject=str(payment.public_id), note=_("The money was given back."))


# --- Undoing ----------------------------------------------------------------------------------------------------


def undo(payment: Payment, refund: Refund) -> None:
    """The money is still here: put it back where it lay as far as there is room; the rest is credit."""
    taken = LedgerEntry.objects.filter(
        source_type=ENTERED, source_ref=str(refund.public_id), kind=EntryKind.UNAPPLY
    ).values_list("invoice_id", "amount_minor")
    parts = dict(taken)
    invoices = books.lock_invoices_of(payment, parts)
    source = Source(UNDONE, str(refund.public_id))
    books.enter(payment, EntryKind.REFUND_OUT, refund.amount_minor, source)
    books.put_on(payment, parts, source, invoices)
    payment.refunded_minor -= refund.amount_minor


# --- Refunds that were made at the gateway itself -----------------------------------------------------------------


@locking.brief
def adopt(*, payment_id: int, account_id: int, ref: str, intent_ref: str, amount_minor: int) -> int:
    """Write down a refund that somebody made at the gateway, whatever our rules say; its key."""
    payment = locking.lock_payment(payment_id)
    known = Refund.objects.filter(ref=ref).values_list("pk", flat=True).first()
    if known is not None:
        return known
    now = clock.real_now()
    refund = Refund.objects.create(
        payment=payment,
        account_id=account_id,
        amount_minor=amount_minor,
        currency=payment.currency,
        reason=RefundReason.GATEWAY,
        state=RefundState.SENT,
        idempotency_key=f"gateway:{ids.digest(ref).hex()[:48]}",
        intent_ref=intent_ref,
        ref=ref,
        created_at=now,
        sent_at=now,
        next_check_at=now + FIRST_CHECK,
    )
    invoices = books.lock_invoices_of(payment)
    parts = return_rules.taken_from(books.posted_of(payment).items(), left=books.left_of(payment), amount=amount_minor)
    _enter(payment, refund, parts, invoices)
    _tell_adopted(payment, refund)
    return refund.pk


def _tell_adopted(payment: Payment, refund: Refund) -> None:
    audit.record(
        "refund.found_at_gateway",
        payment,
        by=audit.GATEWAY,
        customer=payment.customer.public_id,
        amount_minor=refund.amount_minor,
        refund=str(refund.public_id),
    )
    if books.left_of(payment) < 0:
        log.error("payments.given_back_twice", extra={"payment": str(payment.public_id)})
        alerts.raise_alert(
            kind=AlertKind.DIFFERENCE,
            subject=f"over_refund:{refund.ref}",
            payment=payment,
            amount_minor=-books.left_of(payment),
            note=_("More went back than had come in."),
        )
