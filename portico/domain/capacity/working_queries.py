"""Who works when, and where and in which windows, as the office's pages of settings show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Prefetch, Q

from portico.domain.capacity.models import (
    ArrivalWindow,
    ArrivalWindowUnit,
    BusinessHours,
    BusinessHoursUnit,
    NonJobAppointment,
    Technician,
    TechnicianShift,
    Zone,
    ZoneTechnician,
    ZoneUnit,
)
from portico.domain.catalog.models import BusinessUnit
from portico.foundation.tenancy.scope import reading
from portico.kernel import clock

MOST = 200  # shifts and events of somebody that are shown, the next ones first
Choices = list[tuple[UUID, str]]


@dataclass(frozen=True, slots=True)
class TechnicianRow:
    """Somebody who can be sent. `shifts` are those to come."""

    id: UUID
    name: str
    unit: str
    skills: list[str]
    is_active: bool
    shifts: int


@dataclass(frozen=True, slots=True)
class Spell:
    """A shift, or something else that takes time; `kind` is empty for the latter."""

    id: UUID
    kind: str
    name: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class TechnicianPage:
    """One technician: the form's values, and what lies ahead. `zone` is the branch's clock, empty without a unit."""

    id: UUID
    columns: Mapping[str, Any]
    zone: str
    shifts: list[Spell]
    events: list[Spell]


@dataclass(frozen=True, slots=True)
class AreaRow:
    """A zone, a window or hours: the columns of its form, and the names of its units."""

    id: UUID
    columns: Mapping[str, Any]
    units: tuple[str, ...]


@reading
def technicians() -> list[TechnicianRow]:
    """Everybody, who may be sent first."""
    ahead = Count("shifts", filter=Q(shifts__is_active=True, shifts__ends_at__gt=clock.now()))
    rows = Technician.objects.select_related("business_unit").annotate(ahead=ahead)
    return [
        TechnicianRow(
            row.public_id, row.name, row.business_unit.name if row.business_unit else "", row.skills, row.is_active, n
        )
        for row in rows.order_by("-is_active", "name", "pk")
        for n in [row.ahead]
    ]


@reading
def technician(public_id: UUID) -> TechnicianPage | None:
    """One of them; None for none such."""
    row = Technician.objects.select_related("business_unit__branch").filter(public_id=public_id).first()
    if row is None:
        return None
    unit = row.business_unit
    zones = ZoneTechnician.objects.filter(technician=row).values_list("zone__public_id", flat=True)
    shifts = TechnicianShift.objects.filter(technician=row, is_active=True, ends_at__gt=clock.now())
    events = NonJobAppointment.objects.filter(technician=row, is_active=True, starts_at__gt=clock.now())
    columns = {
        "name": row.name,
        "business_unit": unit.public_id if unit else None,
        "skills": row.skills,
        "zones": list(zones),
        "is_active": row.is_active,
    }
    return TechnicianPage(
        row.public_id,
        columns,
        unit.branch.time_zone if unit else "",
        [
            Spell(s.public_id, s.type, s.title, s.starts_at, s.ends_at)
            for s in shifts.order_by("starts_at", "pk")[:MOST]
        ],
        [_event(event) for event in events.order_by("starts_at", "pk")[:MOST]],
    )


@reading
def unit_choices() -> Choices:
    """The business units in use."""
    rows = BusinessUnit.objects.filter(is_active=True).order_by("name", "pk")
    return list(rows.values_list("public_id", "name"))


@reading
def zone_choices() -> Choices:
    """The zones in use."""
    return list(Zone.objects.filter(is_active=True).order_by("name", "pk").values_list("public_id", "name"))


@reading
def zones() -> list[AreaRow]:
    """All of them by name."""
    rows = Zone.objects.prefetch_related(_units(ZoneUnit)).order_by("name", "pk")
    return [_area(row, {"name": row.name, "zips": row.zips, "is_active": row.is_active}) for row in rows]


@reading
def windows() -> list[AreaRow]:
    """All of them by the clock."""
    rows = ArrivalWindow.objects.prefetch_related(_units(ArrivalWindowUnit)).order_by("start_minute", "minutes", "pk")
    return [
        _area(row, {"start": row.start_minute, "end": row.start_minute + row.minutes, "is_active": row.is_active})
        for row in rows
    ]


@reading
def hours() -> list[AreaRow]:
    """All sets of hours."""
    rows = BusinessHours.objects.prefetch_related(_units(BusinessHoursUnit)).order_by("pk")
    return [_area(row, {name: getattr(row, name) for name in ("weekdays", "saturday", "sunday")}) for row in rows]


def _units(model: Any) -> Any:
    return Prefetch("units", queryset=model.objects.select_related("business_unit"))


def _area(row: Any, columns: dict[str, Any]) -> AreaRow:
    units = sorted((one.business_unit for one in row.units.all()), key=lambda unit: unit.name)
    ids = {"units": [unit.public_id for unit in units]}
    return AreaRow(row.public_id, columns | ids, tuple(unit.name for unit in units))


def _event(row: NonJobAppointment) -> Spell:
    return Spell(row.public_id, "", row.name, row.starts_at, row.starts_at + timedelta(minutes=row.minutes))
