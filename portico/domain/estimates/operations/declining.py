"""Declining what is offered: every option of a proposal that waits for an answer."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from portico.domain.estimates import rules
from portico.domain.estimates.enums import EstimateStatus, EventKind
from portico.domain.estimates.models import Estimate, EstimateEvent
from portico.domain.estimates.operations import letters, proposals, standing, story
from portico.foundation.audit.operations import Actor
from portico.kernel import clock


@transaction.atomic
def decline(*, estimate: UUID, reason: str, by: Actor) -> None:
    """Decline all options that are open, expired ones too; again it does nothing. Tells the office."""
    row = proposals.locked(estimate)
    said = rules.message(reason, is_needed=False)
    options = Estimate.objects.filter(proposal=row.proposal_id, is_active=True).order_by("position", "pk")
    waiting = [option for option in options if option.status == EstimateStatus.OPEN]
    if not waiting and _was_declined(row):
        return
    if EstimateStatus.SOLD in {option.status for option in options} or not waiting:
        standing.require_open(row, clock.now())
    standing.require_shown(row)
    events = [_decline(option, said, by=by) for option in waiting]
    proposals.settle([row.proposal_id])
    letters.tell_office(
        row,
        subject=_("%(who)s declined estimate %(number)s") % {"who": by.name, "number": row.number},
        paragraphs=((said,) if said else (_("No reason was given."),)),
        key=f"declined:{events[0].pk}",
    )


def _was_declined(row: Estimate) -> bool:
    return row.status == EstimateStatus.DISMISSED and not row.is_other_chosen


def _decline(option: Estimate, reason: str, *, by: Actor) -> EstimateEvent:
    option.status, option.decided_at = EstimateStatus.DISMISSED, clock.now()
    option.save(update_fields=["status", "decided_at"])
    story.record("estimate.declined", option, by=by, version=option.version)
    return story.note(option, EventKind.DECLINED, by=by, text=reason)
