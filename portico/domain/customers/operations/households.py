"""Letting other people in to an account, changing what they may do, and taking it back.

`owner` is the address of the account's owner who acts; None where the office does.
Locks: the customer, then the member.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from portico.domain.customers import household, letters
from portico.domain.customers import household_rules as rules
from portico.domain.customers.enums import BillingLevel, Right
from portico.domain.customers.errors import MemberRefused, Missing, NotInvitable, NotYours
from portico.domain.customers.household import COLUMN
from portico.domain.customers.household_rules import Given
from portico.domain.customers.models import Customer, EmailAddress, HouseholdMember, Location, PortalContact
from portico.domain.customers.operations import rows
from portico.domain.customers.rules import is_placeholder_local
from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import Actor
from portico.foundation.messaging import operations as messaging
from portico.foundation.messaging.enums import MessageKind
from portico.foundation.messaging.letter import Letter
from portico.foundation.people import budgets, onetime, queries
from portico.foundation.people.enums import LinkPurpose
from portico.foundation.tenancy.brands import brand_of_branch
from portico.kernel import clock, locks


@transaction.atomic
def invite_member(
    *, customer: UUID, location: UUID | None, email: str, given: Given, message: str, owner: str, by: Actor
) -> UUID:
    """Let somebody in to a customer, or one of its locations, once they accept; mails them."""
    account = locks.lock_one(Customer.objects.filter(pk=rows.customer_of(customer).pk))
    own = owner_rights(account, owner)
    address = rows.checked_email(email)
    _require_invitable(account, address, owner)
    member = HouseholdMember(
        customer=account,
        location=_place(account, location),
        email=address,
        owner_email=owner,
        invited_by_name=(by.name or owner)[:254],
        message=message.strip()[:500],
        invited_at=clock.real_now(),
    )
    if _living(account).filter(email=address, location=member.location).exists():
        raise MemberRefused(_("%(email)s has been invited there already.") % {"email": address})
    _give(member, rules.within(given, own=own, before=None))
    member.save()
    _send(member)
    _record("household.invited", member, by=by)
    return UUID(str(member.public_id))


@transaction.atomic
def resend_to_member(*, member: UUID, owner: str | None, by: Actor) -> None:
    """Mail the invitation again; the earlier link ends."""
    found = _own(member, owner)
    if found.accepted_at is not None:
        raise MemberRefused(_("%(email)s has accepted already.") % {"email": found.email})
    _require_mailable(found.email)
    _send(found)
    _record("household.invitation_resent", found, by=by)


@transaction.atomic
def change_member(*, member: UUID, given: Given, owner: str | None, memo: str | None = None, by: Actor) -> None:
    """Change what somebody may do or until when; it holds from their next request, and they are told."""
    found = _own(member, owner)
    before = household.given_of(found)
    own = rules.EVERYTHING if owner is None else owner_rights(found.customer, owner)
    after = rules.within(given, own=own, before=before)
    if not _is_backed(found):
        found.owner_email = owner or ""
    _give(found, after)
    if memo is not None:
        found.memo = memo.strip()[:500]
    found.save()
    _record("household.changed", found, by=by, before=_words(before), after=_words(after))
    if after != before and found.accepted_at is not None:
        _mail(found, MessageKind.ALSO_SEE, letters.household_changed(brand=_brand(found), customer=found.customer.name))


@transaction.atomic
def revoke_member(*, member: UUID, owner: str | None, by: Actor) -> None:
    """Take somebody's access back; it ends at their next request, their links at once, and they are told."""
    found = _own(member, owner)
    found.revoked_at, found.revoked_by_name = clock.real_now(), _name_of(owner, by)
    found.save(update_fields=["revoked_at", "revoked_by_name"])
    onetime.end_links(subject_id=found.public_id)
    _record("household.revoked", found, by=by)
    if found.accepted_at is not None:
        letter = letters.household_ended(brand=_brand(found), customer=found.customer.name)
        _mail(found, MessageKind.ACCESS_ENDED, letter)


