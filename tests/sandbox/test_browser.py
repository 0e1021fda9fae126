"""The hosted pages in Chromium, by keyboard and eye: there, through the bank, and back to the shop."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.sandbox.running import CARD, Listener, Shop

pytestmark = pytest.mark.browser

LOOKS = [(390, "light"), (390, "dark"), (1280, "light"), (1280, "dark")]


@pytest.fixture(params=LOOKS, ids=lambda look: f"{look[0]}-{look[1]}")
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    width, scheme = request.param
    page = browser.new_page(viewport={"width": width, "height": 844}, color_scheme=scheme)
    page.set_default_timeout(10_000)
    yield page
    page.close()


def looked_at(page: Page) -> None:
    """No violation that axe knows, nothing wider than the screen."""
    violations = [one["id"] for one in Axe().run(page).response["violations"]]
    overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert (page.title(), violations, overflow) == (page.title(), [], 0)


def fill(page: Page, **typed: str) -> None:
    for name, text in (CARD | typed).items():
        page.get_by_label({"number": "Card number", "expiry": "Expiry", "cvc": "Security code"}.get(name, "Name")).fill(
            text
        )
    page.get_by_role("button", name="Pay $123.45").click()


def test_payer_is_declined_then_authenticated_then_back_in_the_shop(page: Page, shop: Shop, listener: Listener):
    address = f"http://demo.localhost:{listener.port}/"
    session = shop.session(success_url=address + "?session={CHECKOUT_SESSION_ID}", cancel_url=address)
    page.goto(session.url)
    looked_at(page)
    fill(page, number="5555 5555 5555 4444")
    looked_at(page)
    assert page.get_by_label("Card number").evaluate("input => input === document.activeElement") is True
    fill(page, number="4000 0000 0000 0002")
    looked_at(page)
    assert page.get_by_role("alert").inner_text() == "Your card was declined."
    fill(page, number="4000 0025 0000 3155")
    page.get_by_role("heading", name="Confirm this payment").wait_for()
    looked_at(page)
    page.get_by_role("button", name="Complete").click()
    page.get_by_role("heading", name="Back in the shop").wait_for()
    assert page.url == f"{address}?session={session.id}"
    assert shop.stats()["cash"] == {"usd": 12345}


def test_payer_may_cancel_and_a_late_one_reads_why(page: Page, shop: Shop, listener: Listener):
    session = shop.session(cancel_url=f"http://demo.localhost:{listener.port}/")
    page.goto(session.url)
    page.get_by_role("link", name="Cancel and return to demo.localhost").click()
    page.get_by_role("heading", name="Back in the shop").wait_for()
    shop.api.checkout.sessions.expire(session.id)
    page.goto(session.url)
    page.get_by_role("heading", name="This page has expired").wait_for()
    looked_at(page)


def test_payer_saves_a_card_by_the_own_tick(page: Page, shop: Shop, listener: Listener):
    address = f"http://demo.localhost:{listener.port}/"
    customer = shop.customer()
    options = {"payment_method_save": "enabled"}
    session = shop.session(customer=customer, saved_payment_method_options=options, success_url=address)
    page.goto(session.url)
    page.get_by_label("Save this card for next time").check()
    looked_at(page)
    fill(page)
    page.get_by_role("heading", name="Back in the shop").wait_for()
    assert [one.allow_redisplay for one in shop.api.payment_methods.list({"customer": customer}).data] == ["always"]


def test_payer_pays_from_a_bank_account_and_verifies_it(page: Page, shop: Shop, listener: Listener):
    address = f"http://demo.localhost:{listener.port}/"
    kinds = ["card", "us_bank_account"]
    session = shop.session(allowed_payment_method_types=kinds, success_url=address, cancel_url=address)
    page.goto(session.url)
    page.get_by_role("link", name="Bank account").click()
    looked_at(page)
    page.get_by_role("button", name="Pay $123.45").click()
    looked_at(page)
    assert page.get_by_label("Routing number").evaluate("input => input === document.activeElement") is True
    page.get_by_label("Routing number").fill("110000000")
    page.get_by_label("Account number").fill("000123456789")
    page.get_by_label("Name on the account").fill("Ana Sample")
    page.get_by_label("With a small deposit").check()
    page.get_by_role("button", name="Pay $123.45").click()
    page.get_by_role("heading", name="Back in the shop").wait_for()
    intent = shop.api.payment_intents.list().data[0]
    page.goto(intent.next_action.verify_with_microdeposits.hosted_verification_url)
    looked_at(page)
    page.get_by_label("Code").fill("SM00XX")
    page.get_by_role("button", name="Verify").click()
    looked_at(page)
    assert "You have 9 attempts left." in page.get_by_role("alert").inner_text()
    page.get_by_label("Code").fill("sm11aa")
    page.get_by_role("button", name="Verify").click()
    page.get_by_role("heading", name="Your bank account is verified").wait_for()
    looked_at(page)
    assert shop.api.payment_intents.retrieve(intent.id).status == "processing"


def test_holder_adds_a_card_that_asks(page: Page, shop: Shop, listener: Listener):
    address = f"http://demo.localhost:{listener.port}/"
    session = shop.setup_page(shop.customer(), success_url=address)
    page.goto(session.url)
    looked_at(page)
    for name, text in (CARD | {"number": "4000 0027 6000 3184"}).items():
        page.locator(f"[name={name}]").fill(text)
    page.get_by_role("button", name="Save").click()
    page.get_by_role("heading", name="Confirm this card").wait_for()
    looked_at(page)
    page.get_by_role("button", name="Complete").click()
    page.get_by_role("heading", name="Back in the shop").wait_for()
    assert shop.api.setup_intents.retrieve(session.setup_intent).status == "succeeded"
