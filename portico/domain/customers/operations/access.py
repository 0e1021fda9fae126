"""What an address may see: memo, billing level, revoked or not, the whole customer or its locations."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from portico.domain.customers.enums import BillingLevel
from portico.domain.customers.models import EmailAddress, PortalContact
from portico.domain.customers.operations import rows
from portico.domain.customers.operations.sync import sync_portal_contacts, take_turn
from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import Actor
from portico.foundation.people import onetime, queries, sessions
from portico.foundation.people.enums import Side
from portico.kernel import clock, errors


@transaction.atomic
def edit_memo(*, portal_contact: UUID, memo: str, by: Actor) -> None:
    """Change the office's own note about an address; customers never see it."""
    row = rows.locked_row(portal_contact)
    row.memo = memo.strip()[:2000]
    row.save(update_fields=["memo"])
    audit.record("portal.memo_edited", row, by=by, customer=row.customer.public_id, note=row.email)


@transaction.atomic
def change_billing_access(*, portal_contact: UUID, billing: BillingLevel, by: Actor) -> None:
    """Let an address see amounts on this customer, or no longer; it holds from the next request."""
    row = rows.locked_row(portal_contact)
    before, row.billing = row.billing, billing
    row.save(update_fields=["billing"])
    audit.record(
        "portal.billing_changed",
        row,
        by=by,
        customer=row.customer.public_id,
        before=before,
        after=billing.value,
        note=row.email,
    )


@transaction.atomic
def revoke_access(*, portal_contact: UUID, by: Actor) -> None:
    """End what an address reaches on this customer: its links end, its owner is signed out and starts over."""
    row = rows.locked_row(portal_contact)
    if row.revoked_at is not None:
        raise errors.Conflict(_("The access was revoked already."))
    row.revoked_at = clock.real_now()
    row.save(update_fields=["revoked_at"])
    onetime.end_links(subject_id=row.public_id)
    login = queries.login_of(Side.CUSTOMER, row.email)
    if login is not None:
        sessions.end_sessions_of(login_id=login.pk)
    audit.record("portal.access_revoked", row, by=by, customer=row.customer.public_id, note=row.email)


@transaction.atomic
def restore_access(*, portal_contact: UUID, by: Actor) -> None:
    """Take a revocation back. Ended links stay ended."""
    row = rows.locked_row(portal_contact)
    row.revoked_at, row.invited_at = None, None
    row.save(update_fields=["revoked_at", "invited_at"])
    audit.record("portal.access_restored", row, by=by, customer=row.customer.public_id, note=row.email)


@transaction.atomic
def widen(*, portal_contact: UUID, is_widened: bool, by: Actor) -> None:
    """Let an address that stands only on locations reach the whole customer, or no longer."""
    row = rows.locked_row(portal_contact)
    row.is_widened = is_widened
    row.save(update_fields=["is_widened"])
    verb = "portal.access_widened" if is_widened else "portal.access_narrowed"
    audit.record(verb, row, by=by, customer=row.customer.public_id, note=row.email)


@transaction.atomic
def confirm_shared_address(*, portal_contact: UUID, by: Actor) -> None:
    """Say that an address that looks like nobody's is one person's: it may be invited and joins its customers."""
    take_turn()
    row = rows.locked_row(portal_contact)
    EmailAddress.objects.filter(pk=row.address_id).update(is_confirmed=True, is_placeholder=False)
    audit.record(
        "portal.address_confirmed",
        row,
        by=by,
        customer=row.customer.public_id,
        customers=row.address.customer_count,
        note=row.email,
    )
    standing = PortalContact.objects.filter(email=row.email, is_present=True)
    sync_portal_contacts(customer_ids=list(standing.values_list("customer_id", flat=True)), by=by)
