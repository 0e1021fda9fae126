"""Three brands in a browser: measured and seen before they are saved, then on the portal."""

from __future__ import annotations

import io

import pytest
from django.db import transaction
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from portico.foundation.people.roles import StaffRole
from portico.foundation.tenancy.models import Branch
from tests.factories import customers, people
from tests.factories.billing import make_invoice
from tests.flows.house import DESKTOP, House, in_company
from tests.flows.test_household import signed_in

pytestmark = pytest.mark.browser
BRANDS = (
    (
        "yellow",
        "#f5b800",
        "Sunny Side Heating",
        "#f5b800 could not be read on light pages (1.5:1). We use #886606 there: 4.6:1.",
    ),
    ("navy", "#0b1f4b", "Harbor & Sons", "#0b1f4b can be read on light pages: 13.9:1."),
    (
        "red",
        "#d71920",
        "Red Barn Plumbing",
        "#d71920 could not be read on dark pages (2.6:1). We use #f2897e there: 5.7:1.",
    ),
)


@pytest.fixture
def desk(house: House) -> Page:
    company = people.make_company()
    with people.inside(company):
        people.make_staff("olga@example.com", role=StaffRole.MANAGER)
        ana = customers.make_customer("Ana Alvarez", "ana@example.com")
        make_invoice(ana, total=48620)
        people.make_login("ana@example.com", name="Ana Alvarez")
    page = house.visitor(size=DESKTOP)
    signed_in(house, page, house.office("demo"), "olga@example.com")
    return page


def logo(color: str) -> bytes:
    drawn = Image.new("RGBA", (160, 60), (0, 0, 0, 0))
    ImageDraw.Draw(drawn).rounded_rectangle((4, 4, 156, 56), 16, fill=color)
    out = io.BytesIO()
    drawn.save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(("name", "color", "company", "said"), BRANDS)
def test_brand_is_seen_before_it_is_saved(
    house: House, desk: Page, name: str, color: str, company: str, said: str
) -> None:
    desk.goto(house.office("demo", "/settings/branches/"))
    desk.get_by_role("link", name="Brightwater Home", exact=True).last.click()
    desk.get_by_label("Name that customers know").fill(company)
    desk.get_by_label("Brand color", exact=True).fill(color)
    expect(desk.locator("#contrast").get_by_role("status")).to_contain_text(said)
    phone = desk.frame_locator("iframe").first
    expect(phone.get_by_text(company).first).to_be_visible()
    for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"):
        desk.get_by_label(f"{day}, Opens").fill("08:00")
        desk.get_by_label(f"{day}, Closes").fill("17:00")
    desk.get_by_label("Logo", exact=False).first.set_input_files(
        {"name": "logo.png", "mimeType": "image/png", "buffer": logo(color)}
    )
    expect(phone.locator("img.brand__logo")).to_be_attached()
    desk.get_by_label("Address").fill("9 Depot Road")
    expect(phone.get_by_text("9 Depot Road")).to_be_attached()
    desk.get_by_label("Sunday, Opens").fill("10:00")
    desk.get_by_label("Sunday, Closes").fill("12:00")
    expect(phone.get_by_text("Sunday 10 AM–12 PM")).to_be_attached()
    expect(phone.locator("img.brand__logo")).to_be_attached()
    desk.get_by_role("button", name="Preview").click()
    expect(desk.get_by_role("img", name="The logo", exact=True)).to_be_visible()
    with in_company(), transaction.atomic():
        assert Branch.objects.get().display_name == "Brightwater Home"
    house.look(desk, f"brand-{name}-settings")
    if house.pictures:
        for number, kind in enumerate(("phone", "mail")):
            desk.locator("iframe").nth(number).screenshot(path=house.pictures / f"brand-{name}-{kind}.png")
        desk.locator("img.sample").screenshot(path=house.pictures / f"brand-{name}-paper.png")
    desk.get_by_role("button", name="Save").click()
    expect(desk.locator(".notices")).to_contain_text("The branch was saved.")
    visitor = house.visitor()
    visitor.goto(house.portal("demo", "/sign-in/"))
    expect(visitor.get_by_text("Monday–Friday 8 AM–5 PM, Sunday 10 AM–12 PM")).to_be_visible()
    house.look(visitor, f"brand-{name}-sign-in")
    signed_in(house, visitor, house.portal("demo"), "ana@example.com")
    visitor.goto(house.portal("demo"))
    expect(visitor.get_by_role("img").or_(visitor.locator("img.brand__logo")).first).to_be_attached()
    house.look(visitor, f"brand-{name}-home")


def test_branch_is_added(house: House, desk: Page) -> None:
    desk.goto(house.office("demo", "/settings/"))
    desk.get_by_role("link", name="Branches").click()
    house.look(desk, "branches")
    desk.get_by_role("link", name="Add a branch").click()
    desk.get_by_label("Name in the office").fill("Brightwater Home")
    desk.get_by_role("button", name="Add the branch").click()
    expect(desk.get_by_role("alert")).to_contain_text("There is a branch of this name.")
    house.look(desk, "branch-add-refused")
    desk.get_by_label("Name in the office").fill("North")
    desk.get_by_role("button", name="Add the branch").click()
    expect(desk.locator(".notices")).to_contain_text("The branch was added.")
    expect(desk.get_by_text("In the office: North")).to_be_visible()


def test_two_managers_at_once(house: House, desk: Page) -> None:
    desk.goto(house.office("demo", "/settings/branches/"))
    desk.get_by_role("link", name="Brightwater Home", exact=True).last.click()
    with in_company(), transaction.atomic():
        Branch.objects.update(phone="512-555-0177")
    desk.get_by_role("textbox", name="Phone").fill("512-555-0142")
    desk.get_by_role("button", name="Save").click()
    expect(desk.get_by_role("alert")).to_contain_text("Phone is now: 512-555-0177")
    house.look(desk, "branch-changed-meanwhile")
    desk.get_by_role("button", name="Save").click()
    expect(desk.locator(".notices")).to_contain_text("The branch was saved.")
    expect(desk.get_by_role("textbox", name="Phone")).to_have_value("512-555-0142")


def test_branch_without_javascript(house: House, desk: Page) -> None:
    context = house.browser.new_context(java_script_enabled=False, viewport=DESKTOP)
    house.contexts.append(context)
    context.add_cookies(desk.context.cookies())  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(house.office("demo", "/settings/branches/"))
    page.get_by_role("link", name="Brightwater Home", exact=True).last.click()
    page.get_by_label("Brand color", exact=True).fill("#f5b800")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#contrast")).to_contain_text("1.5:1 · too little")
    page.get_by_role("textbox", name="Phone").fill("nobody")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter a phone number that can be dialed")
    page.get_by_role("textbox", name="Phone").fill("512-555-0199")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".notices")).to_contain_text("The branch was saved.")
