"""Estimates through the browser: compare, choose, sign, decline, ask; on a phone, by keyboard, without scripts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from portico.domain.estimates.models import Approval, Estimate, EstimateItem
from portico.domain.estimates.operations import asking
from tests.domain.estimates import deciding
from tests.factories import customers as make
from tests.factories import people
from tests.factories.estimates import line, make_estimate, make_options, make_proposal
from tests.factories.memberships import make_membership
from tests.factories.visits import make_job
from tests.flows.house import PHONE, House
from tests.flows.test_household import signed_in

pytestmark = pytest.mark.browser
LONG = "Maximiliane-Alexandra von Hohenstaufen-Wittelsbach y Fernández de Córdoba"
LABOR, REBATE = line("Installation labor and permit", 237800), line("Utility rebate", -30000)
OPTIONS: dict[str, dict[str, Any]] = {
    "Good": {"lines": [line("Heat pump, 14 SEER", 540000, member_price_minor=510000), LABOR, REBATE], "summary": ""},
    "Better": {
        "lines": [
            line("Heat pump, 16 SEER", 720000, member_price_minor=684000, description="Quieter and steadier."),
            LABOR,
            REBATE,
            line("Wi-Fi thermostat", 24600, is_optional=True, is_suggested=True),
            line("Surge protector", 18900, 2, is_optional=True, member_price_minor=15000),
        ],
        "summary": "Our choice for a home of this size.",
        "is_recommended": True,
    },
    "Best": {"lines": [line("Heat pump, 20 SEER", 960000), LABOR, REBATE, line("Air cleaner", 78000)], "summary": ""},
}


@pytest.fixture
def options(house: House) -> dict[str, Estimate]:
    """Good, better and best for Ana and Bob, who live in one house."""
    company = people.make_company()
    with people.inside(company):
        customer = make.make_customer(LONG, "ana@example.com", "bob@example.com")
        make_membership(make.make_location(customer))
        for who in ("ana", "bob"):
            people.make_login(f"{who}@example.com", name=f"{who.title()} {LONG}")
        proposal = make_proposal(make_job(customer), tag="Heat pump")
        rate = {"tax_rate": Decimal("0.0825")}
        return {name: make_estimate(proposal, name=name, **columns, **rate) for name, columns in OPTIONS.items()}


def open_page(house: House, page: Page, estimate: Estimate, act: str = "") -> None:
    page.goto(house.portal("demo", f"/estimates/{estimate.public_id}/{act}"))


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until this stands under the focus, as somebody without a mouse does."""
    for _press in range(120):
        if page.locator(f"{selector}:focus").count():
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"nobody comes to {selector} by keyboard")


def test_good_better_best_by_keyboard_on_a_phone(house: House, options: dict[str, Estimate]) -> None:
    ana = house.visitor()
    signed_in(house, ana, house.portal("demo"), "ana@example.com")
    house.look(ana, "estimates-home")
    ana.goto(house.portal("demo", "/estimates/"))
    house.look(ana, "estimates-list")
    open_page(house, ana, options["Good"])
    house.look(ana, "estimates-options")
    tab_to(ana, "input[name=option]")
    ana.keyboard.press("ArrowDown")
    expect(ana.locator("[data-chosen-name]")).to_have_text("Better")
    expect(ana.locator("[data-chosen-total]")).to_have_text("$9,920.03")
    tab_to(ana, "[data-row=extra][data-key='Surge protector'] input")
    ana.keyboard.press("Space")
    expect(ana.locator("[data-chosen-total]")).to_have_text("$10,244.78")
    expect(ana.get_by_role("button", name="Update total")).to_be_hidden()
    tab_to(ana, "button[formaction]")
    ana.keyboard.press("Enter")
    expect(ana.get_by_role("heading", level=1)).to_have_text("Sign for Better")
    house.look(ana, "estimates-sign")
    tab_to(ana, "button[value=check]")
    ana.keyboard.press("Enter")
    expect(ana.get_by_role("alert")).to_contain_text("Tick that you agree to the terms.")
    house.look(ana, "estimates-sign-refused")
    tab_to(ana, "input[name=agree]")
    ana.keyboard.press("Space")
    tab_to(ana, "button[value=check]")
    ana.keyboard.press("Enter")
    expect(ana.get_by_role("heading", level=1)).to_have_text("Check before you approve")
    house.look(ana, "estimates-check")
    tab_to(ana, "button[value=confirm]")
    ana.keyboard.press("Enter")
    expect(ana.get_by_text("Your approval is in")).to_be_visible()
    house.work()
    ana.reload()
    expect(ana.get_by_role("link", name="Signed copy (PDF)")).to_be_visible()
    house.look(ana, "estimates-accepted")
    with people.inside_id(options["Good"].company_id):
        assert Approval.objects.get().total_minor == 1024478


