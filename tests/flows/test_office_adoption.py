"""The office sees how far the portal is used, in a browser: figures, the records behind them, whom to invite."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from portico.foundation.people.roles import StaffRole
from tests.factories import people
from tests.factories.adoption import make_busy
from tests.flows.house import DESKTOP, House
from tests.flows.test_household import signed_in

pytestmark = pytest.mark.browser


def test_figures_lead_to_their_records_and_assumptions_are_changed(house: House) -> None:
    with people.inside(people.make_company()):
        people.make_staff("olga@example.com", role=StaffRole.MANAGER)
        make_busy()
    desk = house.visitor(size=DESKTOP)
    signed_in(house, desk, house.office("demo"), "olga@example.com")
    desk.get_by_role("link", name="Adoption").click()
    house.look(desk, "office-adoption")
    figure = desk.locator("#next [data-row=waiting]").first
    count = int(figure.get_attribute("data-key") or 0)
    figure.get_by_role("link").click()
    expect(desk.locator("[data-row=candidate]")).to_have_count(count)
    house.look(desk, "office-adoption-invite")
    desk.go_back()
    desk.get_by_role("link", name="Change the assumptions").click()
    minutes = desk.get_by_label("Minutes that a call takes")
    minutes.fill("0")
    desk.get_by_role("button", name="Save").click()
    expect(desk).to_have_title(re.compile("^Error: "))
    expect(minutes).to_have_value("0")
    house.look(desk, "office-adoption-refused")
    minutes.fill("10")
    desk.get_by_role("button", name="Save").click()
    expect(desk.locator("main")).to_contain_text("at 10 minutes each")
