"""The browsers in which a person is signed in, and signing one of them out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import Actor
from portico.foundation.people import sessions
from portico.foundation.people.errors import NoSuchDevice
from portico.foundation.people.models import Login, LoginSession
from portico.foundation.tenancy.scope import reading
from portico.kernel import clock

MOST = 50


@dataclass(frozen=True, slots=True)
class Device:
    """One session that can be used now."""

    id: UUID
    agent: str
    network: str
    started_at: datetime
    seen_at: datetime
    is_this: bool


@reading
def devices_of(*, login_id: int, this: int) -> list[Device]:
    """Where this person is signed in: the browser that asks first, then the ones seen last."""
    now = clock.real_now()
    alive = LoginSession.objects.filter(login_id=login_id, ended_at=None, expires_at__gt=now)
    found = [row for row in alive.order_by("-seen_at", "-pk")[:MOST] if row.pk == this or not _is_idle(row, now)]
    return [_device(row, this) for row in sorted(found, key=lambda row: row.pk != this)]


@transaction.atomic
def sign_out_device(*, login: UUID, device: UUID, by: Actor) -> int:
    """Sign one browser of this person out; its session. Twice does no harm; NoSuchDevice for anybody else's."""
    session = LoginSession.objects.select_related("login").filter(public_id=device, login__public_id=login).first()
    if session is None:
        raise NoSuchDevice(_("This device is not signed in here."))
    if session.ended_at is None:
        sessions.end_session(session_id=session.pk)
        audit.record("person.device_signed_out", session.login, by=by, device=str(device))
    return session.pk


@transaction.atomic
def sign_out_others(*, login: UUID, but: int, by: Actor) -> int:
    """Sign a person out in every browser but this one; how many there were."""
    found = Login.objects.get(public_id=login)
    count = sessions.end_sessions_of(login_id=found.pk, but=but)
    audit.record("person.other_devices_signed_out", found, by=by, sessions=count)
    return count


def _is_idle(row: LoginSession, now: datetime) -> bool:
    return row.idle_minutes is not None and row.seen_at + timedelta(minutes=row.idle_minutes) <= now


def _device(row: LoginSession, this: int) -> Device:
    return Device(
        id=row.public_id,
        agent=row.agent,
        network=row.ip_prefix,
        started_at=row.started_at,
        seen_at=row.seen_at,
        is_this=row.pk == this,
    )
