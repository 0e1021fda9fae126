"""A new company from nothing to a paid invoice, a booked visit and an approved estimate: all in the browser."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from types import ModuleType

import pytest
from playwright.sync_api import Locator, Page, expect

from portico.faces.commands import create_company, create_staff
from portico.kernel import clock
from tests.factories.people import PASSWORD
from tests.flows.house import DESKTOP, House, link_in
from tests.flows.test_from_record_to_receipt import CARD, pay_on_the_card_page

pytestmark = pytest.mark.browser
ADA, ANA = "ada@cedar.example.com", "ana@example.com"


@dataclass
class Hand:
    """A person at a page, whose clicks are counted; typing is not."""

    page: Page
    clicks: int = 0

    def click(self, target: Locator) -> None:
        self.clicks += 1
        target.click()

    def check(self, target: Locator) -> None:
        self.clicks += 1
        target.check()

    def press(self, name: str, *, inside: str = "main", exact: bool = True) -> None:
        self.click(self.page.locator(inside).get_by_role("button", name=name, exact=exact).first)

    def follow(self, name: str, *, inside: str = "body", exact: bool = True) -> None:
        self.click(self.page.locator(inside).get_by_role("link", name=name, exact=exact).first)

    def write(self, **fields: str) -> None:
        for label, said in fields.items():
            self.page.locator("main").get_by_label(label.replace("_", " "), exact=True).fill(said)

    def choose(self, label: str, option: str) -> None:
        self.clicks += 1
        self.page.locator("main").get_by_label(label).select_option(label=option)

    def fill(self, **fields: str) -> None:
        for name, said in fields.items():
            self.page.locator(f"main [name={name}]").fill(said)

    def told(self, words: str) -> None:
        expect(self.page.locator("main")).to_contain_text(words)


@pytest.fixture
def start(house: House, capsys: pytest.CaptureFixture[str]) -> tuple[House, str]:
    """All that the operator does: the company and its first admin, each by a command; the link that it prints."""
    run(create_company, ["Cedar Heating", "--host", "cedar", "--phone", "512-555-0177"])
    run(create_staff, [ADA, "--company", "cedar", "--role", "admin", "--name", "Ada Admin"])
    return house, capsys.readouterr().out.split()[-1]


def run(command: ModuleType, words: list[str]) -> None:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    assert command.run(parser.parse_args(words)) == 0


def test_new_company_is_paid_booked_and_approved(
    start: tuple[House, str], record_property: Callable[[str, object], None]
) -> None:
    house, link = start
    ada, ana = Hand(house.visitor(size=DESKTOP)), Hand(house.visitor())
    admin_signs_in(house, ada, link)
    settings_are_made(ada)
    customer_is_entered_and_invited(ada)
    customer_registers(house, ana)
    invoice_is_written(ada)
    customer_pays(house, ana)
    working_time_is_entered(house, ada)
    customer_books(house, ana)
    estimate_is_written_and_sent(house, ada)
    customer_approves(house, ana)
    office_sees_all(house, ada)
    told = f"a new company from nothing: {ada.clicks} clicks in the office, {ana.clicks} by the customer"
    record_property("throughput", told)


def admin_signs_in(house: House, ada: Hand, link: str) -> None:
    ada.page.goto(link)
    ada.write(New_password=PASSWORD)
    ada.click(ada.page.locator("main button[type=submit]").last)
    ada.page.goto(house.office("cedar"))
    ada.write(Email_address=ADA, Password=PASSWORD)
    ada.press("Sign in")
    house.pass_second(ada.page, ADA)
    ada.clicks += 2
    house.look(ada.page, "nothing-office")


def settings_are_made(ada: Hand) -> None:
    ada.follow("Settings")
    ada.follow("Portal off, test or on")
    ada.check(ada.page.get_by_role("radio", name="On Everybody"))
    ada.check(ada.page.get_by_label("I accept these terms"))
    ada.press("Save")
    ada.told("The portal is on.")
    ada.follow("Settings")
    ada.follow("Payments", inside="main")
    ada.write(Secret_key="sk_test_" + "c" * 24)
    ada.press("Connect", exact=False)
    ada.told("The key works")
    ada.follow("Settings")
    ada.follow("Business units", inside="main", exact=False)
    ada.follow("Add a business unit", exact=False)
    ada.write(Name="Heating")
    ada.press("Save")
    ada.follow("Settings", inside="main")
    ada.follow("Job types", inside="main")
    ada.follow("Add a job type", exact=False)
    ada.write(Name="Tune-up")
    ada.page.get_by_label("How long it takes, in minutes").fill("60")
    ada.press("Save", exact=False)
    ada.told("Tune-up")


def customer_is_entered_and_invited(ada: Hand) -> None:
    ada.follow("Customers")
    ada.follow("Add a customer")
    ada.fill(name="Ana Alvarez", email=ANA, phone="512-555-0142")
    ada.fill(street="12 Elm Street", city="Austin", region="TX", postal_code="78701")
    ada.press("Save the customer")
    ada.told("Customer Portal")
    ada.press("Invite", exact=False)
    ada.told("Invited")


def customer_registers(house: House, ana: Hand) -> None:
    ana.page.goto(link_in(house.mails_to(ANA)[0], "/invitations/"))
    ana.page.locator("input[type=password]").fill(PASSWORD)
    ana.press("Create my account")
    expect(ana.page.get_by_role("heading", level=1)).to_contain_text("Hello")
    house.look(ana.page, "nothing-home")


def invoice_is_written(ada: Hand) -> None:
    ada.follow("New invoice", inside="main")
    ada.page.get_by_label("Title").fill("First visit")
    ada.page.locator("[name=name_0]").fill("Diagnosis")
    ada.page.locator("[name=price_0]").fill("89")
    ada.press("Save and look at it")
    ada.press("Issue invoice of $89.00")
    ada.told("The invoice was issued.")


def customer_pays(house: House, ana: Hand) -> None:
    ana.page.goto(house.portal("cedar", "/invoices/"))
    ana.click(ana.page.get_by_role("link", name=re.compile("First visit")).first)
    ana.click(ana.page.get_by_role("link", name=re.compile("^Pay")).first)
    ana.press("Continue to pay $89.00")
    pay_on_the_card_page(ana.page, CARD)
    ana.clicks += 1
    expect(ana.page.get_by_role("heading", level=1)).to_have_text("Payment received")


def working_time_is_entered(house: House, ada: Hand) -> None:
    today = clock.today("America/Chicago")
    ada.follow("Settings")
    ada.follow("Scheduling", inside="main")
    ada.follow("Zones, windows and hours")
    ada.follow("Add a zone")
    ada.fill(name="Center", zips="78701")
    ada.check(ada.page.locator("main").get_by_label("Heating"))
    ada.press("Save")
    for start, end in (("08:00", "12:00"), ("13:00", "17:00")):
        ada.follow("Add an arrival window")
        ada.page.get_by_label("From", exact=True).fill(start)
        ada.page.get_by_label("To", exact=True).fill(end)
        ada.check(ada.page.locator("main").get_by_label("Heating"))
        ada.press("Save")
    ada.follow("Scheduling", inside="main")
    ada.follow("Technicians and shifts")
    ada.follow("Add a technician")
    ada.fill(name="Nora Neumann")
    ada.choose("Business unit", "Heating")
    ada.check(ada.page.locator("main").get_by_label("Center"))
    ada.press("Save")
    card = ada.page.locator("#add-shifts")
    card.get_by_label("First day").fill(today.isoformat())
    card.get_by_label("Last day").fill((today + timedelta(days=20)).isoformat())
    for day in ("Saturday", "Sunday"):
        ada.check(card.get_by_label(day))
    card.get_by_label("From").fill("08:00")
    card.get_by_label("To").fill("17:00")
    ada.click(card.get_by_role("button", name="Add shifts"))
    ada.told("shifts were added")
    ada.page.goto(house.office("cedar", "/settings/scheduling/job-types/"))
    ada.follow("Tune-up", inside="main", exact=False)
    ada.check(ada.page.locator("[name=is_self_schedulable]"))
    ada.press("Save job type")


def customer_books(house: House, ana: Hand) -> None:
    house.work()
    ana.page.goto(house.portal("cedar"))
    ana.follow("Book a visit", exact=False)
    ana.click(ana.page.locator("[data-row=kind] a").first)
    if ana.page.get_by_role("heading", name="Choose a time").count() == 0:
        ana.click(ana.page.locator("main button[type=submit]").last)
    house.look(ana.page, "nothing-windows")
    ana.click(ana.page.locator("#windows button").first)
    ana.fill(name="Ana Alvarez", phone="512-555-0142")
    ana.press("Check and book")
    ana.press("Book this visit")
    expect(ana.page.get_by_role("heading", level=1)).to_have_text("Visit: Tune-up")


def estimate_is_written_and_sent(house: House, ada: Hand) -> None:
    ada.follow("Customers")
    ada.follow("Ana Alvarez")
    ada.click(ada.page.locator("#jobs [data-row=job] a").first)
    ada.follow("Write an estimate")
    ada.page.get_by_label("Name of the option").fill("New furnace")
    ada.page.get_by_label("Name", exact=True).first.fill("Furnace")
    ada.page.get_by_label("Price of one").first.fill("4,200")
    ada.press("Save")
    ada.press("Send estimate")
    ada.told("is on its way to ana@example.com.")


def customer_approves(house: House, ana: Hand) -> None:
    house.work()
    ana.page.goto(house.portal("cedar", "/estimates/"))
    ana.click(ana.page.get_by_role("link", name=re.compile("New furnace")).first)
    ana.press("Continue to sign")
    ana.page.get_by_label("Full name").fill("Ana Alvarez")
    ana.check(ana.page.get_by_label("I have read the terms"))
    ana.press("Check and approve")
    ana.press("Approve for $4,200.00")
    expect(ana.page.get_by_text("Your approval is in")).to_be_visible()
    house.look(ana.page, "nothing-approved")


def office_sees_all(house: House, ada: Hand) -> None:
    for path, words in (
        ("payments/", "$89.00"),
        ("estimates/?state=accepted", "New furnace"),
        ("bookings/", "Tune-up"),
    ):
        ada.page.goto(house.office("cedar", f"/{path}"))
        expect(ada.page.locator("tbody tr")).to_have_count(1)
        expect(ada.page.locator("tbody tr")).to_contain_text("Ana Alvarez")
        expect(ada.page.locator("tbody tr")).to_contain_text(words)
