"""The office's side of bookings, in a browser: booked for a customer, a time that is lost, moved, canceled, told."""

from __future__ import annotations

import re

import pytest
from icalendar import Calendar
from playwright.sync_api import Page, expect

from portico.domain.booking.models import Booking
from portico.domain.booking.operations import waiting
from portico.domain.capacity.models import AnswerOption, Question, SchedulingPolicy
from portico.domain.customers.models import Contact
from portico.foundation.people.roles import StaffRole
from portico.foundation.tenancy.scope import company_scope
from tests.factories import people
from tests.factories import scheduling as make
from tests.factories.town import Town
from tests.flows.house import DESKTOP, House, attachments_of, body_of
from tests.flows.test_household import signed_in

pytestmark = pytest.mark.browser
ANA = "ana@example.com"


@pytest.fixture
def town(house: House) -> Town:
    company = people.make_company()
    with people.inside(company):
        people.make_staff("olga@example.com", role=StaffRole.CSR)
        town = Town()
        town.company = company
        town.home.street, town.home.city = "12 Wolfeschlegelsteinhausenbergerdorff Street", "Phoenix"
        town.home.save()
        Contact.objects.create(customer=town.home.customer, type="Email", value=ANA, email=ANA)
        SchedulingPolicy.objects.update(most_reschedules=0)
        question = Question.objects.create(job_type=town.kind, position=1, kind="choice", wording="What is it about?")
        AnswerOption.objects.create(question=question, position=1, label="It needs its yearly care")
        return town


@pytest.fixture
def olga(house: House, town: Town) -> Page:
    """She sits in the office, with a phone in her hand at times."""
    page = house.visitor(size=DESKTOP)
    signed_in(house, page, house.office("demo"), "olga@example.com")
    return page


def test_visit_is_booked_for_a_customer_though_somebody_is_quicker(house: House, town: Town, olga: Page) -> None:
    olga.goto(house.office("demo", f"/customers/{town.home.customer.public_id}/"))
    olga.get_by_role("link", name="Book a visit").click()
    house.look(olga, "office-book-start")
    olga.get_by_role("button", name="Go on").click()
    olga.get_by_role("button", name="See times").click()
    expect(olga.get_by_role("alert")).to_contain_text("Answer “What is it about?”.")
    house.look(olga, "office-book-questions-error")
    olga.get_by_label("It needs its yearly care").check()
    olga.get_by_role("button", name="See times").click()
    heading(olga, "Choose a time")
    olga.get_by_text("Times that cannot be had").first.click()
    expect(olga.locator("[data-row=closed]").last).to_contain_text("has a shift on")
    house.look(olga, "office-book-windows")
    olga.locator(slot(town, 480)).click()
    heading(olga, "Details")
    olga.get_by_label("Who do we ask for?").fill("")
    olga.get_by_label("What the technician should know").fill("Ring twice. 犬がいます。")
    olga.get_by_role("button", name="Book the visit").click()
    expect(olga.get_by_role("alert")).to_contain_text("Write a name.")
    house.look(olga, "office-book-details-error")
    olga.get_by_label("Who do we ask for?").fill("Ana")
    somebody_books(town, 480)
    olga.get_by_role("button", name="Book the visit").click()
    heading(olga, "Choose another time")
    expect(olga.get_by_role("alert")).to_be_focused()
    house.look(olga, "office-book-taken")
    olga.locator(slot(town, 600)).first.click()
    expect(olga.get_by_label("What the technician should know")).to_have_value("Ring twice. 犬がいます。")
    olga.get_by_role("button", name="Book the visit").click()
    expect(olga.get_by_role("status").first).to_contain_text("is booked")
    heading(olga, re.compile("^Job B-"))
    house.look(olga, "office-book-booked")
    assert "Your visit is booked" in body_of(house.mails_to(ANA)[-1])
    assert entries_of(house) == [("REQUEST", 1)]
    olga.get_by_role("link", name="Bookings", exact=True).click()
    expect(olga.locator("[data-row=booking]")).to_have_count(2)
    expect(olga.locator("[data-row=booking]").first).to_contain_text("in the office")
    olga.get_by_text("What was said – B-2-1").click()
    expect(olga.locator("[data-row=booking]").first).to_contain_text("It needs its yearly care")
    house.look(olga, "office-bookings")
    olga.get_by_label("Customer or number").fill("B-1")
    olga.get_by_role("button", name="Show", exact=True).click()
    expect(olga.locator("[data-row=booking]")).to_have_count(1)