def test_drawing_is_kept_when_the_office_changes_the_price(house: House, options: dict[str, Estimate]) -> None:
    ana = house.visitor()
    signed_in(house, ana, house.portal("demo"), "ana@example.com")
    open_page(house, ana, options["Good"])
    ana.get_by_role("button", name="Continue to sign").click()
    ana.get_by_label("I have read the terms").check()
    ana.get_by_label("Draw my signature").check()
    draw(ana)
    draw(ana, down=40)
    ana.get_by_role("button", name="Undo").click()
    assert ana.locator("[name=strokes]").input_value().count("]]") == 1
    ana.get_by_role("button", name="Check and approve").click()
    expect(ana.get_by_alt_text("Your drawn signature")).to_be_visible()
    house.look(ana, "estimates-check-drawn")
    raise_price(options["Good"])
    ana.get_by_role("button", name="Approve for").click()
    expect(ana.get_by_role("heading", level=1)).to_have_text("This estimate has changed")
    expect(ana.locator("[data-row=difference]").first).to_have_text("Heat pump, 14 SEER: $5,100.00 → $5,300.00")
    house.look(ana, "estimates-changed")
    ana.get_by_role("button", name="Continue with the new version").click()
    expect(ana.locator("canvas")).to_be_visible()
    house.look(ana, "estimates-sign-drawn")
    ana.get_by_label("I have read the terms").check()
    ana.get_by_role("button", name="Check and approve").click()
    ana.get_by_role("button", name="Approve for $7,986.69").click()
    expect(ana.get_by_text("Your approval is in")).to_be_visible()
    open_page(house, ana, options["Good"], "approve/")
    expect(ana.get_by_text("What you agreed to")).to_be_visible()
    with people.inside_id(options["Good"].company_id):
        assert [(one.signature_kind, one.total_minor) for one in Approval.objects.all()] == [("drawn", 798669)]


def test_two_people_at_once_and_one_is_told_kindly(house: House, options: dict[str, Estimate]) -> None:
    pages = {}
    for who, name in (("ana", "Good"), ("bob", "Best")):
        pages[who] = page = house.visitor()
        signed_in(house, page, house.portal("demo"), f"{who}@example.com")
        open_page(house, page, options[name])
        page.get_by_role("button", name="Continue to sign").click()
        page.get_by_label("I have read the terms").check()
        page.get_by_role("button", name="Check and approve").click()
    pages["ana"].get_by_role("button", name="Approve for").click()
    expect(pages["ana"].get_by_text("Your approval is in")).to_be_visible()
    pages["bob"].get_by_role("button", name="Approve for").click()
    expect(pages["bob"].locator("[data-message]")).to_contain_text("approved another option")
    house.look(pages["bob"], "estimates-answered")
    pages["bob"].get_by_role("link", name="See the estimate").click()
    expect(pages["bob"].get_by_role("heading", level=1)).to_have_text("Good")


def test_everything_works_without_scripts(house: House, browser: Browser, options: dict[str, Estimate]) -> None:
    context = browser.new_context(viewport=PHONE, java_script_enabled=False, locale="en-US")
    house.contexts.append(context)
    ana = context.new_page()
    signed_in(house, ana, house.portal("demo"), "ana@example.com")
    open_page(house, ana, options["Better"])
    ana.locator("[data-row=extra][data-key='Wi-Fi thermostat'] input").uncheck()
    ana.get_by_role("button", name="Update total").click()
    expect(ana.locator("[data-chosen-total]")).to_have_text("$9,653.74")
    ana.get_by_role("button", name="Continue to sign").click()
    expect(ana.get_by_label("Draw my signature")).to_be_hidden()
    ana.get_by_label("I have read the terms").check()
    ana.get_by_role("button", name="Check and approve").click()
    ana.get_by_role("button", name="Approve for $9,653.74").click()
    expect(ana.get_by_text("Your approval is in")).to_be_visible()
    ana.get_by_role("link", name="Take this approval back").click()
    ana.get_by_role("button", name="Take it back").click()
    expect(ana.get_by_text("Your approval is taken back.")).to_be_visible()


