from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from portico.foundation.people.roles import StaffRole
from portico.foundation.tenancy.scope import company_scope
from tests.factories import people
from tests.factories.town import Town
from tests.stripe_sandbox import shared_till, stripe_sandbox, till, wired_sandbox

__all__ = ["shared_till", "stripe_sandbox", "till", "wired_sandbox"]


@pytest.fixture
def company(db):
    return people.make_company()


@pytest.fixture
def staff(company) -> Callable[[StaffRole], Client]:
    """The browser of a staff member of a role."""

    def signed_in(role: StaffRole = StaffRole.ADMIN) -> Client:
        with people.inside(company):
            login = people.make_staff(role=role)
        return people.sign_in(people.office(), login)

    return signed_in


@pytest.fixture
def olga(staff) -> Client:
    """An admin."""
    return staff(StaffRole.ADMIN)


@pytest.fixture
def town(company) -> Iterator[Town]:
    """A branch that can be booked; operations may be called."""
    with people.inside(company):
        made = Town()
        made.company = company
    with company_scope(company.id):
        yield made


@pytest.fixture
def inside(company) -> Callable[[], Any]:
    """A transaction of the company, to look into its tables."""
    return lambda: people.inside(company)


@pytest.fixture
def csr(staff) -> Client:
    """Who answers the phone."""
    return staff(StaffRole.CSR)