@transaction.atomic
def accept_household(*, member: UUID, email: str, name: str, by: Actor) -> None:
    """Take an invitation up, signed in with the invited address; the owner who invited is told."""
    accept_locked(_addressed(member, email), name=name, by=by)


@transaction.atomic
def leave_household(*, member: UUID, email: str, by: Actor) -> None:
    """Give access up, or turn an invitation down."""
    found = _addressed(member, email)
    found.left_at = clock.real_now()
    found.save(update_fields=["left_at"])
    onetime.end_links(subject_id=found.public_id)
    _record("household.left", found, by=by)


def accept_locked(member: HouseholdMember, *, name: str, by: Actor) -> None:
    """Note that a locked row was taken up, in the transaction of what proved it."""
    if member.accepted_at is not None:
        return
    member.accepted_at = clock.real_now()
    member.save(update_fields=["accepted_at"])
    onetime.end_links(subject_id=member.public_id)
    _record("household.accepted", member, by=by)
    if member.owner_email:
        who = name or member.email
        letter = letters.household_accepted(brand=_brand(member), customer=member.customer.name, who=who)
        _mail(member, MessageKind.ALSO_SEE, letter, to=member.owner_email)


def locked_member(public_id: UUID | None) -> HouseholdMember | None:
    """A row that was not taken back, locked; None for any other."""
    living = HouseholdMember.objects.filter(public_id=public_id or rows.NOBODY, left_at=None, revoked_at=None)
    found = living.select_related("customer", "location").select_for_update(of=("self",)).first()
    return found if found is not None and found.customer.merged_into_id is None else None


def is_member(public_id: UUID | None) -> bool:
    """Whether an invitation is to somebody's household."""
    return HouseholdMember.objects.filter(public_id=public_id or rows.NOBODY).exists()


def waiting_invitation(email: str) -> HouseholdMember | None:
    """The newest invitation to a household that this address has not answered, locked."""
    waiting = HouseholdMember.objects.filter(email=email, accepted_at=None, left_at=None, revoked_at=None)
    newest = waiting.filter(customer__merged_into=None).order_by("-invited_at", "-pk").first()
    return locked_member(newest.public_id) if newest else None


def mail_again(member: HouseholdMember) -> None:
    """Mail a new link for a locked invitation; the caller has spent the budget."""
    _send(member)
    _record("household.invitation_asked_for", member, by=audit.SYSTEM)


def mail_hint(member: HouseholdMember, letter: Letter) -> None:
    """Mail something about an invitation that is not a link to it."""
    _mail(member, MessageKind.INVITATION, letter)


def move_members(*, old: str, new: str, customers: list[UUID] | None) -> list[UUID]:
    """A login changed its address: what it was let in to, and whom it let in, go along; the customers concerned."""
    which = {} if customers is None else {"customer__public_id__in": customers}
    moved: list[UUID] = []
    for member in HouseholdMember.objects.filter(email=old, **which).select_related("customer").order_by("pk"):
        twins = _living(member.customer).filter(email=new, location_id=member.location_id)
        if member.left_at is None and member.revoked_at is None and twins.exists():
            continue
        member.email = new
        member.save(update_fields=["email"])
        moved.append(member.customer.public_id)
    HouseholdMember.objects.filter(owner_email=old, **which).update(owner_email=new)
    return moved


def owner_rights(customer: Customer, email: str) -> frozenset[Right]:
    """What the owner may do, and so give; NotYours for who is no owner."""
    contact = _contact(customer.pk, email)
    if contact is None or not (contact.is_on_customer or contact.is_widened) or contact.address.is_placeholder:
        raise NotYours(_("Only an owner of this account can say who else sees it."))
    return rules.rights_of_contact(has_billing=contact.billing == BillingLevel.BILLING)


def _contact(customer_id: int, email: str) -> PortalContact | None:
    present = PortalContact.objects.filter(customer_id=customer_id, email=email, is_present=True, revoked_at=None)
    return present.select_related("address").first()


def _own(member: UUID, owner: str | None) -> HouseholdMember:
    """A living row that the owner, or the office, may change, locked; Missing for any other."""
    found = locked_member(member)
    if found is None:
        raise Missing(_("This person is no longer in the household."))
    if owner is not None:
        owner_rights(found.customer, owner)
    return found


