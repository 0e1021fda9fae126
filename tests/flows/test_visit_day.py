"""The day of a visit: the office clicks, and the customer's open page shows it within five seconds."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from portico.domain.catalog.models import JobType
from portico.foundation.people.roles import StaffRole
from portico.kernel import clock
from tests.factories import customers as make
from tests.factories import people
from tests.factories.visits import make_job, make_visit
from tests.flows.house import DESKTOP, House

pytestmark = pytest.mark.browser
LONG = "Maximiliane-Alexandra von Hohenstaufen-Wittelsbach y Fernández de Córdoba"
WITHIN = 5000


def signed_in(house: House, page: Page, address: str, email: str) -> None:
    page.goto(address)
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(people.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    if "//office." in address:
        house.pass_second(page, email)
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Sign in")


@pytest.fixture
def visit(house: House) -> str:
    """A visit today, in an hour; Ana is its customer, Dan dispatches."""
    company = people.make_company()
    with people.inside(company):
        visit = make_visit(make_job(make.make_customer(LONG, "ana@example.com")), starts_at=clock.now())
        JobType.objects.update(preparation="Clear a way to the furnace.\nKeep pets in another room.")
        people.make_login("ana@example.com", name=LONG)
        people.make_staff("dan@example.com", role=StaffRole.DISPATCHER)
        return str(visit.public_id)


def test_open_page_shows_what_the_office_clicks(house: House, visit: str) -> None:
    portal, office = house.visitor(), house.visitor(size=DESKTOP)
    signed_in(house, portal, house.portal("demo"), "ana@example.com")
    portal.goto(house.portal("demo", "/appointments/"))
    house.look(portal, "visits")
    portal.goto(house.portal("demo", f"/appointments/{visit}/"))
    house.look(portal, "visit-scheduled")
    signed_in(house, office, house.office("demo"), "dan@example.com")
    office.goto(house.office("demo", "/appointments/"))
    house.look(office, "appointments")
    for button, said in (("On the way", "We are on the way to you."), ("Working", "We are at work.")):
        office.get_by_role("button", name=button).first.click()
        expect(portal.locator("#visit-told")).to_contain_text(said, timeout=WITHIN)
        expect(portal.locator("#visit-live")).to_contain_text(said)
        expect(office.locator("#visits-told")).to_contain_text(button)
    house.look(portal, "visit-working")
    office.get_by_role("button", name="Done").first.click()
    expect(portal.get_by_role("heading", name="What we found")).to_be_visible(timeout=WITHIN)
    expect(portal.locator("#visit-live[hx-trigger]")).to_have_count(0)
    house.look(portal, "visit-done")
    house.look(office, "appointments-done")


def test_office_click_works_without_scripts(house: House, visit: str) -> None:
    context = house.browser.new_context(java_script_enabled=False)
    office = context.new_page()
    signed_in(house, office, house.office("demo"), "dan@example.com")
    office.goto(house.office("demo", "/appointments/"))
    office.get_by_role("button", name="On the way").click()
    expect(office.get_by_text("The visit is now: On the way.")).to_be_visible()
    context.close()


def test_page_without_scripts_offers_to_refresh(house: House, visit: str) -> None:
    context = house.browser.new_context(java_script_enabled=False)
    portal = context.new_page()
    signed_in(house, portal, house.portal("demo"), "ana@example.com")
    portal.goto(house.portal("demo", f"/appointments/{visit}/"))
    portal.get_by_role("link", name="Refresh").click()
    expect(portal.get_by_role("heading", level=1)).to_have_text("Visit: Furnace tune-up")
    context.close()
