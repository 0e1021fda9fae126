"""Once a day: the gateway's cash against our books. What can be mended by asking is mended; the rest is told."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Min

from portico.domain.billing.enums import AlertKind, MovementKind
from portico.domain.billing.models import Alert, GatewayMovement, Payment, PaymentAttempt
from portico.domain.billing.operations import accounts, alerts, differences, webhooks
from portico.domain.billing.operations.accounts import OpenAccount
from portico.domain.billing.operations.differences import Difference
from portico.domain.billing.ports import Movement, Refused, Unknown
from portico.foundation.tenancy.scope import reading
from portico.kernel import clock

log = logging.getLogger("portico.payments")

LOOK_BACK = timedelta(days=3)
SETTLED_FOR = timedelta(hours=1)  # what happened just now may not stand in the gateway's list yet
ABOUT = {
    MovementKind.CHARGE: "payment_intent.",
    MovementKind.REFUND: "refund.",
    MovementKind.REFUND_BACK: "refund.",
    MovementKind.DISPUTE: "charge.dispute.",
    MovementKind.DISPUTE_BACK: "charge.dispute.",
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """Cash by currency on both sides, and where they differ."""

    gateway: Mapping[str, int] = field(default_factory=dict)
    ledger: Mapping[str, int] = field(default_factory=dict)
    differences: tuple[Difference, ...] = ()


def compare_payments(*, settled_for: timedelta = SETTLED_FOR) -> Comparison:
    """Compare and tell. Raises Unknown or Refused when the gateway does not answer; then nothing is concluded."""
    account = accounts.open_account()
    if account is None:
        return Comparison()
    ours = differences.our_cash(account_id=account.id, before=clock.now() - settled_for)
    moved = list(account.gateway.movements_since(_since(account.id)))
    _keep(account.id, moved)
    for movement in _not_in_books(account.id, moved):
        _ask(account, movement)
    found = differences.find(account_id=account.id, refs=[movement.ref for movement in moved], ours=ours)
    _tell(account.id, found)
    gateway, ledger = differences.totals(account_id=account.id)
    return Comparison(gateway, ledger, tuple(found))


def run_daily() -> None:
    """What the task does."""
    try:
        found = compare_payments()
    except (Unknown, Refused) as problem:
        log.warning("payments.not_compared", extra={"why": str(problem)})
        return
    log.info("payments.compared", extra={"differences": len(found.differences)})


@reading
def _since(account_id: int) -> datetime:
    """Three days before the newest that we know; all there is when nothing was compared yet."""
    newest: datetime | None = GatewayMovement.objects.filter(account_id=account_id).aggregate(at=Max("at"))["at"]
    if newest is not None:
        return newest - LOOK_BACK
    first: datetime | None = PaymentAttempt.objects.filter(account_id=account_id).aggregate(at=Min("created_at"))["at"]
    return (first or clock.real_now()) - LOOK_BACK


@transaction.atomic
def _keep(account_id: int, moved: Iterable[Movement]) -> None:
    """The mirror. A movement never changes, so what is known stays as it is."""
    movements = list(moved)
    intents = [movement.intent_ref for movement in movements if movement.intent_ref]
    attempts = PaymentAttempt.objects.filter(account_id=account_id, intent_ref__in=intents)
    payments = dict(attempts.values_list("intent_ref", "payment_id"))
    rows = [
        GatewayMovement(
            account_id=account_id,
            ref=movement.ref,
            kind=movement.kind,
            object_ref=movement.object_ref,
            intent_ref=movement.intent_ref or "",
            amount_minor=movement.amount_minor,
            currency=movement.currency,
            at=movement.at,
            payment_id=payments.get(movement.intent_ref),
        )
        for movement in movements
    ]
    GatewayMovement.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)


@reading
def _not_in_books(account_id: int, moved: Iterable[Movement]) -> list[GatewayMovement]:
    rows = GatewayMovement.objects.filter(account_id=account_id, ref__in=[movement.ref for movement in moved])
    return [row for row in rows.order_by("at", "pk") if differences.of_movement(row) is not None]


def _ask(account: OpenAccount, movement: GatewayMovement) -> None:
    """News that we missed: ask for the object and apply it, as a webhook would have had us do."""
    kind = MovementKind(movement.kind)
    ref = movement.intent_ref if kind == MovementKind.CHARGE else movement.object_ref
    try:
        work = webhooks.ASK[ABOUT[kind]](account, ref) if ref else None
    except (Unknown, Refused) as problem:
        log.warning("payments.movement_not_asked", extra={"object": ref, "why": str(problem)})
        return
    if work is not None:
        work()


@transaction.atomic
def _tell(account_id: int, found: list[Difference]) -> None:
    """An alert for each; those of matters that are no more are closed."""
    for one in found:
        alerts.raise_alert(
            kind=AlertKind.DIFFERENCE,
            subject=one.subject,
            payment=_payment(one.payment),
            amount_minor=one.amount_minor,
            note=one.note,
            is_told_once=True,
        )
        GatewayMovement.objects.filter(account_id=account_id, ref=one.movement).update(difference=one.note[:200])
    still = {one.subject for one in found}
    for subject in Alert.objects.filter(kind=AlertKind.DIFFERENCE, closed_at=None).values_list("subject", flat=True):
        if subject.partition(":")[0] in differences.KINDS and subject not in still:
            alerts.close_alert_of(kind=AlertKind.DIFFERENCE, subject=subject)
    told = GatewayMovement.objects.filter(account_id=account_id).exclude(difference="")
    told.exclude(ref__in=[one.movement for one in found]).update(difference="")


def _payment(public_id: UUID | None) -> Payment | None:
    return Payment.objects.filter(public_id=public_id).first() if public_id else None
