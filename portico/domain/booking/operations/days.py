"""Branch days: locked in one order, planned, written down with what they can still take."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q

from portico.domain.booking import day_rules
from portico.domain.booking.day_rules import DayPlan, Wanted
from portico.domain.booking.enums import HoldState
from portico.domain.booking.models import BranchDay, Hold, PlanBlock
from portico.domain.booking.queries.days import Block, Day, load_days, number_of, visit_key, visit_of
from portico.domain.capacity import queries as capacity
from portico.domain.capacity.axis_rules import day_of
from portico.domain.capacity.eligibility_rules import Person
from portico.domain.jobs.models import Appointment
from portico.kernel import clock

Key = tuple[int, date]  # the branch, and one of its local days


@dataclass(slots=True)
class OpenDay:
    """A locked day with its plan; `touched` are the places of the board that changed."""

    row: BranchDay
    day: Day
    plan: DayPlan
    people: Mapping[int, Person]
    touched: set[int] = field(default_factory=set)

    def add(self, one: Wanted) -> bool:
        """Give it a place; False where there is none."""
        changed = self.plan.add(one)
        self.touched |= changed
        return bool(changed)

    def remove(self, keys: Collection[str]) -> None:
        """Take these out of the plan."""
        self.touched |= self.plan.remove(keys)


def open_days(keys: Iterable[Key], *, about: Collection[int] = ()) -> dict[Key, OpenDay]:
    """Lock these days, the earliest of the first branch first, and read their plans.

    `about` are visits that changed: where they are planned is looked at anew. Holds that are over are free.
    """
    return {key: _opened(row, about) for key, row in lock_days(keys).items()}


def lock_days(keys: Iterable[Key]) -> dict[Key, BranchDay]:
    """The rows of these days, made where they are missing, locked in one order by everybody."""
    wanted = sorted(set(keys))
    BranchDay.objects.bulk_create(
        (BranchDay(branch_id=branch, day=day) for branch, day in wanted), ignore_conflicts=True
    )
    rows = (
        BranchDay.objects.filter(_of_keys(wanted))
        .select_for_update(of=("self",), no_key=True)
        .order_by("branch_id", "day")
    )
    return {(row.branch_id, row.day): row for row in rows}


def close(opened: OpenDay) -> None:
    """Write down what changed: blocks, the table's rows, sums, and a new version."""
    _expire_holds(opened)
    places = set(range(len(opened.plan.technicians))) if opened.plan.is_new else opened.touched
    _write_blocks(opened, places)
    _write_row(opened, places)


@transaction.atomic
def rebuild_day(*, branch_id: int, day: date) -> int:
    """Plan a day anew, keeping everybody where they were as far as it goes; how many visits found no place."""
    (row,) = lock_days([(branch_id, day)]).values()
    row.is_stale = True
    opened = _opened(row, ())
    close(opened)
    return len(row.unplanned_ids)


@transaction.atomic
def refresh_day(*, branch_id: int, day: date) -> None:
    """Bring a day up to date: stale, or with holds whose time is over."""
    for opened in open_days([(branch_id, day)]).values():
        close(opened)


@transaction.atomic
def refresh_visits(appointments: Collection[int]) -> None:
    """These visits changed: plan the days anew on which they were and are, as far as somebody planned those."""
    for opened in open_days(days_of(appointments), about=appointments).values():
        close(opened)


def mark_visits_stale(appointments: Collection[int]) -> None:
    """Many visits changed: their days are planned anew by whoever needs them first."""
    if BranchDay.objects.filter(is_stale=False).exists():
        _mark_stale(_of_keys(days_of(appointments)))


def mark_place_stale(location: int) -> None:
    """A location lies in another area: whoever was to come there may not serve it."""
    visits = Appointment.objects.filter(job__location=location, window_ends_at__gte=clock.now())
    mark_visits_stale(visits.values_list("pk", flat=True))


def mark_all_stale() -> None:
    """Working time changed: every day is planned anew by whoever needs it first."""
    _mark_stale(Q())


def _mark_stale(asked: Q) -> None:
    to_come = clock.now().date() - timedelta(days=1)  # whatever the zone
    rows = BranchDay.objects.filter(asked, is_stale=False, day__gte=to_come)
    rows = rows.select_for_update(of=("self",), no_key=True)
    keys = list(rows.order_by("branch_id", "day").values_list("pk", flat=True))
    BranchDay.objects.filter(pk__in=keys).update(is_stale=True)


def _of_keys(keys: Iterable[Key]) -> Q:
    asked = Q(pk__in=())
    for branch, day in keys:
        asked |= Q(branch=branch, day=day)
    return asked


