"""Every way to pay, on a phone: a card saved and charged again, the bank asked, a bank payment that lasts and one that
fails.
"""

from __future__ import annotations

import re

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from portico.domain.billing.models import Invoice
from portico.domain.billing.operations import webhooks
from portico.foundation.tenancy.models import Branch
from portico.foundation.tenancy.scope import company_scope
from portico.sandbox.stripe.server import Sandbox
from tests.factories import people
from tests.flows.house import House, body_of
from tests.stripe_sandbox import Till, open_till

pytestmark = pytest.mark.browser

CARD, ASKING = "4242 4242 4242 4242", "4000 0027 6000 3184"
OFFICE = "office@example.com"


@pytest.fixture
def till(house: House, wired_sandbox: Sandbox) -> Till:
    """A company with one customer, and its account at the sandbox."""
    opened = open_till(wired_sandbox)
    with company_scope(opened.company_id), transaction.atomic():
        Branch.objects.update(support_email=OFFICE)
    return opened


@pytest.fixture
def phone(house: House, till: Till) -> Page:
    """Ana's phone, signed in."""
    page = house.visitor()
    page.goto(house.portal(till.host, "/sign-in/"))
    page.get_by_label("Email").fill("ana@example.com")
    page.get_by_label("Password", exact=True).fill(people.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Hello")
    return page


def test_card_saved_then_charged_and_the_bank_asked(house: House, till: Till, phone: Page) -> None:
    open_pay_page(house, phone, till.owes(12000), till)
    phone.get_by_role("button", name="Continue to pay $120.00").click()
    fill_card(phone, CARD, save=True)
    expect(phone.get_by_role("heading", level=1)).to_have_text("Payment received")
    pays_with_the_saved_card(house, till, phone)
    adds_a_card_that_the_bank_asks_about(house, till, phone)
    bank_says_no_and_then_yes(house, till, phone)
    assert till.cash() == 12000 + 5000 + 7000


def pays_with_the_saved_card(house: House, till: Till, phone: Page) -> None:
    invoice = till.owes(5000)
    people.make_stale(till.login)
    open_pay_page(house, phone, invoice, till)
    house.look(phone, "pay-saved-card")
    phone.get_by_role("button", name="Pay $50.00 with Visa ending 4242").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Confirm that it is you")
    house.look(phone, "pay-step-up")
    phone.locator("input[name=confirm_password]").fill(people.PASSWORD)
    phone.get_by_role("button", name="Confirm", exact=True).click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Payment received")
    assert till.balance(invoice) == (5000, 0)


def adds_a_card_that_the_bank_asks_about(house: House, till: Till, phone: Page) -> None:
    phone.goto(house.portal(till.host, "/payment-methods/"))
    house.look(phone, "methods")
    phone.get_by_role("button", name="Add a card").click()
    fill_card(phone, ASKING)
    if "/3ds/" in phone.url:
        phone.locator("button[value=complete]").click()
    expect(phone.locator("main")).to_contain_text("Your card was saved.")
    phone.locator("[data-row=method]", has_text="3184").get_by_role("button", name="Make default").click()
    expect(phone.locator("main")).to_contain_text("Visa ending 3184 is your default now.")


def bank_says_no_and_then_yes(house: House, till: Till, phone: Page) -> None:
    invoice = till.owes(7000)
    for answer, h1 in (("fail", f"Pay invoice {invoice.number}"), ("complete", "Payment received")):
        open_pay_page(house, phone, invoice, till)
        phone.get_by_role("button", name="Pay $70.00 with Visa ending 3184").click()
        phone.locator(f"button[value={answer}]").click()
        expect(phone.get_by_role("heading", level=1)).to_have_text(h1)
        house.look(phone, f"three-d-secure-{answer}")


def test_bank_payment_lasts_settles_and_another_fails(house: House, till: Till, phone: Page) -> None:
    till.saved()
    till.saved("pm_usBankAccount_success")
    settles = till.owes(12000)
    open_pay_page(house, phone, settles, till)
    house.look(phone, "pay-three-methods")
    pay_from_the_bank(phone, "Pay $120.00 with Stripe Test Bank ending 6789", house)
    house.look(phone, "bank-pending")
    phone.goto(house.portal(till.host, f"/invoices/pay/?invoice={settles.public_id}"))
    expect(phone.locator("main")).to_contain_text("a bank payment of $120.00 is on its way since")
    house.look(phone, "bank-pending-nothing-to-pay")
    till.advance(business_days=5)
    hear(till)
    assert till.balance(settles) == (12000, 0)
    phone.goto(house.portal(till.host, f"/payments/{till.payments()[-1].public_id}/"))
    expect(phone.get_by_role("heading", level=1)).to_have_text("Payment received")
    assert [str(mail["Subject"]) for mail in house.mails_to("ana@example.com") if "eceipt" in str(mail["Subject"])]
    a_bank_payment_fails_after_four_days(house, till, phone)


def a_bank_payment_fails_after_four_days(house: House, till: Till, phone: Page) -> None:
    invoice = till.owes(9000)
    till.saved("pm_usBankAccount_insufficientFunds")
    open_pay_page(house, phone, invoice, till)
    pay_from_the_bank(phone, "Pay $90.00 with Stripe Test Bank", house, account="2227")
    till.advance(business_days=5)
    hear(till)
    assert till.balance(invoice) == (0, 0)
    phone.goto(house.portal(till.host))
    expect(phone.locator("#tasks")).to_contain_text("Your payment of $90.00 did not go through")
    house.look(phone, "home-bank-failed")
    phone.goto(house.portal(till.host, f"/payments/{till.payments()[-1].public_id}/"))
    expect(phone.get_by_role("heading", level=1)).to_have_text("Payment did not go through")
    house.look(phone, "bank-failed")
    for address in ("ana@example.com", OFFICE):
        assert "$90.00" in body_of(house.mails_to(address)[-1])


def test_credit_first_and_a_bank_account_to_verify(house: House, till: Till, phone: Page) -> None:
    till.saved()
    till.has_credit(3000)
    invoice = till.owes(12000)
    open_pay_page(house, phone, invoice, till)
    house.look(phone, "pay-credit")
    phone.get_by_label("You have $30.00 credit").uncheck()
    expect(phone.get_by_role("button", name="Pay $120.00 with Visa ending 4242")).to_be_visible()
    phone.get_by_label("You have $30.00 credit").check()
    expect(phone.get_by_role("button", name="Pay $90.00 with Visa ending 4242")).to_be_visible()
    phone.get_by_label("Bank account").last.check()
    phone.get_by_role("button", name="Continue to pay $90.00").click()
    till.pay_by_bank(phone.url, way="manual")
    payment = till.payments()[-1]
    phone.goto(house.portal(till.host, f"/payments/{payment.public_id}/return/"))
    expect(phone.get_by_role("heading", level=1)).to_have_text("Verify your bank account")
    house.look(phone, "bank-verify")
    assert till.balance(invoice) == (3000, 0)
    phone.get_by_role("link", name="Pay another way instead").click()
    phone.get_by_role("button", name=re.compile("Pay .* with Visa ending 4242")).click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Payment received")
    assert (till.balance(invoice), till.cash()) == ((12000, 0), 9000)


def open_pay_page(house: House, phone: Page, invoice: Invoice, till: Till) -> None:
    phone.goto(house.portal(till.host, f"/invoices/pay/?invoice={invoice.public_id}"))


def pay_from_the_bank(phone: Page, button: str, house: House, *, account: str = "6789") -> None:
    phone.get_by_label(re.compile(f"Stripe Test Bank ending {account}")).check()
    expect(phone.locator("[data-authorization]")).to_contain_text("you authorize")
    house.look(phone, f"pay-from-bank-{account}")
    phone.get_by_role("button", name=button).click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Payment on its way")


def fill_card(page: Page, number: str, *, save: bool = False) -> None:
    page.get_by_label("Card number").fill(number)
    page.get_by_label("Expiry").fill("12 / 34")
    page.get_by_label("Security code").fill("123")
    page.get_by_label("Name on card").fill("Ana Sample")
    if save:
        page.locator("input[name=save]").check()
    page.locator("form button[type=submit]").first.click()


def hear(till: Till) -> None:
    """What the gateway's webhooks would have told, had they found the way to this test's port."""
    with company_scope(till.company_id):
        webhooks.catch_up()
