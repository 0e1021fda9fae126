"""Adding, correcting, removing and replacing addresses on customers' records."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from portico.domain.customers import letters, search
from portico.domain.customers.enums import BillingLevel, ContactType, PortalStatus
from portico.domain.customers.errors import AddressRefused, AsksFirst, Missing
from portico.domain.customers.models import Contact, Customer, Location, PortalContact
from portico.domain.customers.operations import households, rows
from portico.domain.customers.operations.sync import family_of, sync_portal_contacts, take_turn
from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import Actor
from portico.foundation.messaging import operations as messaging
from portico.foundation.messaging.enums import MessageKind
from portico.foundation.messaging.letter import Letter
from portico.foundation.people import onetime, queries, sessions
from portico.foundation.people.enums import Side


@transaction.atomic
def add_address(*, customer: UUID, email: str, location: UUID | None = None, by: Actor) -> UUID:
    """Put an address on a customer, or on one of its locations; the public id of its row in the table."""
    take_turn()
    owner, address = rows.customer_of(customer), rows.checked_email(email)
    place = _place(owner, location)
    if Contact.objects.filter(customer=owner, location=place, email=address).exists():
        raise AddressRefused(_("%(email)s stands there already.") % {"email": address})
    Contact.objects.create(customer=owner, location=place, type=ContactType.EMAIL, value=email.strip(), email=address)
    _follow(owner, by=by)
    row = PortalContact.objects.get(customer=owner, email=address)
    audit.record("contact.address_added", row, by=by, customer=owner.public_id, note=address)
    return UUID(str(row.public_id))


@transaction.atomic
def correct_address(*, portal_contact: UUID, email: str, confirm: bool = False, by: Actor) -> UUID:
    """Replace a wrong address by the right one wherever it stands on this customer; the corrected row's public id.

    The wrong one's links end at once; memo and billing level move along. Of an active address it ends reach and
    sessions and tells both addresses, after asking (AsksFirst without `confirm`).
    """
    take_turn()
    new = rows.checked_email(email)
    rows.lock_addresses(rows.row_of(portal_contact).email, new)
    row = rows.locked_row(portal_contact)
    if new == row.email:
        raise AddressRefused(_("This is the address that stands there already."))
    is_active = _asked(row, confirm=confirm)
    _rewrite(row, new, typed=email.strip())
    _end(row, is_active=is_active)
    _follow(row.customer, by=by)
    corrected = _carry_over(row, new)
    if is_active:
        _tell_both(row, new)
    facts: dict[str, Any] = {"old": row.email, "new": new, "was_active": is_active}
    audit.record("contact.address_corrected", corrected, by=by, customer=row.customer.public_id, **facts)
    return UUID(str(corrected.public_id))


@transaction.atomic
def remove_address(*, portal_contact: UUID, confirm: bool = False, by: Actor) -> None:
    """Take an address off this customer wherever it stands; an active one after asking, and its owner is told."""
    take_turn()
    row = rows.locked_row(portal_contact)
    is_active = _asked(row, confirm=confirm)
    _standing(row).delete()
    _end(row, is_active=is_active)
    audit.record("contact.address_removed", row, by=by, customer=row.customer.public_id, note=row.email)
    _follow(row.customer, by=by)
    if is_active:
        brand = rows.brand_of(row).display_name
        _mail(row, letters.access_ended(brand=brand, customer=row.customer.name), to=row.email)


@transaction.atomic
def replace_address(old: str, new: str, customers: list[UUID] | None, by: Actor) -> list[UUID]:
    """Put `new` in the place of `old` on every customer that `old` reaches, or on those named; which they were.

    Wired to people's port: a customer changed the address that they sign in with, or took that back.
    """
    take_turn()
    rows.lock_addresses(old, new)
    reached = PortalContact.objects.filter(email=old, is_present=True, revoked_at=None, address__is_placeholder=False)
    if customers is not None:
        reached = reached.filter(customer__public_id__in=customers)
    found = list(reached.select_related("customer", "address").order_by("pk"))
    for row in found:
        _rewrite(row, new, typed=new)
        onetime.end_links(subject_id=row.public_id)
    sync_portal_contacts(customer_ids=[row.customer_id for row in found], by=by, tell=False)
    for row in found:
        replaced = _carry_over(row, new)
        facts = {"old": old, "new": new}
        audit.record("contact.address_replaced", replaced, by=by, customer=row.customer.public_id, **facts)
    search.refresh_search([row.customer_id for row in found])
    let_in = households.move_members(old=old, new=new, customers=customers)
    return list(dict.fromkeys([*(row.customer.public_id for row in found), *let_in]))


def _place(owner: Customer, location: UUID | None) -> Location | None:
    if location is None:
        return None
    found = Location.objects.filter(public_id=location, customer=owner).first()
    if found is None:
        raise Missing(_("There is no such location."))
    return found


def _standing(row: PortalContact) -> QuerySet[Contact]:
    """Where this address stands on its customer: on itself, its locations, and what was merged into it."""
    family = family_of([row.customer_id])
    return Contact.objects.filter(Q(customer_id__in=family) | Q(location__customer_id__in=family), email=row.email)


def _rewrite(row: PortalContact, new: str, *, typed: str) -> None:
    for contact in _standing(row).order_by("pk"):
        twins = Contact.objects.filter(customer_id=contact.customer_id, location=contact.location, email=new)
        if twins.exists():
            contact.delete()
        else:
            contact.value, contact.email = typed[:500], new
            contact.save(update_fields=["value", "email"])


def _asked(row: PortalContact, *, confirm: bool) -> bool:
    """Whether the address is active here; AsksFirst when that was not said to be meant."""
    is_active = rows.status_of(row) == PortalStatus.ACTIVE
    if is_active and not confirm:
        raise AsksFirst(
            _("%(email)s is an active account. Its access to this customer ends at once, and its owner is told.")
            % {"email": row.email}
        )
    return is_active


def _end(row: PortalContact, *, is_active: bool) -> None:
    """No link of this row works any more; an active person starts over with what is still theirs."""
    onetime.end_links(subject_id=row.public_id)
    login = queries.login_of(Side.CUSTOMER, row.email) if is_active else None
    if login is not None:
        sessions.end_sessions_of(login_id=login.pk)


def _follow(customer: Customer, *, by: Actor) -> None:
    sync_portal_contacts(customer_ids=[customer.pk], by=by)
    search.refresh_search([customer.pk])


def _carry_over(row: PortalContact, new: str) -> PortalContact:
    """Memo, billing level, revocation and width move to the row of the right address; the stricter one wins."""
    target = PortalContact.objects.get(customer_id=row.customer_id, email=new)
    target.memo = "\n".join(dict.fromkeys(memo for memo in (target.memo, row.memo) if memo))
    if row.billing == BillingLevel.NONE:
        target.billing = BillingLevel.NONE
    target.revoked_at = target.revoked_at or row.revoked_at
    target.is_widened = target.is_widened or row.is_widened
    target.save(update_fields=["memo", "billing", "revoked_at", "is_widened"])
    return target


def _tell_both(row: PortalContact, new: str) -> None:
    brand, customer = rows.brand_of(row).display_name, row.customer.name
    _mail(row, letters.access_ended(brand=brand, customer=customer), to=row.email)
    _mail(row, letters.address_corrected(brand=brand, customer=customer, old=row.email), to=new)


def _mail(row: PortalContact, letter: Letter, *, to: str) -> None:
    messaging.queue_letter(
        kind=MessageKind.ACCESS_ENDED,
        to_email=to,
        branch_id=row.customer.branch_id,
        letter=letter,
        subject_id=row.public_id,
        customer_id=row.customer.public_id,
    )
