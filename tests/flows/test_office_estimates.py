"""The office's side of estimates, in a browser: written, sent, asked about, changed, approved by phone, billed."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from portico.domain.billing.models import Invoice
from portico.domain.customers.models import Customer
from portico.domain.estimates.models import Estimate
from portico.domain.estimates.operations import asking
from portico.foundation.people.models import Login
from portico.foundation.people.roles import StaffRole
from tests.domain.estimates import deciding
from tests.factories import customers as make
from tests.factories import people, visits
from tests.flows.house import DESKTOP, House, body_of
from tests.flows.test_household import signed_in

pytestmark = pytest.mark.browser


@pytest.fixture
def home(house: House) -> Customer:
    with people.inside(people.make_company()):
        people.make_staff("olga@example.com", role=StaffRole.ADMIN)
        customer = make.make_customer("Alvarez", "ana@example.com")
        people.make_login("ana@example.com", name="Ana Alvarez")
        visits.make_job(customer, summary="Replace the furnace")
        return customer


@pytest.fixture
def desk(house: House, home: Customer) -> Page:
    """An admin at the desk, on the page of the job."""
    page = house.visitor(size=DESKTOP)
    signed_in(house, page, house.office("demo"), "olga@example.com")
    page.goto(house.office("demo", f"/customers/{home.public_id}/#jobs"))
    page.locator("#jobs [data-row=job] a").first.click()
    return page


def only_estimate(home: Customer) -> Estimate:
    with people.inside_id(home.company_id):
        return Estimate.objects.select_related("proposal").get()


def test_estimate_is_written_sent_asked_about_changed_approved_and_billed(
    house: House, home: Customer, desk: Page
) -> None:
    write(house, desk)
    expect(desk.get_by_role("heading", level=1)).to_have_text("Better")
    house.look(desk, "office-estimate-draft")
    desk.get_by_label("ana@example.com").check()
    desk.get_by_role("button", name="Send estimate").click()
    expect(desk.locator("#story")).to_contain_text("ana@example.com")
    estimate = only_estimate(home)
    assert f"/estimates/{estimate.public_id}/" in body_of(house.mails_to("ana@example.com")[-1])
    answer(house, home, desk, estimate)
    change(house, desk)
    by_phone(house, desk)
    desk.get_by_role("button", name="Make the invoice").click()
    expect(desk).to_have_url(re.compile("/invoices/"))
    desk.goto(house.office("demo", f"/estimates/{estimate.public_id}/"))
    expect(desk.locator("#invoice")).to_be_visible()
    expect(desk.get_by_role("button", name="Take the approval back")).to_have_count(0)
    house.look(desk, "office-estimate-billed")
    with people.inside_id(home.company_id):
        assert Invoice.objects.get().total_minor == 210000
    desk.goto(house.office("demo", f"/customers/{home.public_id}/"))
    expect(desk.locator("#estimates")).to_contain_text("Accepted")
    house.look(desk, "office-record-estimates")


def write(house: House, desk: Page) -> None:
    """A new one, first without an item's name, which is said beside it and loses nothing."""
    desk.get_by_role("link", name="Write an estimate").click()
    desk.get_by_label("Name of the option").fill("Better")
    desk.get_by_label("Price of one").first.fill("2,000.00")
    desk.get_by_role("button", name="Save").click()
    expect(desk.get_by_role("alert")).to_be_visible()
    expect(desk.get_by_label("Price of one").first).to_have_value("2,000.00")
    house.look(desk, "office-estimate-error")
    desk.get_by_label("Name", exact=True).first.fill("Furnace")
    desk.get_by_role("button", name="Save").click()


def answer(house: House, home: Customer, desk: Page, estimate: Estimate) -> None:
    with people.inside_id(home.company_id):
        ana = deciding.actor(Login.objects.get(email="ana@example.com"))
        asking.ask(estimate=estimate.public_id, item=None, text="Is it quiet?", by=ana)
    desk.goto(house.office("demo", "/estimates/?state=questions"))
    house.look(desk, "office-estimate-questions")
    desk.get_by_role("link", name="Is it quiet?").click()
    desk.get_by_role("button", name="Send answer").click()
    expect(desk.get_by_role("alert")).to_be_visible()
    desk.get_by_role("textbox", name="Answer").fill("Quieter than a fridge.")
    desk.get_by_role("button", name="Send answer").click()
    expect(desk.locator("#thread")).to_contain_text("Quieter than a fridge.")
    assert "Quieter than a fridge." in body_of(house.mails_to("ana@example.com")[-1])


def change(house: House, desk: Page) -> None:
    desk.get_by_role("link", name="Edit").click()
    house.look(desk, "office-estimate-edit")
    desk.get_by_label("Price of one").first.fill("2100")
    desk.get_by_role("button", name="Save").click()
    expect(desk.locator("#versions")).to_contain_text("$2,000.00 → $2,100.00")


def by_phone(house: House, desk: Page) -> None:
    desk.get_by_role("link", name="Approved by phone").click()
    desk.get_by_label("Full name of who approves").fill("Ana Alvarez")
    desk.get_by_role("button", name="Take down the approval").click()
    expect(desk.get_by_role("alert")).to_be_visible()
    house.look(desk, "office-estimate-phone-error")
    desk.get_by_label("Note").fill("Called at nine; read out in full.")
    desk.get_by_role("button", name="Take down the approval").click()
    expect(desk.locator("#approval")).to_contain_text("Ana Alvarez approved it by phone")
    expect(desk.get_by_role("button", name="Take the approval back")).to_be_visible()
    house.look(desk, "office-estimate-approved")


def test_rules_and_terms_of_estimates_are_mended_and_kept(house: House, desk: Page) -> None:
    desk.goto(house.office("demo", "/settings/estimates/"))
    house.look(desk, "office-estimate-settings")
    desk.get_by_label("Hours in which an approval can be taken back").fill("a day")
    desk.get_by_label("Reasons to choose from when declining").fill("Too dear\nNot now")
    desk.get_by_role("button", name="Save rules").click()
    expect(desk).to_have_title(re.compile("^Error: "))
    expect(desk.get_by_label("Reasons to choose from when declining")).to_have_value("Too dear\nNot now")
    house.look(desk, "office-estimate-settings-refused")
    desk.get_by_label("Hours in which an approval can be taken back").fill("24")
    desk.get_by_role("button", name="Save rules").click()
    expect(desk.get_by_role("status")).to_contain_text("The rules of estimates were saved.")
    desk.get_by_role("textbox", name="Terms").fill("We do the work as written.")
    desk.get_by_role("button", name="Save terms").click()
    expect(desk.locator("#terms")).to_contain_text("Version 1 holds now, written by")
    desk.locator("#former [data-row=terms] a").first.click()
    expect(desk.locator("#version")).to_be_visible()
    house.look(desk, "office-estimate-settings-former")
