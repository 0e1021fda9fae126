"""Statements in a browser: one from the record, then a run; what customers get by it; without JavaScript too."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from portico.domain.customers.models import Customer
from portico.foundation.people.roles import StaffRole
from tests.factories import customers as make
from tests.factories import people
from tests.factories.books import Books
from tests.flows.house import DESKTOP, House, link_in
from tests.flows.test_household import signed_in
from tests.sweeps.papers import text_of_pdf

pytestmark = pytest.mark.browser


def owes(name: str, email: str, *minor: int) -> Books:
    books = Books(make.make_customer(name, email))
    for at, amount in enumerate(minor):
        books.bill(amount, ago=60 - 20 * at, title="Water heater repair")
    return books


@pytest.fixture
def olga(house: House) -> Page:
    company = people.make_company()
    with people.inside(company):
        people.make_staff("olga@example.com", role=StaffRole.ACCOUNTANT)
        people.make_login("maria@example.com", name="Maria Ortega")
        owes("Maria Ortega", "maria@example.com", 18450, 9900)
        owes("Ben Archer", "ben@example.com", 120000, 2500, 1299)
        credit = owes("Cleo Dunn with a rather long name and Sons Property Management", "cleo@example.com", 50000)
        credit.pay(20000, ago=5)
        owes("Dora Small", "dora@example.com", 75)
        owes("Edgar Nomail", "noemail@example.com", 43000)
        Customer.objects.filter(pk=owes("Fay Quiet", "fay@example.com", 8000).customer.pk).update(do_not_mail=True)
    page = house.visitor(size=DESKTOP)
    signed_in(house, page, house.office("demo"), "olga@example.com")
    return page


def count(page: Page, outcome: str) -> str:
    return page.locator(f'[data-row="count"][data-key="{outcome}"] td').first.inner_text()


def test_statements_are_mailed_from_a_record_and_to_everybody(house: House, olga: Page) -> None:
    olga.goto(house.office("demo", "/customers/?text=Maria"))
    olga.get_by_role("link", name="Maria Ortega").click()
    olga.get_by_role("link", name="Statement", exact=True).click()
    olga.get_by_role("link", name="Mail this statement").click()
    expect(olga.get_by_text("No statement was mailed from here yet.")).to_be_visible()
    house.look(olga, "statement-mail")
    olga.get_by_role("button", name="Mail the statement").click()
    expect(olga.get_by_text("The statement is on its way to 1 address.")).to_be_visible()
    olga.get_by_role("link", name="Mail this statement").click()
    olga.get_by_role("button", name="Mail the statement").click()
    expect(olga.get_by_role("alert")).to_contain_text("was mailed already")
    house.look(olga, "statement-mail-again")

    olga.get_by_role("link", name="Statements", exact=True).click()
    house.look(olga, "statement-runs-empty")
    olga.get_by_label("Smallest balance").fill("nothing")
    olga.get_by_role("button", name="Show who gets what").click()
    expect(olga.get_by_role("alert")).to_contain_text("is not an amount")
    house.look(olga, "statement-runs-error")
    olga.get_by_label("Smallest balance").fill("1.00")
    olga.get_by_role("button", name="Show who gets what").click()
    expect(olga.get_by_role("progressbar")).to_be_visible()
    house.look(olga, "statement-run-preparing")
    house.work()
    expect(olga.get_by_role("button", name="Mail statements")).to_be_visible()  # the page looked by itself
    found = ("mail", "below", "do_not_mail", "no_address", "recent")
    assert [count(olga, name) for name in found] == ["2", "1", "1", "1", "1"]
    house.look(olga, "statement-run-ready")
    olga.get_by_role("link", name="Had a statement lately").click()
    expect(olga.locator('[data-row="customer"][data-key="Maria Ortega"]')).to_be_visible()
    olga.get_by_role("button", name="Mail statements").click()
    expect(olga.get_by_role("progressbar")).to_be_visible()
    house.look(olga, "statement-run-sending")
    house.work()
    expect(olga.get_by_text("2 customers got a statement in 2 mails.")).to_be_visible()
    assert [count(olga, "mailed"), olga.locator('[data-row="sum"] td').nth(1).inner_text()] == ["2", "$2,532.24"]
    house.look(olga, "statement-run-done")
    with olga.expect_download() as report:
        olga.get_by_role("link", name="Download the report").click()
    assert len(report.value.path().read_text().splitlines()) == 7
    olga.get_by_role("link", name="Statements", exact=True).first.click()
    house.look(olga, "statement-runs")
    _what_customers_get(house)


def _what_customers_get(house: House) -> None:
    (mail,) = house.mails_to("cleo@example.com")
    assert mail["Subject"] == "Statement from Brightwater Home: $300.00 to pay"
    assert link_in(mail, "/invitations/")
    (paper,) = mail.iter_attachments()
    assert "Total due $300.00" in " ".join(text_of_pdf(paper.get_content()).split())
    *_also_see, mail = house.mails_to("maria@example.com")
    maria = house.visitor()
    signed_in(house, maria, link_in(mail, "/statements/"), "maria@example.com")
    expect(maria.get_by_role("heading", name="Statement", level=1)).to_be_visible()
    expect(maria.locator('[data-row="total"]')).to_have_text("$283.50")
    for nobody in ("dora", "fay", "noemail"):
        assert house.mails_to(f"{nobody}@example.com") == []


def test_run_is_sent_and_stopped_without_javascript(house: House, olga: Page) -> None:
    context = house.browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    house.contexts.append(context)
    context.add_cookies(olga.context.cookies())  # type: ignore[arg-type] - what the browser itself gave
    page = context.new_page()
    page.goto(house.office("demo", "/statements/"))
    page.get_by_role("button", name="Show who gets what").click()
    page.get_by_role("button", name="Discard this run").click()
    expect(page.get_by_text("Stopped", exact=True)).to_be_visible()
    page.goto(house.office("demo", "/statements/"))
    page.get_by_role("checkbox", name="Only customers with something past due").check()
    page.get_by_role("button", name="Show who gets what").click()
    house.work()
    page.get_by_role("link", name="Look again now").click()
    page.get_by_role("button", name="Mail statements").click()
    house.work()
    page.get_by_role("link", name="Look again now").click()
    expect(page.get_by_text("3 customers got a statement in 3 mails.")).to_be_visible()
