"""Working time, areas and windows as another system keeps them, written in bulk; the run is the audit entry."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import transaction

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
from portico.foundation.tenancy import sourced
from portico.foundation.tenancy.models import TenantModel

Members = Mapping[int, Sequence[int]]  # by source id: the keys of what belongs to it


@transaction.atomic
def write_technicians(*, changes: Sequence[sourced.Change]) -> sourced.Written:
    """Create or update technicians."""
    return sourced.write(Technician, changes)


@transaction.atomic
def write_shifts(*, changes: Sequence[sourced.Change]) -> sourced.Written:
    """Create or update shifts."""
    return sourced.write(TechnicianShift, changes)


@transaction.atomic
def write_events(*, changes: Sequence[sourced.Change]) -> sourced.Written:
    """Create or update what technicians do besides jobs."""
    return sourced.write(NonJobAppointment, changes)


@transaction.atomic
def write_zones(*, changes: Sequence[sourced.Change], units: Members, technicians: Members) -> sourced.Written:
    """Create or update zones, and who serves them."""
    written = sourced.write(Zone, changes)
    keys = sourced.keys(Zone, [change.source_id for change in changes])
    _replace(ZoneUnit, keys, "zone_id", "business_unit_id", units)
    _replace(ZoneTechnician, keys, "zone_id", "technician_id", technicians)
    return written


@transaction.atomic
def write_windows(*, changes: Sequence[sourced.Change], units: Members) -> sourced.Written:
    """Create or update arrival windows, and which business units offer them."""
    written = sourced.write(ArrivalWindow, changes)
    keys = sourced.keys(ArrivalWindow, [change.source_id for change in changes])
    _replace(ArrivalWindowUnit, keys, "arrival_window_id", "business_unit_id", units)
    return written


@transaction.atomic
def write_hours(*, changes: Sequence[sourced.Change], units: Members) -> sourced.Written:
    """Create or update business hours, and which business units keep them."""
    written = sourced.write(BusinessHours, changes)
    keys = sourced.keys(BusinessHours, [change.source_id for change in changes])
    _replace(BusinessHoursUnit, keys, "hours_id", "business_unit_id", units)
    return written


def technicians_by_source(ids: Collection[int]) -> dict[int, int]:
    """Primary keys by source id."""
    return sourced.keys(Technician, ids)


def _replace(model: type[TenantModel], keys: Mapping[int, int], owner: str, member: str, members: Members) -> None:
    """The members of these records are what the source says now."""
    rows: Any = model.objects
    rows.filter(**{f"{owner}__in": list(keys.values())}).delete()
    rows.bulk_create(
        model(**{owner: keys[source_id], member: each})
        for source_id in sorted(keys)
        for each in dict.fromkeys(members.get(source_id, ()))
    )
