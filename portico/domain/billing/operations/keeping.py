"""Our record of what the gateway has saved for a customer. No network here: each stands in its caller's transaction."""

from __future__ import annotations

import calendar
import logging
from collections.abc import Callable, Sequence
from datetime import date, datetime

from django.db import transaction

from portico.domain.billing.enums import MethodKind, MethodState
from portico.domain.billing.models import PaymentMethod
from portico.domain.billing.ports import MethodSnapshot
from portico.domain.billing.words import method_label
from portico.domain.customers.models import Customer
from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import GATEWAY, Actor
from portico.kernel import clock, locks

log = logging.getLogger("portico.payments")

Work = Callable[[], object]  # what is to be done in one transaction, after the gateway was asked


@transaction.atomic
def keep(
    *, customer_id: int, account_id: int, snapshot: MethodSnapshot, mandate_ref: str = "", by: Actor
) -> PaymentMethod:
    """Write down one method as the gateway tells it, new or known. One that its owner removed stays removed."""
    lock_customer(customer_id)
    method = PaymentMethod.objects.filter(account_id=account_id, ref=snapshot.ref).first()
    is_new = method is None
    if method is None:
        method = PaymentMethod(
            customer_id=customer_id,
            account_id=account_id,
            ref=snapshot.ref,
            kind=snapshot.kind,
            added_by=by.ref or None,
            added_by_name=by.name,
            created_at=clock.now(),
        )
    elif method.state == MethodState.DETACHED or method.customer_id != customer_id:
        return method
    _bring_up_to_date(method, snapshot, mandate_ref)
    if method.state == MethodState.ACTIVE and not _has_default(customer_id):
        method.is_default = True
    method.save()
    if is_new:
        _record("method.added", method, by)
    return method


@transaction.atomic
def keep_all(*, customer_id: int, account_id: int, snapshots: Sequence[MethodSnapshot], asked_at: datetime) -> None:
    """Bring the whole list to what the gateway told: what was not there any more was removed there.

    What we heard of after we asked is left alone.
    """
    lock_customer(customer_id)
    for snapshot in snapshots:
        keep(customer_id=customer_id, account_id=account_id, snapshot=snapshot, by=GATEWAY)
    there = [snapshot.ref for snapshot in snapshots]
    gone = PaymentMethod.objects.filter(
        customer_id=customer_id,
        account_id=account_id,
        state__in=[MethodState.ACTIVE, MethodState.DISABLED],
        created_at__lt=asked_at,
    ).exclude(ref__in=there)
    for method in gone.order_by("pk"):
        _detach(method, GATEWAY)


@transaction.atomic
def disable(*, account_id: int, method_ref: str, why: str) -> None:
    """The bank will not have this account debited again: it stays in the list, marked, and is not offered."""
    for method in locks.lock_all(PaymentMethod.objects.filter(account_id=account_id, ref=method_ref)):
        if method.state != MethodState.DETACHED and not method.disabled_why:
            method.state, method.is_default = MethodState.DISABLED, False
            method.disabled_why = why[:80]
            method.save(update_fields=["state", "is_default", "disabled_why"])
            _record("method.disabled", method, GATEWAY, note=why)


@transaction.atomic
def mark_detached(*, account_id: int, method_ref: str, by: Actor) -> None:
    """It is definitely gone at the gateway."""
    found = PaymentMethod.objects.filter(account_id=account_id, ref=method_ref).exclude(state=MethodState.DETACHED)
    for method in locks.lock_all(found):
        _detach(method, by)


@transaction.atomic
def drop_unverified(*, method_id: int) -> None:
    """A bank account that nobody verified in time is taken from the list."""
    for method in locks.lock_all(PaymentMethod.objects.filter(pk=method_id, state=MethodState.VERIFYING)):
        _detach(method, GATEWAY)


@transaction.atomic
def mark_unattached(*, account_id: int, method_ref: str) -> None:
    """The gateway says that it hangs on nobody; one that is still to be verified never did."""
    found = PaymentMethod.objects.filter(account_id=account_id, ref=method_ref)
    for method in locks.lock_all(found.filter(state__in=[MethodState.ACTIVE, MethodState.DISABLED])):
        _detach(method, GATEWAY)


def _detach(method: PaymentMethod, by: Actor) -> None:
    method.state, method.is_default, method.detached_at = MethodState.DETACHED, False, clock.now()
    method.save(update_fields=["state", "is_default", "detached_at"])
    _record("method.removed", method, by)


def _bring_up_to_date(method: PaymentMethod, snapshot: MethodSnapshot, mandate_ref: str) -> None:
    method.brand, method.last4 = snapshot.brand[:80], snapshot.last4
    method.fingerprint = snapshot.fingerprint
    method.expires_on = last_day(snapshot.exp_month, snapshot.exp_year)
    method.mandate_ref = mandate_ref or snapshot.mandate_ref or method.mandate_ref
    if method.state != MethodState.DISABLED or snapshot.state == MethodState.DISABLED:
        method.state = snapshot.state
    method.is_default = method.is_default and method.state == MethodState.ACTIVE


def last_day(month: int | None, year: int | None) -> date | None:
    """A card is good through the month that stands on it."""
    if not month or not year:
        return None
    return date(year, month, calendar.monthrange(year, month)[1])


def _has_default(customer_id: int) -> bool:
    return PaymentMethod.objects.filter(customer_id=customer_id, is_default=True).exists()


def lock_customer(customer_id: int) -> None:
    """Whoever changes which methods there are, or which is the default, goes one after another."""
    Customer.objects.select_for_update(of=("self",), no_key=True).get(pk=customer_id)


def _record(verb: str, method: PaymentMethod, by: Actor, *, note: str = "") -> None:
    told = method_label(MethodKind(method.kind), method.brand, method.last4)
    audit.record(verb, method, by=by, customer=method.customer.public_id, note=note or told)
