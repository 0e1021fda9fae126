"""Memberships in the portal: what they cover, what is due, and amounts only where bills may be seen."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from portico.domain.billing.models import Invoice
from portico.domain.customers import operations as customers
from portico.domain.customers.enums import BillingLevel
from portico.domain.customers.models import Location
from portico.domain.memberships.models import Membership
from portico.foundation.tenancy.companies import CompanyRow
from portico.kernel import formats
from tests.faces.customer.test_equipment import add_job
from tests.factories import customers as make
from tests.factories import people, read, statements
from tests.factories.billing import make_invoice
from tests.factories.memberships import discount, make_membership, make_type, make_visit

pytestmark = pytest.mark.django_db
TODAY = datetime.now(UTC).date()


@pytest.fixture
def company() -> CompanyRow:
    return people.make_company("demo")


@pytest.fixture
def home(company: CompanyRow) -> Location:
    """Maria's home; her husband sees no bills."""
    with people.inside(company):
        maria = make.make_customer("Maria Ortega", "maria@example.com", "luis@example.com")
        home = make.make_location(maria, name="Home")
        home.street, home.city = "12 Oak Ave", "Austin"
        home.save()
        row = make.row_of(maria, "luis@example.com").public_id
        customers.change_billing_access(portal_contact=row, billing=BillingLevel.NONE, by=people.OFFICE)
    return home


@pytest.fixture
def maria(company: CompanyRow, home: Location) -> Client:
    return browser(company, "maria@example.com")


def browser(company: CompanyRow, email: str) -> Client:
    with people.inside(company):
        login = people.make_login(email)
    return people.sign_in(people.portal(), login)


def show(client: Client, membership: Membership) -> Any:
    return read(client.get(f"/memberships/{membership.public_id}/"))


def marked(page: Any, tag: str, mark: str) -> list[str]:
    return [one.text for one in page.all(tag) if mark in one.attributes]


def test_memberships_stand_active_first_then_paused_then_past(
    company: CompanyRow, home: Location, maria: Client
) -> None:
    with people.inside(company):
        made = {
            status: make_membership(home, status=status)
            for status in ("Canceled", "Deleted", "Expired", "Suspended", "Active")
        }

    page = read(maria.get("/memberships/"))

    shown = ("Active", "Suspended", "Expired", "Canceled")
    assert page.rows("membership") == [str(made[status].public_id) for status in shown]
    assert [one.text for one in page.all("h2")][:3] == ["Active", "Paused", "Past"]
    assert maria.get(f"/memberships/{made['Deleted'].public_id}/").status_code == 404


def test_membership_says_what_it_covers_and_what_comes_next(company: CompanyRow, home: Location, maria: Client) -> None:
    with people.inside(company):
        kind = make_type("Saguaro Comfort Plan", "Spring tune-up", "Fall tune-up")
        bill_on = TODAY + timedelta(days=40)
        membership = make_membership(home, kind, next_bill_on=bill_on)
        make_visit(membership, "Fall tune-up", days=-50, job=add_job(home, "J1"))
        spring = make_visit(membership, "Spring tune-up", days=-2, status="Unreachable")
        make_visit(membership, "Filter swap", days=200)
        make_visit(membership, "Of last year", days=-200, status="Won")

    page = show(maria, membership)

    assert page.h1 == "Saguaro Comfort Plan"
    assert page.rows("visit") == ["Fall tune-up", "Spring tune-up", "Filter swap"]
    used, due, later = (row.text for row in page.all("li", data_row="visit"))
    assert ("Used" in used, "Due now" in due, "Due later" in later) == (True, True, True)
    assert "1 used or booked, 2 visits due" in page.text
    assert page.links["Book Spring tune-up"] == f"/booking/due/{spring.public_id}/"
    assert f"{formats.day(bill_on)}" in page.text
    assert marked(page, "span", "data-next-amount") == ["$199.07"]
    assert "10% off" in page.text
    assert "sold at" not in page.text


@pytest.mark.parametrize(
    ("columns", "amount"),
    (({"duration_months": None}, "Unknown"), ({"billing_frequency": "Quarterly"}, "Unknown"), ({}, "$199.07")),
)
def test_membership_names_no_amount_that_was_not_agreed(
    columns: dict[str, Any], amount: str, company: CompanyRow, home: Location, maria: Client
) -> None:
    with people.inside(company):
        membership = make_membership(home, next_bill_on=TODAY, **columns)
    page = show(maria, membership)
    assert marked(page, "span", "data-next-amount") == [amount]


def billed(home: Location, membership: Membership, saved: int, **columns: Any) -> Invoice:
    invoice = make_invoice(columns.pop("customer", home.customer), **columns)
    discount(invoice, membership, saved)
    return invoice


def test_savings_are_the_discount_lines_of_the_period(company: CompanyRow, home: Location, maria: Client) -> None:
    with people.inside(company):
        membership, other = make_membership(home), make_membership(home)
        first = billed(home, membership, 1234, issued_on=TODAY - timedelta(days=9))
        second = billed(home, membership, 1000, issued_on=TODAY - timedelta(days=19))
        billed(home, membership, 777, issued_on=TODAY - timedelta(days=190))
        billed(home, other, 555, issued_on=TODAY)
        billed(home, membership, 99, issued_on=TODAY, customer=make.make_customer("Neighbor"))

    page = show(maria, membership)

    assert marked(page, "b", "data-saved") == ["$22.34"]
    assert page.rows("discount") == [f"Invoice {first.number}", f"Invoice {second.number}"]
    assert page.links[f"Invoice {first.number}"] == f"/invoices/{first.public_id}/"


