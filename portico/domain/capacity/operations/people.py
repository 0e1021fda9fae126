"""Technicians, their shifts and what else they do, entered in the office. An import keeps all of it until its source
says something new about the same record; what was entered here it never speaks of.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from portico.domain.capacity.axis_rules import local_moment
from portico.domain.capacity.errors import BadSetting
from portico.domain.capacity.models import NonJobAppointment, Technician, TechnicianShift, Zone, ZoneTechnician
from portico.domain.capacity.operations import kept
from portico.domain.capacity.ports import PORTS
from portico.domain.capacity.scheduling_models import MINUTES_OF_A_DAY
from portico.domain.catalog.models import BusinessUnit
from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import Actor
from portico.kernel import formats

MOST_DAYS = 366
MOST_SKILLS = 30
Span = tuple[datetime, datetime]


@transaction.atomic
def save_technician(*, technician: UUID | None, wanted: Mapping[str, Any], by: Actor) -> Technician:
    """Write somebody's name, unit, skills and zones; without an id it is somebody new."""
    columns = {name: wanted[name] for name in ("name", "skills", "is_active")}
    columns["business_unit"] = kept.named(BusinessUnit, wanted["business_unit"], "business_unit")
    if len(columns["skills"]) > MOST_SKILLS:
        raise BadSetting(_("Enter at most %(n)s skills.") % {"n": MOST_SKILLS}, field="skills")
    row = Technician() if technician is None else kept.locked(Technician, technician)
    kept.put(row, columns, is_new=technician is None, what="technician", by=by)
    _serve(row, wanted["zones"], by)
    PORTS.working_time_changed()
    return row


@transaction.atomic
def add_shifts(*, technician: UUID, wanted: Mapping[str, Any], by: Actor) -> int:
    """The same hours on each of the weekdays from the first day to the last; how many are new.

    Hours that stand there already are left; BadSetting names the first that overlap others of the same kind.
    """
    row = kept.locked(Technician, technician)
    spans = _spans(_zone_of(row), wanted)
    known = _known(row, wanted["type"], spans)
    fresh = [span for span in spans if span not in known]
    clash = next((span for span in fresh if any(_overlap(span, other) for other in known)), None)
    if clash is not None:
        day = formats.long_day(formats.as_local(clash[0], _zone_of(row)).date())
        raise BadSetting(_("These hours overlap others on %(day)s.") % {"day": day}, field="start")
    TechnicianShift.objects.bulk_create(
        TechnicianShift(technician=row, type=wanted["type"], starts_at=start, ends_at=end) for start, end in fresh
    )
    if fresh:
        told = {"type": wanted["type"], "first": fresh[0][0].isoformat(), "last": fresh[-1][1].isoformat()}
        audit.record("scheduling.shifts_added", row, by=by, before=None, after=told | {"count": len(fresh)})
        PORTS.working_time_changed()
    return len(fresh)


@transaction.atomic
def remove_shift(*, technician: UUID, shift: UUID, by: Actor) -> None:
    """They do not work then; visits that stand on it may lose their technician."""
    _take_away(TechnicianShift, technician, shift, "shift", by)


@transaction.atomic
def add_event(*, technician: UUID, wanted: Mapping[str, Any], by: Actor) -> NonJobAppointment:
    """A meeting, a training: nothing is planned for them meanwhile."""
    row = kept.locked(Technician, technician)
    if not 0 < wanted["minutes"] <= MINUTES_OF_A_DAY:
        raise BadSetting(_("Enter a number from %(least)s to %(most)s.") % {"least": 1, "most": MINUTES_OF_A_DAY})
    made = NonJobAppointment()
    starts_at = local_moment(wanted["day"], wanted["start"], _zone_of(row))
    columns = {"technician": row, "name": wanted["name"], "starts_at": starts_at, "minutes": wanted["minutes"]}
    kept.put(made, columns, is_new=True, what="event", by=by)
    PORTS.working_time_changed()
    return made


@transaction.atomic
def remove_event(*, technician: UUID, event: UUID, by: Actor) -> None:
    """It is not held; the time is free."""
    _take_away(NonJobAppointment, technician, event, "event", by)


def _take_away(model: Any, technician: UUID, public_id: UUID, what: str, by: Actor) -> None:
    owner = kept.locked(Technician, technician)
    row = kept.locked(model, public_id)
    kept.require(row.technician_id == owner.pk and row.is_active)
    kept.write(row, {"is_active": False}, verb=f"scheduling.{what}_removed", about=row, by=by)
    PORTS.working_time_changed()


def _serve(row: Technician, zones: Collection[UUID], by: Actor) -> None:
    """The zones that were ticked, and no others that could be; those of the technician's own record stay."""
    wanted = {zone.pk: zone.name for zone in Zone.objects.filter(public_id__in=zones)}
    offered = ZoneTechnician.objects.filter(technician=row, zone__is_active=True)
    before = dict(offered.values_list("zone_id", "zone__name"))
    if wanted.keys() == before.keys():
        return
    offered.exclude(zone__in=wanted).delete()
    ZoneTechnician.objects.bulk_create(
        ZoneTechnician(technician=row, zone_id=key) for key in wanted.keys() - before.keys()
    )
    told = {"zones": sorted(before.values())}, {"zones": sorted(wanted.values())}
    audit.record("scheduling.technician_changed", row, by=by, before=told[0], after=told[1])


def _zone_of(row: Technician) -> str:
    if row.business_unit is None:
        raise BadSetting(_("Choose a business unit for this technician first: its branch says which clock counts."))
    zone: str = row.business_unit.branch.time_zone
    return zone


def _spans(zone: str, wanted: Mapping[str, Any]) -> list[Span]:
    first, last = wanted["first"], wanted["last"]
    if last < first:
        raise BadSetting(_("It ends before it begins."), field="last")
    if (last - first).days >= MOST_DAYS:
        raise BadSetting(_("Enter at most a year at once."), field="last")
    if wanted["end"] <= wanted["start"]:
        raise BadSetting(_("It ends before it begins."), field="end")
    days = [day for day in _days(first, last) if day.weekday() in wanted["weekdays"]]
    if not days:
        raise BadSetting(_("None of these weekdays lies between the two days."), field="weekdays")
    spans = [(local_moment(day, wanted["start"], zone), local_moment(day, wanted["end"], zone)) for day in days]
    gap = next((day for day, (start, end) in zip(days, spans, strict=True) if end <= start), None)
    if gap is not None:
        said = _("On %(day)s the clocks leave these hours out. Enter that day by itself.")
        raise BadSetting(said % {"day": formats.long_day(gap)}, field="start")
    return spans


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _known(row: Technician, kind: str, spans: Sequence[Span]) -> set[Span]:
    found = TechnicianShift.objects.filter(technician=row, type=kind, is_active=True)
    beside = found.filter(ends_at__gt=spans[0][0], starts_at__lt=spans[-1][1])
    return set(beside.values_list("starts_at", "ends_at"))


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]
