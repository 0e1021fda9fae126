"""Step-up: who is signed in shows once more that it is them, before money or the account are touched."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import Actor
from portico.foundation.people import budgets, codes, mailing, operations, throttling
from portico.foundation.people.entry import SessionFacts
from portico.foundation.people.enums import CodePurpose
from portico.foundation.people.models import Login, LoginSession
from portico.foundation.people.sessions import Browser
from portico.kernel import clock, errors, ids, locks

GOOD_FOR = timedelta(minutes=10)


def is_confirmed(session: SessionFacts) -> bool:
    """Whether this person has shown who they are within the last ten minutes; signing in counts."""
    proved_at = session.proved_at
    return proved_at is not None and timedelta(0) <= clock.real_now() - proved_at <= GOOD_FOR


def confirm_with_password(*, session: SessionFacts, password: str, browser: Browser, by: Actor) -> str:
    """Take the password; the session's new secret. WrongPassword or TooManyTries otherwise."""
    try:
        login = operations.require_password(login=session.login.public_id, password=password, browser=browser)
    except throttling.TooManyTries:
        _note_refused(login=session.login.public_id, by=by)
        raise
    return _confirm(session_id=session.id, login_id=login.pk, stored=login.password, code_id=None, by=by)


def mail_code(*, session: SessionFacts, ip_prefix: str, by: Actor) -> None:
    """Mail a code to who has no password; the one before ends."""
    budgets.spend_asking(ip_prefix)
    budgets.spend_own_mail("confirmation_code", session.login.email)
    _mail_code(session_id=session.id, by=by)


@transaction.atomic
def _mail_code(*, session_id: int, by: Actor) -> None:
    session = locks.lock_one(LoginSession.objects.select_related("login").filter(pk=session_id, ended_at=None))
    login = session.login
    if login.password:
        raise errors.NotPossible(_("Enter your password."))
    code = codes.make_code(
        purpose=CodePurpose.CONFIRMATION, place=_place(session.public_id), email=login.email, login=login
    )
    mailing.send_confirmation_code(login, code.public_id)
    audit.record("person.confirmation_code_mailed", login, by=by)


def is_code_waiting(session: SessionFacts) -> bool:
    """Whether a code was mailed for this session that can still be typed."""
    return bool(codes.waiting_for(purpose=CodePurpose.CONFIRMATION, place=_place(session.public_id)))


def confirm_with_code(*, session: SessionFacts, typed: str, ip_prefix: str, by: Actor) -> str:
    """Take the mailed code; the session's new secret. WrongCode or TooManyTries otherwise."""
    budgets.spend_code(ip_prefix)
    code = codes.try_code(
        purpose=CodePurpose.CONFIRMATION, place=_place(session.public_id), typed=typed, ip_prefix=ip_prefix
    )
    return _confirm(session_id=session.id, login_id=session.login.id, stored="", code_id=code.pk, by=by)


@transaction.atomic
def _confirm(*, session_id: int, login_id: int, stored: str, code_id: int | None, by: Actor) -> str:
    login = locks.lock_one(Login.objects.filter(pk=login_id))
    if login.password != stored:
        raise errors.Conflict(_("Your password was changed somewhere else in the meantime."))
    if code_id is not None:
        codes.use_code(code_id=code_id)
    secret = ids.new_secret()
    alive = LoginSession.objects.filter(pk=session_id, ended_at=None)
    if alive.update(proved_at=clock.real_now(), digest=ids.digest(secret)) != 1:
        raise errors.Conflict(_("You were signed out in the meantime. Sign in again."))
    audit.record("person.confirmed", login, by=by, how="code" if code_id else "password")
    return secret


@transaction.atomic
def _note_refused(*, login: UUID, by: Actor) -> None:
    """Somebody with this session keeps guessing; said once in a quarter of an hour."""
    if throttling.may_spend(budgets.CONFIRMING_NOTED, str(login)):
        audit.record("person.confirmation_refused", Login.objects.get(public_id=login), by=by)


def _place(session: UUID) -> str:
    return f"session:{session}"
