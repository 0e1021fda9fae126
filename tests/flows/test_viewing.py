"""Staff look at the portal as a contact: over from the office, banner, what is hidden, and back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from portico.foundation.people.roles import StaffRole
from portico.kernel import clock
from tests.factories import customers as make
from tests.factories import people
from tests.factories.documents import make_document
from tests.factories.equipment import make_unit
from tests.factories.visits import make_job, make_visit
from tests.flows.house import DESKTOP, House

pytestmark = pytest.mark.browser
LONG = "maximiliane-alexandra.von-hohenstaufen-wittelsbach@subdomain.example.com"


@pytest.fixture
def customer(house: House) -> str:
    company = people.make_company()
    with people.inside(company):
        customer = make.make_customer("Maximiliane-Alexandra von Hohenstaufen-Wittelsbach", LONG)
        job = make_job(customer)
        make_visit(job, starts_at=clock.now())
        make_job(customer, status="Canceled")
        make_document(job, "file", is_shared=False)
        make_unit(job.location, "Old boiler", is_active=False)
        people.make_staff("olga@example.com", role=StaffRole.CSR)
        return str(customer.public_id)


def at_the_record(house: House, customer: str) -> Page:
    """Olga's browser, at the customer in the office."""
    olga = house.visitor(size=DESKTOP)
    olga.goto(house.office("demo"))
    olga.get_by_label("Email").fill("olga@example.com")
    olga.get_by_label("Password", exact=True).fill(people.PASSWORD)
    olga.get_by_role("button", name="Sign in").click()
    house.pass_second(olga, "olga@example.com")
    olga.goto(house.office("demo", f"/customers/{customer}/"))
    return olga


def looking(house: House, customer: str) -> Page:
    """Olga's browser, looking at the portal as the contact."""
    olga = at_the_record(house, customer)
    row = olga.locator("[data-row=portal]")
    row.locator("summary").click()
    row.get_by_role("button", name="View portal as").click()
    expect(olga.get_by_role("complementary", name="Staff view")).to_be_visible()
    return olga


def test_staff_look_as_a_contact_and_come_back(house: House, customer: str) -> None:
    olga = at_the_record(house, customer)
    row = olga.locator("[data-row=portal]")
    row.locator("summary").click()
    asked: list[str] = []
    olga.on("request", lambda request: asked.append(request.url))
    row.get_by_role("button", name="View portal as").click()
    banner = olga.get_by_role("complementary", name="Staff view")
    expect(banner).to_contain_text(f"views the portal as {LONG}")
    assert olga.url == house.portal("demo")
    expect(olga).to_have_title("Staff view: Home – Brightwater Home")
    house.look(olga, "viewing-home")

    olga.set_viewport_size({"width": 390, "height": 844})
    olga.goto(house.portal("demo", "/account/"))
    olga.mouse.wheel(0, 900)
    expect(banner).to_be_in_viewport()
    house.look(olga, "viewing-account")
    olga.get_by_role("button", name="Save").first.click()
    expect(olga.get_by_role("heading", level=1)).to_have_text("You can only look")
    house.look(olga, "viewing-refused")

    banner.get_by_role("link", name="What is hidden?").click()
    for reason in ("Canceled jobs", "Documents that nobody has shared", "Equipment that is no longer in use"):
        expect(olga.locator("[data-row=hidden]").filter(has_text=reason)).to_have_count(1)
    house.look(olga, "viewing-hidden")

    banner.get_by_role("button", name="End viewing").click()
    expect(olga.get_by_role("heading", level=1)).to_have_text("Viewing has ended")
    house.look(olga, "viewing-ended")
    olga.get_by_role("link", name="Back to the customer in the office").click()
    assert olga.url == house.office("demo", f"/customers/{customer}/")
    olga.goto(house.portal("demo"))
    expect(olga.get_by_role("heading", level=1)).to_have_text("Sign in")

    way_over = next(address for address in asked if "/viewing/start/" in address)
    olga.goto(way_over)
    expect(olga.get_by_role("heading", level=1)).to_have_text("This way over has been used")
    house.look(olga, "viewing-spent")


def test_staff_who_sign_out_of_the_office_look_no_longer(house: House, customer: str) -> None:
    olga = looking(house, customer)
    olga.goto(house.office("demo"))
    olga.get_by_role("button", name="Sign out").click()
    for _ in range(2):
        olga.goto(house.portal("demo", "/jobs/"))
        expect(olga.get_by_role("heading", level=1)).to_have_text("Viewing has ended")
    house.look(olga, "viewing-over")
    olga.get_by_role("button", name="Leave the staff view").click()
    olga.goto(house.portal("demo"))
    expect(olga.get_by_role("heading", level=1)).to_have_text("Sign in")
