"""The import calls one sync for all of its customers."""

import time
from datetime import UTC, datetime

import pytest

from portico.domain.customers.enums import ContactType
from portico.domain.customers.models import Contact, Customer, EmailAddress, Location, PortalContact
from portico.domain.customers.operations import sync_portal_contacts
from portico.foundation.audit.operations import SYSTEM
from portico.foundation.tenancy.models import Branch
from tests.factories import people, statements

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def company():
    found = people.make_company()
    with people.inside(found):
        yield found


def make_customers(count):
    branch = Branch.objects.get(is_main=True)
    names = [f"Customer {number:06}" for number in range(count)]
    customers = Customer.objects.bulk_create(
        Customer(number=name, name=name, sort_key=name, branch=branch, created_at=NOW) for name in names
    )
    homes = Location.objects.bulk_create(
        Location(customer=customer, name="Home", created_at=NOW) for customer in customers
    )
    own = [contact(customer, None, f"own{number}@example.com") for number, customer in enumerate(customers)]
    rented = [contact(home.customer, home, f"tenant{number}@example.com") for number, home in enumerate(homes)]
    shared = [contact(customer, None, "noemail@example.com") for customer in customers[::10]]
    Contact.objects.bulk_create([*own, *rented, *shared])
    return customers


def contact(customer, location, email):
    return Contact(customer=customer, location=location, type=ContactType.EMAIL, value=email, email=email)


@pytest.mark.parametrize("count", (1, 30))
def test_sync_takes_as_many_statements_for_thirty_customers_as_for_one(count):
    customers = make_customers(count)
    with statements(9):
        sync_portal_contacts(customer_ids=[customer.pk for customer in customers], by=SYSTEM)


def test_fifteen_hundred_customers_take_seconds():
    customers = make_customers(1500)
    started = time.perf_counter()
    sync_portal_contacts(customer_ids=[customer.pk for customer in customers], by=SYSTEM)
    whole = time.perf_counter() - started
    assert (PortalContact.objects.count(), EmailAddress.objects.filter(is_placeholder=True).count()) == (3150, 1)
    assert whole < 4  # a third of a second on two idle cores


def test_whole_company_and_named_customers_give_the_same_rows():
    customers = make_customers(40)
    sync_portal_contacts(customer_ids=[customer.pk for customer in customers], by=SYSTEM)
    before = list(PortalContact.objects.order_by("pk").values())
    sync_portal_contacts(customer_ids=None, by=SYSTEM)
    assert list(PortalContact.objects.order_by("pk").values()) == before