def test_visit_is_moved_and_canceled_against_the_policy_which_is_told(house: House, town: Town, olga: Page) -> None:
    visit = booked_by_ana(town)
    olga.goto(house.office("demo", "/"))
    house.look(olga, "office-today")
    olga.get_by_role("link", name="1 visit booked by a customer").click()
    expect(olga.get_by_label("By customers, in the last 24 hours")).to_be_checked()
    olga.locator("[data-row=booking] a").first.click()
    olga.get_by_role("link", name="Move – visit").click()
    heading(olga, f"Move visit {visit}")
    expect(olga.locator("main")).to_contain_text("moved as often as the policy allows. You can.")
    olga.goto(f"{olga.url}?from={town.day}")
    house.look(olga, "office-move")
    olga.locator(slot(town, 780)).click()
    heading(olga, f"Move visit {visit}?")
    house.look(olga, "office-move-check")
    olga.get_by_role("button", name="Move the visit").click()
    expect(olga.get_by_role("status").first).to_contain_text("The visit is moved.")
    olga.get_by_role("link", name="Cancel – visit").click()
    olga.get_by_role("button", name="Cancel the visit").click()
    expect(olga.get_by_role("alert")).to_contain_text("Write a few words")
    house.look(olga, "office-cancel-error")
    olga.get_by_label("Why is it canceled?").fill("The part has not come")
    olga.get_by_role("button", name="Cancel the visit").click()
    expect(olga.get_by_role("status").first).to_contain_text("The visit is canceled")
    assert "We had to cancel it: The part has not come" in body_of(house.mails_to(ANA)[-1])
    assert entries_of(house) == [("REQUEST", 1), ("REQUEST", 2), ("CANCEL", 3)]
    olga.goto(house.office("demo", "/bookings/"))
    olga.get_by_role("link", name="Moved and canceled").click()
    expect(olga.locator("[data-row=change]")).to_have_count(2)
    expect(olga.locator("[data-row=change]").first).to_contain_text("The part has not come")
    house.look(olga, "office-bookings-changed")
    somebody_waits(town)
    olga.get_by_role("link", name="Waiting for a time").click()
    expect(olga.locator("[data-row=waiting]")).to_contain_text("Nothing yet")
    house.look(olga, "office-bookings-waiting")


def heading(page: Page, text: str | re.Pattern[str]) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def slot(town: Town, window: int) -> str:
    return f"button[value='{town.day}/{town.windows[window]}']"


def somebody_books(town: Town, window: int) -> None:
    with people.inside(town.company):
        other = make.make_home()
    with company_scope(town.company.id):
        town.book(window, home=other)


def somebody_waits(town: Town) -> None:
    with people.inside(town.company):
        home = make.make_home()
    with company_scope(town.company.id):
        waiting.wait(**town.place(home), until_day=town.day, email="ben@example.com", by=town.by)


def booked_by_ana(town: Town) -> str:
    """The number of the visit."""
    with company_scope(town.company.id):
        town.confirm(town.hold(480))
    with people.inside(town.company):
        return Booking.objects.select_related("appointment").get().appointment.number


def entries_of(house: House) -> list[tuple[str, int]]:
    """Method and SEQUENCE of every calendar file that Ana got for a visit of hers, oldest first."""
    parts = [part for mail in house.mails_to(ANA) if "Wolfe" in body_of(mail) for part in attachments_of(mail)]
    files = [Calendar.from_ical(content) for name, content in parts if name == "invite.ics"]
    return [(str(one["METHOD"]), int(one.walk("VEVENT")[0]["SEQUENCE"])) for one in files]
