"""The office merges two records of one customer in a browser, hears of a merge in another tab, and takes it back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from portico.domain.customers.search import refresh_search
from portico.foundation.people.roles import StaffRole
from tests.factories import billing as bills
from tests.factories import people
from tests.factories.customers import make_customer
from tests.flows.house import DESKTOP, House
from tests.flows.test_household import signed_in

pytestmark = pytest.mark.browser
LONG = "Bartholomew Featherstonehaugh-Montgomery and Wilhelmina Featherstonehaugh-Montgomery"


def test_records_become_one_and_two_again(house: House) -> None:
    with people.inside(people.make_company()):
        people.make_staff("olga@example.com", role=StaffRole.MANAGER)
        stays, goes = make_customer("Smith", "ana@example.com"), make_customer(LONG, "bo@example.com")
        bills.make_invoice(goes, 5000)
        refresh_search()
    desk = house.visitor(size=DESKTOP)
    signed_in(house, desk, house.office("demo", f"/customers/{stays.public_id}/"), "olga@example.com")
    desk.get_by_role("link", name=re.compile("^Merge")).click()
    field = desk.get_by_label("Name, phone, email or address of the other record")
    field.fill("Featherstonehaugh")
    field.press("Enter")
    house.look(desk, "office-merge-choose")
    desk.get_by_role("link", name=LONG).click()
    expect(desk.locator("[data-row=balance]")).to_contain_text("$50.00")
    house.look(desk, "office-merge-preview")
    other_tab = desk.context.new_page()
    other_tab.goto(desk.url)
    desk.get_by_role("button", name="Merge the two").click()
    expect(desk.get_by_role("status").first).to_contain_text("is part of Smith now.")
    other_tab.get_by_role("button", name="Merge the two").click()
    expect(other_tab.locator("main")).to_contain_text("was merged into another customer already.")
    expect(other_tab).to_have_title(re.compile("^Error: "))
    house.look(other_tab, "office-merge-refused")
    desk.get_by_role("link", name=re.compile("^Merge")).click()
    desk.get_by_role("link", name=f"Undo {LONG}").click()
    house.look(desk, "office-merge-undo")
    desk.get_by_role("button", name="Undo the merge").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text(LONG)
