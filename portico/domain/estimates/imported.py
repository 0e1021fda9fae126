"""Estimates as another system keeps them, written in bulk; the run is the audit entry.

What was approved here is a contract: a record that says otherwise is refused, until the approval is taken back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from portico.domain.estimates import import_closing, import_rules, import_writing
from portico.domain.estimates.enums import EstimateStatus
from portico.domain.estimates.import_rules import ImportedItems, ImportedLine, Place, Plan, Sold
from portico.domain.estimates.import_writing import Here
from portico.domain.estimates.models import Approval, Estimate, EstimateItem, Proposal
from portico.domain.estimates.operations import proposals
from portico.domain.jobs.models import Job
from portico.foundation.audit.operations import IMPORT
from portico.foundation.tenancy import sourced
from portico.foundation.tenancy.scope import current_company_id
from portico.kernel import locks

FOLLOW = (
    """UPDATE estimates_proposal p SET customer_id = j.customer_id, location_id = j.location_id FROM jobs_job j
  WHERE p.company_id = %(company)s AND j.id = p.job_id
    AND (p.customer_id, p.location_id) IS DISTINCT FROM (j.customer_id, j.location_id)""",
    """UPDATE estimates_estimate e SET branch_id = u.branch_id
  FROM estimates_proposal p, jobs_job j, catalog_businessunit u
  WHERE e.company_id = %(company)s AND p.id = e.proposal_id AND j.id = p.job_id AND u.id = j.business_unit_id
    AND e.branch_id <> u.branch_id""",
)


@transaction.atomic
def write_estimates(*, changes: Sequence[sourced.Change]) -> sourced.Written:
    """Create or update estimates with their proposals, lines and versions.

    A change says `tag`, `items` (ImportedItems) and columns of an estimate, and is bound to a job.
    """
    here, written = _here(changes), sourced.Written()
    plans = {change.source_id: _plan(change, here) for change in changes}
    by_source = {change.source_id: change for change in changes}
    _stand_back(plans, here, written)
    touched = {here.rows[key].proposal_id for key in plans if key in here.rows}
    touched |= import_writing.write([(plan, by_source[key]) for key, plan in plans.items()], here, written)
    import_closing.agree(touched, by=IMPORT)
    proposals.settle(touched)
    Proposal.objects.filter(pk__in=touched, estimates=None).delete()
    return written


def follow_jobs() -> None:
    """Proposals go where their job went; run after each import."""
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in FOLLOW:
            cursor.execute(statement, {"company": current_company_id()})


# --- What stands here -------------------------------------------------------------------------------------------


def _here(changes: Sequence[sourced.Change]) -> Here:
    numbers = [change.source_id for change in changes]
    jobs = {change.bound["job_id"] for change in changes}
    had = Estimate.objects.filter(source_id__in=numbers).values("proposal_id")
    locked = locks.lock_all(Proposal.objects.filter(Q(pk__in=had) | Q(job__in=jobs) & ~Q(tag="")))
    found = Estimate.objects.filter(proposal__in=locked).select_related("proposal")
    wanted = set(numbers)
    rows = {row.source_id: row for row in found if row.source_id is not None and row.source_id in wanted}
    lines: dict[int, list[EstimateItem]] = {row.pk: [] for row in rows.values()}
    for item in EstimateItem.objects.filter(estimate__in=lines).order_by("estimate_id", "position"):
        lines[item.estimate_id].append(item)
    standing = Approval.objects.filter(estimate__proposal__in=locked, undo=None).order_by("pk")
    return Here(
        rows=rows,
        lines=lines,
        tagged={(one.job_id, one.tag): one.pk for one in locked if one.tag},
        sold=[row for row in found if row.status == EstimateStatus.SOLD],
        approved=dict(standing.values_list("estimate_id", "at")),
        jobs={job.pk: job for job in Job.objects.filter(pk__in=jobs).select_related("business_unit")},
    )


def _plan(change: sourced.Change, here: Here) -> Plan:
    row = here.rows.get(change.source_id)
    plan = Plan(change.source_id, _place(change, row, here))
    if row is None:
        plan.moved = dict(change.says)
    else:
        plan.moved, plan.overruled = sourced.settle(_ours(row, here), change)
    plan.moved.pop("tag", None)
    plan.overruled = [name for name in plan.overruled if name != "tag"]
    plan.status = plan.moved.get("status", row.status if row else EstimateStatus.OPEN)
    plan.decided_at = plan.moved.get("decided_at", row.decided_at if row else None)
    plan.approved_at = here.approved.get(row.pk) if row else None
    plan.was_sold_there = row is not None and row.status == EstimateStatus.SOLD and not _is_moved(plan, row)
    return plan


def _place(change: sourced.Change, row: Estimate | None, here: Here) -> Place:
    """The proposal of this tag at the job; an estimate without tag is a proposal of its own."""
    job, tag = change.bound["job_id"], change.says["tag"]
    if tag:
        return Place(here.tagged.get((job, tag)), job, tag)
    if row is not None and (row.proposal.job_id, row.proposal.tag) == (job, ""):
        return Place(row.proposal_id, job, "")
    return Place(None, job, "", change.source_id)


def _is_moved(plan: Plan, row: Estimate) -> bool:
    return plan.place.key != row.proposal_id


def _ours(row: Estimate, here: Here) -> dict[str, Any]:
    """The columns of an estimate as an export says them."""
    lines = tuple(_said(item) for item in here.lines[row.pk])
    items = ImportedItems(lines, row.tax_minor, is_own=row.tax_rate is not None)
    return {**vars(row), "tag": row.proposal.tag, "items": items}


def _said(item: EstimateItem) -> ImportedLine:
    return ImportedLine(
        name=item.name,
        description=item.description,
        type=item.type,
        quantity=item.quantity,
        price_minor=item.price_minor,
        total_minor=item.total_minor,
        sku=item.sku,
        cost=item.cost,
        cost_account=item.cost_account,
        is_own=item.is_optional or not item.is_taxable or item.member_price_minor is not None,
    )


# --- What is refused --------------------------------------------------------------------------------------------


def _stand_back(plans: dict[int, Plan], here: Here, written: sourced.Written) -> None:
    """Take out the plans that would break an approval, or sell a second option of a proposal."""
    reasons = {key: why for key, plan in plans.items() if (why := _broken(plan, here))}
    while True:
        written.refused += sorted(reasons.items())
        for key in reasons:
            del plans[key]
        reasons = import_rules.refusals(list(plans.values()), _holders(plans, here))
        if not reasons:
            return


def _broken(plan: Plan, here: Here) -> str:
    row = here.rows.get(plan.source_id)
    return "" if row is None else import_rules.keep_contract(plan, is_moved=_is_moved(plan, row))


def _holders(plans: Mapping[int, Plan], here: Here) -> dict[Place, Sold]:
    """What is sold in each proposal and stays as it is."""
    rows = [row for row in here.sold if row.source_id not in plans]
    return {
        Place(row.proposal_id, row.proposal.job_id, row.proposal.tag): Sold(row.number, here.approved.get(row.pk))
        for row in rows
    }
