"""A branch that can be booked: people with shifts, windows, job types, in the scope's company."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from portico.domain.booking.models import PlanBlock
from portico.domain.capacity.axis_rules import local_moment
from portico.domain.capacity.models import (
    ArrivalWindow,
    ArrivalWindowUnit,
    BusinessHours,
    BusinessHoursUnit,
    NonJobAppointment,
    Technician,
    TechnicianShift,
    Zone,
    ZoneUnit,
)
from portico.domain.catalog.models import BusinessUnit, JobType, JobTypeUnit
from portico.domain.customers.models import Location
from portico.domain.jobs.models import Appointment, AppointmentAssignment
from portico.foundation.tenancy.models import Branch
from tests.factories import customers as make
from tests.factories.visits import make_job

WINDOWS = ((480, 120), (600, 120), (780, 120), (900, 120))
ZIP = "85003"


def make_unit(name: str = "HVAC", *, branch: Branch | None = None) -> BusinessUnit:
    """A business unit that is open every day, offers four windows, and serves one zone."""
    unit, is_new = BusinessUnit.objects.get_or_create(
        name=name, branch=branch or Branch.objects.get(is_main=True), defaults={"trade": name}
    )
    if not is_new:
        return unit
    for start, minutes in WINDOWS:
        window, _ = ArrivalWindow.objects.get_or_create(start_minute=start, minutes=minutes)
        ArrivalWindowUnit.objects.create(arrival_window=window, business_unit=unit)
    open_ = [[420, 1140]]
    hours = BusinessHours.objects.create(weekdays=open_, saturday=open_, sunday=open_)
    BusinessHoursUnit.objects.create(hours=hours, business_unit=unit)
    zone, _ = Zone.objects.get_or_create(name="Center", defaults={"zips": [ZIP]})
    ZoneUnit.objects.create(zone=zone, business_unit=unit)
    return unit


def make_job_type(unit: BusinessUnit, name: str = "Tune-up", *, minutes: int = 120, skills: Any = ()) -> JobType:
    kind = JobType.objects.create(name=name, duration_minutes=minutes, skills=list(skills))
    JobTypeUnit.objects.create(job_type=kind, business_unit=unit)
    return kind


def make_technician(unit: BusinessUnit, name: str = "Tom Turner", *, skills: Any = ()) -> Technician:
    return Technician.objects.create(business_unit=unit, name=name, skills=list(skills))


def make_shift(technician: Technician, day: date, *, start: int = 480, end: int = 1020, kind: str = "Normal") -> Any:
    """Minutes of the wall clock."""
    zone = zone_of(technician)
    return TechnicianShift.objects.create(
        technician=technician,
        type=kind,
        starts_at=local_moment(day, start, zone),
        ends_at=local_moment(day, end, zone),
    )


def make_event(technician: Technician, day: date, *, start: int, minutes: int) -> NonJobAppointment:
    starts_at = local_moment(day, start, zone_of(technician))
    return NonJobAppointment.objects.create(technician=technician, starts_at=starts_at, minutes=minutes)


def make_planned_visit(
    unit: BusinessUnit, kind: JobType, day: date, *, window: int = 480, minutes: int = 120, to: Any = (), **columns: Any
) -> Appointment:
    """A visit in the window that begins at this minute, of a customer of its own, given to the technicians `to`."""
    zone = unit.branch.time_zone
    job = make_job(make.make_customer(), business_unit=unit, job_type=kind)
    starts_at: datetime = local_moment(day, window, zone)
    visit = Appointment.objects.create(
        job=job,
        number=f"{job.number}-1",
        **{
            "status": "Scheduled",
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(minutes=minutes),
            "window_starts_at": starts_at,
            "window_ends_at": starts_at + timedelta(minutes=120),
            **columns,
        },
    )
    for technician in to:
        AppointmentAssignment.objects.create(appointment=visit, technician=technician, status="Scheduled")
    return visit


def zone_of(technician: Technician) -> str:
    assert technician.business_unit is not None
    return technician.business_unit.branch.time_zone


def make_home() -> Location:
    """A customer's home in the zone."""
    home = make.make_location(make.make_customer())
    home.postal_code = ZIP
    home.save()
    return home


def windows_of(unit: BusinessUnit) -> list[ArrivalWindow]:
    return list(ArrivalWindow.objects.filter(units__business_unit=unit).order_by("start_minute"))


def block_of(visit: Appointment) -> PlanBlock:
    """Where a visit stands in the plan."""
    return PlanBlock.objects.get(appointment=visit)
