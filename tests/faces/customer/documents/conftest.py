"""Maria, her job, and Eve next door."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from portico.domain.customers.models import Customer
from portico.domain.jobs.models import Job
from tests.faces.customer.documents.shelf import make_job
from tests.factories import customers as make
from tests.factories import people


@pytest.fixture(autouse=True)
def private_store(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def company(db: None) -> Any:
    return people.make_company()


@pytest.fixture
def maria(company: Any) -> Customer:
    with people.inside(company):
        customer: Customer = make.make_customer("Maria Ortega", "maria@example.com")
        make.make_location(customer)
        cabin = make.make_location(customer, name="Cabin")
        cabin.street = "5 Cabin Rd"
        cabin.save()
        return customer


@pytest.fixture
def job(company: Any, maria: Customer) -> Job:
    with people.inside(company):
        return make_job(maria)


@pytest.fixture
def visitor(company: Any, maria: Customer) -> Client:
    with people.inside(company):
        login = people.make_login("maria@example.com")
    return people.sign_in(people.portal(), login)


@pytest.fixture
def eve(company: Any) -> Client:
    with people.inside(company):
        customer = make.make_customer("Eve Other", "eve@example.com")
        make.make_location(customer)
        login = people.make_login("eve@example.com")
    return people.sign_in(people.portal(), login)
