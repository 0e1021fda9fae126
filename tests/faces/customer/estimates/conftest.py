"""Maria with her home and her cabin; Luis sees no prices; Eve lives next door."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from portico.domain.customers import operations as customers
from portico.domain.customers.enums import BillingLevel
from portico.domain.customers.models import Customer
from portico.foundation.tenancy.companies import CompanyRow
from tests.factories import customers as make
from tests.factories import people


@pytest.fixture
def company(db: None) -> CompanyRow:
    return people.make_company()


@pytest.fixture
def ortega(company: CompanyRow) -> Customer:
    with people.inside(company):
        customer: Customer = make.make_customer("Maria Ortega", "maria@example.com", "luis@example.com")
        make.make_location(customer)
        make.make_location(customer, "tenant@example.com", name="Cabin")
        row = make.row_of(customer, "luis@example.com").public_id
        customers.change_billing_access(portal_contact=row, billing=BillingLevel.NONE, by=people.OFFICE)
    return customer


@pytest.fixture
def maria(company: CompanyRow, ortega: Customer) -> Client:
    return browser(company, "maria@example.com", "Maria Ortega")


@pytest.fixture
def luis(company: CompanyRow, ortega: Customer) -> Client:
    return browser(company, "luis@example.com", "Luis Ortega")


@pytest.fixture
def eve(company: CompanyRow) -> Client:
    with people.inside(company):
        make.make_location(make.make_customer("Eve Other", "eve@example.com"))
    return browser(company, "eve@example.com", "Eve Other")


def browser(company: CompanyRow, email: str, name: str, **headers: Any) -> Client:
    """Somebody signed in."""
    with people.inside(company):
        login = people.make_login(email, name=name)
    return people.sign_in(people.portal(), login)
