"""The main job of the house, in a browser: a wrong address corrected, an invitation, a password, two bills paid."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from portico.domain.billing.operations import accounts
from portico.foundation.audit.operations import SHELL
from portico.foundation.people.roles import StaffRole
from portico.importer import operations as importer
from portico.kernel import clock
from portico.sandbox.exports import write_demo
from tests.factories.people import PASSWORD, make_staff
from tests.flows.house import DESKTOP, House, attachments_of, body_of, in_company, link_in

pytestmark = pytest.mark.browser

WRONG, RIGHT = "dana.witfield@example.com", "dana.whitfield@example.com"
CARD = "4242 4242 4242 4242"
DECLINED = "4000 0000 0000 0002"


@pytest.fixture
def demo(house: House, tmp_path: Path, settings: object) -> House:
    """The demo company, imported from its folder as any company is, with a member of staff."""
    settings.MEDIA_ROOT = tmp_path / "files"  # type: ignore[attr-defined]
    write_demo(tmp_path / "export", today=clock.now().date())
    importer.import_folder(folder=tmp_path / "export", by=SHELL, tell=lambda _what: None)
    with in_company():
        accounts.ensure_account()
        accounts.connect_account()
    with in_company(), transaction.atomic():
        make_staff("olga@example.com", role=StaffRole.MANAGER)
    return house


def test_from_the_record_to_the_receipt(demo: House) -> None:
    office = demo.visitor(size=DESKTOP)
    record = staff_finds_the_record(demo, office)
    dead_link = staff_invites_a_wrong_address_and_corrects_it(demo, office)
    phone = demo.visitor()
    customer_finds_the_wrong_link_dead(demo, phone, dead_link)
    customer_registers(demo, phone)
    customer_pays_two_invoices_in_part(demo, phone)
    customer_pays_the_rest(demo, phone)
    receipts_are_in_the_mailbox(demo)
    office_sees_all(demo, office, record)


def staff_finds_the_record(house: House, page: Page) -> str:
    page.goto(house.office("demo", "/customers/"))
    house.look(page, "office-sign-in")
    page.get_by_label("Email").fill("olga@example.com")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    house.pass_second(page, "olga@example.com", look=True)
    search = page.get_by_role("searchbox").first
    search.fill("Dana Whitfeild")
    search.press("Enter")
    house.look(page, "office-search")
    page.get_by_role("link", name="Dana Whitfield").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dana Whitfield")
    return page.url


def staff_invites_a_wrong_address_and_corrects_it(house: House, page: Page) -> str:
    row(page, WRONG).get_by_role("button", name="Invite").click()
    expect(row(page, WRONG)).to_contain_text("Invited")
    dead_link = link_in(house.mails_to(WRONG)[0], "/invitations/")
    page.reload()
    row(page, WRONG).locator("summary").click()
    house.look(page, "office-record")
    row(page, WRONG).get_by_role("link", name=re.compile("Correct")).click()
    house.look(page, "office-correct-address")
    page.get_by_label(re.compile("email", re.IGNORECASE)).last.fill(RIGHT)
    page.locator("main form button[type=submit]").last.click()
    expect(row(page, RIGHT)).to_be_visible()
    assert row(page, WRONG).count() == 0
    row(page, RIGHT).get_by_role("button", name="Invite").click()
    expect(row(page, RIGHT)).to_contain_text("Invited")
    return dead_link


def customer_finds_the_wrong_link_dead(house: House, page: Page, dead_link: str) -> None:
    page.goto(dead_link)
    expect(page.get_by_label("Password", exact=True)).to_have_count(0)
    house.look(page, "invitation-dead")


def customer_registers(house: House, page: Page) -> None:
    page.goto(link_in(invitation(house), "/invitations/"))
    house.look(page, "invitation")
    page.get_by_label("Your name").or_(page.get_by_label("Name")).first.fill("Dana Whitfield")
    page.locator("input[type=password]").fill("short")
    page.get_by_role("button", name="Create my account").click()
    expect(page).to_have_title(re.compile("^Error: "))
    house.look(page, "invitation-error")
    page.locator("input[type=password]").fill(PASSWORD)
    page.get_by_role("button", name="Create my account").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Dana")
    expect(page.locator("[data-open-total]")).to_have_text("$458.26")
    house.look(page, "home")


def customer_pays_two_invoices_in_part(house: House, page: Page) -> None:
    page.goto(house.portal("demo", "/invoices/"))
    house.look(page, "invoices")
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name=re.compile(r"^Pay (2|selected)")).click()
    house.look(page, "pay")
    page.get_by_label("Another amount").first.check()
    page.locator("input[name=amount]").fill("0.20")
    page.get_by_role("button", name="Update").click()
    expect(page).to_have_title(re.compile("^Error: "))
    house.look(page, "pay-error")
    page.locator("input[name=amount]").fill("200")
    page.get_by_role("button", name="Update").click()
    house.look(page, "pay-preview")
    page.get_by_role("button", name="Pay $200.00").click()
    pay_on_the_card_page(page, DECLINED)
    expect(page.get_by_text("Your card was declined")).to_be_visible()
    pay_on_the_card_page(page, CARD)
    expect(page.get_by_role("heading", level=1)).to_have_text("Payment received")
    expect(page.locator("main")).to_contain_text("Visa ending 4242")
    house.look(page, "receipt")


def customer_pays_the_rest(house: House, page: Page) -> None:
    page.goto(house.portal("demo", "/invoices/"))
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name=re.compile(r"^Pay (2|selected)")).click()
    page.get_by_role("button", name="Pay $258.26").click()
    pay_on_the_card_page(page, CARD)
    expect(page.get_by_role("heading", level=1)).to_have_text("Payment received")
    page.goto(house.portal("demo"))
    expect(page.locator("#tasks")).to_contain_text("all set")
    house.look(page, "home-all-set")
    page.goto(house.portal("demo", "/payments/"))
    house.look(page, "payments")
    page.goto(house.portal("demo", "/invoices/?show=paid"))
    page.locator("a.row__title").first.click()
    house.look(page, "invoice")
    page.goto(house.portal("demo", "/account/"))
    house.look(page, "account")


def receipts_are_in_the_mailbox(house: House) -> None:
    receipts = [mail for mail in house.mails_to(RIGHT) if "eceipt" in str(mail["Subject"])]
    assert len(receipts) == 2
    assert ["$200.00" in body_of(receipts[0]), "$258.26" in body_of(receipts[1])] == [True, True]
    assert [[content[:5] for _, content in attachments_of(mail)] for mail in receipts] == [[b"%PDF-"], [b"%PDF-"]]


def office_sees_all(house: House, page: Page, record: str) -> None:
    page.goto(record)
    expect(row(page, RIGHT)).to_contain_text("Active")
    expect(page.locator("#payments")).to_contain_text("$258.26")
    page.goto(house.office("demo", "/payments/"))
    house.look(page, "office-payments")
    expect(page.locator("main")).to_contain_text("$200.00")
    expect(page.locator("main")).to_contain_text("$258.26")


def row(page: Page, address: str):  # type: ignore[no-untyped-def]  # a Locator
    return page.locator(f'[data-row="portal"][data-key="{address}"]')


def invitation(house: House):  # type: ignore[no-untyped-def]  # an EmailMessage
    return next(mail for mail in house.mails_to(RIGHT) if "/invitations/" in body_of(mail))


def pay_on_the_card_page(page: Page, number: str) -> None:
    page.get_by_label("Card number").fill(number)
    page.get_by_label("Expiry").fill("12 / 34")
    page.get_by_label("Security code").fill("123")
    page.get_by_label("Name on card").fill("Dana Whitfield")
    page.get_by_role("button", name=re.compile(r"^Pay \$")).click()
