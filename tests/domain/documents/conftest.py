from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from portico.domain.catalog.models import BusinessUnit, JobType
from portico.domain.customers.models import Customer
from portico.domain.jobs.models import Job
from tests.factories import customers as make
from tests.factories import people


@pytest.fixture(autouse=True)
def private_store(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    return Path(settings.MEDIA_ROOT)


@pytest.fixture
def company(db: None) -> Any:
    return people.make_company()


@pytest.fixture
def maria(company: Any) -> Customer:
    with people.inside(company):
        customer: Customer = make.make_customer("Maria Ortega", "maria@example.com")
        make.make_location(customer)
        return customer


def make_job(customer: Customer, number: str = "J1") -> Job:
    unit = BusinessUnit.objects.get_or_create(name="HVAC", branch=customer.branch)[0]
    return Job.objects.create(
        number=number,
        customer=customer,
        location=customer.locations.order_by("pk")[0],
        business_unit=unit,
        job_type=JobType.objects.get_or_create(name="Tune-up")[0],
        status="Completed",
        created_at=datetime.now(UTC),
    )


@pytest.fixture
def job(company: Any, maria: Customer) -> Job:
    with people.inside(company):
        return make_job(maria)
