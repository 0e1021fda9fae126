"""The payer is back from the gateway's page, or waits for it: find out how it stands, now."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from uuid import UUID

from portico.domain.billing.enums import ATTEMPT_OVER, AttemptKind, AttemptState
from portico.domain.billing.models import PaymentAttempt
from portico.domain.billing.operations import applying, methods, payments, reconcile
from portico.domain.billing.ports import Refused, Unknown
from portico.foundation.audit.operations import Actor
from portico.foundation.tenancy.scope import reading

log = logging.getLogger("portico.payments")

SAVED_BY_NOW = frozenset({AttemptState.SUCCEEDED, AttemptState.PROCESSING})


@dataclass(frozen=True, slots=True)
class Returned:
    """How the newest try stands; `url` is where its payer goes on: the gateway's page, or that of a card's bank."""

    state: AttemptState
    url: str = ""


def come_back(*, payment: UUID, is_leaving: bool, by: Actor) -> Returned:
    """Ask the gateway about the page or charge that we stored, never one that the address names, and apply the answer.

    Who leaves the gateway's page unpaid has it closed, so that what it held is free again.
    """
    attempt = _newest_attempt(payment)
    if attempt is None or attempt.state in ATTEMPT_OVER:
        return Returned(AttemptState(attempt.state) if attempt else AttemptState.SUCCEEDED)
    if not (attempt.session_ref or attempt.intent_ref):
        return _still_looking(attempt)
    may_close = is_leaving and by.ref == str(attempt.payment.made_by) and attempt.state in payments.ASKING
    try:
        snapshot = payments.ended(attempt) if may_close else reconcile.asked(attempt)
    except (Unknown, Refused) as problem:
        log.warning("payment.unknown", extra={"attempt": attempt.pk, "why": str(problem)})
        return Returned(AttemptState.UNKNOWN)
    state = applying.apply(attempt_id=attempt.pk, snapshot=snapshot)
    if state in SAVED_BY_NOW and attempt.kind == AttemptKind.CHECKOUT:
        methods.sync(customer_id=attempt.payment.customer_id)
    return Returned(state, snapshot.url)


def _still_looking(attempt: PaymentAttempt) -> Returned:
    """The answer that would have named the page was lost, or is under way."""
    state = reconcile.check_now(attempt_id=attempt.pk)
    found = _newest_attempt(attempt.payment.public_id)
    is_open = found is not None and state in (AttemptState.SENT, AttemptState.REQUIRES_ACTION)
    return Returned(state, found.session_url if found is not None and is_open else "")


@reading
def _newest_attempt(payment: UUID) -> PaymentAttempt | None:
    rows = PaymentAttempt.objects.select_related("payment").filter(payment__public_id=payment)
    return rows.order_by("-n").first()
