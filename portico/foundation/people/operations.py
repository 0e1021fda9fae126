"""What a person does with their own account, and what a shell on the server does for them."""

from __future__ import annotations

import logging
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from portico.foundation.audit import operations as audit
from portico.foundation.audit.enums import ActorKind
from portico.foundation.audit.operations import Actor
from portico.foundation.people import budgets, codes, mailing, onetime, passwords, queries, sessions
from portico.foundation.people.enums import LinkPurpose, Side
from portico.foundation.people.errors import WrongPassword
from portico.foundation.people.models import Login
from portico.foundation.people.roles import StaffRole
from portico.foundation.people.sessions import Browser, SignedIn
from portico.foundation.tenancy.scope import reading
from portico.foundation.tenancy.tasks import company_task
from portico.kernel import clock, errors, locks, text

log = logging.getLogger("portico.people")


def sign_in(*, email: str, password: str, browser: Browser, remember: bool = False) -> SignedIn:
    """Begin a customer's session for who knows the password; WrongPassword or TooManyTries otherwise.

    Members of the office show a second factor as well: second.py.
    """
    known = who_knows(side=Side.CUSTOMER, email=email, password=password, browser=browser)
    return _begin(login_id=known.pk, stored=known.password, browser=browser, remember=remember)


def who_knows(*, side: Side, email: str, password: str, browser: Browser) -> Login:
    """The active login with this password; WrongPassword or TooManyTries otherwise, for unknown people too."""
    typed = text.normalise_email(email)
    budgets.spend_sign_in(side, typed, browser.ip_prefix)
    login = queries.login_of(side, typed)
    stored = login.password if login and login.is_active else ""
    if not passwords.is_right(password, stored) or login is None:
        log.info("authn_login_fail", extra={"side": side.value, "ip_prefix": browser.ip_prefix})
        raise WrongPassword(_("That email address and password do not match."))
    budgets.sign_in_was_good(side, typed, browser.ip_prefix)
    return login


def still_known(*, login_id: int, stored: str) -> Login:
    """The login, locked; WrongPassword when its password changed while it was compared."""
    login = locks.lock_one(Login.objects.filter(pk=login_id))
    if login.password != stored or not login.is_active:
        raise WrongPassword(_("That email address and password do not match."))
    return login


@transaction.atomic
def _begin(*, login_id: int, stored: str, browser: Browser, remember: bool) -> SignedIn:
    login = still_known(login_id=login_id, stored=stored)
    signed_in = sessions.start_session(login=login, browser=browser, remember=remember)
    audit.record("person.signed_in", login, by=actor_of(login, browser.ip_prefix))
    return signed_in


@transaction.atomic
def sign_out(*, session_id: int, by: Actor) -> None:
    """Sign this browser out."""
    login = Login.objects.get(sessions__pk=session_id)
    sessions.end_session(session_id=session_id)
    audit.record("person.signed_out", login, by=by)


@transaction.atomic
def sign_out_everywhere(*, login: UUID, by: Actor) -> int:
    """Sign a person out in every browser, this one too; how many there were."""
    found = Login.objects.get(public_id=login)
    count = sessions.end_sessions_of(login_id=found.pk)
    audit.record("person.signed_out_everywhere", found, by=by, sessions=count)
    return count


@transaction.atomic
def rename(*, login: UUID, name: str, by: Actor) -> None:
    """Change how a person is called."""
    found = locks.lock_one(Login.objects.filter(public_id=login))
    found.name = text.squeeze(name)[:200]
    found.save(update_fields=["name"])
    audit.record("person.renamed", found, by=by)


def change_password(*, login: UUID, old: str, new: str, browser: Browser, by: Actor) -> None:
    """Set a new password for who knows the old one; every other browser is signed out, and a mail says so."""
    found = require_password(login=login, password=old, browser=browser)
    passwords.require_fit(new, words=queries.company_words())
    _set_password(
        login_id=found.pk, stored=found.password, hashed=passwords.hashed(new), keep=browser.session_id, by=by
    )


def require_password(*, login: UUID, password: str, browser: Browser) -> Login:
    """The login, when this is its password. Counted and compared like a sign-in."""
    with transaction.atomic():
        found = Login.objects.get(public_id=login)
    side = Side(found.side)
    budgets.spend_sign_in(side, found.email, browser.ip_prefix)
    if not passwords.is_right(password, found.password):
        raise WrongPassword(_("This is not your password."))
    budgets.sign_in_was_good(side, found.email, browser.ip_prefix)
    return found


@transaction.atomic
def _set_password(*, login_id: int, stored: str, hashed: str, keep: int | None, by: Actor) -> None:
    login = locks.lock_one(Login.objects.filter(pk=login_id))
    if login.password != stored:
        raise errors.Conflict(_("Your password was changed somewhere else in the meantime."))
    login.password = hashed
    login.save(update_fields=["password"])
    sessions.end_sessions_of(login_id=login.pk, but=keep)
    onetime.end_links(login_id=login.pk, purpose__in=[LinkPurpose.PASSWORD_RESET, LinkPurpose.EMAIL_CHANGE])
    codes.end_codes(login_id=login.pk)
    mailing.tell_password_changed(login)
    audit.record("person.password_changed", login, by=by)


def ask_for_reset(*, side: Side, email: str, ip_prefix: str) -> None:
    """Let a link be mailed where there is somebody to mail it to; takes and answers the same for everybody."""
    typed = text.normalise_email(email)
    budgets.spend_asking(ip_prefix)
    with transaction.atomic():
        RESET.defer(email=typed, side=side.value)


