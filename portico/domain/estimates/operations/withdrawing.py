"""Taking an offer back before it is answered."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from portico.domain.estimates.enums import EstimateStatus, EventKind
from portico.domain.estimates.operations import editing, proposals, story
from portico.foundation.audit.operations import Actor


@transaction.atomic
def withdraw(*, estimate: UUID, by: Actor) -> None:
    """No longer offer it; NotEditable once it is answered, and again it does nothing."""
    row = proposals.locked(estimate)
    if row.status == EstimateStatus.WITHDRAWN:
        return
    editing.require_undecided(row)
    row.status = EstimateStatus.WITHDRAWN
    row.save(update_fields=["status"])
    proposals.settle([row.proposal_id])
    story.note(row, EventKind.WITHDRAWN, by=by)
    story.record("estimate.withdrawn", row, by=by, version=row.version)
