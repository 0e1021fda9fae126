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
    JobTypeScheduling,
    NonJobAppointment,
    Technician,
    TechnicianShift,
    Zone,
    ZoneTechnician,
    ZoneUnit,
)
from portico.domain.capacity.ports import PORTS
from portico.domain.catalog.models import JobType
from portico.foundation.tenancy import sourced
from portico.foundation.tenancy.models import TenantModel

Members = Mapping[int, Sequence[int]]  # by source id: the keys of what belongs to it


@transaction.atomic
def write_technicians(*, changes: Sequence[sourced.Change]) -> sourced.Written:
    """Create or update technicians."""
    written = sourced.write(Technician, changes)
    PORTS.working_time_changed()
    return written


@transaction.atomic
def write_shifts(*, changes: Sequence[sourced.Change]) -> sourced.Written:
    """Create or update shifts."""
    written = sourced.write(TechnicianShift, changes)
    PORTS.working_time_changed()
    return written


@transaction.atomic
def write_events(*, changes: Sequence[sourced.Change]) -> sourced.Written:
    """Create or update what technicians do besides jobs."""
    written = sourced.write(NonJobAppointment, changes)
    PORTS.working_time_changed()
    return written


@transaction.atomic
def write_zones(*, changes: Sequence[sourced.Change], units: Members, technicians: Members) -> sourced.Written:
    """Create or update zones, and who serves them."""
    written = sourced.write(Zone, changes)
    keys = sourced.keys(Zone, [change.source_id for change in changes])
    _replace(ZoneUnit, keys, "zone_id", "business_unit_id", units)
    _replace(ZoneTechnician, keys, "zone_id", "technician_id", technicians)
    PORTS.working_time_changed()
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


@transaction.atomic
def write_scheduling(*, says: Mapping[int, Mapping[str, Any]]) -> list[tuple[int, str]]:
    """What customers may book, by the job type's source id; what the source changed and the office had changed before.

    A job type that is not here is passed over: what refused it is reported with it.
    """
    keys = sourced.keys(JobType, list(says))
    rows = {row.job_type_id: row for row in JobTypeScheduling.objects.filter(job_type__in=keys.values())}
    overruled = []
    for source_id, job_type in keys.items():
        row = rows.get(job_type) or JobTypeScheduling(job_type_id=job_type, **says[source_id])
        overruled += [(source_id, name) for name in _settle(row, dict(says[source_id]))]
    return overruled


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


def _settle(row: JobTypeScheduling, says: dict[str, Any]) -> Collection[str]:
    if row.source_said == says:
        return ()
    moved, overruled = sourced.settle(
        {name: getattr(row, name) for name in says}, sourced.Change(0, says, row.source_said)
    )
    for name, value in moved.items():
        setattr(row, name, value)
    row.source_said = says
    row.save()
    return overruled
