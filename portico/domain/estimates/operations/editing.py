"""Writing estimates: new ones on a job, and new versions of those that wait."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from portico.domain.billing import line_rules
from portico.domain.estimates import draft_rules, rules
from portico.domain.estimates.draft_rules import DraftLine, EstimateDraft
from portico.domain.estimates.enums import EstimateStatus, EventKind
from portico.domain.estimates.errors import MissingEstimate, NotEditable
from portico.domain.estimates.models import Estimate, EstimateItem, Proposal
from portico.domain.estimates.operations import proposals, story, versions
from portico.domain.jobs.enums import JobStatus
from portico.domain.jobs.models import Job
from portico.foundation.audit.enums import ActorKind
from portico.foundation.audit.operations import Actor
from portico.foundation.tenancy.companies import current_company
from portico.kernel import clock, ids, locks

EDITABLE = (EstimateStatus.DRAFT, EstimateStatus.OPEN, EstimateStatus.WITHDRAWN)
OURS = "E-"  # bare digits are numbers of the source
FAR = 1_000_000  # where lines stand while they are put in order: a position is unique at every moment


@transaction.atomic
def save(*, estimate: UUID | None, job: UUID, draft: EstimateDraft, by: Actor) -> UUID:
    """Write an estimate, a new draft of the job where `estimate` is none; its public id.

    What customers see differently becomes a new version, and whoever has the old one open is told so before approving.
    """
    draft_rules.check(draft)
    row = _editable(estimate, job, draft) if estimate else _new(job, draft, by)
    draft_rules.check_total(draft, fixed_tax_minor=row.tax_minor)
    _write_head(row, draft)
    _write_lines(row, draft.lines)
    _write_totals(row)
    is_changed = versions.note(row, by=by)
    proposals.settle([row.proposal_id])
    if estimate is None or is_changed:
        story.note(row, EventKind.CHANGED if estimate else EventKind.CREATED, by=by)
        story.record("estimate.changed" if estimate else "estimate.created", row, by=by, version=row.version)
    return UUID(str(row.public_id))


def require_undecided(row: Estimate) -> None:
    """NotEditable for what was answered, and for options of which another one was accepted; the caller has the lock."""
    if row.status == EstimateStatus.SOLD:
        raise NotEditable(_("This estimate is accepted. What was signed cannot be changed: write a new estimate."))
    if row.status == EstimateStatus.DISMISSED:
        raise NotEditable(_("This estimate was declined. Write a new one instead."))
    if not row.is_active:
        raise NotEditable(_("This estimate was put away in the system it came from."))
    _require_unsold(row.proposal)


def _require_unsold(proposal: Proposal) -> None:
    if Estimate.objects.filter(proposal=proposal, status=EstimateStatus.SOLD).exists():
        raise NotEditable(_("Another option of this proposal is accepted. Write a new proposal instead."))


def _editable(estimate: UUID, job: UUID, draft: EstimateDraft) -> Estimate:
    row = proposals.locked(estimate)
    if row.proposal.job.public_id != job:
        raise MissingEstimate.unknown()
    require_undecided(row)
    if draft.seen_version is not None and draft.seen_version != row.version:
        raise NotEditable(_("Somebody changed this estimate while you wrote. Open it again, then enter your changes."))
    return row


def _new(job: UUID, draft: EstimateDraft, by: Actor) -> Estimate:
    found = _proposal(job, draft.proposal) if draft.proposal else None
    # The lock of the job keeps the count behind its number.
    waiting = locks.lock_all(Job.objects.filter(public_id=job).select_related(None))
    if not waiting:
        raise MissingEstimate.unknown()
    work = Job.objects.select_related("business_unit").get(pk=waiting[0].pk)
    if work.status == JobStatus.CANCELED:
        raise NotEditable(_("This job is canceled. Write the estimate on another job."))
    now = clock.now()
    proposal = found or Proposal.objects.create(
        job=work, customer_id=work.customer_id, location_id=work.location_id, listed_at=now
    )
    return Estimate(
        public_id=ids.new_public_id(),
        proposal=proposal,
        position=proposal.estimates.count(),
        number=_number(work),
        business_unit=work.business_unit,
        branch_id=work.business_unit.branch_id,
        currency=current_company().currency,
        owner=_login(by),
        owner_name=by.name,
        created_at=now,
        tax_minor=0,
    )


def _login(by: Actor) -> UUID | None:
    """Whose estimate it is; none where a machine writes it."""
    try:
        return UUID(by.ref) if by.kind == ActorKind.STAFF else None
    except ValueError:
        return None


def _proposal(job: UUID, proposal: UUID) -> Proposal:
    waiting = locks.lock_all(Proposal.objects.filter(public_id=proposal, job__public_id=job))
    if not waiting:
        raise MissingEstimate.unknown()
    _require_unsold(waiting[0])
    return waiting[0]


def _number(job: Job) -> str:
    """After its job: E-10234-1, E-10234-2."""
    stem = f"{OURS}{job.number[:28]}-"
    nth = Estimate.objects.filter(number__startswith=stem).count() + 1
    while Estimate.objects.filter(number=f"{stem}{nth}").exists():
        nth += 1
    return f"{stem}{nth}"


def _write_head(row: Estimate, draft: EstimateDraft) -> None:
    row.name, row.summary = draft.name.strip(), draft.summary.strip()
    row.tax_rate, row.expires_at = draft.tax_rate, draft.expires_at
    row.deposit_kind = draft.deposit.kind
    row.deposit_minor, row.deposit_percent = draft.deposit.minor, draft.deposit.percent
    row.is_recommended = draft.is_recommended
    if row.pk is None:
        row.subtotal_minor, row.total_minor = 0, 0
    row.total_minor = row.subtotal_minor + row.tax_minor
    row.save()
    if draft.is_recommended:
        Estimate.objects.filter(proposal=row.proposal_id).exclude(pk=row.pk).update(is_recommended=False)


def _write_lines(row: Estimate, lines: tuple[DraftLine, ...]) -> None:
    """Lines that stay keep their public id, which is part of what is agreed to."""
    kept = {str(item.public_id): item for item in EstimateItem.objects.filter(estimate=row)}
    wanted = {line.ref for line in lines}
    EstimateItem.objects.filter(pk__in=[item.pk for ref, item in kept.items() if ref not in wanted]).delete()
    EstimateItem.objects.filter(estimate=row).update(position=F("position") + FAR)
    for position, line in enumerate(lines, 1):
        item = kept.pop(line.ref, None) or EstimateItem(estimate=row)
        _fill(item, line, position)
        item.save()


def _fill(item: EstimateItem, line: DraftLine, position: int) -> None:
    item.position, item.name, item.description = position, line.name.strip(), line.description.strip()
    item.quantity, item.price_minor = line.quantity, line.price_minor
    item.member_price_minor = line.member_price_minor
    item.total_minor = line_rules.line_total(line.quantity, line.price_minor)
    item.is_optional, item.is_taxable = line.is_optional, line.is_taxable
    item.is_suggested = line.is_suggested and line.is_optional
    item.sku = line.sku.strip()


def _write_totals(row: Estimate) -> None:
    totals = rules.base_totals(versions.contents_of([row])[row.pk])
    row.subtotal_minor, row.tax_minor, row.total_minor = totals.subtotal_minor, totals.tax_minor, totals.total_minor
    row.save(update_fields=["subtotal_minor", "tax_minor", "total_minor"])
