"""Slowing down whoever tries stolen cards: counted in the database, which all processes share (payments.md §5).

A card's decline is counted once, in the transaction that takes note of it. Windows are fixed ones, so a lock lasts
until its window ends: an hour or a day at most.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from portico.domain.billing import errors
from portico.domain.billing.enums import AlertKind, AttemptState
from portico.domain.billing.models import PaymentAttempt, PaymentPolicy
from portico.domain.billing.operations import alerts
from portico.domain.billing.queries.settings import cards_paused_until
from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import GATEWAY, Actor
from portico.foundation.people import throttling
from portico.foundation.people.throttling import Limit
from portico.foundation.tenancy.companies import current_company
from portico.foundation.tenancy.scope import reading
from portico.kernel import clock, locks

log = logging.getLogger("portico.payments")

TEN_MINUTES, HOUR, DAY = timedelta(minutes=10), timedelta(hours=1), timedelta(days=1)
STARTED_A_MINUTE = Limit("payment.customer_minute", 5, timedelta(minutes=1))
STARTED_AN_HOUR = Limit("payment.customer_hour", 20, HOUR)
STARTED_FROM_NETWORK = Limit("payment.network", 20, HOUR)
DECLINED_AN_HOUR = Limit("payment.declined_hour", 5, HOUR)
DECLINED_A_DAY = Limit("payment.declined_day", 10, DAY)
DECLINED_FROM_NETWORK = Limit("payment.declined_network", 10, HOUR)
METHODS_A_DAY = Limit("method.added_day", 5, DAY)
OPEN_PAGES = 3
# The breaker of a company: this many declines in ten minutes, and more of them than payments.
DECLINED_HERE = Limit("payment.declined_company", 30, TEN_MINUTES)
PAID_HERE = Limit("payment.paid_company", 0, TEN_MINUTES)
CARDS_PAUSE = HOUR
CARDS = "new cards"


def require_may_start(*, customer_id: int, ip_prefix: str) -> None:
    """TooManyTries for a customer or network with too many declines, PaymentInProgress beside too many open pages."""
    throttling.require_left(DECLINED_AN_HOUR, str(customer_id))
    throttling.require_left(DECLINED_A_DAY, str(customer_id))
    if ip_prefix:
        throttling.require_left(DECLINED_FROM_NETWORK, ip_prefix)
    if _open_pages(customer_id) >= OPEN_PAGES:
        raise errors.PaymentInProgress(
            _("Three payments of yours are open already. Finish one of them, or wait half an hour.")
        )


def require_cards_open() -> None:
    """CannotPayOnline while new cards are paused because somebody tries stolen ones here."""
    if cards_paused_until() is not None:
        raise errors.CannotPayOnline(
            _("New cards are not accepted for the moment. Pay with a bank account or a saved card, or call us.")
        )


def spend_start(*, customer_id: int, ip_prefix: str) -> None:
    """Count a payment that is being started; TooManyTries over the limit. Others wait for these rows: do it last."""
    throttling.spend(STARTED_A_MINUTE, str(customer_id))
    throttling.spend(STARTED_AN_HOUR, str(customer_id))
    if ip_prefix:
        throttling.spend(STARTED_FROM_NETWORK, ip_prefix)


@transaction.atomic
def note_decline(*, attempt: PaymentAttempt) -> bool:
    """Count a declined card; whether its page should be closed now, because these were enough."""
    customer = str(attempt.payment.customer_id)
    was_enough = [
        throttling.count(DECLINED_AN_HOUR, customer) >= DECLINED_AN_HOUR.most,
        throttling.count(DECLINED_A_DAY, customer) >= DECLINED_A_DAY.most,
    ]
    if attempt.ip_prefix:
        tries = throttling.count(DECLINED_FROM_NETWORK, attempt.ip_prefix)
        was_enough.append(tries >= DECLINED_FROM_NETWORK.most)
    _break_if_needed(throttling.count(DECLINED_HERE))
    return any(was_enough)


def note_paid() -> None:
    """Count a card that was good: many of them beside the declines mean a busy day, not a thief."""
    throttling.count(PAID_HERE)


@transaction.atomic
def resume_cards(*, by: Actor) -> None:
    """Accept new cards again."""
    policy = locks.lock_one(PaymentPolicy.objects.all())
    policy.cards_paused_until = None
    policy.save(update_fields=["cards_paused_until"])
    alerts.close_alert_of(kind=AlertKind.CARD_TESTING, subject=CARDS, by=by)
    audit.record("payment.cards_resumed", current_company(), by=by)


def _break_if_needed(declines: int) -> None:
    if declines <= DECLINED_HERE.most or declines <= throttling.taken(PAID_HERE) or cards_paused_until() is not None:
        return
    PaymentPolicy.objects.get_or_create()
    policy = locks.lock_one(PaymentPolicy.objects.all())
    policy.cards_paused_until = clock.real_now() + CARDS_PAUSE
    policy.save(update_fields=["cards_paused_until"])
    alerts.raise_alert(kind=AlertKind.CARD_TESTING, subject=CARDS, note=str(declines), by=GATEWAY)
    audit.record("payment.cards_paused", current_company(), by=GATEWAY, declines=declines)
    log.error("payment.cards_paused", extra={"declines": declines})


@reading
def _open_pages(customer_id: int) -> int:
    return PaymentAttempt.objects.filter(
        payment__customer_id=customer_id,
        state__in=[AttemptState.CREATED, AttemptState.SENT, AttemptState.REQUIRES_ACTION],
    ).count()
