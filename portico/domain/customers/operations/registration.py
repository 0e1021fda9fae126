"""From an invitation to an account; and asking for an invitation."""

from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portico.domain.customers import letters
from portico.domain.customers.enums import PortalStatus
from portico.domain.customers.errors import AlreadyRegistered, CodeNeeded, Missing
from portico.domain.customers.models import HouseholdMember, PortalContact
from portico.domain.customers.operations import households, rows
from portico.domain.customers.operations.invitations import send_invitation
from portico.foundation.audit import operations as audit
from portico.foundation.messaging import operations as messaging
from portico.foundation.messaging.enums import MessageKind
from portico.foundation.messaging.letter import Letter
from portico.foundation.people import budgets, onetime, passwords, queries, sessions
from portico.foundation.people import operations as people
from portico.foundation.people.enums import LinkPurpose, Side
from portico.foundation.people.onetime import FoundLink
from portico.foundation.people.sessions import Browser, SignedIn
from portico.foundation.tenancy.brands import brand_of_branch
from portico.foundation.tenancy.tasks import company_task
from portico.kernel import clock, text

INVITING = (LinkPurpose.INVITATION, LinkPurpose.COPIED_INVITATION)


def register(*, token: str, password: str, name: str, code: str = "", browser: Browser) -> SignedIn:
    """Make an account by an invitation and sign in. A copied link also wants the code mailed to the address.

    Never touches an existing account: AlreadyRegistered then. LinkSpent, WrongCode, CodeNeeded, Unfit for the rest.
    """
    budgets.spend_link(browser.ip_prefix)
    link = onetime.require_valid(token, *INVITING)
    _require_new(link.email)
    passwords.require_fit(password, words=queries.company_words())
    if link.purpose == LinkPurpose.COPIED_INVITATION:
        _require_code(link, code)
    hashed = passwords.hashed(password)
    try:
        return _register(link=link, hashed=hashed, name=name, browser=browser)
    except IntegrityError as taken:
        raise _already() from taken


@transaction.atomic
def _register(*, link: FoundLink, hashed: str, name: str, browser: Browser) -> SignedIn:
    if households.is_member(link.subject_id):
        return _join(link=link, hashed=hashed, name=name, browser=browser)
    row = _row_of(link)
    _require_new(link.email)
    onetime.use_link(link_id=link.id)
    if rows.status_of(row) not in (PortalStatus.INVITED, PortalStatus.EMPTY) or row.address.is_placeholder:
        raise onetime.spent()
    login = people.enrol(email=link.email, name=name, hashed=hashed)
    _settle(link.email)
    audit.record(
        "portal.registered",
        row,
        by=people.actor_of(login, browser.ip_prefix),
        customer=row.customer.public_id,
        note=row.email,
    )
    return sessions.start_session(login=login, browser=browser)


def _join(*, link: FoundLink, hashed: str, name: str, browser: Browser) -> SignedIn:
    """The same by an owner's invitation, which is taken up with it."""
    rows.lock_addresses(link.email)
    member = households.locked_member(link.subject_id)
    _require_new(link.email)
    if member is None or member.email != link.email:
        raise onetime.spent()
    onetime.use_link(link_id=link.id)
    login = people.enrol(email=link.email, name=name, hashed=hashed)
    _settle(link.email)
    households.accept_locked(member, name=name, by=people.actor_of(login, browser.ip_prefix))
    return sessions.start_session(login=login, browser=browser)


def send_code(*, token: str, ip_prefix: str) -> None:
    """Mail a new code to the invited address, for who registers by a copied link."""
    budgets.spend_asking(ip_prefix)
    _send_code(link=onetime.require_valid(token, LinkPurpose.COPIED_INVITATION))


@transaction.atomic
def _send_code(*, link: FoundLink) -> None:
    row = _row_of(link)
    if not budgets.may_mail("registration_code", link.email):
        return
    code = onetime.set_code(link_id=link.id)
    letter = letters.registration_code(brand=rows.brand_of(row).display_name, code=code)
    _mail(row, MessageKind.REGISTRATION_CODE, letter)
    audit.record(
        "portal.registration_code_mailed", row, by=audit.SYSTEM, customer=row.customer.public_id, note=row.email
    )


