"""A calendar in the database: people, shifts, visits and the plan that proves each day, as its generator made them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from bench.calendars import KINDS, WINDOWS, ZONES, Day, calendar
from bench.cast import Kind
from bench.rows import Row, fill_company
from bench.search import people
from portico.domain.booking.models import BranchDay, PlanBlock
from portico.domain.capacity.axis_rules import local_moment
from portico.domain.capacity.engine.rows import Item
from portico.domain.capacity.models import (
    ArrivalWindow,
    ArrivalWindowUnit,
    BusinessHours,
    BusinessHoursUnit,
    JobTypeScheduling,
    NonJobAppointment,
    SchedulingPolicy,
    Technician,
    TechnicianShift,
    Zone,
    ZoneTechnician,
    ZoneUnit,
)
from portico.domain.catalog.models import BusinessUnit, JobType, JobTypeUnit
from portico.domain.customers.models import Location
from portico.domain.jobs.models import Appointment, Job
from portico.foundation.tenancy.models import HostName
from portico.foundation.tenancy.scope import company_scope
from portico.kernel import clock

HOST = "calendar"
BOOKERS = Kind("bookers", people=40, jobs=1, open=0)
CHUNK = 2000


@dataclass(slots=True)
class Filled:
    """The branch, its first day, and how many visits it has."""

    company: int
    unit: BusinessUnit
    first: date
    visits: int
    kinds: list[JobType]

    @property
    def zone(self) -> str:
        return str(self.unit.branch.time_zone)


def fill(technicians: int) -> Filled:
    """A company whose one branch has so many technicians, thirty-three visits each in thirty days."""
    crowd = list(people(BOOKERS.people))
    fill_company(HOST, [Row(number, person, BOOKERS) for number, person in enumerate(crowd)])
    company = HostName.objects.get(host=HOST).company_id
    with company_scope(company), transaction.atomic():
        days, visits = calendar(1, technicians)
        unit = BusinessUnit.objects.select_related("branch").filter(branch__is_main=True).order_by("pk")[0]
        first = clock.today(unit.branch.time_zone)  # from here on customers are answered: every day is planned
        filled = Filled(company, unit, first, visits, _kinds(unit))
        zones = _zones(unit)
        _windows(unit)
        SchedulingPolicy.objects.create(online_percent=100, most_bookings_per_day=10_000)
        _people(filled, days, zones)
    return filled


def _kinds(unit: BusinessUnit) -> list[JobType]:
    made = []
    for number, (minutes, skills) in enumerate(KINDS):
        names = [f"skill {skill}" for skill in skills]
        kind = JobType.objects.create(name=f"Kind {number}", duration_minutes=minutes, skills=names)
        JobTypeUnit.objects.create(job_type=kind, business_unit=unit)
        JobTypeScheduling.objects.create(job_type=kind, is_self_schedulable=True, lead_hours=0)
        made.append(kind)
    return made


def _zones(unit: BusinessUnit) -> list[Zone]:
    """The bookers live in them in turn."""
    made = []
    places = list(Location.objects.order_by("pk"))
    for number in range(ZONES):
        zone = Zone.objects.create(name=f"Zone {number}", zips=[f"9000{number}"])
        ZoneUnit.objects.create(zone=zone, business_unit=unit)
        keys = [place.pk for place in places[number::ZONES]]
        Location.objects.filter(pk__in=keys).update(postal_code=f"9000{number}")
        made.append(zone)
    return made


def _windows(unit: BusinessUnit) -> None:
    for span in WINDOWS:
        window = ArrivalWindow.objects.create(start_minute=span.start, minutes=span.end - span.start)
        ArrivalWindowUnit.objects.create(arrival_window=window, business_unit=unit)
    all_day = [[0, 1440]]
    hours = BusinessHours.objects.create(weekdays=all_day, saturday=all_day, sunday=all_day)
    BusinessHoursUnit.objects.create(hours=hours, business_unit=unit)


def _people(filled: Filled, days: list[Day], zones: list[Zone]) -> None:
    known: dict[int, Technician] = {}
    rows: dict[Any, list[Any]] = {model: [] for model in (TechnicianShift, NonJobAppointment, Job, Appointment)}
    blocks: list[tuple[date, Technician, int, Appointment | None, Item]] = []
    places = [list(Location.objects.filter(postal_code=f"9000{number}").order_by("pk")) for number in range(ZONES)]
    for number, day in enumerate(days):
        on = filled.first + timedelta(days=number)
        for at, person in enumerate(day.people):
            if id(person) not in known:
                known[id(person)] = _technician(filled, len(known), person.skills, [zones[z] for z in person.zones])
            technician, shift = known[id(person)], day.board.workers[at].shift
            times = {"starts_at": _moment(filled, on, shift.start), "ends_at": _moment(filled, on, shift.end)}
            rows[TechnicianShift].append(TechnicianShift(technician=technician, type="Normal", **times))
            for item, begins in day.board.times_of(at):
                starts_at = _moment(filled, on, begins)
                if not item.key.startswith("visit"):
                    event = NonJobAppointment(technician=technician, starts_at=starts_at, minutes=item.minutes)
                    rows[NonJobAppointment].append(event)
                    continue
                visit = _visit(filled, on, item, places)
                rows[Job].append(visit.job)
                rows[Appointment].append(visit)
                blocks.append((on, technician, begins, visit, item))
    for model, made in rows.items():
        model.objects.bulk_create(made, batch_size=CHUNK)
    _plan(filled, blocks)


def _plan(filled: Filled, blocks: list[Any]) -> None:
    rows = {
        on: BranchDay.objects.create(branch=filled.unit.branch, day=on) for on in sorted({block[0] for block in blocks})
    }
    PlanBlock.objects.bulk_create(
        (
            PlanBlock(
                branch_day=rows[on],
                appointment=visit,
                technician=technician,
                starts_at=_moment(filled, on, begins),
                ends_at=_moment(filled, on, begins + item.minutes),
            )
            for on, technician, begins, visit, item in blocks
        ),
        batch_size=CHUNK,
    )


def _technician(filled: Filled, number: int, skills: frozenset[int], zones: list[Zone]) -> Technician:
    names = [f"skill {skill}" for skill in sorted(skills)]
    made = Technician.objects.create(business_unit=filled.unit, name=f"Person {number}", skills=names)
    ZoneTechnician.objects.bulk_create(ZoneTechnician(zone=zone, technician=made) for zone in zones)
    return made


def _visit(filled: Filled, on: date, item: Item, places: list[list[Location]]) -> Appointment:
    _word, number, kind, zone = item.key.split()
    place = places[int(zone)][int(number) % len(places[int(zone)])]
    job = Job(
        number=f"V{number}",
        customer_id=place.customer_id,
        location=place,
        business_unit=filled.unit,
        job_type=filled.kinds[int(kind)],
        status="Scheduled",
        created_at=clock.now(),
    )
    starts_at = _moment(filled, on, item.earliest)
    return Appointment(
        job=job,
        number=f"V{number}-1",
        status="Scheduled",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=item.minutes),
        window_starts_at=starts_at,
        window_ends_at=_moment(filled, on, item.latest),
    )


def _moment(filled: Filled, on: date, minute: int) -> datetime:
    return local_moment(on, minute, filled.zone)
