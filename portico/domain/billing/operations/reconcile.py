"""Asking the gateway what we do not know for certain: no attempt stays open because an answer or an event was lost."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import OperationalError, transaction
from django.db.models import F

from portico.domain.billing import errors
from portico.domain.billing.enums import ATTEMPT_OVER, AttemptKind, AttemptState
from portico.domain.billing.models import PaymentAttempt
from portico.domain.billing.operations import accounts, applying, payers, sending
from portico.domain.billing.ports import Gateway, Refused, Snapshot, Unknown
from portico.foundation.tenancy.scope import reading
from portico.kernel import clock

log = logging.getLogger("portico.payments")

AT_ONCE = 50
LEASE = timedelta(minutes=3)
SEND_AGAIN_FOR = timedelta(hours=20)  # the gateway forgets keys after a day
ALARM_AFTER = timedelta(hours=24)
NEVER_SENT_AFTER = timedelta(minutes=2)
MARGIN = timedelta(minutes=5)
NEVER_HEARD_OF = "resource_missing"


def reconcile_due() -> int:
    """Look after the attempts of this company whose time has come; how many. Workers share them out."""
    due = _take_due()
    for attempt_id in due:
        try:
            check(attempt_id=attempt_id)
        except OperationalError:
            log.warning("payment.check_postponed", extra={"attempt": attempt_id})
    return len(due)


def check_now(*, attempt_id: int) -> AttemptState:
    """Check one attempt because somebody is looking at it, unless that was done a moment ago."""
    if _take_one(attempt_id):
        return check(attempt_id=attempt_id)
    return AttemptState(_attempt(attempt_id).state)


def check(*, attempt_id: int) -> AttemptState:
    """Find out how one attempt stands and apply it; the state afterwards."""
    attempt = _attempt(attempt_id)
    if attempt.state in ATTEMPT_OVER:
        return AttemptState(attempt.state)
    _alarm_if_old(attempt)
    if attempt.sent_at is None:
        return _never_sent(attempt)
    return _ask(attempt, attempt.sent_at)


def asked(attempt: PaymentAttempt) -> Snapshot:
    """What the gateway says about the page, else about the charge, that we know of an attempt."""
    gateway = accounts.gateway_of(attempt.account_id)
    if attempt.session_ref:
        return gateway.fetch(attempt.session_ref)
    return gateway.fetch_intent(attempt.intent_ref or "")


def _ask(attempt: PaymentAttempt, sent_at: datetime) -> AttemptState:
    try:
        snapshot = _found(attempt, sent_at)
        if snapshot is not None and _is_abandoned(attempt, snapshot):
            snapshot = accounts.gateway_of(attempt.account_id).cancel(snapshot.intent_ref or "")
    except (Unknown, Refused) as problem:
        return _no_answer(attempt, problem)
    if snapshot is not None:
        return applying.apply(attempt_id=attempt.pk, snapshot=snapshot)
    return _send_again(attempt, accounts.gateway_of(attempt.account_id), sent_at)


def _found(attempt: PaymentAttempt, sent_at: datetime) -> Snapshot | None:
    """By the gateway's names of it, else by ours; None when the gateway has nothing of it."""
    if attempt.session_ref or attempt.intent_ref:
        return asked(attempt)
    gateway = accounts.gateway_of(attempt.account_id)
    customer_ref = payers.known_customer(customer_id=attempt.payment.customer_id, account_id=attempt.account_id)
    find = gateway.find_charge if attempt.kind == AttemptKind.SAVED else gateway.find
    return find(attempt.public_id, customer_ref=customer_ref, since=sent_at - MARGIN)


def _is_abandoned(attempt: PaymentAttempt, snapshot: Snapshot) -> bool:
    """A saved card whose holder never answered the bank: no page expires there, so we end it."""
    is_asked = attempt.kind == AttemptKind.SAVED and snapshot.state in (AttemptState.REQUIRES_ACTION, AttemptState.SENT)
    return is_asked and attempt.expires_at is not None and clock.real_now() > attempt.expires_at


def _never_sent(attempt: PaymentAttempt) -> AttemptState:
    """A program that died before it asked the gateway for anything: a definite no."""
    if clock.real_now() - attempt.created_at < NEVER_SENT_AFTER:
        return AttemptState(attempt.state)
    return applying.give_up_unsent(attempt_id=attempt.pk)


def _no_answer(attempt: PaymentAttempt, problem: Unknown | Refused) -> AttemptState:
    """Ask again later; but a page that the account has never heard of cannot be paid once its hour is over."""
    log.warning("payment.unknown", extra={"attempt": attempt.pk, "why": str(problem)})
    is_unheard_of = isinstance(problem, Refused) and problem.code == NEVER_HEARD_OF
    if is_unheard_of and attempt.expires_at is not None and clock.real_now() > attempt.expires_at + MARGIN:
        return applying.give_up(attempt_id=attempt.pk, state=AttemptState.EXPIRED)
    return applying.note_unknown(attempt_id=attempt.pk)


def _send_again(attempt: PaymentAttempt, gateway: Gateway, sent_at: datetime) -> AttemptState:
    """The gateway has no such page. The same key and body cannot open two; past its hour it can open none."""
    now = clock.real_now()
    if now - sent_at > SEND_AGAIN_FOR or (attempt.expires_at is not None and now > attempt.expires_at):
        return applying.give_up(attempt_id=attempt.pk, state=AttemptState.EXPIRED)
    try:
        sending.post(attempt_id=attempt.pk, gateway=gateway)
    except (errors.CannotPayOnline, errors.MethodNotOffered):
        log.info("payment.given_up", extra={"attempt": str(attempt.public_id)})
    return AttemptState(_attempt(attempt.pk).state)


@transaction.atomic
def _take_due() -> list[int]:
    now = clock.real_now()
    rows = PaymentAttempt.objects.filter(next_check_at__lte=now).order_by("next_check_at", "pk")
    taken = list(rows.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)[:AT_ONCE])
    _lease(taken, now)
    return taken


@transaction.atomic
def _take_one(attempt_id: int) -> bool:
    now = clock.real_now()
    rows = PaymentAttempt.objects.filter(pk=attempt_id, next_check_at__lte=now)
    taken = list(rows.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True))
    _lease(taken, now)
    return bool(taken)


def _lease(attempt_ids: list[int], now: datetime) -> None:
    """Others leave them alone for a while, also when this program dies."""
    PaymentAttempt.objects.filter(pk__in=attempt_ids).update(
        next_check_at=now + LEASE, check_count=F("check_count") + 1
    )


@reading
def _attempt(attempt_id: int) -> PaymentAttempt:
    return PaymentAttempt.objects.select_related("payment").get(pk=attempt_id)


def _alarm_if_old(attempt: PaymentAttempt) -> None:
    is_slow = attempt.state in applying.DAILY
    if not is_slow and clock.real_now() - attempt.created_at > ALARM_AFTER:
        log.error("payment.open_for_a_day", extra={"attempt": str(attempt.public_id)})
