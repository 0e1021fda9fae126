"""Letting a member of staff look at the portal as the owner of an address would see it."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from portico.domain.customers.errors import Missing
from portico.domain.customers.operations import rows
from portico.domain.customers.queries import reach_of
from portico.foundation.people import viewing
from portico.foundation.people.entry import SessionFacts


@transaction.atomic
def view_as(*, customer: UUID, portal_contact: UUID, session: SessionFacts) -> str:
    """Open the way over for an address of this customer's table, enrolled or not; the secret, once for a minute.

    Nothing has been looked at yet, so nothing is written into a trail: `begin_viewing` does.
    """
    row = rows.row_of(portal_contact)
    if row.customer.public_id != customer or not row.is_present:
        raise Missing(_("This address is no longer in the table."))
    return viewing.open_way_over(session_id=session.id, role=session.login.role, email=row.email, customer=customer)


@transaction.atomic
def begin_viewing(secret: str, *, ip_prefix: str) -> str | None:
    """Use the way over, told in the trail of every customer reached; the secret for the browser, None where spent."""
    begun = viewing.take_way_over(secret)
    if begun is None:
        return None
    reached = (reach.customer for reach in reach_of(begun.email))
    viewing.record_beginning(begun, reached=reached, ip_prefix=ip_prefix)
    return begun.secret
