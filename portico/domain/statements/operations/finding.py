"""Finding and locking a run. The run is locked first, then the customer, then what mailing it locks."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from portico.domain.statements.errors import Missing
from portico.domain.statements.models import StatementRun
from portico.kernel import locks


def locked(run: UUID) -> StatementRun:
    """The run, locked until the transaction ends: of two workers one waits, and then sees what the other did."""
    try:
        return locks.lock_one(StatementRun.objects.filter(public_id=run))
    except StatementRun.DoesNotExist as gone:
        raise Missing(_("There is no such run.")) from gone