def _addressed(member: UUID, email: str) -> HouseholdMember:
    found = locked_member(member)
    if found is None or found.email != email:
        raise Missing(_("This invitation is no longer there."))
    return found


def _is_backed(member: HouseholdMember) -> bool:
    if not member.owner_email:
        return True
    try:
        owner_rights(member.customer, member.owner_email)
    except NotYours:
        return False
    return True


def _require_invitable(account: Customer, email: str, owner: str) -> None:
    if email == owner:
        raise MemberRefused(_("This is your own address."))
    known = EmailAddress.objects.filter(email=email).first()
    is_placeholder = known.is_placeholder if known else is_placeholder_local(email)
    if is_placeholder:
        raise MemberRefused(_("This address is a placeholder or shared by many people. Use the person’s own address."))
    contact = _contact(account.pk, email)
    if contact is not None and contact.is_on_customer:
        raise MemberRefused(_("%(email)s stands on this account already.") % {"email": email})
    if _living(account).count() >= rules.MOST_MEMBERS:
        words = _("%(most)s people have been let in already. Remove somebody first.")
        raise MemberRefused(words % {"most": rules.MOST_MEMBERS})
    if not queries.lets_in(email):
        raise NotInvitable(_("Nobody can be invited at the moment. Please call us."))
    _require_mailable(email)


def _require_mailable(email: str) -> None:
    if not budgets.may_mail("household", email):
        raise MemberRefused(_("We have mailed this address often enough for now. Try again tomorrow."))


def _living(account: Customer) -> Any:
    return HouseholdMember.objects.filter(customer=account, left_at=None, revoked_at=None)


def _place(account: Customer, location: UUID | None) -> Location | None:
    if location is None:
        return None
    found = Location.objects.filter(public_id=location, customer=account, merged_into=None).first()
    if found is None:
        raise Missing(_("There is no such location."))
    return found


def _give(member: HouseholdMember, given: Given) -> None:
    if not given.rights:
        raise MemberRefused(_("Choose at least one thing that this person may do."))
    if Right.APPROVE in given.rights and not given.approve_up_to_minor:
        raise MemberRefused(_("Say up to which amount this person may approve."))
    for right, column in COLUMN.items():
        setattr(member, column, right in given.rights)
    member.approve_up_to_minor, member.ends_on = given.approve_up_to_minor, given.ends_on


def _send(member: HouseholdMember) -> None:
    onetime.end_links(subject_id=member.public_id)
    link = onetime.make_link(purpose=LinkPurpose.INVITATION, email=member.email, subject_id=member.public_id)
    letter = letters.household_invitation(
        brand=_brand(member),
        customer=member.customer.name,
        place=member.location.one_line() if member.location else "",
        who=member.invited_by_name,
        message=member.message,
        link=UUID(str(link.public_id)),
    )
    _mail(member, MessageKind.INVITATION, letter)


def _mail(member: HouseholdMember, kind: MessageKind, letter: Letter, *, to: str = "") -> None:
    messaging.queue_letter(
        kind=kind,
        to_email=to or member.email,
        branch_id=member.customer.branch_id,
        letter=letter,
        subject_id=member.public_id,
        customer_id=member.customer.public_id,
    )


def _brand(member: HouseholdMember) -> str:
    return brand_of_branch(member.customer.branch_id).display_name


def _name_of(owner: str | None, by: Actor) -> str:
    return (by.name or owner or "")[:254]


def _words(given: Given) -> str:
    ceiling = f" up to {given.approve_up_to_minor / 100:.2f}" if given.approve_up_to_minor else ""
    last = f", until {given.ends_on}" if given.ends_on else ""
    return f"{', '.join(right.value for right in Right if right in given.rights)}{ceiling}{last}"


def _record(verb: str, member: HouseholdMember, *, by: Actor, **facts: Any) -> None:
    audit.record(verb, member, by=by, customer=member.customer.public_id, note=member.email, **facts)
