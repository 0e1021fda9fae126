"""Memberships on the office's record: with memos, the source's own words, and deleted ones."""

from uuid import uuid4

import pytest
from django.test import Client

from portico.domain.customers.models import Customer
from portico.foundation.tenancy.companies import CompanyRow
from tests.factories import customers as make
from tests.factories import people, read, statements
from tests.factories.memberships import make_membership, make_type, make_visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> CompanyRow:
    return people.make_company("demo")


@pytest.fixture
def maria(company: CompanyRow) -> Customer:
    with people.inside(company):
        return make.make_customer("Maria Ortega", "maria@example.com")


@pytest.fixture
def office(company: CompanyRow) -> Client:
    with people.inside(company):
        staff = people.make_staff("olga@example.com")
    return people.sign_in(people.office(), staff)


def test_record_shows_memberships_with_what_customers_never_see(
    company: CompanyRow, maria: Customer, office: Client
) -> None:
    with people.inside(company):
        kind = make_type("Comfort Plan", name="Comfort Plan 2022 (retired)")
        deleted = make_membership(maria, kind, status="Deleted")
        active = make_membership(maria, kind)
        make_visit(active, "Spring tune-up", days=-400, status="Unreachable")

    page = read(office.get(f"/customers/{maria.public_id}/"))

    assert page.rows("membership") == [str(active.source_id), str(deleted.source_id)]
    text = page.all("tr", data_row="membership")[0].text
    for said in ("Comfort Plan 2022 (retired)", "sold at a discount", "Unreachable", "Active"):
        assert said in text


@pytest.mark.parametrize("count", (1, 30))
def test_memberships_are_paged_in_equal_statements(
    count: int, company: CompanyRow, maria: Customer, office: Client
) -> None:
    with people.inside(company):
        statuses = ("Active", "Deleted", "Expired")
        made = [make_membership(maria, status=statuses[at % 3]) for at in range(count)]
    with statements(3):
        page = read(office.get(f"/customers/{maria.public_id}/memberships/"))
    seen = page.rows("membership")
    if count > 25:
        seen += read(office.get(page.links["More memberships"])).rows("membership")
    assert sorted(seen) == sorted(str(one.source_id) for one in made)


def test_memberships_of_nobody_are_not_found(maria: Customer, office: Client) -> None:
    assert office.get(f"/customers/{uuid4()}/memberships/").status_code == 404
