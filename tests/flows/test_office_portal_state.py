"""From off over test to on, in a browser: what the office does and what customers meet."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from portico.foundation.people.roles import StaffRole
from portico.foundation.tenancy.models import PortalState
from tests.factories import customers, people
from tests.flows.house import DESKTOP, House
from tests.flows.test_household import signed_in

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(house: House) -> Page:
    company = people.make_company(state=PortalState.OFF)
    with people.inside(company):
        people.make_staff("olga@example.com", role=StaffRole.MANAGER)
        for name in ("ana", "ben"):
            customers.make_customer(name.title(), f"{name}@example.com")
            people.make_login(f"{name}@example.com", name=name.title())
    page = house.visitor(size=DESKTOP)
    signed_in(house, page, house.office("demo"), "olga@example.com")
    return page


def test_portal_is_opened_step_by_step(house: House, desk: Page) -> None:
    ana, ben = house.visitor(), house.visitor()
    ana.goto(house.portal("demo"))
    expect(ana.get_by_role("heading", level=1)).to_have_text("We are not online yet")
    house.look(ana, "portal-off")
    desk.goto(house.office("demo", "/settings/"))
    desk.get_by_role("link", name="Portal off, test or on").click()
    house.look(desk, "portal-state")
    desk.get_by_role("radio", name="On Everybody").check()
    desk.get_by_role("button", name="Save").click()
    expect(desk.get_by_role("alert")).to_contain_text("tick that you accept them")
    house.look(desk, "portal-state-refused")
    desk.get_by_role("radio", name="Test").check()
    desk.get_by_label("Addresses let in").fill("ana@example.com")
    desk.get_by_role("button", name="Save").click()
    expect(desk.locator(".notices")).to_contain_text("Only the named addresses are let in.")
    signed_in(house, ana, house.portal("demo"), "ana@example.com")
    expect(ana.get_by_role("heading", level=1)).to_have_text("Hello, Ana")
    signed_in(house, ben, house.portal("demo"), "ben@example.com")
    expect(ben.get_by_role("heading", level=1)).to_have_text("We are not online yet")
    house.look(ben, "portal-test-not-named")
    desk.get_by_role("radio", name="On Everybody").check()
    desk.get_by_label("I accept these terms").check()
    desk.get_by_role("button", name="Save").click()
    expect(desk.locator(".notices")).to_contain_text("The portal is on.")
    house.look(desk, "portal-state-on")
    ben.reload()
    expect(ben.get_by_role("heading", level=1)).to_have_text("Hello, Ben")
