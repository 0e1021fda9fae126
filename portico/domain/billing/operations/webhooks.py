"""The inbox of webhooks. An event is only a trigger: the object is asked for anew and applied like any other answer."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from uuid import UUID

from django.db import OperationalError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from portico.domain.billing import errors, ports
from portico.domain.billing.enums import AttemptKind, MethodKind
from portico.domain.billing.models import GatewayEvent, PaymentAttempt
from portico.domain.billing.operations import accounts, adding, applying, disputes, limits, methods, payments, refunds
from portico.domain.billing.operations.accounts import OpenAccount
from portico.domain.billing.operations.keeping import Work
from portico.domain.billing.ports import Event, Snapshot
from portico.foundation.tenancy.scope import reading
from portico.kernel import clock

log = logging.getLogger("portico.payments")

DECLINED = "payment_intent.payment_failed"
SWEEP_AFTER = timedelta(minutes=1)
SWEEP_TRIES = 30
AT_ONCE = 50
LOOK_BACK = timedelta(days=3)
TRY_AGAIN = (ports.Unknown, ports.Refused, OperationalError)  # what the gateway should send again for


def receive(*, raw: bytes, signature: str) -> None:
    """Take one webhook in and apply what it is about. Raises when the gateway should send it again.

    BadSignature and ForeignEvent are for good: nothing of them is kept.
    """
    account = accounts.require_account()
    event = _believed(account, raw, signature)
    _work_on(account, _keep(account, event))


def sweep() -> int:
    """Work on events that were taken in and not applied; how many."""
    account = accounts.open_account()
    if account is None:
        return 0
    waiting = _unprocessed()
    for kept in waiting:
        _try(account, kept)
    return len(waiting)


def catch_up() -> int:
    """Ask the gateway for events that no webhook brought; how many there were."""
    account = accounts.open_account()
    if account is None:
        return 0
    try:
        events = list(account.gateway.events_since(clock.real_now() - LOOK_BACK))
    except (ports.Unknown, ports.Refused) as problem:
        log.warning("payments.no_events", extra={"why": str(problem)})
        return 0
    missed = _not_yet_seen(account, events)
    for event in missed:
        _try(account, _keep(account, event))
    return len(missed)


def _believed(account: OpenAccount, raw: bytes, signature: str) -> Event:
    try:
        event = account.gateway.parse_webhook(raw, signature, secrets=account.webhook_secrets)
    except ports.Forged as forged:
        log.warning("payments.forged_webhook")
        raise errors.BadSignature(_("The signature is not ours.")) from forged
    if event.is_live != account.is_live:
        log.error("payments.foreign_event", extra={"event": event.event_id})
        raise errors.ForeignEvent(_("This event belongs to another mode."))
    return event


@transaction.atomic
def _keep(account: OpenAccount, event: Event) -> GatewayEvent:
    """The event's row, new or from an earlier delivery."""
    kept, _is_new = GatewayEvent.objects.get_or_create(
        account_id=account.id,
        event_id=event.event_id,
        defaults={"type": event.type, "object_ref": event.object_ref, "received_at": clock.real_now()},
    )
    return kept


def _work_on(account: OpenAccount, kept: GatewayEvent) -> None:
    """Ask for what the event is about; apply that and mark the event in one transaction."""
    if kept.processed_at is not None:
        return
    work = _asked(account, kept)
    with transaction.atomic():
        if work is not None:
            work()
        too_often = _declined_too_often(kept)
        GatewayEvent.objects.filter(pk=kept.pk).update(processed_at=clock.real_now(), error="", tries=F("tries") + 1)
    if too_often is not None:
        payments.end_try(attempt=too_often)


def _declined_too_often(kept: GatewayEvent) -> PaymentAttempt | None:
    """Count the card that was declined on a hosted page, once an event; the page, when these were enough."""
    if kept.type != DECLINED:
        return None
    rows = PaymentAttempt.objects.filter(intent_ref=kept.object_ref, kind=AttemptKind.CHECKOUT)
    attempt = rows.filter(payment__method=MethodKind.CARD).select_related("payment", "account").first()
    return attempt if attempt is not None and limits.note_decline(attempt=attempt) else None


