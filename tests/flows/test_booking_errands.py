"""A due visit and an accepted estimate, booked in the browser where they are offered; Back, waiting, a calendar."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from portico.domain.booking.models import Booking, Hold
from portico.domain.booking.operations import waiting
from portico.domain.capacity.models import Question
from portico.domain.jobs.models import Job
from portico.domain.memberships.models import RecurringServiceType
from portico.foundation.tenancy.scope import company_scope
from tests.domain.estimates import deciding
from tests.factories import estimates, memberships, people, scheduling, visits
from tests.flows.house import PHONE, House
from tests.flows.test_booking import Place, go, heading, sign_in, tab_to

pytestmark = pytest.mark.browser


@pytest.fixture
def place(house: House) -> Place:
    made = Place()
    with people.inside(made.company):
        Question.objects.all().delete()
    return made


def test_due_visit_is_booked_from_home_by_keyboard_and_back_leads_to_it(house: House, place: Place) -> None:
    with people.inside(place.company):
        kind = memberships.make_type("Comfort Plan", "Spring tune-up")
        RecurringServiceType.objects.update(job_type=place.town.kind)
        memberships.make_visit(memberships.make_membership(place.town.home, kind), days=-3)
    ana = house.visitor()
    sign_in(house, ana, "/")
    expect(ana.locator("[data-row=due-visit]")).to_have_count(1)
    house.look(ana, "errand-home-due")
    go(ana, "[data-row=due-visit] a")
    heading(ana, "Choose a time")
    house.look(ana, "errand-windows")
    go(ana, f"[value='{place.value(480)}']")
    fill(ana)
    go(ana, "[value=check]")
    heading(ana, "Check and book")
    expect(ana.locator("#kept")).to_contain_text("Kept for you until")
    ana.reload()
    heading(ana, "Check and book")
    go(ana, "[value=confirm]")
    heading(ana, "Visit: Tune-up")
    visit = ana.url
    for _page in ("check", "details"):
        ana.go_back()
        expect(ana).to_have_url(visit)
    with people.inside(place.company):
        assert Booking.objects.count() == 1
    ana.goto(house.portal("brook", "/memberships/"))
    ana.locator("[data-row] a", has_text="Comfort Plan").first.click()
    expect(ana.locator("[data-row=visit]")).to_contain_text("Booked")
    house.look(ana, "errand-membership-booked")


def test_accepted_estimate_is_booked_without_scripts(house: House, place: Place) -> None:
    with people.inside(place.company):
        town = place.town
        job = visits.make_job(town.home.customer, location=town.home, job_type=town.kind, business_unit=town.unit)
        estimate = estimates.make_estimate(job)
        deciding.noted(estimate)
        deciding.approve(estimate, place.login)
    context = house.browser.new_context(viewport=PHONE, java_script_enabled=False, locale="en-US")
    house.contexts.append(context)
    ana = context.new_page()
    sign_in(house, ana, f"/estimates/{estimate.public_id}/")
    ana.locator("#work").get_by_role("link", name="Choose a time").click()
    ana.locator(f"[value='{place.value(600)}']").click()
    ana.get_by_label("Phone on the day").fill("602-555-0142")
    ana.get_by_role("button", name="Check and book").click()
    ana.get_by_role("button", name="Book this visit").click()
    heading(ana, "Visit: Tune-up")
    with people.inside(place.company):
        assert Job.objects.count() == 1
    seen = house.visitor()
    sign_in(house, seen, f"/estimates/{estimate.public_id}/")
    expect(seen.locator("[data-row=step][data-key=visit] a")).to_have_attribute("href", path(ana))
    house.look(seen, "errand-estimate-booked")


def test_accepted_estimate_offers_its_visit_on_its_page_and_at_home(house: House, place: Place) -> None:
    with people.inside(place.company):
        town = place.town
        job = visits.make_job(town.home.customer, location=town.home, job_type=town.kind, business_unit=town.unit)
        estimate = estimates.make_estimate(job)
        deciding.noted(estimate)
        deciding.approve(estimate, place.login)
    ana = house.visitor()
    sign_in(house, ana, "/")
    house.look(ana, "errand-home-work")
    go(ana, "[data-row=work] a")
    heading(ana, "Choose a time")
    ana.goto(house.portal("brook", f"/estimates/{estimate.public_id}/"))
    house.look(ana, "errand-estimate")


def test_time_that_opens_is_offered_to_who_waits(house: House, place: Place) -> None:
    with people.inside(place.company):
        windows = {window: scheduling.make_home() for window in (480, 600, 780, 900)}
    with company_scope(place.company.id):
        booked = [place.town.book(window, home=home) for window, home in windows.items()]
    ana = house.visitor()
    sign_in(house, ana)
    heading(ana, "Book a visit")
    go(ana, "[data-row=kind] a")
    heading(ana, "Choose a time")
    tab_to(ana, "[name=until]")
    ana.locator("[name=until]").fill(str(place.town.day))
    ana.get_by_role("button", name="Tell me when a time opens").press("Enter")
    heading(ana, "Book a visit")
    expect(ana.locator("[data-row=wait]")).to_have_count(1)
    house.look(ana, "waiting-joined")
    with company_scope(place.company.id):
        place.town.cancel(booked[2])
        waiting.offer_freed()
    ana.reload()
    house.look(ana, "waiting-offer")
    go(ana, "[data-row=wait] a")
    heading(ana, "Your details")
    expect(ana.locator("#held")).to_contain_text("1–3 PM")
    house.look(ana, "waiting-offer-held")
    fill(ana)
    go(ana, "[value=check]")
    heading(ana, "Check and book")
    go(ana, "[value=confirm]")
    heading(ana, "Visit: Tune-up")
    with people.inside(place.company):
        assert Hold.objects.filter(state="live").count() == 0


def test_calendar_address_is_made_and_revoked(house: House, place: Place) -> None:
    ana = house.visitor()
    sign_in(house, ana, "/account/")
    go(ana, "#calendar button")
    expect(ana.locator("#calendar input[readonly]")).to_have_value(re.compile(r"/calendar/[\w-]{43}\.ics$"))
    house.look(ana, "calendar-address")
    ana.get_by_role("link", name="Revoke the address").press("Enter")
    expect(ana.locator("#calendar")).to_contain_text("Every calendar that uses it stops showing your visits.")
    house.look(ana, "calendar-revoke")
    ana.get_by_role("button", name="Yes, revoke it").press("Enter")
    expect(ana.get_by_role("status").first).to_contain_text("was revoked")
    house.look(ana, "calendar-none")


def test_zone_is_named_where_the_readers_clock_differs(house: House, place: Place) -> None:
    with company_scope(place.company.id):
        place.town.book()
    for zone, is_named in (("America/Chicago", False), ("Asia/Tokyo", True)):
        context = house.browser.new_context(viewport=PHONE, locale="en-US", timezone_id=zone)
        house.contexts.append(context)
        ana = context.new_page()
        sign_in(house, ana, "/appointments/")
        expect(ana.locator("[data-zone]")).to_be_visible(visible=is_named)
        expect(ana.locator("[data-zone]")).to_have_text(re.compile("C[SD]T"))
    house.look(ana, "zone-named")


def fill(page: Page) -> None:
    heading(page, "Your details")
    tab_to(page, "[name=phone]")
    page.keyboard.type("602-555-0142")


def path(page: Page) -> str:
    """The address without its host."""
    return "/" + page.url.split("/", 3)[3]