def ask_for_invitation(*, email: str, ip_prefix: str) -> None:
    """Let an invitation be mailed to whom the records know; takes and answers the same for everybody."""
    budgets.spend_asking(ip_prefix)
    with transaction.atomic():
        ANSWER.defer(email=text.normalise_email(email))


def ask_for_new_link(*, token: str, ip_prefix: str) -> None:
    """Let a new invitation be mailed to the address of an expired, used or replaced link."""
    budgets.spend_asking(ip_prefix)
    link = onetime.find_link(token, *INVITING)
    if link is not None:
        with transaction.atomic():
            ANSWER.defer(email=link.email)


@transaction.atomic
def answer_request(*, email: str) -> None:
    """Mail what helps this address: an invitation, a hint to sign in, or nothing; within its budget."""
    reached = PortalContact.objects.filter(
        email=email, is_present=True, revoked_at=None, address__is_placeholder=False, customer__merged_into=None
    )
    first = reached.order_by("customer_id").first()
    waiting = households.waiting_invitation(email) if first is None else None
    if (first is None and waiting is None) or not queries.lets_in(email) or not budgets.may_mail("invitation", email):
        return
    if first is None:
        _answer_member(waiting)
        return
    row = rows.locked_row(first.public_id)
    if rows.is_enrolled(email):
        _mail(row, MessageKind.INVITATION, letters.already_enrolled(brand=rows.brand_of(row).display_name))
        return
    send_invitation(row)
    audit.record("portal.invitation_asked_for", row, by=audit.SYSTEM, customer=row.customer.public_id, note=row.email)


def _answer_member(waiting: HouseholdMember | None) -> None:
    if waiting is None:
        return
    if rows.is_enrolled(waiting.email):
        brand = brand_of_branch(waiting.customer.branch_id).display_name
        households.mail_hint(waiting, letters.already_enrolled(brand=brand))
    else:
        households.mail_again(waiting)


def _answer(*, email: str) -> None:
    answer_request(email=email)


ANSWER = company_task(name="customers.answer_request", queue="mail")(_answer)


@transaction.atomic
def enrol_from_shell(*, email: str) -> UUID:
    """The login of an address on any customer or location, made without a password where there is none."""
    address = text.normalise_email(email)
    rows.lock_addresses(address)
    login = queries.login_of(Side.CUSTOMER, address)
    if login is None:
        row = PortalContact.objects.filter(email=address, is_present=True).select_related("customer").first()
        if row is None:
            raise Missing(_("No customer or location has the address %(email)s.") % {"email": address})
        login = people.enrol(email=address, name="", hashed="")
        _settle(address)
        audit.record("portal.enrolled_from_shell", row, by=audit.SHELL, customer=row.customer.public_id, note=row.email)
    return UUID(str(login.public_id))


def _row_of(link: FoundLink) -> PortalContact:
    """The row that was invited, while its address is still the invited one."""
    try:
        row = rows.locked_row(link.subject_id)
    except Missing as gone:
        raise onetime.spent() from gone
    if row.email != link.email:
        raise onetime.spent()
    return row


def _require_new(email: str) -> None:
    if queries.login_of(Side.CUSTOMER, email) is not None:
        raise _already()


def _require_code(link: FoundLink, code: str) -> None:
    if not code.strip():
        raise CodeNeeded(_("Type the code that we mailed to this address."))
    onetime.try_code(link_id=link.id, typed=code)


def _settle(email: str) -> None:
    """Enrolled: no link to this address works any more, and what it reaches today is no news later."""
    onetime.end_links(email=email, purpose__in=INVITING)
    PortalContact.objects.filter(email=email, told_at=None).update(told_at=clock.real_now())


def _mail(row: PortalContact, kind: MessageKind, letter: Letter) -> None:
    messaging.queue_letter(
        kind=kind,
        to_email=row.email,
        branch_id=row.customer.branch_id,
        letter=letter,
        subject_id=row.public_id if kind == MessageKind.REGISTRATION_CODE else None,
        customer_id=row.customer.public_id,
    )


def _already() -> AlreadyRegistered:
    return AlreadyRegistered(_("This address has an account already. Sign in with it."))
