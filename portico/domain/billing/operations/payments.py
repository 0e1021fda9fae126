"""Paying: reserve, then open the gateway's page. Nothing here runs inside a transaction; each step has its own."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from portico.domain.billing import errors
from portico.domain.billing.enums import ATTEMPT_OVER, AllocationState, AttemptKind, AttemptState
from portico.domain.billing.models import GatewayCustomer, Payment, PaymentAttempt
from portico.domain.billing.operations import accounts, applying, starting
from portico.domain.billing.operations.accounts import OpenAccount
from portico.domain.billing.operations.starting import Wanted
from portico.domain.billing.ports import Checkout, Gateway, Line, Payer, Refused, Unknown
from portico.domain.customers.models import Customer
from portico.foundation.audit.operations import Actor
from portico.foundation.messaging import links
from portico.foundation.tenancy.scope import reading
from portico.kernel import clock

log = logging.getLogger("portico.payments")

MISSING = "resource_missing"
PAGE_OPEN_FOR = timedelta(minutes=35)  # the gateway wants thirty at least; the rest is for a second try of the call


@dataclass(frozen=True, slots=True)
class Begun:
    """A payment that was begun; `url` is the gateway's page, empty while we do not know it."""

    payment: UUID
    url: str


def pay(*, wanted: Wanted, by: Actor) -> Begun:
    """Begin a payment: end own older tries on these invoices, reserve, and open the gateway's page.

    Raises FormReused, PaymentInProgress, AlreadyPaid, InvoiceChanged or CannotPayOnline; then nothing is held.
    """
    account = accounts.require_account()
    payment = starting.payment_of_form(wanted)
    if payment is None:
        clear_way(wanted=wanted, by=by)
        payment = starting.start(wanted=wanted, account_id=account.id, by=by)
    return Begun(payment.public_id, send(payment=payment, account=account))


def clear_way(*, wanted: Wanted, by: Actor) -> None:
    """End this payer's older open pages on the same invoices, so that only one of them can be paid."""
    for attempt in _own_open_attempts(wanted, by):
        state = end_page(attempt=attempt)
        if state == AttemptState.SUCCEEDED:
            raise errors.AlreadyPaid(_("Your earlier payment went through. Look at what is due now."))
        if state not in ATTEMPT_OVER:
            raise errors.PaymentInProgress(
                _("We are still checking an earlier payment of these invoices. Wait a minute, then try again.")
            )


def end_page(*, attempt: PaymentAttempt) -> AttemptState:
    """Close the gateway's page of an attempt, and apply how it really ended."""
    try:
        snapshot = accounts.gateway_of(attempt.account_id).expire(attempt.session_ref or "")
    except (Unknown, Refused) as problem:
        log.warning("payment.page_not_ended", extra={"attempt": str(attempt.public_id), "why": str(problem)})
        return AttemptState(attempt.state)
    return applying.apply(attempt_id=attempt.pk, snapshot=snapshot)


@reading
def _own_open_attempts(wanted: Wanted, by: Actor) -> list[PaymentAttempt]:
    """Pages that were opened by the same person for any of these invoices; never those of the form being sent."""
    if not by.ref:
        return []
    rows = PaymentAttempt.objects.filter(
        payment__made_by=UUID(by.ref),
        payment__allocations__invoice__in=[part.invoice_id for part in wanted.parts],
        payment__allocations__state=AllocationState.RESERVED,
        kind=AttemptKind.CHECKOUT,
        state__in=[AttemptState.SENT, AttemptState.REQUIRES_ACTION],
        session_ref__isnull=False,
    )
    return list(rows.exclude(payment__form_token=wanted.form_token).order_by("pk").distinct())


# --- Sending ----------------------------------------------------------------------------------------------------


def send(*, payment: Payment, account: OpenAccount) -> str:
    """Open the gateway's page, once however often this is called; its address, empty while it is not known."""
    attempt = _newest_attempt(payment.pk)
    if not _claim(attempt):
        return attempt.session_url if attempt.state in (AttemptState.SENT, AttemptState.REQUIRES_ACTION) else ""
    checkout = _checkout(attempt, _gateway_customer(attempt, account))
    body = account.gateway.checkout_body(checkout)
    if not _store(attempt, body, checkout.expires_at):
        return ""
    return post(attempt_id=attempt.pk, body=body, key=attempt.idempotency_key, gateway=account.gateway)


