"""The office's side of scheduling, in a browser: the rules, the warnings, and why nothing is offered."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from portico.domain.capacity.models import CapacityRule
from portico.domain.catalog.models import JobType
from portico.foundation.people.roles import StaffRole
from tests.factories import people
from tests.factories import scheduling as make
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


def test_rules_are_edited_and_warnings_lead_to_what_is_wrong(house: House, town: Town, desk: Page) -> None:
    with people.inside(town.company):
        JobType.objects.update(duration_minutes=None)
        CapacityRule.objects.create(name="Quiet", kind="closed")
    desk.goto(house.office("demo", "/settings/"))
    desk.get_by_role("link", name="Scheduling").click()
    expect(desk.locator("[data-row=warning]")).to_have_count(2)
    house.look(desk, "office-scheduling")
    desk.get_by_label("Travel, in minutes").fill("soon")
    desk.get_by_role("button", name="Save rules").click()
    expect(desk.get_by_role("alert")).to_contain_text("Enter a whole number.")
    house.look(desk, "office-scheduling-refused")
    desk.get_by_label("Travel, in minutes").fill("15")
    desk.get_by_role("button", name="Save rules").click()
    expect(desk.get_by_role("status")).to_contain_text("The rules were saved.")
    expect(desk.get_by_label("Travel, in minutes")).to_have_value("15")
    desk.get_by_role("link", name="Audit trail").click()
    desk.get_by_label("What", exact=True).select_option(label="Rules of booking changed")
    desk.get_by_role("button", name="Show", exact=True).click()
    expect(desk.locator("[data-row=entry]")).to_have_count(1)
    expect(desk.locator("[data-row=entry]")).to_contain_text("→ 15")
    house.look(desk, "office-trail")


def test_explainer_says_why_from_the_board(house: House, town: Town, desk: Page) -> None:
    with people.inside(town.company):
        JobType.objects.update(skills=["Gas"])
        CapacityRule.objects.create(name="Quiet mornings", kind="closed", arrival_window_id=town.windows[480])
    desk.goto(house.office("demo", "/capacity/"))
    desk.get_by_role("link", name="Why is nothing offered?").click()
    house.look(desk, "office-why")
    desk.get_by_label("ZIP code").fill(make.ZIP)
    desk.get_by_label("Day").fill(town.day.isoformat())
    desk.get_by_role("button", name="Explain").click()
    expect(desk.locator("[data-key=skill]")).to_have_count(3)
    expect(desk.locator("[data-key=closed]")).to_contain_text("Quiet mornings")
    expect(desk.locator("[data-key=no_such_skill]")).to_contain_text("Gas")
    house.look(desk, "office-why-told")


def test_job_type_is_offered_with_a_question(house: House, town: Town, desk: Page) -> None:
    desk.goto(house.office("demo", "/settings/scheduling/"))
    desk.get_by_role("link", name="What customers may book").click()
    house.look(desk, "office-bookable-types")
    desk.get_by_role("link", name="Tune-up").click()
    house.look(desk, "office-bookable")
    desk.get_by_label("Duration, in minutes").fill("")
    desk.get_by_role("button", name="Save job type").click()
    expect(desk.get_by_role("alert")).to_contain_text("Say how long it takes")
    desk.get_by_label("Duration, in minutes").fill("90")
    desk.get_by_role("button", name="Save job type").click()
    expect(desk.get_by_role("status")).to_contain_text("The job type was saved.")
    desk.get_by_role("link", name="Add a question").click()
    desk.get_by_role("textbox", name="Question", exact=True).fill("Do you smell gas?")
    desk.get_by_role("textbox", name="Answer 1", exact=True).fill("Yes")
    desk.get_by_label("What answer 1 changes").select_option(label="The customer has to call")
    desk.get_by_role("textbox", name="Answer 2", exact=True).fill("No")
    desk.get_by_role("button", name="Save question").click()
    expect(desk.get_by_role("alert")).to_contain_text("Write what customers who have to call are told.")
    house.look(desk, "office-question-refused")
    desk.get_by_label("What the customer is told who has to call, answer 1").fill("Leave the house and call us.")
    desk.get_by_role("button", name="Save question").click()
    expect(desk.locator("[data-row=question]")).to_contain_text("Yes · No")
    desk.get_by_role("link", name="Do you smell gas?").click()
    house.look(desk, "office-question")
    desk.get_by_role("button", name="Remove question").click()
    expect(desk.locator("[data-row=question]")).to_have_count(0)


def test_limit_and_holiday_are_added(house: House, town: Town, desk: Page) -> None:
    desk.goto(house.office("demo", "/settings/scheduling/"))
    desk.get_by_role("link", name="Limits and holidays").click()
    desk.get_by_role("link", name="Add a limit").click()
    desk.get_by_role("textbox", name="Name").fill("Quiet Saturdays")
    desk.get_by_label("What it does").select_option(label="At most so many visits")
    desk.get_by_label("Saturday").check()
    desk.get_by_role("button", name="Save").click()
    expect(desk.get_by_role("alert")).to_contain_text("Enter a number.")
    house.look(desk, "office-limit-refused")
    desk.get_by_label("How much").fill("3")
    desk.get_by_role("button", name="Save").click()
    expect(desk.locator("[data-row=limit]")).to_contain_text("Saturday")
    desk.get_by_role("link", name="Add a holiday").click()
    desk.get_by_label("Day", exact=True).fill(town.day.isoformat())
    desk.get_by_role("textbox", name="Name").fill("Company picnic")
    house.look(desk, "office-holiday")
    desk.get_by_role("button", name="Save").click()
    expect(desk.locator("[data-row=holiday]")).to_contain_text("Closed")
    house.look(desk, "office-limits")
    desk.get_by_role("link", name="Company picnic").click()
    desk.get_by_role("button", name="Remove").click()
    expect(desk.locator("[data-row=holiday]")).to_have_count(0)
