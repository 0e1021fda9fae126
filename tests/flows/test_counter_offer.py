"""Another time, offered by the office and taken with one tap: desk, mail, phone; and what is said when it is over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from icalendar import Calendar
from playwright.sync_api import Page, expect

from portico.domain.booking.models import Hold, VisitOffer
from portico.domain.booking.operations import offering
from portico.foundation.audit.operations import Actor, ActorKind
from portico.foundation.people.models import Login
from portico.foundation.people.roles import StaffRole
from portico.foundation.tenancy.scope import company_scope
from portico.kernel import clock
from tests.factories import customers as make
from tests.factories import people
from tests.factories import scheduling as make_scheduling
from tests.factories.town import Town
from tests.flows.house import DESKTOP, House, attachments_of, link_in
from tests.flows.test_household import signed_in

pytestmark = pytest.mark.browser
HOST = "brook"
LONG = "Wolfeschlegelsteinhausenbergerdorff-Montgomery-Featherstonehaugh"
OFFICE = Actor(ActorKind.STAFF)


class Place:
    """A booked visit, the second day of a technician, and a dispatcher at the desk."""

    def __init__(self) -> None:
        self.company = people.make_company(HOST, name="Brook Heating")
        with people.inside(self.company):
            people.make_staff("olga@example.com", role=StaffRole.DISPATCHER)
            self.town = Town()
            home = self.town.home
            home.street, home.city = f"12 {LONG} Street", "Phoenix"
            home.save()
            make_scheduling.make_shift(self.town.technician, self.town.day + timedelta(days=1))
            make.add_emails(home.customer, "ana@example.com")
            self.login = Login.objects.get(email="ana@example.com")
        with company_scope(self.company.id):
            self.visit = self.town.book(480).appointment

    def slot(self, window: int, days: int = 0) -> str:
        return f"{self.town.day + timedelta(days=days)}/{self.town.windows[window]}"

    def offer(self, *windows: int) -> str:
        slots = [(self.town.day, self.town.windows[window]) for window in windows]
        with company_scope(self.company.id):
            made = offering.make(
                appointment=self.visit, slots=slots, lasts=timedelta(days=1), message="Tom is ill.", by=OFFICE
            )
        return f"/offers/{made}/"

    def change(self, model: Any, **columns: Any) -> None:
        with people.inside(self.company):
            model.objects.filter(state__in=("open", "live")).update(**columns)


@pytest.fixture
def place(house: House) -> Place:
    return Place()


def sign_in_here(page: Page) -> None:
    page.get_by_label("Email address").fill("ana@example.com")
    page.get_by_label("Password", exact=True).fill(people.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).press("Enter")


def test_office_offers_two_times_and_one_tap_on_the_phone_takes_one(house: House, place: Place) -> None:
    desk = house.visitor(size=DESKTOP)
    signed_in(house, desk, house.office(HOST), "olga@example.com")
    desk.goto(house.office(HOST, f"/appointments/?day={place.town.day}"))
    desk.get_by_role("link", name="Offer another time").click()
    house.look(desk, "offer-office-form")
    desk.get_by_role("button", name="Send the offer").click()
    expect(desk.get_by_role("alert")).to_contain_text("Choose a time.")
    house.look(desk, "offer-office-refused")
    desk.get_by_label("First time").select_option(place.slot(780))
    desk.get_by_label("Second time").select_option(place.slot(600, days=1))
    desk.get_by_label("Message to the customer").fill("Tom is ill that morning. We are sorry.")
    desk.get_by_role("button", name="Send the offer").click()
    expect(desk.get_by_role("status")).to_contain_text("a mail with them is on its way")
    expect(desk.locator("[data-row=time]")).to_have_count(2)
    house.look(desk, "offer-office-standing")

    (mail,) = [one for one in house.mails_to("ana@example.com") if "Another time" in str(one["Subject"])]
    phone = house.visitor()
    phone.goto(link_in(mail, "/offers/"))
    sign_in_here(phone)
    expect(phone.get_by_role("heading", level=1)).to_have_text("Another time for your visit")
    expect(phone.locator("[data-row=time]")).to_have_count(2)
    house.look(phone, "offer-portal")
    phone.locator("[data-row=time] button").nth(1).click()
    expect(phone.get_by_role("status").first).to_contain_text("Your visit is moved.")
    house.look(phone, "offer-portal-taken")
    (moved,) = [one for one in house.mails_to("ana@example.com") if "is now on" in str(one["Subject"])]
    ((_name, content),) = [one for one in attachments_of(moved) if one[0] == "invite.ics"]
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    assert int(event["sequence"]) == 2

    desk.reload()
    expect(desk.locator("[data-key=accepted]")).to_contain_text("Taken")
    house.look(desk, "offer-office-accepted")


def test_notice_on_the_visit_leads_to_the_offer_and_the_old_time_is_kept(house: House, place: Place) -> None:
    place.offer(780, 900)
    phone = house.visitor()
    phone.goto(house.portal(HOST))
    sign_in_here(phone)
    expect(phone.locator("[data-row=offer]")).to_contain_text("Another time for Tune-up")
    house.look(phone, "offer-portal-home")
    phone.goto(house.portal(HOST, f"/appointments/{place.visit}/"))
    house.look(phone, "offer-portal-notice")
    phone.get_by_role("link", name="Choose a time").press("Enter")
    phone.get_by_role("button", name="Keep this time").press("Enter")
    expect(phone.get_by_role("status").first).to_contain_text("Your visit stays as it is. We told the office.")
    expect(phone.get_by_role("link", name="Choose a time")).to_have_count(0)


def test_time_that_was_lost_and_an_offer_that_ended_are_told_with_the_next_step(house: House, place: Place) -> None:
    path = place.offer(600, 780)
    phone = house.visitor()
    phone.goto(house.portal(HOST, path))
    sign_in_here(phone)
    expect(phone.locator("[data-row=time]")).to_have_count(2)
    with people.inside(place.company):
        Hold.objects.filter(window=place.town.windows[600]).exclude(visit_offer=None).update(state="expired")
    phone.locator("[data-row=time] button").nth(0).click()
    expect(phone.get_by_role("alert")).to_contain_text("This time can no longer be kept.")
    expect(phone.locator("[data-row=time]")).to_have_count(1)
    house.look(phone, "offer-portal-lost")
    over = clock.real_now() - timedelta(seconds=1)
    place.change(VisitOffer, expires_at=over)
    place.change(Hold, expires_at=over)
    phone.locator("[data-row=time] button").click()
    expect(phone.get_by_role("alert")).to_contain_text("are no longer. Your visit stays as it is.")
    expect(phone.get_by_role("link", name="Choose another time")).to_be_visible()
    house.look(phone, "offer-portal-over")


def test_withdrawn_by_the_office_while_the_page_was_open(house: House, place: Place) -> None:
    path = place.offer(780)
    phone = house.visitor()
    phone.goto(house.portal(HOST, path))
    sign_in_here(phone)
    expect(phone.locator("[data-row=time]")).to_have_count(1)
    desk = house.visitor(size=DESKTOP)
    signed_in(house, desk, house.office(HOST), "olga@example.com")
    desk.goto(house.office(HOST, f"/appointments/{place.visit}/offer/"))
    desk.get_by_role("button", name="Withdraw the offer").click()
    expect(desk.locator("[data-key=withdrawn]")).to_have_count(1)
    house.look(desk, "offer-office-withdrawn")
    phone.locator("[data-row=time] button").click()
    expect(phone.locator("[data-key=withdrawn]")).to_contain_text("We had to take these times back.")
    house.look(phone, "offer-portal-withdrawn")


def test_offer_is_taken_without_scripts(house: House, place: Place) -> None:
    path = place.offer(780)
    context = house.browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    house.contexts.append(context)
    page = context.new_page()
    page.goto(house.portal(HOST, path))
    sign_in_here(page)
    page.locator("[data-row=time] button").click()
    expect(page.get_by_role("status").first).to_contain_text("Your visit is moved.")
