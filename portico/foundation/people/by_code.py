"""Signing in by a code from a mail: with or without a password, in the browser that asked for the code."""

from __future__ import annotations

import logging
from uuid import UUID

from django.db import transaction

from portico.foundation.audit import operations as audit
from portico.foundation.people import budgets, codes, mailing, operations, queries, sessions
from portico.foundation.people.enums import CodePurpose, Side
from portico.foundation.people.models import Login, MailedCode
from portico.foundation.people.onetime import WrongCode
from portico.foundation.people.sessions import Browser, SignedIn
from portico.foundation.tenancy.tasks import company_task
from portico.kernel import clock, ids, locks, text

log = logging.getLogger("portico.people")


def ask_for_code(*, email: str, ip_prefix: str, replaces: str = "") -> str:
    """Let a code be mailed where there is somebody to mail it to; the secret for the browser that asks.

    Takes and answers the same for everybody. `replaces` is the secret that this browser had; its code ends.
    """
    typed = text.normalise_email(email)
    budgets.spend_asking(ip_prefix)
    secret = ids.new_secret()
    with transaction.atomic():
        codes.end_codes(purpose=CodePurpose.SIGN_IN, place=ids.digest(replaces))
        code = codes.make_code(purpose=CodePurpose.SIGN_IN, place=secret, email=typed)
        MAIL.defer(code=str(code.public_id))
    return secret


def _mail(*, code: str) -> None:
    mail_code(code=UUID(code))


MAIL = company_task(name="people.mail_sign_in_code", queue="mail")(_mail)


@transaction.atomic
def mail_code(*, code: UUID) -> None:
    """Mail a code that was asked for to its login, within its budget; nothing where there is no login."""
    fresh = MailedCode.objects.filter(public_id=code, login=None, ended_at=None, expires_at__gt=clock.real_now())
    found = fresh.select_for_update().first()
    login = queries.login_of(Side.CUSTOMER, found.email) if found else None
    if found is None or login is None or not login.is_active or not queries.lets_in(found.email):
        return
    if not budgets.may_mail("sign_in_code", found.email):
        return
    found.login = login
    found.save(update_fields=["login"])
    mailing.send_sign_in_code(login, found.public_id)
    audit.record("person.sign_in_code_mailed", login, by=audit.SYSTEM)


def waiting_for(*, secret: str) -> str:
    """The address that this browser asked a code for, while it can be typed; empty when there is none."""
    return codes.waiting_for(purpose=CodePurpose.SIGN_IN, place=secret)


def sign_in_by_code(*, secret: str, typed: str, browser: Browser, remember: bool = False) -> SignedIn:
    """Begin a session for who reads the mail; WrongCode or TooManyTries otherwise, for unknown people too."""
    budgets.spend_code(browser.ip_prefix)
    try:
        code = codes.try_code(purpose=CodePurpose.SIGN_IN, place=secret, typed=typed, ip_prefix=browser.ip_prefix)
    except WrongCode:
        log.info("authn_code_fail", extra={"ip_prefix": browser.ip_prefix})
        raise
    return _begin(code=code, browser=browser, remember=remember)


@transaction.atomic
def _begin(*, code: MailedCode, browser: Browser, remember: bool) -> SignedIn:
    login = locks.lock_one(Login.objects.filter(pk=code.login_id or 0))
    codes.use_code(code_id=code.pk)
    if not login.is_active or login.email != code.email:  # changed since it was mailed
        raise codes.wrong()
    signed_in = sessions.start_session(login=login, browser=browser, remember=remember)
    audit.record("person.signed_in_by_code", login, by=operations.actor_of(login, browser.ip_prefix))
    return signed_in
