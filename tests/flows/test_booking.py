"""Booking through the browser: by keyboard on a phone, the time that is lost, moving and canceling, without scripts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from icalendar import Calendar
from playwright.sync_api import Page, expect

from portico.domain.booking.models import Hold
from portico.domain.capacity.models import AnswerOption, JobTypeScheduling, Question, SchedulingPolicy
from portico.foundation.people.models import Login
from portico.foundation.tenancy.scope import company_scope
from portico.kernel import clock
from tests.factories import customers as make
from tests.factories import people, scheduling
from tests.factories.town import Town
from tests.flows.house import PHONE, House, attachments_of

pytestmark = pytest.mark.browser
HOST = "brook"
LONG = "Wolfeschlegelsteinhausenbergerdorff-Montgomery-Featherstonehaugh"


class Place:
    """A town with a portal: a customer who can sign in, a question, and somebody else who is quicker."""

    def __init__(self) -> None:
        self.company = people.make_company(HOST, name="Brook Heating")
        with people.inside(self.company):
            self.town = Town()
            home = self.town.home
            home.street, home.city = f"12 {LONG} Street", "Phoenix"
            home.save()
            make.add_emails(home.customer, "ana@example.com")
            self.login = Login.objects.get(email="ana@example.com")
            SchedulingPolicy.objects.update(late_fee_text="A visit canceled within a day costs $50.")
            JobTypeScheduling.objects.update(fee_text="$89 for coming")
            question = Question.objects.create(
                job_type=self.town.kind, position=1, kind="choice", wording="What is it about?"
            )
            for position, (label, more) in enumerate(
                (
                    ("It needs its yearly care", {}),
                    ("I smell gas", {"effect": "call", "text": "Leave the house and call us now."}),
                ),
                start=1,
            ):
                AnswerOption.objects.create(question=question, position=position, label=label, **more)

    def value(self, window: int) -> str:
        return f"{self.town.day}/{self.town.windows[window]}"

    def somebody_is_quicker(self, window: int) -> None:
        """The hold ends, and the only technician's window goes to somebody else."""
        with people.inside(self.company):
            Hold.objects.update(expires_at=clock.real_now() - timedelta(seconds=1))
            other = scheduling.make_home()
        with company_scope(self.company.id):
            self.town.book(window, home=other)


@pytest.fixture
def place(house: House) -> Place:
    return Place()


def sign_in(house: House, page: Page, path: str = "/booking/") -> None:
    page.goto(house.portal(HOST, path))
    page.get_by_label("Email address").fill("ana@example.com")
    page.get_by_label("Password", exact=True).fill(people.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).press("Enter")


def tab_to(page: Page, selector: str) -> None:
    """With the keyboard only."""
    for _step in range(90):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"nobody comes to {selector} by keyboard")


def go(page: Page, selector: str, key: str = "Enter") -> None:
    tab_to(page, selector)
    page.keyboard.press(key)


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def test_visit_is_booked_by_keyboard_on_a_phone_though_somebody_is_quicker(house: House, place: Place) -> None:
    ana = house.visitor()
    sign_in(house, ana)
    heading(ana, "Book a visit")
    house.look(ana, "booking-start")
    go(ana, "[data-row=kind] a")
    heading(ana, "Tune-up")
    go(ana, "main button")
    expect(ana.get_by_role("alert")).to_contain_text("Answer “What is it about?”.")
    house.look(ana, "booking-questions-error")
    go(ana, "input[type=radio]", "Space")
    go(ana, "main button")
    heading(ana, "Choose a time")
    house.look(ana, "booking-windows")
    go(ana, f"[value='{place.value(480)}']")
    heading(ana, "Your details")
    expect(ana.locator("#kept")).to_contain_text("Kept for you until")
    tab_to(ana, "[name=phone]")
    ana.keyboard.type("602-555-0142")
    tab_to(ana, "[name=notes]")
    ana.keyboard.type("Ring twice. 犬がいます。")
    house.look(ana, "booking-details")
    go(ana, "[value=check]")
    heading(ana, "Check and book")
    house.look(ana, "booking-check")
    place.somebody_is_quicker(480)
    go(ana, "[value=confirm]")
    heading(ana, "Choose another time")
    expect(ana.get_by_role("alert")).to_contain_text("Everything you entered is kept")
    expect(ana.get_by_role("alert")).to_be_focused()
    house.look(ana, "booking-taken")
    go(ana, f"[value='{place.value(780)}']")
    heading(ana, "Check and book")
    expect(ana.locator("#details")).to_contain_text("Ring twice. 犬がいます。")
    go(ana, "[value=confirm]")
    heading(ana, "Visit: Tune-up")
    expect(ana.get_by_role("status").first).to_contain_text("Your visit is booked")
    house.look(ana, "booking-booked")
    visit = ana.url.rstrip("/").rpartition("/")[2]
    assert [entry[:2] for entry in entries_of(house) if entry[2] == visit] == [("REQUEST", 1)]