def post(*, attempt_id: int, body: dict[str, Any], key: str, gateway: Gateway) -> str:
    """Send a stored body under its stored key, and apply whatever comes of it."""
    try:
        snapshot = gateway.start_checkout(body, key=key)
    except Unknown as unknown:
        log.warning("payment.unknown", extra={"attempt": attempt_id, "why": str(unknown)})
        applying.note_unknown(attempt_id=attempt_id)
        return ""
    except Refused as refused:
        _refused(attempt_id, refused)
    applying.apply(attempt_id=attempt_id, snapshot=snapshot)
    return snapshot.url


def _refused(attempt_id: int, refused: Refused) -> None:
    log.error("payment.refused", extra={"attempt": attempt_id, "why": str(refused)})
    applying.give_up(attempt_id=attempt_id, state=AttemptState.CANCELED)
    if refused.code == MISSING:
        _forget_customer(attempt_id)
    raise errors.CannotPayOnline(
        _("The payment page could not be opened. Nothing was charged. Try again later or call us.")
    ) from refused


@transaction.atomic
def _claim(attempt: PaymentAttempt) -> bool:
    """Only one caller may send an attempt."""
    rows = PaymentAttempt.objects.filter(pk=attempt.pk, state=AttemptState.CREATED)
    return rows.update(state=AttemptState.SENT) == 1


@transaction.atomic
def _store(attempt: PaymentAttempt, body: dict[str, Any], expires_at: datetime) -> bool:
    """What will be sent is written down first; an attempt without it was never sent."""
    rows = PaymentAttempt.objects.filter(pk=attempt.pk, state=AttemptState.SENT, sent_at__isnull=True)
    now = clock.real_now()
    return rows.update(request=body, expires_at=expires_at, sent_at=now, next_check_at=now + starting.FIRST_CHECK) == 1


def _checkout(attempt: PaymentAttempt, customer_ref: str) -> Checkout:
    back = links.portal_url(f"/payments/{attempt.payment.public_id}/return/")
    return Checkout(
        attempt=attempt.public_id,
        customer_ref=customer_ref,
        lines=_lines(attempt.payment_id),
        currency=attempt.payment.currency,
        success_url=back,
        cancel_url=f"{back}?back=1",
        expires_at=clock.real_now() + PAGE_OPEN_FOR,
    )


def _gateway_customer(attempt: PaymentAttempt, account: OpenAccount) -> str:
    """The payer's name at the gateway. Should it fail, nothing was sent yet: that is a definite no."""
    customer_id = attempt.payment.customer_id
    known = _known_customer(customer_id, account.id)
    if known:
        return known
    try:
        ref = account.gateway.ensure_customer(_payer(customer_id, attempt.payment.receipt_email))
    except (Unknown, Refused) as problem:
        log.warning("payment.no_gateway_customer", extra={"attempt": attempt.pk, "why": str(problem)})
        applying.give_up_unsent(attempt_id=attempt.pk)
        words = _("Our payment provider does not answer. Nothing was charged. Try again in a few minutes.")
        raise errors.CannotPayOnline(words) from problem
    _keep_customer(customer_id, account.id, ref)
    return ref


@transaction.atomic
def _keep_customer(customer_id: int, account_id: int, ref: str) -> None:
    GatewayCustomer.objects.bulk_create(
        [GatewayCustomer(customer_id=customer_id, account_id=account_id, ref=ref)], ignore_conflicts=True
    )


@transaction.atomic
def _forget_customer(attempt_id: int) -> None:
    """The gateway does not know its customer any more (deleted there): the next try makes a new one."""
    attempt = PaymentAttempt.objects.select_related("payment").get(pk=attempt_id)
    known = GatewayCustomer.objects.filter(customer_id=attempt.payment.customer_id, account_id=attempt.account_id)
    known.delete()


@reading
def _known_customer(customer_id: int, account_id: int) -> str:
    rows = GatewayCustomer.objects.filter(customer_id=customer_id, account_id=account_id)
    return rows.values_list("ref", flat=True).first() or ""


@reading
def _payer(customer_id: int, email: str) -> Payer:
    customer = Customer.objects.get(pk=customer_id)
    return Payer(customer.public_id, customer.name, email)


@reading
def _newest_attempt(payment_id: int) -> PaymentAttempt:
    return PaymentAttempt.objects.select_related("payment").filter(payment_id=payment_id).latest("n")


@reading
def _lines(payment_id: int) -> tuple[Line, ...]:
    payment = Payment.objects.get(pk=payment_id)
    return tuple(_named(payment.allocations.select_related("invoice").order_by("invoice__due_on", "invoice_id")))


def _named(allocations: Iterable[Any]) -> Iterable[Line]:
    for allocation in allocations:
        yield Line(_("Invoice %(number)s") % {"number": allocation.invoice.number}, allocation.amount_minor)
