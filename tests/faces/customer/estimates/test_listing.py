"""The list of estimates, home, and a job: what waits stands first, and amounts only where they may be seen."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from portico.domain.customers.models import Customer, Location
from portico.domain.estimates.models import Estimate
from portico.foundation.tenancy.companies import CompanyRow
from portico.foundation.tenancy.models import Company
from tests.factories import customers as make
from tests.factories import people, read, statements
from tests.factories.estimates import line, make_estimate, make_options, make_proposal
from tests.factories.memberships import make_membership
from tests.factories.visits import make_job

pytestmark = pytest.mark.django_db
AMOUNT = re.compile(r"\$\s?\d")


def listed(client: Client, address: str = "/estimates/") -> list[str]:
    return read(client.get(address)).rows("estimate")


def key(estimate: Estimate) -> str:
    """The proposal of an estimate, as its row names it."""
    with people.inside_id(estimate.company_id):
        return str(estimate.proposal.public_id)


def test_estimates_stand_waiting_first_then_accepted_declined_expired(
    company: CompanyRow, ortega: Customer, maria: Client
) -> None:
    with people.inside(company):
        expired = make_estimate(ortega, expires_in=-3)
        declined = make_estimate(ortega, status="Dismissed")
        accepted = make_estimate(ortega, status="Sold")
        endless = make_estimate(ortega, expires_in=None)
        late = make_estimate(ortega, expires_in=20)
        soon = make_estimate(ortega, expires_in=2)
        make_estimate(ortega, status="Withdrawn")
        make_estimate(ortega, status="Draft")
        make_estimate(ortega, is_active=False)

    page = read(maria.get("/estimates/"))

    assert page.rows("estimate") == [key(one) for one in (soon, late, endless, accepted, declined, expired)]
    assert [one.text for one in page.all("h2")][:4] == ["Waiting for your answer", "Accepted", "Declined", "Expired"]


def test_row_of_options_says_how_many_and_from_what_to_what(
    company: CompanyRow, ortega: Customer, maria: Client
) -> None:
    with people.inside(company):
        make_options(ortega, ("Good", 421000), ("Better", 700000), ("Best", 986000), expires_in=12)
    row = read(maria.get("/estimates/")).root.one("li", data_row="estimate").text
    assert ("3 options, $4,210.00 to $9,860.00" in row, "Expires in 12 days" in row) == (True, True)


def test_row_counts_the_price_of_members_and_what_is_suggested(
    company: CompanyRow, ortega: Customer, maria: Client
) -> None:
    lines = [line("Pump", 100000, member_price_minor=90000), line("Cover", 5000, is_optional=True, is_suggested=True)]
    with people.inside(company):
        make_membership(ortega.locations.order_by("pk")[0])
        make_estimate(ortega, lines=lines)
    assert "$950.00" in read(maria.get("/estimates/")).root.one("li", data_row="estimate").text


def test_nobody_without_prices_reads_an_amount(company: CompanyRow, ortega: Customer, luis: Client) -> None:
    with people.inside(company):
        make_options(ortega, expires_in=12)
        job = make_job(ortega)
        sold = make_estimate(job, status="Sold")
    for address in ("/estimates/", "/", f"/estimates/{sold.public_id}/", f"/jobs/{job.public_id}/"):
        page = read(luis.get(address))
        assert (page.status, AMOUNT.findall(page.text)) == (200, [])
    assert "3 options" in read(luis.get("/estimates/")).text


@pytest.mark.parametrize(("is_shown", "seen"), ((False, ["Sold"]), (True, ["Open", "Sold", "Dismissed"])))
def test_estimates_of_a_canceled_job_are_hidden_with_it_save_what_was_accepted(
    company: CompanyRow, ortega: Customer, maria: Client, is_shown: bool, seen: list[str]
) -> None:
    with people.inside(company):
        Company.objects.filter(pk=company.id).update(is_canceled_job_shown=is_shown)
        job = {status: make_job(ortega, status="Canceled") for status in ("Open", "Sold", "Dismissed")}
        made = {status: make_estimate(one, status=status) for status, one in job.items()}
    assert listed(maria) == [key(made[status]) for status in seen]
    found = {status: maria.get(f"/estimates/{one.public_id}/").status_code for status, one in made.items()}
    assert found == {status: 200 if status in seen else 404 for status in made}


def test_options_beside_the_accepted_one_of_a_canceled_job_are_hidden(
    company: CompanyRow, ortega: Customer, maria: Client
) -> None:
    with people.inside(company):
        proposal = make_proposal(make_job(ortega, status="Canceled"), tag="Pump")
        sold = make_estimate(proposal, name="Chosen pump", status="Sold")
        other = make_estimate(proposal, name="Other pump", status="Dismissed", is_other_chosen=True)
    assert "Other pump" not in maria.get(f"/estimates/{sold.public_id}/").content.decode()
    assert maria.get(f"/estimates/{other.public_id}/").status_code == 404


def test_neighbors_and_other_places_are_as_if_they_did_not_exist(
    company: CompanyRow, ortega: Customer, eve: Client
) -> None:
    with people.inside(company):
        home, cabin = Location.objects.filter(customer=ortega).order_by("pk")
        at_home = make_estimate(make_job(ortega, location=home))
        at_cabin = make_estimate(make_job(ortega, location=cabin))
        tenant = people.sign_in(people.portal(), people.make_login("tenant@example.com"))
    assert (listed(eve), listed(tenant)) == ([], [key(at_cabin)])
    pages = [tenant.get(f"/estimates/{one.public_id}/").status_code for one in (at_home, at_cabin)]
    assert (pages, eve.get(f"/estimates/{at_home.public_id}/").status_code) == ([404, 200], 404)


def test_list_goes_on_where_the_page_before_ended(company: CompanyRow, ortega: Customer, maria: Client) -> None:
    with people.inside(company):
        made = [
            make_estimate(ortega, status=status, expires_in=days)
            for days in (5, None, -5)
            for status in ("Open", "Sold", "Dismissed") * 3
        ]
    seen: list[str] = []
    address = "/estimates/"
    while address:
        page = read(maria.get(address))
        seen += page.rows("estimate")
        following = page.all("a", rel="next")
        address = following[0]["href"] if following else ""
    assert (len(seen), sorted(seen)) == (len(made), sorted(key(one) for one in made))
    assert seen[:3] == [key(one) for one in (made[0], made[3], made[6])]


@pytest.mark.parametrize("count", (1, 30))
def test_pages_take_a_fixed_number_of_statements(
    company: CompanyRow, ortega: Customer, maria: Client, count: int
) -> None:
    with people.inside(company):
        job = make_job(ortega)
        made = [make_estimate(make_proposal(job, tag=f"{n}")) for n in range(count)]
    with statements(2):
        maria.get("/estimates/")
    with statements(3):  # those that wait are asked for where there are any
        maria.get("/")
    maria.get(f"/estimates/{made[0].public_id}/")
    with statements(2):
        maria.get(f"/estimates/{made[0].public_id}/")
    with statements(5):
        maria.get(f"/jobs/{job.public_id}/")


def test_home_shows_those_that_expire_first_and_counts_them(
    company: CompanyRow, ortega: Customer, maria: Client
) -> None:
    with people.inside(company):
        made = {days: make_estimate(ortega, expires_in=days) for days in (9, 3, 7, -1)}
        make_estimate(ortega, status="Sold")
    page = read(maria.get("/"))
    assert page.rows("estimate") == [key(made[days]) for days in (3, 7, 9)]
    assert "3 to do" in page.text


def test_switch_narrows_to_one_customer(company: CompanyRow, ortega: Customer, maria: Client) -> None:
    with people.inside(company):
        rental: Any = make.make_customer("Ortega Rentals", "maria@example.com")
        make.make_location(rental)
        own, rented = make_estimate(ortega), make_estimate(rental)
    assert sorted(listed(maria)) == sorted([key(own), key(rented)])
    assert listed(maria, f"/estimates/?customer={rental.public_id}") == [key(rented)]


def test_list_without_estimates_says_what_will_be_here(maria: Client) -> None:
    assert "No estimates yet" in read(maria.get("/estimates/")).text
