"""Taking an approval back, as long as nothing followed from it."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from portico.domain.billing.errors import DepositNotFree
from portico.domain.billing.operations import deposits
from portico.domain.estimates import words
from portico.domain.estimates.enums import EstimateStatus, EventKind
from portico.domain.estimates.errors import MissingApproval, UndoBarred
from portico.domain.estimates.models import Approval, ApprovalUndo, Estimate, EstimatePolicy
from portico.domain.estimates.operations import proof, proposals, story
from portico.domain.estimates.queries.undo import facts_of
from portico.domain.estimates.rules import UndoBar
from portico.domain.jobs.models import Job
from portico.foundation.audit import operations as audit
from portico.foundation.audit.enums import ActorKind
from portico.foundation.audit.operations import Actor
from portico.kernel import clock, locks

UNDO_HOURS = EstimatePolicy._meta.get_field("undo_hours").default


@transaction.atomic
def undo(*, approval: UUID, by: Actor) -> None:
    """Take an approval back, by its customer or the office; again it does nothing. UndoBarred says why it stands.

    The estimate, and the options that were closed by it, wait for an answer again. The worker mails everybody.
    """
    found = Approval.objects.filter(public_id=approval).select_related("estimate").first()
    if found is None:
        raise MissingApproval.unknown()
    row = proposals.locked(found.estimate.public_id)
    if ApprovalUndo.objects.filter(approval=found).exists():
        return
    _require_free(found, row)
    try:
        deposits.cancel(approval_ref=found.public_id, by=by)
    except DepositNotFree as paid:
        raise UndoBarred(paid.message, bar=UndoBar.DEPOSIT_PAID) from paid
    ApprovalUndo.objects.create(
        approval=found, made_by_name=by.name, by_office=by.kind == ActorKind.STAFF, at=clock.real_now()
    )
    _reopen(row, by)
    customer = row.proposal.customer.public_id
    audit.record("estimate.approval_undone", found, by=by, customer=customer, note=row.number, sha256=found.sha256)
    proof.UNDONE.defer(approval=str(found.public_id))


def undo_hours() -> int:
    """For how long the company lets approvals be taken back."""
    set_by_office = EstimatePolicy.objects.values_list("undo_hours", flat=True).first()
    return UNDO_HOURS if set_by_office is None else set_by_office


def _require_free(found: Approval, row: Estimate) -> None:
    # The dispatcher who sends somebody at this moment locks the job first. deposits.cancel asks about the deposit.
    locks.lock_one(Job.objects.filter(pk=row.proposal.job_id))
    bar = facts_of(row.pk).bar(approved_at=found.at, hours=undo_hours())
    if bar is not None:
        raise UndoBarred(str(words.UNDO_BAR[bar]), bar=bar)


def _reopen(row: Estimate, by: Actor) -> None:
    closed_by_it = Estimate.objects.filter(
        proposal=row.proposal_id,
        status=EstimateStatus.DISMISSED,
        is_other_chosen=True,
        decided_at=row.decided_at,
    )
    others = list(closed_by_it.order_by("pk"))
    story.note(row, EventKind.UNDONE, by=by)
    for option in (row, *others):
        option.status, option.is_other_chosen, option.decided_at = EstimateStatus.OPEN, False, None
        option.save(update_fields=["status", "is_other_chosen", "decided_at"])
    for option in others:
        story.note(option, EventKind.REOPENED, by=by)
    proposals.settle([row.proposal_id])
