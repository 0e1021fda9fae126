"""Telling the gateway: what is sent is stored first, sent under the attempt's own key, and its answer applied."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portico.domain.billing import errors
from portico.domain.billing.enums import AttemptKind, AttemptState, MethodKind, MethodState
from portico.domain.billing.models import Payment, PaymentAttempt, PaymentMethod
from portico.domain.billing.operations import applying, keeping, limits, payers, starting
from portico.domain.billing.operations.accounts import OpenAccount
from portico.domain.billing.ports import Charge, Checkout, Gateway, Line, Refused, Snapshot, Unknown
from portico.domain.billing.words import deposit_name
from portico.domain.customers.queries import reach_of
from portico.foundation.messaging import links
from portico.foundation.people import queries as people
from portico.foundation.tenancy.scope import reading
from portico.kernel import clock

log = logging.getLogger("portico.payments")

MISSING = "resource_missing"
NO_MANDATE = "payment_intent_mandate_invalid"
PAGE_OPEN_FOR = timedelta(minutes=35)  # the gateway wants thirty at least; the rest is for a second try of the call
MOST_SAVED = 10
WITH_ADDRESS = frozenset({AttemptState.SENT, AttemptState.REQUIRES_ACTION})


def send(*, payment: Payment, account: OpenAccount) -> str:
    """Tell the gateway, once however often this is called; the address where the payer goes on, if there is one."""
    attempt = _newest_attempt(payment.pk)
    if not _claim(attempt):
        return attempt.session_url if attempt.state in WITH_ADDRESS else ""
    try:
        email = attempt.payment.receipt_email
        customer_ref = payers.gateway_customer(customer_id=attempt.payment.customer_id, email=email, account=account)
    except errors.CannotPayOnline:
        applying.give_up_unsent(attempt_id=attempt.pk)
        raise
    if not _store(attempt, _body(attempt, customer_ref, account.gateway)):
        return ""
    return post(attempt_id=attempt.pk, gateway=account.gateway)


def post(*, attempt_id: int, gateway: Gateway) -> str:
    """Send a stored body under its stored key, and apply whatever comes of it."""
    attempt = _stored(attempt_id)
    try:
        snapshot = _asked(attempt, gateway)
    except Unknown as unknown:
        log.warning("payment.unknown", extra={"attempt": attempt_id, "why": str(unknown)})
        applying.note_unknown(attempt_id=attempt_id)
        return ""
    except Refused as refused:
        _refused(attempt, refused)
        return ""
    state = applying.apply(attempt_id=attempt_id, snapshot=snapshot)
    if state == AttemptState.FAILED and attempt.payment.method == MethodKind.CARD:
        limits.note_decline(attempt=attempt)
    return snapshot.url if state in WITH_ADDRESS else ""


def _asked(attempt: PaymentAttempt, gateway: Gateway) -> Snapshot:
    if attempt.kind == AttemptKind.SAVED:
        return gateway.charge(attempt.request, key=attempt.idempotency_key)
    return gateway.start_checkout(attempt.request, key=attempt.idempotency_key)


def _refused(attempt: PaymentAttempt, refused: Refused) -> None:
    """A definite no: what was held is free again, and the payer is told."""
    log.error("payment.refused", extra={"attempt": attempt.pk, "why": str(refused)})
    applying.give_up(attempt_id=attempt.pk, state=AttemptState.CANCELED)
    if refused.code == MISSING:
        payers.forget(customer_id=attempt.payment.customer_id, account_id=attempt.account_id)
    if refused.code == NO_MANDATE and attempt.saved_method is not None:
        ref = attempt.saved_method.ref
        keeping.disable(account_id=attempt.account_id, method_ref=ref, why=refused.code)
    if attempt.kind == AttemptKind.SAVED and not refused.is_account:
        raise errors.MethodNotOffered(
            _("This way to pay was refused. Nothing was charged. Choose another one, or add it anew.")
        ) from refused
    raise errors.CannotPayOnline(
        _("The payment page could not be opened. Nothing was charged. Try again later or call us.")
    ) from refused


@transaction.atomic
def _claim(attempt: PaymentAttempt) -> bool:
    """Only one caller may send an attempt."""
    rows = PaymentAttempt.objects.filter(pk=attempt.pk, state=AttemptState.CREATED)
    return rows.update(state=AttemptState.SENT) == 1


@transaction.atomic
def _store(attempt: PaymentAttempt, body: dict[str, Any]) -> bool:
    """What will be sent is written down first; an attempt without it was never sent."""
    rows = PaymentAttempt.objects.filter(pk=attempt.pk, state=AttemptState.SENT, sent_at__isnull=True)
    now = clock.real_now()
    told = {"request": body, "expires_at": now + PAGE_OPEN_FOR, "sent_at": now}
    return rows.update(**told, next_check_at=now + starting.FIRST_CHECK) == 1


# --- What is asked for ------------------------------------------------------------------------------------------


def _body(attempt: PaymentAttempt, customer_ref: str, gateway: Gateway) -> dict[str, Any]:
    if attempt.kind == AttemptKind.SAVED:
        return gateway.charge_body(_charge(attempt, customer_ref))
    return gateway.checkout_body(_checkout(attempt, customer_ref))


def _charge(attempt: PaymentAttempt, customer_ref: str) -> Charge:
    method, payment = attempt.saved_method, attempt.payment
    if method is None:
        raise LookupError("an attempt with a saved method has none")
    return Charge(
        attempt=attempt.public_id,
        customer_ref=customer_ref,
        method_ref=method.ref,
        kind=MethodKind(method.kind),
        mandate_ref=method.mandate_ref,
        amount_minor=payment.amount_minor,
        currency=payment.currency,
        return_url=_back(attempt),
        label=", ".join(line.name for line in _lines(payment.pk)),
    )


def _checkout(attempt: PaymentAttempt, customer_ref: str) -> Checkout:
    payment = attempt.payment
    return Checkout(
        attempt=attempt.public_id,
        customer_ref=customer_ref,
        lines=_lines(payment.pk),
        currency=payment.currency,
        success_url=_back(attempt),
        cancel_url=f"{_back(attempt)}?back=1",
        expires_at=clock.real_now() + PAGE_OPEN_FOR,
        kind=MethodKind(payment.method),
        may_save=_may_save(payment),
    )


def _back(attempt: PaymentAttempt) -> str:
    return links.portal_url(f"/payments/{attempt.payment.public_id}/return/")


@reading
def _may_save(payment: Payment) -> bool:
    """Whether there is room, and whether the account is the payer's: a guest's card is not for its owner to use."""
    email = people.email_of_person(payment.made_by)
    if not any(reach.customer_id == payment.customer_id and reach.holds_account for reach in reach_of(email)):
        return False
    saved = PaymentMethod.objects.filter(customer_id=payment.customer_id).exclude(state=MethodState.DETACHED)
    return saved.count() < MOST_SAVED


@reading
def _stored(attempt_id: int) -> PaymentAttempt:
    return PaymentAttempt.objects.select_related("payment", "account", "saved_method").get(pk=attempt_id)


@reading
def _newest_attempt(payment_id: int) -> PaymentAttempt:
    rows = PaymentAttempt.objects.select_related("payment", "saved_method").filter(payment_id=payment_id)
    return rows.latest("n")


@reading
def _lines(payment_id: int) -> tuple[Line, ...]:
    payment = Payment.objects.select_related("deposit").get(pk=payment_id)
    if payment.deposit is not None:
        return (Line(deposit_name(payment.deposit.title), payment.amount_minor),)
    return tuple(_named(payment.allocations.select_related("invoice").order_by("invoice__due_on", "invoice_id")))


def _named(allocations: Iterable[Any]) -> Iterable[Line]:
    for allocation in allocations:
        yield Line(_("Invoice %(number)s") % {"number": allocation.invoice.number}, allocation.amount_minor)