def _opened(row: BranchDay, about: Collection[int]) -> OpenDay:
    loaded = load_days(branch_id=row.branch_id, first=row.day, last=row.day, pace=capacity.policy())
    day = loaded.by_date[row.day]
    day.is_stale = row.is_stale
    plan = day.plan()
    opened = OpenDay(row, day, plan, loaded.people)
    if not plan.is_new:
        opened.touched = _changed(day, plan, about)
    return opened


def _changed(day: Day, plan: DayPlan, about: Collection[int]) -> set[int]:
    """Who has a block of something that is over, or of something that changed."""
    at = {technician: place for place, technician in enumerate(plan.technicians)}
    asked = {visit_key(appointment) for appointment in about}
    over = _over(day, plan)
    gone = [block.technician for block in day.blocks if block.name in asked or block in over]
    return {at[technician] for technician in gone if technician in at}


def _over(day: Day, plan: DayPlan) -> list[Block]:
    """Blocks of what is not there any more."""
    there = {visit_of(key) for key in plan.wanted}
    return [block for block in day.blocks if block.name not in there]


def _expire_holds(opened: OpenDay) -> None:
    """Holds whose time is over, and those for which a change of the day left no place."""
    row = opened.row
    lost = [int(one.key[1:]) for one in opened.plan.unplanned if one.key.startswith("h")]
    over = Q(expires_at__lte=clock.real_now(), business_unit__branch=row.branch_id, day=row.day)
    ended = Hold.objects.filter(over | Q(pk__in=lost), state=HoldState.LIVE).values_list("pk", flat=True)
    Hold.objects.filter(pk__in=list(ended)).update(state=HoldState.EXPIRED)
    opened.plan.unplanned = [one for one in opened.plan.unplanned if not one.key.startswith("h")]


def _write_blocks(opened: OpenDay, places: set[int]) -> None:
    row, plan, axis = opened.row, opened.plan, opened.day.axis
    changed = {plan.technicians[place] for place in places}
    over = _over(opened.day, plan)
    gone = [block.id for block in opened.day.blocks if plan.is_new or block.technician in changed or block in over]
    PlanBlock.objects.filter(pk__in=gone).delete()  # those that were read: what others wrote stands in the way
    PlanBlock.objects.bulk_create(
        PlanBlock(
            branch_day=row,
            appointment_id=number_of(key),
            hold_id=None if key.startswith("v") else int(key[1:]),
            technician_id=technician,
            starts_at=axis.moment(start),
            ends_at=axis.moment(end),
        )
        for key, (technician, start, end) in sorted(plan.blocks(places).items())
    )


def _write_row(opened: OpenDay, places: set[int]) -> None:
    row, plan = opened.row, opened.plan
    windows, spans = opened.day.windows, opened.day.spans
    shape = (
        [window.id for window in windows],
        [n for window in windows for n in (window.start_minute, window.minutes)],
    )
    is_same = (row.window_ids, row.window_spans, row.technician_ids) == (*shape, plan.technicians)
    if plan.is_new or not is_same:
        table = plan.table(spans)
    else:
        table = day_rules.unpack(bytes(row.table), len(windows))
        for place in places:
            table[place] = plan.board.row(place, spans)
    row.table, row.technician_ids = day_rules.pack(table), list(plan.technicians)
    row.window_ids, row.window_spans = shape
    row.provided, row.consumed = _named(opened.day.provided()), _named(plan.consumed())
    row.closed_ids = [plan.technicians[place] for place in sorted(plan.closed())]
    row.unplanned_ids = sorted({number for one in plan.unplanned if (number := number_of(one.key)) is not None})
    row.version, row.is_stale = row.version + 1, False
    row.save()


def _named(sums: dict[int, int]) -> dict[str, int]:
    return {str(unit): minutes for unit, minutes in sorted(sums.items())}


def days_of(appointments: Collection[int]) -> set[Key]:
    """The days that have a row, on which these visits were planned, found no place, or are now."""
    ids = list(appointments)
    was = Q(blocks__appointment__in=ids) | Q(unplanned_ids__overlap=ids)
    keys = set(BranchDay.objects.filter(was).values_list("branch_id", "day"))
    columns = ("job__business_unit__branch_id", "job__business_unit__branch__time_zone", "window_starts_at")
    now = {
        (branch, day_of(starts_at, zone))
        for branch, zone, starts_at in Appointment.objects.filter(pk__in=ids).values_list(*columns)
    }
    if now - keys:
        days = [day for _branch, day in now - keys]
        known = BranchDay.objects.filter(day__gte=min(days), day__lte=max(days)).values_list("branch_id", "day")
        keys |= now & set(known)
    return keys
