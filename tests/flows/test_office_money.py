"""The office's side of money, in a browser: a check taken, a refund, a void, credit, a dispute, lists and settings."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from portico.domain.billing.models import Payment
from portico.domain.billing.operations import webhooks
from portico.foundation.people.roles import StaffRole
from portico.foundation.tenancy.scope import company_scope
from portico.sandbox.stripe.server import Sandbox
from tests.factories import people
from tests.flows.house import DESKTOP, House
from tests.sandbox.running import submit
from tests.stripe_sandbox import Till, open_till, violations

pytestmark = pytest.mark.browser


@pytest.fixture
def till(house: House, wired_sandbox: Sandbox) -> Till:
    return open_till(wired_sandbox)


@pytest.fixture
def desk(house: House, till: Till) -> Page:
    """An admin at the desk, signed in."""
    with people.inside_id(till.company_id):
        people.make_staff("olga@example.com", role=StaffRole.ADMIN)
    page = house.visitor(size=DESKTOP)
    page.goto(house.office(till.host, "/sign-in/"))
    page.get_by_label("Email").fill("olga@example.com")
    page.get_by_label("Password", exact=True).fill(people.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    house.pass_second(page, "olga@example.com")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    return page


def test_check_is_taken_and_handed_back(house: House, till: Till, desk: Page) -> None:
    older, newer = till.owes(10000), till.owes(5000)
    desk.goto(house.office(till.host, f"/customers/{till.customer.public_id}/payments/record/"))
    house.look(desk, "office-record-payment")
    desk.get_by_role("button", name="Record payment").click()
    expect(desk.get_by_role("alert")).to_contain_text("Amount received")
    house.look(desk, "office-record-payment-error")
    desk.get_by_label("Amount received").fill("120")
    desk.get_by_label("A check").check()
    desk.get_by_label("Check number").fill("1204")
    desk.get_by_role("button", name="Preview: oldest first").click()
    expect(desk.get_by_label(f"On invoice {newer.number}")).to_have_value("20.00")
    desk.get_by_role("button", name="Record payment").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("Payment of $120.00")
    house.look(desk, "office-payment-check")
    desk.get_by_role("link", name="Hand back").click()
    desk.get_by_label("Amount to refund").fill("20")
    house.look(desk, "office-hand-back")
    desk.get_by_label("Reason").select_option("requested")
    desk.get_by_role("button", name="Record as handed back").click()
    expect(desk.locator("[data-row=refund]")).to_contain_text("Handed back")
    assert (till.balance(older), till.balance(newer), violations(till)) == ((10000, 0), (0, 0), [])


def test_card_payment_is_refunded_once_and_a_wrong_amount_refused(house: House, till: Till, desk: Page) -> None:
    invoice = till.owes(10000)
    payment = paid_online(till, invoice)
    desk.goto(house.office(till.host, f"/payments/{payment.public_id}/refund/"))
    desk.get_by_label("Amount to refund").fill("100.01")
    desk.get_by_label("Reason").select_option("work")
    desk.get_by_label("Note").fill("The fan rattles")
    desk.get_by_role("button", name="Refund").click()
    expect(desk.get_by_role("alert")).to_be_visible()
    expect(desk.get_by_label("Note")).to_have_value("The fan rattles")
    house.look(desk, "office-refund-error")
    desk.get_by_label("Amount to refund").fill("40")
    desk.get_by_role("button", name="Refund").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("Payment of $100.00")
    house.look(desk, "office-payment-refunded")
    till.reconcile()
    assert (till.payment(payment.public_id).refunded_minor, till.cash(), violations(till)) == (4000, 6000, [])


def test_invoice_is_voided_and_credit_given(house: House, till: Till, desk: Page) -> None:
    wrong, right = till.owes(9000), till.owes(6000)
    record = f"/customers/{till.customer.public_id}"
    desk.goto(house.office(till.host, f"{record}/invoices/{wrong.public_id}/"))
    desk.get_by_role("link", name="Void").click()
    house.look(desk, "office-void")
    desk.get_by_label("Reason").fill("Billed twice")
    desk.get_by_role("button", name="Void invoice").click()
    expect(desk.locator("main")).to_contain_text("Void")
    house.look(desk, "office-invoice-void")
    desk.goto(house.office(till.host, f"{record}/invoices/{right.public_id}/credit/"))
    desk.get_by_label("Amount").fill("10")
    desk.get_by_label("Reason").fill("Came late")
    house.look(desk, "office-credit")
    desk.get_by_role("button", name="Give credit").click()
    expect(desk.locator("main")).to_contain_text("$50.00")
    assert (till.balance(right), violations(till)) == ((1000, 0), [])


def test_dispute_needs_attention_until_it_is_closed(house: House, till: Till, desk: Page) -> None:
    payment = paid_online(till, till.owes(10000))
    till.shop.control("POST", "disputes/open", intent=payment.reference)
    with company_scope(till.company_id):
        webhooks.catch_up()
    desk.goto(house.office(till.host, "/payments/"))
    house.look(desk, "office-payments")
    desk.get_by_role("link", name="1 needs attention").first.click()
    item = desk.locator("[data-row=attention]")
    expect(item).to_contain_text("Answer by")
    item.get_by_text("Close with a note").click()
    house.look(desk, "office-attention")
    item.get_by_label("What came of it").fill("Papers sent to the bank")
    item.get_by_role("button", name="Close").click()
    expect(desk.locator("main")).to_contain_text("Nothing needs you")
    house.look(desk, "office-attention-none")


def test_lists_days_statement_and_settings(house: House, till: Till, desk: Page, tmp_path: Path) -> None:
    payment = paid_online(till, till.owes(10000))
    desk.goto(house.office(till.host, "/payments/?method=card"))
    expect(desk.locator("[data-row=payment]")).to_have_count(1)
    with desk.expect_download() as waiting:
        desk.get_by_role("link", name="Download as CSV").click()
    waiting.value.save_as(tmp_path / "payments.csv")
    assert till.payment(payment.public_id).receipt_number in (tmp_path / "payments.csv").read_text()
    desk.goto(house.office(till.host, "/payments/?method=check"))
    expect(desk.locator("main")).to_contain_text("No payment fits")
    desk.goto(house.office(till.host, "/payments/days/"))
    expect(desk.locator("[data-row=total]")).to_contain_text("$100.00")
    house.look(desk, "office-days")
    desk.goto(house.office(till.host, f"/customers/{till.customer.public_id}/statement/"))
    house.look(desk, "office-statement")
    desk.goto(house.office(till.host, "/settings/payments/"))
    desk.get_by_label("Smallest payment").fill("a lot")
    desk.get_by_role("button", name="Save rules").click()
    expect(desk.get_by_label("Smallest payment")).to_have_value("a lot")
    house.look(desk, "office-payment-settings-error")
    desk.get_by_label("Smallest payment").fill("5")
    desk.get_by_role("button", name="Save rules").click()
    expect(desk.get_by_label("Smallest payment")).to_have_value("5.00")


def paid_online(till: Till, invoice: object) -> Payment:
    begun = till.pay((invoice, 10000))  # type: ignore[arg-type]  # the till's own invoice
    submit(begun.url)
    till.reconcile()
    return till.payment(begun)