def _mail_reset(*, email: str, side: str) -> None:
    mail_reset(side=Side(side), email=email)


RESET = company_task(name="people.mail_reset", queue="mail")(_mail_reset)


@transaction.atomic
def mail_reset(*, side: Side, email: str) -> None:
    """Mail a reset link to a login, within its budget; nothing where there is none."""
    login = queries.login_of(side, email)
    if login is None or not login.is_active or not budgets.may_mail("reset", email):
        return
    onetime.end_links(login_id=login.pk, purpose=LinkPurpose.PASSWORD_RESET)
    link = onetime.make_link(purpose=LinkPurpose.PASSWORD_RESET, email=email, login=login)
    mailing.send_reset(login, link.public_id)
    audit.record("person.reset_asked", login, by=audit.SYSTEM)


def reset_password(*, side: Side, token: str, password: str, ip_prefix: str) -> None:
    """Set a new password by a mailed link; every browser is signed out. LinkSpent when the link is no longer good."""
    budgets.spend_link(ip_prefix)
    link = reset_link(side=side, token=token)
    if link is None:
        raise onetime.spent()
    passwords.require_fit(password, words=queries.company_words())
    _reset(link=link, hashed=passwords.hashed(password), ip_prefix=ip_prefix)


@reading
def reset_link(*, side: Side, token: str) -> onetime.FoundLink | None:
    """The link with this secret while it can set a password on this side."""
    link = onetime.find_link(token, LinkPurpose.PASSWORD_RESET)
    if link is None or link.state != onetime.LinkState.VALID:
        return None
    return link if Login.objects.filter(pk=link.login_id or 0, side=side, is_active=True).exists() else None


@transaction.atomic
def _reset(*, link: onetime.FoundLink, hashed: str, ip_prefix: str) -> None:
    login = locks.lock_one(Login.objects.filter(pk=link.login_id or 0))
    onetime.use_link(link_id=link.id)
    login.password = hashed
    login.save(update_fields=["password"])
    sessions.end_sessions_of(login_id=login.pk)
    onetime.end_links(login_id=login.pk, purpose__in=[LinkPurpose.PASSWORD_RESET, LinkPurpose.EMAIL_CHANGE])
    codes.end_codes(login_id=login.pk)
    mailing.tell_password_changed(login)
    audit.record("person.password_reset", login, by=actor_of(login, ip_prefix))


@transaction.atomic
def enrol(*, email: str, name: str, hashed: str) -> Login:
    """Add a customer's login for an address; IntegrityError where there is one already. The caller audits why."""
    return Login.objects.create(
        side=Side.CUSTOMER, email=email, name=text.squeeze(name)[:200], password=hashed, created_at=clock.real_now()
    )


@transaction.atomic
def create_staff(*, email: str, role: StaffRole, name: str = "", by: Actor) -> Login:
    """Add a member of the office, or give an existing one this role."""
    address = text.normalise_email(email)
    if not text.is_email(address):
        raise errors.NotPossible(_("“%(typed)s” is not an email address.") % {"typed": email})
    login, is_new = Login.objects.get_or_create(
        side=Side.STAFF,
        email=address,
        defaults={"role": role, "name": text.squeeze(name)[:200], "created_at": clock.real_now()},
    )
    if not is_new:
        login.role, login.is_active, login.name = role, True, text.squeeze(name)[:200] or login.name
        login.save(update_fields=["role", "is_active", "name"])
    audit.record("staff.created" if is_new else "staff.role_changed", login, by=by, role=str(role))
    return login


@transaction.atomic
def staff_login(*, email: str) -> UUID:
    """The login of an active member of the office."""
    login = queries.login_of(Side.STAFF, text.normalise_email(email))
    if login is None or not login.is_active:
        raise errors.NotPossible(_("Nobody in the office signs in with %(email)s.") % {"email": email})
    return UUID(str(login.public_id))


@transaction.atomic
def first_password_link(*, login: UUID) -> str:
    """The secret of a link by which a person chooses a password; only the command line may ask for one."""
    found = Login.objects.get(public_id=login)
    link = onetime.make_link(purpose=LinkPurpose.PASSWORD_RESET, email=found.email, login=found)
    audit.record("person.password_link_made", found, by=audit.SHELL)
    return onetime.token_of(link)


@transaction.atomic
def shell_link(*, login: UUID) -> str:
    """The secret of a link that signs in on its first GET; only the command line may ask for one."""
    found = Login.objects.get(public_id=login)
    link = onetime.make_link(purpose=LinkPurpose.SHELL_SIGN_IN, email=found.email, login=found)
    audit.record("person.shell_link_made", found, by=audit.SHELL)
    return onetime.token_of(link)


@transaction.atomic
def sign_in_by_shell_link(*, token: str, side: Side, browser: Browser) -> SignedIn:
    """Begin a session by a link from the command line; LinkSpent when it is no longer good, or of the other side."""
    link = onetime.require_valid(token, LinkPurpose.SHELL_SIGN_IN)
    login = Login.objects.filter(pk=link.login_id or 0, side=side, is_active=True).first()
    if login is None:
        raise onetime.spent()
    onetime.use_link(link_id=link.id)
    signed_in = sessions.start_session(login=login, browser=browser)
    audit.record("person.signed_in_by_shell_link", login, by=audit.SHELL)
    return signed_in


def actor_of(login: Login, ip_prefix: str) -> Actor:
    """This person as the one who acts."""
    kind = ActorKind.STAFF if login.side == Side.STAFF else ActorKind.CUSTOMER
    return Actor(kind, ref=str(login.public_id), name=login.name or login.email, ip_prefix=ip_prefix)
