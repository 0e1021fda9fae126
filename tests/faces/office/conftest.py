from collections.abc import Callable

import pytest
from django.test import Client

from portico.foundation.people.roles import StaffRole
from tests.factories import people
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
