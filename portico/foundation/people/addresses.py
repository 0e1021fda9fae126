"""Changing the address that a customer signs in with: asked by who has just confirmed, confirmed at the new one."""

from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import Actor
from portico.foundation.people import budgets, codes, mailing, onetime, operations, ports, sessions
from portico.foundation.people.enums import LinkPurpose, Side
from portico.foundation.people.errors import AddressTaken, WrongPassword
from portico.foundation.people.models import Login
from portico.foundation.people.sessions import Browser
from portico.foundation.tenancy.scope import reading
from portico.kernel import errors, locks, text

ENDED = [LinkPurpose.PASSWORD_RESET, LinkPurpose.EMAIL_CHANGE]


def ask_for_change(*, login: UUID, new: str, ip_prefix: str, by: Actor) -> None:
    """Mail a link to the new address; nothing changes before. Whoever else has it, the answer is the same.

    The page asks for step-up first (confirming.py).
    """
    address = text.normalise_email(new)
    if not text.is_email(address):
        raise errors.NotPossible(_("This is not an email address."))
    budgets.spend_asking(ip_prefix)
    _mail_link(login_public_id=login, new=address, by=by)


@transaction.atomic
def _mail_link(*, login_public_id: UUID, new: str, by: Actor) -> None:
    login = locks.lock_one(Login.objects.filter(public_id=login_public_id))
    if new == login.email:
        raise errors.NotPossible(_("This is your address already."))
    onetime.end_links(login_id=login.pk, purpose=LinkPurpose.EMAIL_CHANGE)
    audit.record("person.email_change_asked", login, by=by)
    if budgets.may_mail("email_change", new):
        link = onetime.make_link(purpose=LinkPurpose.EMAIL_CHANGE, email=new, login=login, facts={"old": login.email})
        mailing.send_email_change(login, link.public_id, new=new)


@reading
def has_password(link: onetime.FoundLink) -> bool:
    """Whether the owner of the link has a password to confirm with."""
    return Login.objects.filter(pk=link.login_id or 0).exclude(password="").exists()


def confirm_change(*, token: str, browser: Browser, password: str = "", signed_in: UUID | None = None) -> None:
    """Let the new address replace the old one here and on every record reached through it; every browser is signed out.

    The password is asked again, and who has none must be signed in (`signed_in`): a link that went to a stranger by a
    typing error gives nothing away.
    """
    link = onetime.require_valid(token, LinkPurpose.EMAIL_CHANGE)
    with transaction.atomic():
        login = Login.objects.get(pk=link.login_id or 0)
    if login.password:
        operations.require_password(login=login.public_id, password=password, browser=browser)
    elif login.public_id != signed_in:
        raise WrongPassword(_("Sign in with your old address first, then open this link again."))
    try:
        _change(link=link, ip_prefix=browser.ip_prefix)
    except IntegrityError as taken:
        raise _taken() from taken


@transaction.atomic
def _change(*, link: onetime.FoundLink, ip_prefix: str) -> None:
    login = locks.lock_one(Login.objects.filter(pk=link.login_id or 0))
    onetime.use_link(link_id=link.id)
    by = operations.actor_of(login, ip_prefix)
    old = login.email
    customers = _move(login, to=link.email, customers=None, by=by)
    facts = {"old": old, "customers": [str(customer) for customer in customers]}
    undo = onetime.make_link(purpose=LinkPurpose.EMAIL_UNDO, email=old, login=login, facts=facts)
    mailing.tell_email_changed(login, undo.public_id, old=old)
    audit.record("person.email_changed", login, by=by, customers=len(customers))


def undo_change(*, token: str, ip_prefix: str) -> None:
    """Put the old address back here and on the records where it was replaced; every browser is signed out."""
    link = onetime.require_valid(token, LinkPurpose.EMAIL_UNDO)
    try:
        _undo(link=link, ip_prefix=ip_prefix)
    except IntegrityError as taken:
        raise _taken() from taken


@transaction.atomic
def _undo(*, link: onetime.FoundLink, ip_prefix: str) -> None:
    login = locks.lock_one(Login.objects.filter(pk=link.login_id or 0))
    onetime.use_link(link_id=link.id)
    by = operations.actor_of(login, ip_prefix)
    replaced = login.email
    _move(login, to=link.email, customers=[UUID(each) for each in link.facts["customers"]], by=by)
    mailing.tell_email_put_back(login, other=replaced)
    audit.record("person.email_put_back", login, by=by)


def _move(login: Login, *, to: str, customers: list[UUID] | None, by: Actor) -> list[UUID]:
    if Login.objects.filter(side=Side.CUSTOMER, email=to).exclude(pk=login.pk).exists():
        raise _taken()
    replaced = ports.PORTS.replace_address(login.email, to, customers, by)
    login.email = to
    login.save(update_fields=["email"])
    sessions.end_sessions_of(login_id=login.pk)
    onetime.end_links(login_id=login.pk, purpose__in=ENDED)
    codes.end_codes(login_id=login.pk)
    return replaced


def _taken() -> AddressTaken:
    return AddressTaken(_("Another account here has this address already. Call us and we will sort it out."))
