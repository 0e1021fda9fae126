"""Jobs with visits, in the scope's company."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from portico.domain.capacity.models import Technician
from portico.domain.catalog.models import BusinessUnit, JobType
from portico.domain.customers.models import Customer, Location
from portico.domain.jobs.models import Appointment, AppointmentAssignment, Job
from portico.foundation.tenancy.models import Branch
from tests.factories import customers as make

_number = count(3001)


def make_job(customer: Customer, *, location: Location | None = None, **columns: Any) -> Job:
    """An open job at the customer's home."""
    unit, _ = BusinessUnit.objects.get_or_create(name="HVAC", branch=Branch.objects.get(is_main=True))
    kind, _ = JobType.objects.get_or_create(name="Furnace tune-up")
    told: dict[str, Any] = {"status": "Scheduled", "summary": "Cleaned the burner.", "created_at": datetime.now(UTC)}
    told |= {"business_unit": unit, "job_type": kind, **columns}
    place = location or Location.objects.filter(customer=customer).first() or make.make_location(customer)
    return Job.objects.create(number=str(next(_number)), customer=customer, location=place, **told)


def make_visit(job: Job, *, starts_at: datetime | None = None, **columns: Any) -> Appointment:
    """A visit in an hour, with a technician."""
    start = starts_at or datetime.now(UTC) + timedelta(hours=1)
    hours = {"starts_at": start, "ends_at": start + timedelta(hours=2)}
    window = {"window_starts_at": start, "window_ends_at": start + timedelta(hours=2)}
    number = f"{job.number}-{job.appointments.count() + 1}"
    visit = Appointment.objects.create(job=job, number=number, **{"status": "Scheduled", **hours, **window, **columns})
    who, _ = Technician.objects.get_or_create(name="Tom Turner", bio="Twelve years of boilers.")
    AppointmentAssignment.objects.create(appointment=visit, technician=who, status="Scheduled")
    return visit
