"""Writing what an export says of estimates: proposals, columns, lines and versions, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max

from portico.domain.estimates import import_rules
from portico.domain.estimates.enums import EstimateStatus, EventKind
from portico.domain.estimates.import_rules import Place, Plan
from portico.domain.estimates.models import Estimate, EstimateEvent, EstimateItem, Proposal
from portico.domain.estimates.operations import versions
from portico.domain.jobs.models import Job
from portico.foundation.audit.operations import IMPORT
from portico.foundation.tenancy import sourced
from portico.kernel import clock, ids

BATCH = 2000

Planned = Sequence[tuple[Plan, sourced.Change]]


@dataclass(frozen=True, slots=True)
class Here:
    """What stands here of the estimates that an export names, under the locks of their proposals.

    `rows` are by source id, `lines` and `approved` by key, `sold` are all sold ones of those proposals.
    """

    rows: Mapping[int, Estimate]
    lines: Mapping[int, Sequence[EstimateItem]]
    tagged: Mapping[tuple[int, str], int]
    sold: Sequence[Estimate]
    approved: Mapping[int, datetime]
    jobs: Mapping[int, Job]


def write(planned: Planned, here: Here, written: sourced.Written) -> set[int]:
    """Carry the plans out; the keys of the proposals in which their estimates are now."""
    keys = _proposals(planned, here)
    _make_room((plan for plan, _ in planned), here)
    rows = _columns(planned, here, keys)
    new = [row for (plan, _), row in zip(planned, rows, strict=True) if plan.source_id not in here.rows]
    Estimate.objects.bulk_create(new, batch_size=BATCH)
    itemised = [(row, plan) for (plan, _), row in zip(planned, rows, strict=True) if "items" in plan.moved]
    _write_lines(itemised, here)
    _note(rows, new)
    for plan, _ in planned:
        (written.updated if plan.source_id in here.rows else written.created).append(plan.source_id)
        written.overruled += [(plan.source_id, name) for name in plan.overruled]
    return set(keys.values())


def _proposals(planned: Planned, here: Here) -> dict[Place, int]:
    """The proposal of each place; those that are missing are made."""
    keys = {plan.place: plan.place.key for plan, _ in planned if plan.place.key is not None}
    missing: dict[Place, Proposal] = {}
    for plan, change in planned:
        if plan.place not in keys and plan.place not in missing:
            job = here.jobs[plan.place.job]
            missing[plan.place] = Proposal(
                job=job,
                customer_id=job.customer_id,
                location_id=job.location_id,
                tag=plan.place.tag,
                listed_at=change.says["created_at"],
            )
    Proposal.objects.bulk_create(missing.values(), batch_size=BATCH)
    return keys | {place: proposal.pk for place, proposal in missing.items()}


def _make_room(plans: Iterable[Plan], here: Here) -> None:
    """At no moment between the statements of this transaction are two options of a proposal sold."""
    leaving = [
        here.rows[plan.source_id].pk
        for plan in plans
        if plan.source_id in here.rows and not (plan.was_sold_there and plan.is_sold)
    ]
    sold = Estimate.objects.filter(pk__in=leaving, status=EstimateStatus.SOLD)
    sold.update(status=EstimateStatus.OPEN)


def _columns(planned: Planned, here: Here, keys: Mapping[Place, int]) -> list[Estimate]:
    """The rows of the plans; those that stand already are saved."""
    ends = _ends(keys.values())
    rows = []
    for plan, change in planned:
        row = here.rows.get(plan.source_id) or Estimate(source_id=plan.source_id, number=str(plan.source_id))
        columns = {**_moved(plan), **_bound(change, here)}
        if row.proposal_id != keys[plan.place]:
            columns |= {"proposal_id": keys[plan.place], "position": ends[keys[plan.place]]}
            ends[keys[plan.place]] += 1
        changed = [name for name, value in columns.items() if getattr(row, name) != value]
        for name in changed:
            setattr(row, name, columns[name])
        if changed and plan.source_id in here.rows:
            row.save(update_fields=[*changed, "status"])
        rows.append(row)
    return rows


def _moved(plan: Plan) -> dict[str, Any]:
    """Columns that the record changes, and those that follow from them."""
    columns = {name: value for name, value in plan.moved.items() if name != "items"}
    if "items" in plan.moved:
        items = plan.moved["items"]
        columns |= {"tax_rate": None, "subtotal_minor": items.subtotal_minor, "tax_minor": items.tax_minor}
        columns["total_minor"] = items.subtotal_minor + items.tax_minor
    if "status" in plan.moved:
        columns["is_other_chosen"] = False
    if plan.status == EstimateStatus.OPEN:
        columns["decided_at"] = None
    return columns


def _bound(change: sourced.Change, here: Here) -> dict[str, int]:
    """The unit that the record names, else the job's; the branch is that of the job."""
    job = here.jobs[change.bound["job_id"]]
    unit = change.bound["business_unit_id"]
    return {
        "business_unit_id": job.business_unit_id if unit is None else unit,
        "branch_id": job.business_unit.branch_id,
    }


def _ends(proposals: Iterable[int]) -> dict[int, int]:
    """The next free position in each proposal."""
    ends = dict.fromkeys(proposals, 0)
    last = Estimate.objects.filter(proposal__in=ends).values("proposal_id").annotate(last=Max("position")).order_by()
    return ends | {row["proposal_id"]: row["last"] + 1 for row in last}


def _write_lines(itemised: Iterable[tuple[Estimate, Plan]], here: Here) -> None:
    """Lines are written anew; one that stands on keeps its public id, by which versions know it."""
    wanted: list[EstimateItem] = []
    for row, plan in itemised:
        before, lines = here.lines.get(row.pk, ()), plan.moved["items"].lines
        kept = import_rules.kept_refs([(item.public_id, item.sku, item.name) for item in before], lines)
        for position, (line, ref) in enumerate(zip(lines, kept, strict=True), 1):
            wanted.append(_line(row, position, line, ref or ids.new_public_id()))
    EstimateItem.objects.filter(estimate__in=[row.pk for row, _ in itemised]).delete()
    EstimateItem.objects.bulk_create(wanted, batch_size=BATCH)


def _line(row: Estimate, position: int, line: import_rules.ImportedLine, ref: UUID) -> EstimateItem:
    return EstimateItem(
        estimate=row,
        public_id=ref,
        position=position,
        name=line.name,
        description=line.description,
        type=line.type,
        quantity=line.quantity,
        price_minor=line.price_minor,
        total_minor=line.total_minor,
        sku=line.sku,
        cost=line.cost,
        cost_account=line.cost_account,
    )


def _note(rows: Sequence[Estimate], new: Sequence[Estimate]) -> None:
    """Versions of what can be seen now, and the story of the estimates."""
    noted = versions.note_all([row.pk for row in rows], made_by_name=IMPORT.name)
    created, now = {row.pk: row.created_at for row in new}, clock.real_now()
    EstimateEvent.objects.bulk_create(
        [
            EstimateEvent(
                estimate_id=key,
                kind=EventKind.CREATED if key in created else EventKind.CHANGED,
                version_n=n,
                made_by_name=IMPORT.name,
                at=created.get(key, now),
            )
            for key, n in noted.items()
        ],
        batch_size=BATCH,
    )
