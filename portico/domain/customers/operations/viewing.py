"""Letting a member of staff look at the portal as the owner of an address would see it."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from portico.domain.customers.errors import Missing
from portico.domain.customers.operations import rows
from portico.foundation.audit.operations import Actor
from portico.foundation.people import viewing
from portico.foundation.people.entry import SessionFacts


@transaction.atomic
def view_as(*, customer: UUID, portal_contact: UUID, session: SessionFacts, by: Actor) -> str:
    """Open the way over for an address of this customer's table, enrolled or not; the secret, once for a minute."""
    row = rows.row_of(portal_contact)
    if row.customer.public_id != customer or not row.is_present:
        raise Missing(_("This address is no longer in the table."))
    return viewing.open_way_over(
        session_id=session.id, role=session.login.role, email=row.email, customer=customer, by=by
    )
