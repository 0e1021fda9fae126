"""Signing in by code, confirming that it is you, and signing a lost device out: in a browser, on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from portico.foundation.people.models import Login
from tests.factories import customers as make
from tests.factories import people
from tests.flows.house import DESKTOP, House

pytestmark = pytest.mark.browser
NARROW = {"width": 320, "height": 700}


@pytest.fixture
def bo(house: House) -> Login:
    """A customer who never chose a password."""
    company = people.make_company("brook", name="Brook Heating")
    with people.inside(company):
        make.make_customer("Bo Brook", "bo@example.com")
        return people.make_login("bo@example.com", password=None, name="Bo Brook")


def test_code_confirmation_and_devices(house: House, bo: Login) -> None:
    desk, phone = house.visitor(size=DESKTOP), house.visitor()
    for page in (desk, phone):
        sign_in_by_code(house, page)
    people.make_stale(bo)
    change_the_address(house, phone)
    sign_the_desk_out(house, phone, desk)


def sign_in_by_code(house: House, page: Page) -> None:
    page.goto(house.portal("brook", "/account/"))
    look(house, page, "sign-in-with-code")
    page.get_by_label("Email address").fill("bo@example.com")
    page.get_by_role("button", name="Email me a code instead").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Enter the code")
    page.get_by_label("Code from the mail").fill("12")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_title("Error: Enter the code – Brook Heating")
    look(house, page, "code-wrong")
    page.get_by_label("Code from the mail").fill(newest_code(house))
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account")


def change_the_address(house: House, page: Page) -> None:
    page.get_by_label("New email address").fill("bo.brook@example.com")
    page.get_by_role("button", name="Change address").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm that it is you")
    look(house, page, "confirm-ask-code")
    page.get_by_role("button", name="Mail me the code").click()
    look(house, page, "confirm-type-code")
    page.get_by_label("Code from the mail").fill(newest_code(house))
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("We mailed a link to bo.brook@example.com.")).to_be_visible()


def sign_the_desk_out(house: House, phone: Page, desk: Page) -> None:
    expect(phone.locator("[data-row=device]")).to_have_count(2)
    look(house, phone, "account-devices")
    phone.locator("[data-row=device]").last.get_by_role("button", name="Sign out").click()
    expect(phone.get_by_text("That device was signed out.")).to_be_visible()
    expect(phone.locator("[data-row=device]")).to_have_count(1)
    desk.reload()
    expect(desk.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_confirming_with_a_password(house: House) -> None:
    company = people.make_company("brook", name="Brook Heating")
    with people.inside(company):
        make.make_customer("Ana Alvarez", "ana@example.com")
        ana = people.make_login("ana@example.com")
    page = house.visitor()
    page.goto(house.portal("brook", "/sign-in/"))
    page.get_by_label("Email address").fill("ana@example.com")
    page.get_by_label("Password", exact=True).fill(people.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ana")
    people.make_stale(ana)
    page.goto(house.portal("brook", "/confirm/?next=/account/"))
    look(house, page, "confirm-password")
    page.get_by_label("Your password").fill("wrong password")
    page.get_by_role("button", name="Confirm").click()
    look(house, page, "confirm-password-wrong")
    page.get_by_label("Your password").fill(people.PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account")


def newest_code(house: House) -> str:
    return people.code_in(house.mails_to("bo@example.com")[-1])


def look(house: House, page: Page, name: str) -> None:
    """As the house looks, and on the narrowest screen."""
    house.look(page, name)
    before = page.viewport_size
    assert before is not None
    page.set_viewport_size(NARROW)
    width = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size(before)
    assert width <= NARROW["width"], f"{name} scrolls sideways at 320"
