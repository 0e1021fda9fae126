"""Inviting people, again and by hand; and the registration links inside other mails."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from portico.domain.customers import letters, rules
from portico.domain.customers.enums import BillingLevel, PortalStatus, RecipientLink, RecipientState
from portico.domain.customers.errors import NoBillingAccess, NotInvitable
from portico.domain.customers.models import PortalContact
from portico.domain.customers.operations import rows
from portico.domain.customers.queries import reach_of
from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import Actor
from portico.foundation.messaging import links
from portico.foundation.messaging import operations as messaging
from portico.foundation.messaging.enums import MessageKind
from portico.foundation.messaging.letter import Link
from portico.foundation.people import onetime, queries
from portico.foundation.people.enums import LinkPurpose
from portico.kernel import clock


@transaction.atomic
def invite(*, portal_contact: UUID, by: Actor) -> None:
    """Mail an invitation in the branch's brand; every earlier link of the row ends."""
    _invite(portal_contact, verb="portal.invited", by=by)


@transaction.atomic
def resend_invitation(*, portal_contact: UUID, by: Actor) -> None:
    """Mail a new invitation, which replaces every earlier link of the row."""
    _invite(portal_contact, verb="portal.invitation_resent", by=by)


@transaction.atomic
def copy_link(*, portal_contact: UUID, by: Actor) -> str:
    """Make one more link, shown once: 24 hours, and who registers by it also types a code mailed to the address."""
    row = rows.locked_row(portal_contact)
    _require_invitable(row)
    link = _link(row, LinkPurpose.COPIED_INVITATION)
    if row.invited_at is None:
        _mark_invited(row)
    audit.record("portal.link_copied", row, by=by, customer=row.customer.public_id, note=row.email)
    return links.portal_url(links.with_token(letters.INVITATION_PATH, link))


@transaction.atomic
def document_link(
    *,
    kind: MessageKind,
    customer_id: int,
    email: str,
    label: str,
    path: str,
    reaches_document: bool = True,
    by: Actor,
) -> Link | None:
    """The link of a mail about a document: to it for an active account, to register for who has none (product.md §1.3).

    None where no link belongs, also while the portal is closed to this address; NoBillingAccess where this address may
    not be told amounts at all.
    """
    row = (
        PortalContact.objects.filter(customer_id=customer_id, email=email).select_related("customer", "address").first()
    )
    state = _recipient_state(row)
    if state == RecipientState.NOT_ON_RECORD:
        state = _state_of_member(customer_id, email)
    found = rules.recipient_link(kind.value, state, reaches_document=reaches_document)
    if found == RecipientLink.REFUSED:
        raise NoBillingAccess(_("%(email)s has no billing access to this customer.") % {"email": email})
    if not queries.lets_in(email):
        return None
    if found == RecipientLink.REGISTER and row is not None:
        audit.record(
            "portal.registration_link_mailed",
            row,
            by=by,
            customer=row.customer.public_id,
            note=row.email,
            kind=kind.value,
        )
        return Link(_("Create your account"), letters.INVITATION_PATH, _link(row, LinkPurpose.INVITATION))
    if found == RecipientLink.HOME:
        return Link(_("Go to the portal"), "/")
    return Link(label, path) if found == RecipientLink.DOCUMENT else None


def _invite(portal_contact: UUID, *, verb: str, by: Actor) -> None:
    row = rows.locked_row(portal_contact)
    _require_invitable(row)
    send_invitation(row)
    audit.record(verb, row, by=by, customer=row.customer.public_id, note=row.email)


def send_invitation(row: PortalContact) -> None:
    """Mail a link to this row's address in place of every earlier one; the caller has locked the row and audits."""
    onetime.end_links(subject_id=row.public_id)
    link = _link(row, LinkPurpose.INVITATION)
    brand = rows.brand_of(row).display_name
    place = row.customer.one_line()
    messaging.queue_letter(
        kind=MessageKind.INVITATION,
        to_email=row.email,
        branch_id=row.customer.branch_id,
        letter=letters.invitation(brand=brand, customer=row.customer.name, place=place, link=link),
        subject_id=row.public_id,
        customer_id=row.customer.public_id,
    )
    _mark_invited(row)


def _require_invitable(row: PortalContact) -> None:
    status = rows.status_of(row)
    refusals: dict[PortalStatus, Any] = {
        PortalStatus.REMOVED: _("This address stands no longer on the record."),
        PortalStatus.REVOKED: _("The access of this address was revoked. Restore it first."),
        PortalStatus.ACTIVE: _("This address has an active account already."),
    }
    if status in refusals:
        raise NotInvitable(refusals[status])
    if row.address.is_placeholder:
        raise NotInvitable(_("This address is a placeholder or shared by many customers: nobody is invited by it."))
    if not queries.lets_in(row.email):
        raise NotInvitable(_why_closed())


def _why_closed() -> str:
    if queries.is_portal_tried_out():
        return _("The portal is being tried out. Let this address in first: Settings, Portal off, test or on.")
    return _("The portal is off. Turn it on before inviting anybody.")


def _link(row: PortalContact, purpose: LinkPurpose) -> UUID:
    made = onetime.make_link(purpose=purpose, email=row.email, subject_id=row.public_id)
    return UUID(str(made.public_id))


def _mark_invited(row: PortalContact) -> None:
    row.invited_at = clock.real_now()
    row.save(update_fields=["invited_at"])


def _recipient_state(row: PortalContact | None) -> Any:
    if row is None:
        return rules.recipient_state(None, billing=BillingLevel.NONE, is_placeholder=False)
    status, level = rows.status_of(row), BillingLevel(row.billing)
    return rules.recipient_state(status, billing=level, is_placeholder=row.address.is_placeholder)


def _state_of_member(customer_id: int, email: str) -> RecipientState:
    """Of an address that an owner has let in, not one that stands on the record."""
    reached = [reach for reach in reach_of(email) if reach.customer_id == customer_id]
    if not reached:
        return RecipientState.NOT_ON_RECORD
    return RecipientState.ACTIVE if reached[0].has_billing else RecipientState.ACTIVE_NO_BILLING
