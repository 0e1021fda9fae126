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