def test_back_asks_nothing_and_a_drawing_survives_it(house: House, options: dict[str, Estimate]) -> None:
    ana = house.visitor()
    signed_in(house, ana, house.portal("demo"), "ana@example.com")
    open_page(house, ana, options["Good"])
    ana.get_by_role("button", name="Continue to sign").click()
    ana.get_by_label("I have read the terms").check()
    ana.get_by_label("Draw my signature").check()
    draw(ana)
    drawn = ana.locator("[name=strokes]").input_value()
    ana.get_by_role("button", name="Check and approve").click()
    expect(ana.get_by_alt_text("Your drawn signature")).to_be_visible()
    ana.reload()
    expect(ana.get_by_alt_text("Your drawn signature")).to_be_visible()
    ana.get_by_role("link", name="Change something").click()
    expect(ana.locator("canvas")).to_be_visible()
    ana.go_back()
    ana.go_back()
    expect(ana.get_by_role("heading", level=1)).to_have_text("Sign for Good")
    expect(ana.locator("canvas")).to_be_visible()
    assert ana.locator("[name=strokes]").input_value() == drawn
    ana.get_by_label("I have read the terms").check()
    ana.get_by_role("button", name="Check and approve").click()
    ana.get_by_role("button", name="Approve for").click()
    expect(ana.get_by_text("Your approval is in")).to_be_visible()
    for _page_before in range(2):
        ana.go_back()
        expect(ana.get_by_role("heading", level=1)).to_have_text("Good")
        expect(ana.get_by_text("Take this approval back")).to_be_visible()
    assert ana.evaluate("sessionStorage.length") == 0
    with people.inside_id(options["Good"].company_id):
        assert Approval.objects.count() == 1


def test_other_answers_and_other_states(house: House, options: dict[str, Estimate]) -> None:
    with people.inside_id(options["Good"].company_id):
        customer = options["Good"].proposal.customer
        old = make_options(customer, expires_in=-4)[0]
        gone = make_estimate(customer, name="Gone", status="Withdrawn")
        single = make_estimate(customer, name=LONG, lines=[line(LONG, 18000), line("Extra", 99, is_optional=True)])
    ana = house.visitor()
    signed_in(house, ana, house.portal("demo"), "ana@example.com")
    for name, estimate in {"expired": old, "withdrawn": gone, "single": single}.items():
        open_page(house, ana, estimate)
        house.look(ana, f"estimates-{name}")
    for name, act, estimate in (("renew", "renew/", old), ("ask", "ask/", options["Good"])):
        open_page(house, ana, estimate, act)
        house.look(ana, f"estimates-{name}")
    ana.get_by_label("What is it about?").select_option(label="Better: Surge protector")
    ana.get_by_role("button", name="Send").click()
    expect(ana.get_by_role("alert")).to_contain_text("Write your question.")
    ana.get_by_label("Your question").fill("Does it fit the old panel?")
    ana.get_by_role("button", name="Send").click()
    answer(options["Better"])
    ana.reload()
    expect(ana.locator("[data-row=message]")).to_have_count(2)
    house.look(ana, "estimates-thread")
    ana.get_by_role("link", name="Decline all options").click()
    house.look(ana, "estimates-decline")
    ana.get_by_role("button", name="Decline").click()
    expect(ana.get_by_text("This estimate was declined.")).to_be_visible()
    house.look(ana, "estimates-declined")


def draw(page: Page, *, down: int = 0) -> None:
    """A line across the box, scrolled to where the bar at the bottom does not cover it, with the pointer."""
    page.locator("canvas").evaluate("(canvas) => canvas.scrollIntoView({ block: 'center' })")
    box = page.locator("canvas").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 30 + down)
    page.mouse.down()
    page.mouse.move(box["x"] + 180, box["y"] + 60 + down, steps=8)
    page.mouse.up()


def raise_price(estimate: Estimate) -> None:
    """What the office does meanwhile."""
    with people.inside_id(estimate.company_id):
        EstimateItem.objects.filter(estimate=estimate, name="Heat pump, 14 SEER").update(member_price_minor=530000)
        deciding.noted(Estimate.objects.get(pk=estimate.pk))


def answer(estimate: Estimate) -> None:
    """The office answers the question."""
    with people.inside_id(estimate.company_id):
        asked = estimate.messages.get()
        asking.answer(message=asked.public_id, text="It does, we looked.", by=people.OFFICE)
