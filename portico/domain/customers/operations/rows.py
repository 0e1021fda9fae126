"""Finding and locking what the operations on addresses work on.

Order of locks, everywhere: the turn (sync.take_turn), addresses in key order, portal rows, logins' sessions and links.
"""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from portico.domain.customers import rules
from portico.domain.customers.enums import PortalStatus
from portico.domain.customers.errors import AddressRefused, Missing
from portico.domain.customers.models import Customer, EmailAddress, PortalContact
from portico.foundation.people import queries as people
from portico.foundation.people.enums import Side
from portico.foundation.tenancy.brands import BrandFacts, brand_of_branch
from portico.kernel import locks, text

NOBODY = UUID(int=0)


def customer_of(public_id: UUID) -> Customer:
    """A customer by its public id, or its survivor."""
    found = Customer.objects.filter(public_id=public_id).first()
    if found is None:
        raise Missing(_("There is no such customer."))
    return found


def row_of(portal_contact: UUID | None) -> PortalContact:
    """A row as it is now, not locked."""
    found = (
        PortalContact.objects.filter(public_id=portal_contact or NOBODY).select_related("customer", "address").first()
    )
    if found is None:
        raise Missing(_("This address is no longer in the table."))
    return found


def locked_row(portal_contact: UUID | None) -> PortalContact:
    """A row, its address locked before it: registering and correcting wait for each other here."""
    lock_addresses(row_of(portal_contact).email)
    try:
        return locks.lock_one(
            PortalContact.objects.filter(public_id=portal_contact or NOBODY).select_related("customer", "address")
        )
    except PortalContact.DoesNotExist as gone:
        raise Missing(_("This address is no longer in the table.")) from gone


def lock_addresses(*emails: str) -> None:
    """Make whoever enrols, moves or ends these addresses wait; those that do not exist yet need no lock."""
    known = EmailAddress.objects.filter(email__in=emails).order_by("pk")
    list(known.select_for_update(no_key=True).values_list("pk", flat=True))


def status_of(row: PortalContact) -> PortalStatus:
    """How far this row is."""
    return rules.status(
        is_present=row.is_present,
        is_revoked=row.revoked_at is not None,
        is_enrolled=is_enrolled(row.email),
        is_placeholder=row.address.is_placeholder,
        is_invited=row.invited_at is not None,
    )


def is_enrolled(email: str) -> bool:
    return people.has_login(Side.CUSTOMER, email)


def checked_email(typed: str) -> str:
    """A typed address, normalised; AddressRefused when mail cannot go there."""
    email = text.normalise_email(typed)
    if not text.is_email(email):
        raise AddressRefused(_("“%(typed)s” is not an email address.") % {"typed": typed.strip()[:80]})
    return email


def brand_of(row: PortalContact) -> BrandFacts:
    """The branch that speaks to this customer."""
    return brand_of_branch(row.customer.branch_id)
