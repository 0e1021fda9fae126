"""The day by which a job is listed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection

from portico.domain.catalog.models import BusinessUnit, JobType
from portico.domain.jobs import invariants
from portico.domain.jobs.models import Appointment, Job
from tests import database
from tests.factories import customers as make
from tests.factories import people

MADE = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def job() -> Iterator[Job]:
    with people.inside(people.make_company("days", name="Days Heating")):
        yield make_job()


def make_job() -> Job:
    customer = make.make_customer("Dan Days")
    return Job.objects.create(
        number="J1", status="Scheduled", customer=customer, location=make.make_location(customer),
        business_unit=BusinessUnit.objects.create(branch=customer.branch, name="HVAC"),
        job_type=JobType.objects.create(name="Tune-up"), created_at=MADE,
    )  # fmt: skip


def visit(job: Job, days: int, status: str = "Scheduled") -> Appointment:
    at = MADE + timedelta(days=days)
    until = at + timedelta(hours=2)
    window: dict[str, Any] = {"window_starts_at": at, "window_ends_at": until}
    return Appointment.objects.create(
        job=job, number=f"J1-{days}", status=status, starts_at=at, ends_at=until, **window
    )


def day_of(job: Job) -> int:
    job.refresh_from_db()
    return (job.happens_at - MADE).days


@pytest.mark.django_db
def test_day_of_a_job_follows_its_visits(job: Job) -> None:
    days = [day_of(job)]
    late = visit(job, 9)
    early = visit(job, 3)
    days.append(day_of(job))
    late.status = "Canceled"
    late.save()
    days.append(day_of(job))
    early.status = "Canceled"
    early.save()
    days.append(day_of(job))
    late.delete()
    days.append(day_of(job))
    assert days == [0, 9, 3, 9, 3]
    assert invariants.check() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("visits", (0, 1))
def test_job_under_another_day_is_found(visits: int) -> None:
    company = people.make_company("days", name="Days Heating")
    with people.inside(company):
        made = make_job()
        for number in range(visits):
            visit(made, number + 1)
    with psycopg.connect(database.owner_url(connection.settings_dict["NAME"])) as owner:
        owner.execute("ALTER TABLE jobs_job DISABLE TRIGGER begin_day")
        owner.execute("SELECT set_config('portico.company', %s, true)", [str(company.id)])
        owner.execute("UPDATE jobs_job SET happens_at = happens_at + interval '1 hour'")
        owner.execute("ALTER TABLE jobs_job ENABLE TRIGGER begin_day")
    with people.inside(company):
        found = invariants.check()
    assert [(violation.count, violation.example) for violation in found] == [(1, str(made.public_id))]
