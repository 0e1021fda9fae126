"""The capacity board in a browser: what days can take, by keyboard and without scripts; a technician who is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from portico.domain.booking.models import BranchDay
from portico.domain.booking.operations import days, rebuilding
from portico.domain.capacity.models import TechnicianShift
from portico.domain.catalog.models import BusinessUnit
from portico.foundation.people.roles import StaffRole
from portico.foundation.tenancy.models import Branch
from portico.foundation.tenancy.scope import company_scope
from tests.factories import people
from tests.factories import scheduling as make
from tests.factories.town import Town
from tests.flows.house import DESKTOP, PHONE, House
from tests.flows.test_estimates import tab_to
from tests.flows.test_household import signed_in

pytestmark = pytest.mark.browser
LONG = "Bartholomew Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh"


@pytest.fixture
def town(house: House) -> Town:
    """A visit that Tom Turner was told of stands at ten, a place is held at one; somebody with a long name helps."""
    company = people.make_company()
    with people.inside(company):
        people.make_staff("olga@example.com", role=StaffRole.DISPATCHER)
        town = Town()
        town.company = company
        make.make_planned_visit(town.unit, town.kind, town.day, window=600, to=(town.technician,))
        make.make_shift(make.make_technician(town.unit, LONG), town.day, start=600, end=840)
        BusinessUnit.objects.update(name="Heating, cooling and indoor air quality")
    with company_scope(company.id):
        rebuilding.rebuild_all()
        town.hold(780)
    return town


@pytest.fixture
def desk(house: House, town: Town) -> Page:
    page = house.visitor(size=DESKTOP)
    signed_in(house, page, house.office("demo"), "olga@example.com")
    return page


def board_of(house: House, town: Town, **asked: str) -> str:
    query = "&".join(f"{name}={value}" for name, value in ({"day": town.day.isoformat()} | asked).items())
    return house.office("demo", f"/capacity/?{query}")


def test_days_are_chosen_by_keyboard_on_a_phone(house: House, town: Town, desk: Page) -> None:
    desk.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    desk.goto(board_of(house, town))
    expect(desk.locator("[data-row=unit]")).to_contain_text("13 h")
    expect(desk.locator("[data-row=window]").nth(1)).to_contain_text("1 visit")
    expect(desk.locator("[data-row=person]")).to_have_count(2)
    house.look(desk, "office-board")
    tab_to(desk, "select[name=show]")
    desk.keyboard.press("End")
    tab_to(desk, "button:has-text('Show')")
    desk.keyboard.press("Enter")
    expect(desk.locator("[data-row=day]")).to_have_count(7)
    house.look(desk, "office-board-week")
    tab_to(desk, "button:has-text('Later')")
    desk.keyboard.press("Enter")
    later = town.day + timedelta(days=7)
    expect(desk.locator("[data-row=day]").first).to_have_attribute("data-key", later.isoformat())
    desk.goto(board_of(house, town, day="yesterday"))
    expect(desk.get_by_role("alert")).to_be_focused()
    expect(desk.get_by_label("Day", exact=True)).to_have_attribute("aria-invalid", "true")
    house.look(desk, "office-board-refused")


def test_board_says_what_it_does_not_know_and_when_nobody_works(house: House, town: Town, desk: Page) -> None:
    with people.inside(town.company):
        north = Branch.objects.create(name="North", display_name="North", time_zone="America/Los_Angeles", phone="1")
        make.make_unit("Plumbing", branch=north)
        BranchDay.objects.filter(day=town.day).update(is_stale=True)
    with company_scope(town.company.id):
        days.rebuild_day(branch_id=north.pk, day=town.day)
    desk.goto(board_of(house, town))
    expect(desk.locator("main")).to_contain_text("is being planned again")
    desk.get_by_label("Branch").select_option(label="North")
    desk.get_by_role("button", name="Show", exact=True).click()
    expect(desk.get_by_text("Nobody works", exact=True)).to_be_visible()
    house.look(desk, "office-board-nobody")
    desk.goto(board_of(house, town, day=(town.day + timedelta(days=400)).isoformat()))
    expect(desk.locator("main")).to_contain_text("This day has not been planned.")
    house.look(desk, "office-board-unplanned-day")


def test_lost_technician_is_seen_on_the_board_and_the_visit_moved(house: House, town: Town, desk: Page) -> None:
    desk.goto(board_of(house, town))
    desk.get_by_role("link", name="Visits without a technician").click()
    expect(desk.get_by_text("Every visit has somebody")).to_be_visible()
    house.look(desk, "office-unplanned-none")
    lose_the_technician(town)
    desk.goto(board_of(house, town))
    expect(desk.locator("[data-row=day]")).to_contain_text("1 visit found no place.")
    house.look(desk, "office-board-lost")
    desk.get_by_role("link", name="Which visits, and why").click()
    expect(desk.locator("[data-row=unplanned]")).to_contain_text("Tom Turner has no shift on this day.")
    house.look(desk, "office-unplanned")
    desk.get_by_role("link", name="Move").click()
    again = town.day + timedelta(days=1)
    desk.goto(f"{desk.url}?from={again}")
    desk.locator(f"button[value='{again}/{town.windows[480]}']").click()
    desk.get_by_role("button", name="Move the visit").click()
    expect(desk.get_by_role("status").first).to_contain_text("The visit is moved.")
    desk.goto(house.office("demo", "/capacity/unplanned/"))
    expect(desk.locator("[data-row=unplanned]")).to_have_count(0)
    desk.goto(board_of(house, town))
    expect(desk.locator("[data-row=day]")).not_to_contain_text("found no place")
    desk.goto(board_of(house, town, day=again.isoformat()))
    expect(desk.locator("[data-row=person][data-key='Tom Turner']")).to_contain_text("1 visit, 2 h")


def lose_the_technician(town: Town) -> None:
    """And Tom Turner comes again on the next day."""
    with people.inside(town.company):
        TechnicianShift.objects.filter(technician=town.technician).delete()
        make.make_shift(town.technician, town.day + timedelta(days=1))
    with company_scope(town.company.id):
        rebuilding.rebuild_all()


def test_board_and_the_lost_visits_work_without_scripts(house: House, town: Town) -> None:
    lose_the_technician(town)
    context = house.browser.new_context(viewport=PHONE, java_script_enabled=False, locale="en-US")
    house.contexts.append(context)
    page = context.new_page()
    signed_in(house, page, house.office("demo"), "olga@example.com")
    page.goto(house.office("demo", "/capacity/"))
    page.get_by_label("Day", exact=True).fill(town.day.isoformat())
    page.get_by_label("Show").select_option(label="Seven days")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator("[data-row=day]")).to_have_count(7)
    page.get_by_role("link", name="Which visits, and why").click()
    page.get_by_role("link", name="The day’s board").click()
    expect(page.locator("[data-row=day]")).to_have_attribute("data-key", town.day.isoformat())
