"""Paying: reserve, then tell the gateway. Nothing here runs inside a transaction; each step has its own."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from portico.domain.billing import errors
from portico.domain.billing.enums import ATTEMPT_OVER, AllocationState, AttemptKind, AttemptState
from portico.domain.billing.models import PaymentAttempt
from portico.domain.billing.operations import accounts, applying, sending, starting
from portico.domain.billing.operations.accounts import OpenAccount
from portico.domain.billing.operations.starting import Started, Wanted
from portico.domain.billing.ports import Refused, Snapshot, Unknown
from portico.foundation.audit.operations import Actor
from portico.foundation.tenancy.scope import reading

log = logging.getLogger("portico.payments")

ASKING = [AttemptState.SENT, AttemptState.REQUIRES_ACTION]


@dataclass(frozen=True, slots=True)
class Begun:
    """A payment that was begun. `url` is where its payer goes on: the gateway's page, or that of a card's bank.

    Without url it is decided, or we do not know yet. Without payment, credit covered everything.
    """

    payment: UUID | None
    url: str
    credit_minor: int = 0


def pay(*, wanted: Wanted, by: Actor) -> Begun:
    """Begin a payment: end older tries in its way, put credit to use, reserve the rest, and tell the gateway.

    Raises FormReused, PaymentInProgress, AlreadyPaid, InvoiceChanged, CreditChanged, MethodNotOffered or
    CannotPayOnline; then nothing is held. Credit that was put to use stays where it is when the charge fails.
    """
    starting.require_sound(wanted)
    account = accounts.require_account() if wanted.charge_minor else None
    started = starting.started_by_form(wanted)
    if started is None:
        clear_way(wanted=wanted, by=by)
        started = starting.start(wanted=wanted, account_id=account.id if account else None, by=by)
    return _begun(started, account)


def clear_way(*, wanted: Wanted, by: Actor) -> None:
    """End what is in the way of the same: this payer's open pages, and bank accounts waiting to be verified.

    Only one of them can then be paid.
    """
    for attempt in _in_the_way(wanted, by):
        state = end_try(attempt=attempt)
        if state == AttemptState.SUCCEEDED:
            raise errors.AlreadyPaid(_("Your earlier payment went through. Look at what is due now."))
        if state not in ATTEMPT_OVER and state != AttemptState.PROCESSING:
            raise errors.PaymentInProgress(
                _("We are still checking an earlier payment of this. Wait a minute, then try again.")
            )


def end_try(*, attempt: PaymentAttempt) -> AttemptState:
    """Close the gateway's page of an attempt, or cancel its charge, and apply how it really ended."""
    try:
        snapshot = ended(attempt)
    except (Unknown, Refused) as problem:
        log.warning("payment.page_not_ended", extra={"attempt": str(attempt.public_id), "why": str(problem)})
        return AttemptState(attempt.state)
    return applying.apply(attempt_id=attempt.pk, snapshot=snapshot)


def ended(attempt: PaymentAttempt) -> Snapshot:
    """End it at the gateway. A page that waits for small amounts of the bank is over: there the charge is canceled."""
    gateway = accounts.gateway_of(attempt.account_id)
    if attempt.intent_ref and (attempt.kind == AttemptKind.SAVED or attempt.state == AttemptState.VERIFYING):
        return gateway.cancel(attempt.intent_ref)
    return gateway.expire(attempt.session_ref or "")


def _begun(started: Started, account: OpenAccount | None) -> Begun:
    used = started.use.amount_minor if started.use else 0
    if started.payment is None or account is None:
        return Begun(None, "", used)
    return Begun(started.payment.public_id, sending.send(payment=started.payment, account=account), used)


@reading
def _in_the_way(wanted: Wanted, by: Actor) -> list[PaymentAttempt]:
    """Open pages and bank questions of the same person, and anybody's accounts to be verified, for the same.

    Never those of the form being sent.
    """
    asked = Q(state=AttemptState.VERIFYING, intent_ref__isnull=False)
    if by.ref:
        own = Q(payment__made_by=UUID(by.ref), state__in=ASKING) & _holds(wanted)
        asked |= own & (Q(kind=AttemptKind.CHECKOUT, session_ref__isnull=False) | Q(intent_ref__isnull=False))
    rows = PaymentAttempt.objects.filter(asked, _same(wanted), payment__customer_id=wanted.customer_id)
    return list(rows.exclude(payment__form_token=wanted.form_token).order_by("pk").distinct())


def _same(wanted: Wanted) -> Q:
    """What pays the same: one of the invoices, or the deposit."""
    if wanted.deposit_id is not None:
        return Q(payment__deposit=wanted.deposit_id)
    return Q(payment__allocations__invoice__in=[part.invoice_id for part in wanted.parts])


def _holds(wanted: Wanted) -> Q:
    """A deposit is held by its payment itself, an invoice by what is reserved of it."""
    return Q() if wanted.deposit_id is not None else Q(payment__allocations__state=AllocationState.RESERVED)
