"""Keeping planned what can be booked: rows for every day to come, and looking whether they say the truth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q

from portico.domain.booking import day_rules
from portico.domain.booking.enums import HoldState
from portico.domain.booking.models import BranchDay, Hold, PlanBlock
from portico.domain.booking.operations import days
from portico.domain.booking.operations.days import Key
from portico.domain.booking.queries.days import load_days, visit_of
from portico.domain.capacity import queries as capacity
from portico.domain.capacity.models import JobTypeScheduling, Technician
from portico.foundation.tenancy.models import Branch
from portico.kernel import clock

DAYS_AHEAD = 62  # at least; as far as customers may book


@dataclass(frozen=True, slots=True)
class Difference:
    """A day whose row says something else than what is there."""

    branch: str
    day: date
    what: str


def rebuild_all() -> int:
    """Plan every day to come anew; how many visits found no place."""
    return sum(days.rebuild_day(branch_id=branch, day=day) for branch, day in _days_to_come())


def catch_up() -> int:
    """Plan what was never planned, what changed, and days with holds that are over; how many days."""
    behind = sorted(set(_days_to_come()) - _up_to_date())
    for branch, day in behind:
        days.refresh_day(branch_id=branch, day=day)
    return len(behind)


@transaction.atomic
def differences() -> list[Difference]:
    """Every planned day to come whose row does not say what its visits, shifts and holds say."""
    names = dict(Branch.objects.values_list("pk", "name"))
    rows = BranchDay.objects.filter(is_stale=False, day__gte=clock.now().date() - timedelta(days=1))
    found = [Difference(names[row.branch_id], row.day, _difference(row)) for row in rows.order_by("branch_id", "day")]
    return [one for one in found if one.what]


def _difference(row: BranchDay) -> str:
    loaded = load_days(branch_id=row.branch_id, first=row.day, last=row.day, pace=capacity.policy()).by_date[row.day]
    if Hold.objects.filter(_over(), day=row.day, business_unit__branch=row.branch_id).exists():
        return ""
    nowhere = {f"v{number}" for number in row.unplanned_ids}
    wanted = [one for one in loaded.wanted if one.was is not None or visit_of(one.key) not in nowhere]
    plan = day_rules.take_up(loaded.workers, wanted)
    if plan is None:
        return "its plan does not hold"
    plan.unplanned = [one for one in loaded.wanted if one.was is None]
    said = {(block.technician_id, block.starts_at, block.ends_at) for block in PlanBlock.objects.filter(branch_day=row)}
    blocks = plan.blocks(range(len(plan.technicians))).values()
    if said != {(who, loaded.axis.moment(start), loaded.axis.moment(end)) for who, start, end in blocks}:
        return "its blocks are not its plan"
    if row.technician_ids != plan.technicians or bytes(row.table) != day_rules.pack(plan.table(loaded.spans)):
        return "its table is not what still fits"
    sums = {str(unit): minutes for unit, minutes in plan.consumed().items()}
    return "" if row.consumed == sums else "its minutes are not those of its visits"


def _days_to_come() -> Iterator[Key]:
    with transaction.atomic():
        working = Technician.objects.filter(is_active=True).values("business_unit__branch")
        planned = BranchDay.objects.filter(branch=OuterRef("pk"), day__gte=clock.now().date() - timedelta(days=1))
        concerned = Branch.objects.filter(Q(pk__in=working) | Exists(planned))  # also whose last technician left
        branches = list(concerned.order_by("pk").values_list("pk", "time_zone"))
        booked = JobTypeScheduling.objects.filter(is_self_schedulable=True)
        ahead = max(DAYS_AHEAD, 1 + (booked.aggregate(most=Max("horizon_days"))["most"] or 0))
    for branch, zone in branches:
        first = clock.today(zone)
        yield from ((branch, first + timedelta(days=number)) for number in range(ahead))


@transaction.atomic
def _up_to_date() -> set[Key]:
    held = Hold.objects.filter(_over(), day=OuterRef("day"), business_unit__branch=OuterRef("branch"))
    return set(BranchDay.objects.filter(~Exists(held), is_stale=False).values_list("branch_id", "day"))


def _over() -> Q:
    return Q(state=HoldState.LIVE, expires_at__lte=clock.real_now())
