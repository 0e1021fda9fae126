"""Giving money back. Nothing here runs inside a transaction; each step has its own (operations/giving_back.py)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import OperationalError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from portico.domain.billing.enums import REFUND_OVER, REFUND_VAIN, RefundState
from portico.domain.billing.models import PaymentAttempt, Refund
from portico.domain.billing.operations import accounts, giving_back, locking, refund_answers
from portico.domain.billing.operations.accounts import OpenAccount
from portico.domain.billing.operations.giving_back import RefundForm
from portico.domain.billing.ports import Gateway, RefundSnapshot, RefundWanted, Refused, Unknown
from portico.foundation.audit.operations import Actor
from portico.foundation.tenancy.scope import reading
from portico.kernel import clock

log = logging.getLogger("portico.payments")

AT_ONCE = 50
LEASE = timedelta(minutes=3)
SEND_AGAIN_FOR = timedelta(hours=20)  # the gateway forgets keys after a day


@dataclass(frozen=True, slots=True)
class RefundOutcome:
    """A refund that was asked for; UNKNOWN and SENT mean that Portico keeps asking."""

    refund: UUID
    state: RefundState


def refund(*, form: RefundForm, by: Actor) -> RefundOutcome:
    """Give money of a payment back, to the method that it came from where that is possible.

    Raises NotRefundable, FormReused or NoSuchPayment; then nothing has moved.
    """
    with locking.busy_is(_("Somebody else is working on this payment. Wait a moment.")):
        refund_id = giving_back.request(form=form, by=by)
    send(refund_id)
    sent = _refund(refund_id)
    return RefundOutcome(sent.public_id, RefundState(sent.state))


def send(refund_id: int) -> None:
    """Send a refund that was written down, once however often this is called."""
    wanted = _refund(refund_id)
    if wanted.account_id is None or wanted.state != RefundState.REQUESTED:
        return
    try:
        gateway = accounts.gateway_of(wanted.account_id)
    except Unknown as problem:
        log.warning("refund.not_sent", extra={"refund": refund_id, "why": str(problem)})
        return
    body = gateway.refund_body(RefundWanted(wanted.public_id, wanted.intent_ref, wanted.amount_minor))
    if _claim(refund_id, body):
        _post(wanted, body, gateway)


def _post(wanted: Refund, body: dict[str, Any], gateway: Gateway) -> None:
    try:
        snapshot = gateway.refund(body, key=wanted.idempotency_key)
    except Unknown as unknown:
        log.warning("refund.unknown", extra={"refund": wanted.pk, "why": str(unknown)})
        refund_answers.note_unknown(refund_id=wanted.pk)
    except Refused as refused:
        log.error("refund.refused", extra={"refund": wanted.pk, "why": str(refused)})
        refund_answers.give_up(refund_id=wanted.pk, failure_code=refused.code)
    else:
        refund_answers.apply_refund(refund_id=wanted.pk, snapshot=snapshot)


@transaction.atomic
def _claim(refund_id: int, body: dict[str, Any]) -> bool:
    """Only one caller may send it, and what will be sent is written down first."""
    now = clock.real_now()
    rows = Refund.objects.filter(pk=refund_id, state=RefundState.REQUESTED)
    later = now + giving_back.FIRST_CHECK
    return rows.update(state=RefundState.SENT, request=body, sent_at=now, next_check_at=later) == 1


# --- What the gateway tells -------------------------------------------------------------------------------------


def on_refund(account: OpenAccount, ref: str) -> Callable[[], object] | None:
    """News of a refund, also of one made at the gateway itself: ask for it; what is left to do, without any network."""
    snapshot = account.gateway.fetch_refund(ref)
    return lambda: take(snapshot, account.id)


def on_charge(account: OpenAccount, ref: str) -> Callable[[], object] | None:
    """News that something of a charge was refunded."""
    intent = account.gateway.intent_of_charge(ref)
    if intent is None or _attempt_of(intent, account.id) is None:
        return None
    found = account.gateway.refunds_of(intent)
    return lambda: _take_all(found, account.id)


def _take_all(snapshots: Sequence[RefundSnapshot], account_id: int) -> None:
    for snapshot in snapshots:
        take(snapshot, account_id)


def take(snapshot: RefundSnapshot, account_id: int) -> None:
    """Apply a refund, ours or one that nobody asked for here."""
    refund_id = _known(snapshot, account_id) or _adopted(snapshot, account_id)
    if refund_id is not None:
        refund_answers.apply_refund(refund_id=refund_id, snapshot=snapshot)


@reading
def _known(snapshot: RefundSnapshot, account_id: int) -> int | None:
    """By our id inside it, which is there before we know the gateway's; else by the gateway's."""
    ours = Refund.objects.filter(account_id=account_id)
    if snapshot.refund is not None:
        found = ours.filter(public_id=snapshot.refund).values_list("pk", flat=True).first()
        if found is not None:
            return found
    return ours.filter(ref=snapshot.ref).values_list("pk", flat=True).first()


def _adopted(snapshot: RefundSnapshot, account_id: int) -> int | None:
    """A refund that nobody asked for here; one that came to nothing is no news."""
    attempt = _attempt_of(snapshot.intent_ref, account_id)
    if attempt is None or snapshot.state in REFUND_VAIN:
        return None
    return giving_back.adopt(
        payment_id=attempt.payment_id,
        account_id=account_id,
        ref=snapshot.ref,
        intent_ref=snapshot.intent_ref or "",
        amount_minor=snapshot.amount_minor,
    )


@reading
def _attempt_of(intent: str | None, account_id: int) -> PaymentAttempt | None:
    return PaymentAttempt.objects.filter(intent_ref=intent, account_id=account_id).first() if intent else None


# --- Looking again ----------------------------------------------------------------------------------------------


def reconcile_due() -> int:
    """Look after the refunds of this company whose time has come; how many. Workers share them out."""
    due = _take_due()
    for refund_id in due:
        try:
            check(refund_id)
        except OperationalError:
            log.warning("refund.check_postponed", extra={"refund": refund_id})
    return len(due)


def check(refund_id: int) -> None:
    """Find out how a refund stands, and send it again under its key where the gateway has never heard of it."""
    wanted = _refund(refund_id)
    if wanted.account_id is None or wanted.state in REFUND_OVER:
        return
    if wanted.sent_at is None:
        send(refund_id)
        return
    try:
        gateway = accounts.gateway_of(wanted.account_id)
        found = gateway.fetch_refund(wanted.ref) if wanted.ref else _find(gateway, wanted)
    except (Unknown, Refused) as problem:
        log.warning("refund.unknown", extra={"refund": refund_id, "why": str(problem)})
        refund_answers.note_unknown(refund_id=refund_id)
        return
    if found is not None:
        refund_answers.apply_refund(refund_id=refund_id, snapshot=found)
    else:
        _send_again(wanted, gateway, wanted.sent_at)


def _find(gateway: Gateway, wanted: Refund) -> RefundSnapshot | None:
    every = gateway.refunds_of(wanted.intent_ref)
    return next((one for one in every if one.refund == wanted.public_id), None)


def _send_again(wanted: Refund, gateway: Gateway, sent_at: datetime) -> None:
    """The same key and body give money back once; when the key is forgotten, what is not there never was."""
    if clock.real_now() - sent_at > SEND_AGAIN_FOR:
        refund_answers.give_up(refund_id=wanted.pk, failure_code="never_arrived")
        return
    _post(wanted, wanted.request, gateway)


@transaction.atomic
def _take_due() -> list[int]:
    now = clock.real_now()
    rows = Refund.objects.filter(next_check_at__lte=now).order_by("next_check_at", "pk")
    taken = list(rows.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)[:AT_ONCE])
    Refund.objects.filter(pk__in=taken).update(next_check_at=now + LEASE, check_count=F("check_count") + 1)
    return taken


@reading
def _refund(refund_id: int) -> Refund:
    return Refund.objects.select_related("payment").get(pk=refund_id)