def test_visit_is_moved_and_canceled_and_the_calendar_follows(house: House, place: Place) -> None:
    visit = _booked(place)
    ana = house.visitor()
    sign_in(house, ana, f"/appointments/{visit}/")
    ana.get_by_role("link", name="Move Tune-up").click()
    heading(ana, "Move your visit")
    ana.goto(f"{ana.url}?from={place.town.day}")
    house.look(ana, "booking-move")
    ana.locator(f"[value='{place.value(900)}']").click()
    heading(ana, "Move your visit?")
    house.look(ana, "booking-move-check")
    ana.get_by_role("button", name="Move the visit").click()
    expect(ana.get_by_role("status").first).to_contain_text("Your visit is moved")
    ana.get_by_role("link", name="Cancel Tune-up").click()
    ana.get_by_role("button", name="Cancel the visit").click()
    expect(ana.get_by_role("alert")).to_contain_text("The visit is not canceled yet")
    house.look(ana, "booking-cancel-error")
    ana.get_by_label("Why do you cancel?").fill("It works again")
    ana.get_by_role("button", name="Cancel the visit").click()
    heading(ana, "Upcoming visits")
    house.look(ana, "booking-canceled")
    entries = entries_of(house)
    assert [(method, sequence) for method, sequence, _uid in entries] == [("REQUEST", 1), ("REQUEST", 2), ("CANCEL", 3)]
    assert len({uid for _method, _sequence, uid in entries}) == 1


def test_everything_works_without_scripts_and_danger_leads_to_the_phone(house: House, place: Place) -> None:
    context = house.browser.new_context(viewport=PHONE, java_script_enabled=False, locale="en-US")
    house.contexts.append(context)
    ana = context.new_page()
    sign_in(house, ana)
    ana.locator("[data-row=kind] a").first.click()
    ana.get_by_label("I smell gas").check()
    ana.get_by_role("button", name="See times").click()
    heading(ana, "Call us")
    expect(ana.locator("main")).to_contain_text("Leave the house and call us now.")
    ana.go_back()
    ana.get_by_label("It needs its yearly care").check()
    ana.get_by_role("button", name="See times").click()
    ana.locator(f"[value='{place.value(600)}']").click()
    ana.get_by_label("Phone on the day").fill("602-555-0142")
    ana.get_by_role("button", name="Check and book").click()
    ana.go_back()
    heading(ana, "Your details")
    ana.get_by_label("Phone on the day").fill("602-555-0142")
    ana.get_by_role("button", name="Check and book").click()
    ana.get_by_role("button", name="Book this visit").click()
    heading(ana, "Visit: Tune-up")


def test_no_time_is_open_and_the_page_says_why(house: House, place: Place) -> None:
    with people.inside(place.company):
        JobTypeScheduling.objects.update(lead_hours=24 * 20)
        Question.objects.all().delete()
    ana = house.visitor()
    sign_in(house, ana)
    ana.locator("[data-row=kind] a").first.click()
    expect(ana.locator("main")).to_contain_text("This visit has to be booked at least 20 days before.")
    house.look(ana, "booking-none")


def _booked(place: Place) -> Any:
    with company_scope(place.company.id):
        return place.town.confirm(place.town.hold(480)).appointment


def entries_of(house: House) -> list[tuple[str, int, str]]:
    """Method, SEQUENCE and UID of every calendar file that came by mail, oldest first."""
    sent = [attachments_of(mail) for mail in house.mails_to("ana@example.com")]
    files = [Calendar.from_ical(content) for parts in sent for name, content in parts if name == "invite.ics"]
    events = [(str(calendar["METHOD"]), *calendar.walk("VEVENT")) for calendar in files]
    return [(method, int(event["SEQUENCE"]), str(event["UID"])) for method, event in events]
