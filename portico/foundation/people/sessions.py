"""Signed-in browsers: how they begin, are seen and end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from portico.foundation.people.enums import Side
from portico.foundation.people.models import Login, LoginSession
from portico.kernel import clock, ids


@dataclass(frozen=True, slots=True)
class Length:
    """How long a session lasts in all, and how long unused."""

    whole: timedelta
    idle_minutes: int | None


CUSTOMER = Length(timedelta(hours=24), idle_minutes=120)
REMEMBERED = Length(timedelta(days=30), idle_minutes=None)
STAFF = Length(timedelta(hours=12), idle_minutes=30)


@dataclass(frozen=True, slots=True)
class Browser:
    """Where somebody signs in from. `session_id` is what this browser had until now; the new session replaces it."""

    agent: str = ""
    ip_prefix: str = ""
    session_id: int | None = None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that has begun; `secret` goes into the browser's cookie and is kept nowhere else."""

    secret: str
    is_remembered: bool
    login: UUID


@transaction.atomic
def start_session(
    *, login: Login, browser: Browser, remember: bool = False, notices: tuple[dict[str, str], ...] = ()
) -> SignedIn:
    """Begin a session under a new secret; the one that this browser had before ends."""
    if browser.session_id is not None:
        end_session(session_id=browser.session_id)
    now, secret = clock.real_now(), ids.new_secret()
    length = _length(login, remember=remember)
    LoginSession.objects.create(
        login=login,
        digest=ids.digest(secret),
        started_at=now,
        seen_at=now,
        proved_at=now,
        expires_at=now + length.whole,
        idle_minutes=length.idle_minutes,
        is_remembered=length is REMEMBERED,
        agent=browser.agent[:200],
        ip_prefix=browser.ip_prefix,
        notices=list(notices),
    )
    Login.objects.filter(pk=login.pk).update(last_signed_in_at=now)
    return SignedIn(secret, is_remembered=length is REMEMBERED, login=login.public_id)


@transaction.atomic
def note_seen(*, session_id: int, notices: list[dict[str, str]]) -> None:
    """The browser was here; `notices` are what it has still to be told."""
    alive = LoginSession.objects.filter(pk=session_id, ended_at=None)
    alive.update(seen_at=clock.real_now(), notices=notices)


@transaction.atomic
def end_session(*, session_id: int) -> None:
    """Sign one browser out."""
    _end(id=session_id)


@transaction.atomic
def end_sessions_of(*, login_id: int, but: int | None = None) -> int:
    """Sign a person out everywhere, except perhaps in the session `but`; how many sessions ended."""
    kept = {} if but is None else {"but": but}
    return _end(login_id=login_id, **kept)


@transaction.atomic
def sweep(*, before: datetime) -> None:
    """Drop sessions that are over since `before`."""
    LoginSession.objects.filter(expires_at__lt=before).delete()


def _end(*, but: int | None = None, **which: Any) -> int:
    alive = LoginSession.objects.filter(ended_at=None, **which)
    return (alive.exclude(pk=but) if but is not None else alive).update(ended_at=clock.real_now())


def _length(login: Login, *, remember: bool) -> Length:
    if login.side == Side.STAFF:
        return STAFF
    return REMEMBERED if remember else CUSTOMER