def test_savings_are_unknown_where_no_line_says_them(company: CompanyRow, home: Location, maria: Client) -> None:
    with people.inside(company):
        membership = make_membership(home)
        invoice = make_invoice(home.customer, issued_on=TODAY)
        invoice.membership_source_id = membership.source_id
        invoice.save()
    page = show(maria, membership)
    assert marked(page, "b", "data-saved") == ["Unknown"]


def test_membership_without_billing_access_shows_no_amount(company: CompanyRow, home: Location) -> None:
    luis = browser(company, "luis@example.com")
    with people.inside(company):
        membership = make_membership(home, next_bill_on=TODAY)
        billed(home, membership, 1234, issued_on=TODAY)
    page = show(luis, membership)
    assert ("$" in page.text, "Next bill" in page.text, "saved" in page.text) == (False, False, False)
    assert "10% off" in page.text


def test_paused_membership_says_so_and_asks_nothing(company: CompanyRow, home: Location, maria: Client) -> None:
    with people.inside(company):
        membership = make_membership(home, status="Suspended")
        make_visit(membership, days=-2)
    page = show(maria, membership)
    assert "This membership is paused." in page.text
    assert "Book a visit" not in page.links
    assert "due-visit" not in maria.get("/").content.decode()


def test_memberships_without_any_say_so(maria: Client) -> None:
    assert "No membership yet" in read(maria.get("/memberships/")).text


@pytest.mark.parametrize("count", (1, 30))
def test_memberships_statements_do_not_grow(count: int, company: CompanyRow, home: Location, maria: Client) -> None:
    with people.inside(company):
        kind = make_type("Plan", "Spring tune-up")
        made = [make_membership(home, kind, status=("Active", "Expired")[at % 2]) for at in range(count)]
        for membership in made:
            make_visit(membership, days=-1)
    with statements(2):
        assert len(read(maria.get("/memberships/")).rows("membership")) == min(count, 10)
    with statements(3):
        assert maria.get(f"/memberships/{made[0].public_id}/").status_code == 200
    with statements(2):
        assert maria.get("/").status_code == 200


def test_memberships_pages_hold_each_one_once(company: CompanyRow, home: Location, maria: Client) -> None:
    with people.inside(company):
        statuses = ("Active", "Suspended", "Expired", "Canceled")
        made = [make_membership(home, status=statuses[at % 4]) for at in range(25)]
    seen: list[str] = []
    address = "/memberships/"
    while address:
        page = read(maria.get(address))
        seen += page.rows("membership")
        address = page.links.get("More memberships", "")
    assert len(seen) == 25
    assert set(seen) == {str(one.public_id) for one in made}


def test_memberships_of_others_do_not_exist(company: CompanyRow, home: Location, maria: Client) -> None:
    with people.inside(company):
        neighbor = make.make_location(make.make_customer("Carl Neighbor", "carl@example.com"), name="Next door")
        theirs = make_membership(neighbor)
    assert read(maria.get("/memberships/")).rows("membership") == []
    assert maria.get(f"/memberships/{theirs.public_id}/").status_code == 404
    assert maria.get(f"/memberships/{uuid4()}/").status_code == 404


def test_location_contact_sees_the_memberships_of_that_location(company: CompanyRow, home: Location) -> None:
    with people.inside(company):
        cottage = make.make_location(home.customer, "tenant@example.com", name="Cottage")
        theirs, whole, other = make_membership(cottage), make_membership(home.customer), make_membership(home)
    tenant = browser(company, "tenant@example.com")
    assert read(tenant.get("/memberships/")).rows("membership") == [str(theirs.public_id)]
    for hidden in (whole, other):
        assert tenant.get(f"/memberships/{hidden.public_id}/").status_code == 404


def test_visit_that_is_due_is_a_task_at_home(company: CompanyRow, home: Location, maria: Client) -> None:
    with people.inside(company):
        membership = make_membership(home)
        fall = make_visit(membership, "Fall tune-up", days=3)
        make_visit(membership, "Spring tune-up", days=200)
        make_visit(membership, "Booked already", days=1, job=add_job(home, "J2", days=4, status="Scheduled"))

    page = read(maria.get("/"))

    assert page.rows("due-visit") == ["Fall tune-up"]
    assert page.links["Fall tune-up"] == f"/booking/due/{fall.public_id}/"
    assert "1 to do" in page.text
    assert {"/jobs/", "/memberships/", "/equipment/", "/documents/"} <= set(page.links.values())


def test_home_with_several_customers_is_narrowed_to_one(company: CompanyRow, home: Location, maria: Client) -> None:
    with people.inside(company):
        rental = make.make_location(make.make_customer("Ortega Rentals", "maria@example.com"), name="Rental")
        for place, name in ((home, "Fall tune-up"), (rental, "Spring tune-up")):
            make_visit(make_membership(place), name, days=-1)
    assert sorted(read(maria.get("/")).rows("due-visit")) == ["Fall tune-up", "Spring tune-up"]
    narrowed = read(maria.get(f"/?customer={rental.customer.public_id}"))
    assert narrowed.rows("due-visit") == ["Spring tune-up"]


def test_home_with_nothing_to_do_says_so_kindly(maria: Client) -> None:
    assert "You’re all set" in read(maria.get("/")).text
