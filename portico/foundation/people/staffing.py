"""Who works in the office: invited by mail, given a role, signed out, let go.

There is always an admin who can sign in; nobody changes their own role or lets themselves go.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import Actor
from portico.foundation.people import budgets, codes, mailing, onetime, operations, passwords, queries, second, sessions
from portico.foundation.people.enums import LinkPurpose, Side
from portico.foundation.people.errors import BadMember, LastAdmin, NoSuchMember
from portico.foundation.people.models import Login, PendingSignIn
from portico.foundation.people.roles import StaffRole
from portico.foundation.tenancy.scope import reading
from portico.kernel import clock, locks, text

# Somebody who has been in: an invited admin does not count before.
HAS_BEEN_IN = ~Q(password="") | Q(last_signed_in_at__isnull=False)


@transaction.atomic
def invite(*, email: str, name: str, role: StaffRole, by: Actor) -> UUID:
    """Add somebody to the office and mail them a link; their id. BadMember where the address cannot be."""
    address = text.normalise_email(email)
    if not text.is_email(address):
        raise BadMember(_("This does not look like an email address, such as name@example.com."), field="email")
    login, is_new = Login.objects.get_or_create(
        side=Side.STAFF,
        email=address,
        defaults={"role": role, "name": text.squeeze(name)[:200], "created_at": clock.real_now()},
    )
    if not is_new:
        raise BadMember(_("%(email)s is in the list already.") % {"email": address}, field="email")
    _mail(login)
    audit.record("staff.invited", login, by=by, note=address, role=str(role))
    return UUID(str(login.public_id))


@transaction.atomic
def resend(*, member: UUID, by: Actor) -> None:
    """A new link instead of the earlier ones, for somebody who has not been in yet."""
    login = _member(member)
    if login.password or not login.is_active:
        raise BadMember(_("Only an open invitation can be sent again."))
    if not budgets.may_mail("staff_invitation", login.email):
        raise BadMember(_("This person has been mailed often today. Try again later."))
    _mail(login)
    audit.record("staff.invitation_resent", login, by=by, note=login.email)


@transaction.atomic
def change_role(*, member: UUID, role: StaffRole, by: Actor) -> None:
    """Give another role; the person's next request has it."""
    admins = _lock_admins()
    login = _other(member, by)
    if login.role == role:
        return
    if login.role == StaffRole.ADMIN:
        _require_another(admins, login)
    before, login.role = login.role, role
    login.save(update_fields=["role"])
    audit.record("staff.role_changed", login, by=by, note=login.email, before=before, after=str(role))


@transaction.atomic
def deactivate(*, member: UUID, by: Actor) -> None:
    """Let somebody go: signed out everywhere at once, no way in any more. An open invitation ends."""
    admins = _lock_admins()
    login = _other(member, by)
    if not login.is_active:
        return
    _require_another(admins, login)
    login.is_active = False
    login.save(update_fields=["is_active"])
    _shut_out(login)
    audit.record("staff.deactivated", login, by=by, note=login.email)


@transaction.atomic
def reactivate(*, member: UUID, by: Actor) -> None:
    """Let somebody in again: with the old password, or by a new invitation where there never was one."""
    login = _other(member, by)
    if login.is_active:
        return
    login.is_active = True
    login.save(update_fields=["is_active"])
    if not login.password:
        _mail(login)
    audit.record("staff.reactivated", login, by=by, note=login.email)


@transaction.atomic
def reset_second(*, member: UUID, by: Actor) -> None:
    """Forget a colleague's app and recovery codes; the next sign-in sets up anew."""
    second.reset(login=_other(member, by).public_id, by=by)


@transaction.atomic
def sign_out(*, member: UUID, by: Actor) -> int:
    """Sign a colleague out everywhere; how many browsers there were."""
    return operations.sign_out_everywhere(login=_other(member, by).public_id, by=by)


@reading
def invitation(token: str) -> onetime.FoundLink | None:
    """The link with this secret while it can be used."""
    link = onetime.find_link(token, LinkPurpose.STAFF_INVITATION)
    if link is None or link.state != onetime.LinkState.VALID:
        return None
    is_open = Login.objects.filter(pk=link.login_id or 0, side=Side.STAFF, is_active=True, password="")
    return link if is_open.exists() else None


def accept(*, token: str, name: str, password: str, ip_prefix: str) -> None:
    """Set name and password by a mailed link; LinkSpent when it is no longer good. Signing in comes after that."""
    budgets.spend_link(ip_prefix)
    link = invitation(token)
    if link is None:
        raise onetime.spent()
    passwords.require_fit(password, words=queries.company_words())
    _accept(link=link, name=name, hashed=passwords.hashed(password), ip_prefix=ip_prefix)


@transaction.atomic
def _accept(*, link: onetime.FoundLink, name: str, hashed: str, ip_prefix: str) -> None:
    login = locks.lock_one(Login.objects.filter(pk=link.login_id or 0))
    onetime.use_link(link_id=link.id)
    login.name, login.password = text.squeeze(name)[:200] or login.name, hashed
    login.save(update_fields=["name", "password"])
    audit.record("staff.joined", login, by=operations.actor_of(login, ip_prefix), note=login.email)


def _mail(login: Login) -> None:
    onetime.end_links(login_id=login.pk, purpose=LinkPurpose.STAFF_INVITATION)
    link = onetime.make_link(purpose=LinkPurpose.STAFF_INVITATION, email=login.email, login=login)
    mailing.send_staff_invitation(login, link.public_id)


def _member(member: UUID) -> Login:
    rows = Login.objects.filter(public_id=member, side=Side.STAFF)
    if not rows.exists():
        raise NoSuchMember(_("There is no such person in the office."))
    return locks.lock_one(rows)


def _other(member: UUID, by: Actor) -> Login:
    """Somebody else: nobody raises themselves or locks themselves out."""
    if str(member) == by.ref:
        raise BadMember(_("Ask another admin to change this about yourself."))
    return _member(member)


def _lock_admins() -> list[Login]:
    """All who could let others in, locked first and in one order, so that two of them cannot let each other go."""
    return locks.lock_all(Login.objects.filter(HAS_BEEN_IN, side=Side.STAFF, role=StaffRole.ADMIN, is_active=True))


def _require_another(admins: list[Login], login: Login) -> None:
    if [one.pk for one in admins] == [login.pk]:
        raise LastAdmin(_("This is the only admin who can sign in. Make somebody else an admin first."))


def _shut_out(login: Login) -> None:
    sessions.end_sessions_of(login_id=login.pk)
    onetime.end_links(login_id=login.pk)
    codes.end_codes(login_id=login.pk)
    PendingSignIn.objects.filter(login=login, ended_at=None).update(ended_at=clock.real_now())
