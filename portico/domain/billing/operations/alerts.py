"""What a person of the office has to look at: raised in the transaction of the fact, closed by hand or by itself."""

from __future__ import annotations

import logging
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portico.domain.billing.enums import AlertKind
from portico.domain.billing.models import Alert, Payment
from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import SYSTEM, Actor
from portico.kernel import clock, errors, locks

log = logging.getLogger("portico.payments")


class NoSuchAlert(errors.NotPossible):
    """There is no such alert, or somebody closed it already."""

    code = "no_such_alert"


@transaction.atomic
def raise_alert(
    *,
    kind: AlertKind,
    subject: str,
    payment: Payment | None = None,
    amount_minor: int = 0,
    note: str = "",
    due_at: datetime | None = None,
    is_told_once: bool = False,
    by: Actor = SYSTEM,
) -> Alert | None:
    """Put something on the list; what stands there already is only brought up to date.

    With `is_told_once` a matter that a person has closed does not come back: then there is no alert.
    """
    told = {"payment": payment, "amount_minor": amount_minor, "note": note[:500], "due_at": due_at}
    if is_told_once and _closed_by_hand(kind, subject):
        return None
    try:
        with transaction.atomic():
            alert, is_new = Alert.objects.update_or_create(
                kind=kind,
                subject=subject[:255],
                closed_at=None,
                defaults=told,
                create_defaults=told | {"raised_at": clock.real_now()},
            )
    except IntegrityError:  # somebody else raised it at this moment
        return Alert.objects.get(kind=kind, subject=subject[:255], closed_at=None)
    if is_new:
        _record("alert.raised", alert, by=by, note=alert.note)
        log.error("payments.alert", extra={"kind": kind.value, "subject": subject})
    return alert


@transaction.atomic
def close_alert(*, alert: UUID, note: str, by: Actor) -> None:
    """Somebody looked at it and says what came of it."""
    found = locks.lock_all(Alert.objects.filter(public_id=alert, closed_at=None))
    if not found:
        raise NoSuchAlert(_("Somebody has taken care of this already."))
    _close(found[0], note, by)


@transaction.atomic
def close_alert_of(*, kind: AlertKind, subject: str, note: str = "", by: Actor = SYSTEM) -> None:
    """The matter solved itself, or is solved by what somebody just did."""
    for alert in locks.lock_all(Alert.objects.filter(kind=kind, subject=subject[:255], closed_at=None)):
        _close(alert, note, by)


def _close(alert: Alert, note: str, by: Actor) -> None:
    alert.closed_at = clock.real_now()
    alert.closed_by_name = by.name
    alert.closing_note = note[:500]
    alert.save(update_fields=["closed_at", "closed_by_name", "closing_note"])
    _record("alert.closed", alert, by=by, note=alert.closing_note)


def _closed_by_hand(kind: AlertKind, subject: str) -> bool:
    closed = Alert.objects.filter(kind=kind, subject=subject[:255], closed_at__isnull=False)
    return closed.exclude(closed_by_name=SYSTEM.name).exists()


def _record(verb: str, alert: Alert, *, by: Actor, note: str) -> None:
    """In the story of its payment where it has one."""
    customer = alert.payment.customer.public_id if alert.payment else None
    subject = alert.payment or alert
    audit.record(verb, subject, by=by, customer=customer, note=note, kind=alert.kind, amount_minor=alert.amount_minor)
