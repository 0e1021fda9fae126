"""A home with its people, in the scope of one company."""

import pytest

from portico.foundation.tenancy.models import Branch
from tests.factories import customers as make
from tests.factories import people


@pytest.fixture
def company():
    return people.make_company()


@pytest.fixture
def home(company):
    """A customer with Ana, who sees prices; the office is told at desk@example.com."""
    with people.inside(company):
        Branch.objects.filter(is_main=True).update(support_email="desk@example.com", time_zone="America/Chicago")
        yield make.make_customer("Alvarez", "ana@example.com")


@pytest.fixture
def ana(home):
    return people.make_login("ana@example.com", name="Ana Alvarez")


@pytest.fixture
def ben(home):
    make.add_emails(home, "ben@example.com")
    return people.make_login("ben@example.com", name="Ben Alvarez")
