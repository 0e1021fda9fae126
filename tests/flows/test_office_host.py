"""Changing the portal's name in a browser: refused, read what it brings with it, changed, old links followed."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from portico.foundation.people.roles import StaffRole
from tests.factories import people
from tests.flows.house import DESKTOP, House
from tests.flows.test_household import signed_in

pytestmark = pytest.mark.browser


def test_name_is_changed_and_the_old_one_leads_to_it(house: House) -> None:
    with people.inside(people.make_company()):
        people.make_staff("olga@example.com", role=StaffRole.ADMIN)
    desk = house.visitor(size=DESKTOP)
    signed_in(house, desk, house.office("demo"), "olga@example.com")
    desk.goto(house.office("demo", "/settings/"))
    desk.get_by_role("link", name="Host name").click()
    desk.get_by_label("New name").fill("Admin")
    desk.get_by_role("button", name="Go on").click()
    expect(desk.get_by_role("alert")).to_contain_text("“admin” is reserved.")
    house.look(desk, "host-refused")
    desk.get_by_label("New name").fill("bright")
    desk.get_by_role("button", name="Go on").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("Change the name to “bright”?")
    house.look(desk, "host-check")
    desk.get_by_role("button", name="Change the name").click()
    desk.wait_for_url(house.office("bright", "/sign-in/"))
    signed_in(house, desk, house.office("bright"), "olga@example.com")
    desk.goto(house.office("demo", "/settings/host/"))
    expect(desk.get_by_text("Earlier names that lead here: demo")).to_be_visible()
    house.look(desk, "host-changed")
    visitor = house.visitor()
    visitor.goto(house.portal("demo", "/invoices/?show=paid"))
    visitor.wait_for_url(house.portal("bright", "/sign-in/?next=%2Finvoices%2F%3Fshow%3Dpaid"))
