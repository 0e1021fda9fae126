"""Finding and locking a list. The list is locked first, then addresses, then their portal rows."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from portico.domain.invitations.errors import Missing
from portico.domain.invitations.models import InviteList
from portico.kernel import locks


def locked(invite_list: UUID) -> InviteList:
    """The list, locked until the transaction ends: of two workers one waits, and then sees what the other did."""
    try:
        return locks.lock_one(InviteList.objects.filter(public_id=invite_list))
    except InviteList.DoesNotExist as gone:
        raise Missing(_("There is no such list.")) from gone
