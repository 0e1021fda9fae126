"""The office enters who works when, and where, in a browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from portico.foundation.people.roles import StaffRole
from tests.factories import people
from tests.factories.town import Town
from tests.flows.house import DESKTOP, House
from tests.flows.test_household import signed_in

pytestmark = pytest.mark.browser


@pytest.fixture
def town(house: House) -> Town:
    company = people.make_company()
    with people.inside(company):
        people.make_staff("olga@example.com", role=StaffRole.MANAGER)
        town = Town()
        town.company = company
        return town


@pytest.fixture
def desk(house: House, town: Town) -> Page:
    page = house.visitor(size=DESKTOP)
    signed_in(house, page, house.office("demo"), "olga@example.com")
    return page


def test_technician_and_shifts_are_entered(house: House, town: Town, desk: Page) -> None:
    desk.goto(house.office("demo", "/settings/scheduling/"))
    desk.get_by_role("link", name="Technicians and shifts").click()
    house.look(desk, "office-technicians")
    desk.get_by_role("link", name="Add a technician").click()
    desk.get_by_label("Skills").fill("Gas\nWater")
    desk.get_by_role("button", name="Save").click()
    expect(desk.get_by_role("alert")).to_contain_text("Give it a name.")
    expect(desk.get_by_label("Skills")).to_have_value("Gas\nWater")
    house.look(desk, "office-technician-refused")
    desk.get_by_label("Name").fill("Nora Neumann")
    desk.get_by_label("Business unit").select_option(label="HVAC")
    desk.get_by_role("button", name="Save").click()
    expect(desk.get_by_role("status").first).to_contain_text("Now enter when they work.")
    card = desk.locator("#add-shifts")
    card.get_by_label("First day").fill(town.day.isoformat())
    card.get_by_label("Last day").fill(town.day.isoformat())
    for name in ("Saturday", "Sunday"):
        card.get_by_label(name).check()
    card.get_by_label("From").fill("17:00")
    card.get_by_label("To").fill("08:00")
    card.get_by_role("button", name="Add shifts").click()
    expect(desk.get_by_role("alert")).to_contain_text("It ends before it begins.")
    house.look(desk, "office-shifts-refused")
    card.get_by_label("From").fill("08:00")
    card.get_by_label("To").fill("17:00")
    card.get_by_role("button", name="Add shifts").click()
    expect(desk.get_by_role("status").first).to_contain_text("1 shift was added.")
    expect(desk.locator("[data-row=shift]")).to_have_count(1)
    house.look(desk, "office-technician")


def test_zones_windows_and_hours_are_entered(house: House, town: Town, desk: Page) -> None:
    desk.goto(house.office("demo", "/settings/scheduling/"))
    desk.get_by_role("link", name="Zones, windows and hours").click()
    house.look(desk, "office-areas")
    desk.get_by_role("link", name="Add an arrival window").click()
    desk.get_by_label("From", exact=True).fill("18:00")
    desk.get_by_label("To", exact=True).fill("17:00")
    desk.get_by_role("button", name="Save").click()
    expect(desk.get_by_role("alert")).to_contain_text("It ends before it begins.")
    house.look(desk, "office-window-refused")
    desk.get_by_label("To", exact=True).fill("20:00")
    desk.get_by_label("HVAC").check()
    desk.get_by_role("button", name="Save").click()
    expect(desk.locator("[data-key='18:00–20:00']")).to_contain_text("HVAC")
    desk.get_by_role("link", name="Center").click()
    house.look(desk, "office-zone")