def _try(account: OpenAccount, kept: GatewayEvent) -> None:
    """Work on one without anybody waiting for it."""
    try:
        _work_on(account, kept)
    except TRY_AGAIN as problem:
        _note_trouble(kept, str(problem))


def _asked(account: OpenAccount, kept: GatewayEvent) -> Work | None:
    """What an event asks us to do; None for one that is none of our business."""
    for beginning, ask in ASK.items():
        if kept.type.startswith(beginning):
            return ask(account, kept.object_ref)
    return None


def _about_session(account: OpenAccount, ref: str) -> Work | None:
    """A hosted page: of a payment, or of adding a method."""
    try:
        return _about_payment(account, account.gateway.fetch(ref))
    except ports.NotAPayment:
        return adding.take_news(account, account.gateway.fetch_setup(ref))


def _about_intent(account: OpenAccount, ref: str) -> Work | None:
    return _about_payment(account, account.gateway.fetch_intent(ref))


def _about_setup(account: OpenAccount, ref: str) -> Work | None:
    return adding.take_news(account, account.gateway.fetch_setup_intent(ref))


def _about_payment(account: OpenAccount, snapshot: Snapshot) -> Work | None:
    """Which attempt a snapshot is of, and how that stands now."""
    attempt = _attempt_of(snapshot)
    if attempt is None:
        log.warning("payments.unknown_object", extra={"object": snapshot.session_ref or snapshot.intent_ref})
        return None
    whole = _whole(account, attempt, snapshot)
    key = attempt.pk
    return lambda: applying.apply(attempt_id=key, snapshot=whole)


def _whole(account: OpenAccount, attempt: PaymentAttempt, snapshot: Snapshot) -> Snapshot:
    """An intent alone does not say whether its page is still open: where we know the page, ask for that."""
    if snapshot.session_ref is None and attempt.session_ref:
        return account.gateway.fetch(attempt.session_ref)
    return snapshot


@reading
def _attempt_of(snapshot: Snapshot) -> PaymentAttempt | None:
    """By our id inside the object, which is there before we know the gateway's; else by the gateway's."""
    if snapshot.attempt is not None:
        return _first(public_id=snapshot.attempt)
    if snapshot.session_ref is not None:
        return _first(session_ref=snapshot.session_ref)
    return _first(intent_ref=snapshot.intent_ref)


def _first(**of: str | UUID | None) -> PaymentAttempt | None:
    return PaymentAttempt.objects.filter(**of).first()


@reading
def _unprocessed() -> list[GatewayEvent]:
    rows = GatewayEvent.objects.filter(
        processed_at__isnull=True, received_at__lt=clock.real_now() - SWEEP_AFTER, tries__lt=SWEEP_TRIES
    )
    return list(rows.order_by("received_at", "pk")[:AT_ONCE])


@reading
def _not_yet_seen(account: OpenAccount, events: list[Event]) -> list[Event]:
    told = [event.event_id for event in events]
    seen = set(
        GatewayEvent.objects.filter(account_id=account.id, event_id__in=told, processed_at__isnull=False).values_list(
            "event_id", flat=True
        )
    )
    return [event for event in events if event.event_id not in seen]


@transaction.atomic
def _note_trouble(kept: GatewayEvent, problem: str) -> None:
    GatewayEvent.objects.filter(pk=kept.pk).update(error=problem[:500], tries=F("tries") + 1)


# By the beginning of an event's type. Each asks the gateway and returns what is to be done.
ASK: Mapping[str, Callable[[OpenAccount, str], Work | None]] = {
    "checkout.session.": _about_session,
    "payment_intent.": _about_intent,
    "setup_intent.": _about_setup,
    "payment_method.": methods.take_news,
    "mandate.": methods.take_mandate_news,
    "refund.": refunds.on_refund,
    "charge.dispute.": disputes.on_dispute,
    "charge.refunded": refunds.on_charge,
}
