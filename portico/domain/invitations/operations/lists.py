"""Taking a list in, and letting it be sent."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from portico.domain.invitations import rules
from portico.domain.invitations.enums import ListState
from portico.domain.invitations.errors import ListRefused
from portico.domain.invitations.models import InviteList
from portico.domain.invitations.operations import steps
from portico.domain.invitations.operations.finding import locked
from portico.domain.invitations.operations.sweeping import AREA
from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import Actor
from portico.foundation.people import queries as people
from portico.foundation.tenancy import files
from portico.kernel import clock

MOST_BYTES = 25_000_000


def add_list(*, name: str, content: bytes, by: Actor) -> UUID:
    """Keep an uploaded or pasted list; the worker reads it. Nothing is sent before somebody confirms it."""
    if not content.strip():
        raise ListRefused(_("The list is empty."))
    if len(content) > MOST_BYTES:
        raise ListRefused(_("The file is larger than 25 MB. Split it and upload the parts."))
    if not rules.is_text(content):
        raise ListRefused(_("This is not a text file. Save the list as CSV and upload that."))
    kept = files.save(AREA, content)
    return _written(name, kept.stored_as, by)


@transaction.atomic
def confirm_list(*, invite_list: UUID, include_invited: bool, by: Actor) -> None:
    """Send what was read; the worker does it. Who was invited before is mailed again with `include_invited` only."""
    found = locked(invite_list)
    if found.state != ListState.READY:
        raise ListRefused(_("This list is not waiting to be sent."))
    if not people.is_portal_on():
        if people.is_portal_tried_out():
            raise ListRefused(_("The portal is in test. Turn it on before inviting many."))
        raise ListRefused(_("The portal is off. Turn it on before inviting anybody."))
    planned = rules.mails(found.counts, include_invited=include_invited)
    if not planned:
        raise ListRefused(_("There is nobody in this list to invite."))
    now = clock.real_now()
    found.state, found.include_invited = ListState.SENDING, include_invited
    found.made_by, found.made_by_name = by.ref, by.name
    found.confirmed_at = found.touched_at = now
    found.finals = found.counts
    found.save()
    audit.record("invitations.list_sent", found, by=by, mails=planned, include_invited=include_invited)
    steps.go_on(invite_list)


@transaction.atomic
def _written(name: str, stored_as: str, by: Actor) -> UUID:
    now = clock.real_now()
    made = InviteList.objects.create(
        name=name[:200], stored_as=stored_as, made_by=by.ref, made_by_name=by.name, made_at=now, touched_at=now
    )
    audit.record("invitations.list_added", made, by=by)
    public_id = UUID(str(made.public_id))
    steps.go_on(public_id)
    return public_id
