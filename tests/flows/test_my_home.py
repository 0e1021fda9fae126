"""What stands in a home and which memberships it has: looked through with the keyboard, its papers downloaded."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from portico.domain.customers.models import Customer, Location
from portico.foundation.tenancy.companies import CompanyRow
from tests.factories import customers as make
from tests.factories import memberships, people
from tests.factories.billing import make_invoice
from tests.factories.equipment import make_unit
from tests.factories.visits import make_job, make_visit
from tests.flows.house import House

pytestmark = pytest.mark.browser
LONG = "Maximiliane-Alexandra von Hohenstaufen-Wittelsbach y Fernández de Córdoba"
SCRIPTS = "Wärmepumpe / ヒートポンプ 室外機 / مضخة حرارية"
UNBROKEN = "a-unit-with-a-very-long-name-without-any-blank-that-names-each-part-of-it-and-more"


@pytest.fixture
def company(house: House) -> CompanyRow:
    """Ana with a home and a cabin, and nothing in them yet."""
    made = people.make_company()
    with people.inside(made):
        ana = make.make_customer(LONG, "ana@example.com")
        make.make_location(ana, name="Home")
        make.make_location(ana, name="小屋 / كوخ " + LONG)
        people.make_login("ana@example.com", name=LONG)
    return made


def sign_in(house: House, path: str) -> Page:
    page = house.visitor()
    page.goto(house.portal("demo", path))
    page.get_by_label("Email").fill("ana@example.com")
    page.get_by_label("Password", exact=True).fill(people.PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Sign in")
    return page


def furnish() -> None:
    home, cabin = Location.objects.order_by("pk")
    job = make_job(home.customer, location=home, status="Completed", summary=f"{SCRIPTS}\n{UNBROKEN}")
    make_visit(make_job(home.customer, location=home))
    make_unit(home, UNBROKEN, job, model="M-" * 25, serial_number="S" * 50)
    make_unit(home, SCRIPTS, manufacturer="", model="", installed_on=None, manufacturer_warranty_end=None)
    make_unit(cabin, "Stove")
    memberships.make_membership(home)


READ = """async link => {
    const answer = await fetch(link.href);
    return [answer.headers.get("content-type"), Array.from(new Uint8Array(await answer.arrayBuffer()))];
}"""


def download(page: Page, name: str, folder: Path | None) -> bytes:
    """The PDF behind a link, as this browser is given it; kept beside the pictures."""
    kind, read = page.get_by_role("link", name=name).first.evaluate(READ)
    assert kind == "application/pdf"
    if folder:
        (folder / f"{name.split(' (')[0].lower().replace(' ', '-')}.pdf").write_bytes(bytes(read))
    return bytes(read)


def test_equipment_leads_to_passport_and_label(house: House, company: CompanyRow) -> None:
    with people.inside(company):
        furnish()
    page = sign_in(house, "/equipment/")
    expect(page.locator("[data-row=unit]")).to_have_count(3)
    house.look(page, "equipment")
    assert download(page, "Home passport (PDF)", house.pictures).startswith(b"%PDF")
    page.get_by_role("link", name=UNBROKEN).press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(UNBROKEN)
    expect(page.locator("#jobs [data-row=job]")).to_have_count(1)
    house.look(page, "unit")
    page.get_by_role("link", name="Label").press("Enter")
    expect(page.get_by_role("img", name="Square code")).to_be_visible()
    house.look(page, "label")
    assert download(page, "Print as a sticker (PDF)", house.pictures).startswith(b"%PDF")


def test_membership_tells_what_is_covered_due_and_saved(house: House, company: CompanyRow) -> None:
    with people.inside(company):
        ana = Customer.objects.get()
        kind = memberships.make_type(SCRIPTS + " " + LONG, UNBROKEN, "暖房点検")
        one = memberships.make_membership(ana, kind)
        memberships.make_membership(ana.locations.earliest("pk"), memberships.make_type(), status="Suspended")
        memberships.make_membership(ana, kind, status="Expired", memo="")
        memberships.make_visit(one, UNBROKEN, days=-3)
        memberships.make_visit(one, "暖房点検", days=90)
        memberships.discount(make_invoice(ana, 123456789, title=SCRIPTS), one, 12345678)
    page = sign_in(house, "/memberships/")
    expect(page.get_by_role("heading", level=2)).to_contain_text(["Active", "Paused", "Past"])
    house.look(page, "memberships")
    page.locator("[data-row=membership] a").first.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("ヒートポンプ")
    expect(page.locator("[data-saved]")).to_have_text("$123,456.78")
    expect(page.locator("#visits [data-row=visit]")).to_have_count(2)
    house.look(page, "membership")


def test_bare_home_says_what_will_stand_here(house: House, company: CompanyRow) -> None:
    page = sign_in(house, "/equipment/")
    expect(page.get_by_text("No equipment on record yet")).to_be_visible()
    house.look(page, "equipment-none")
    page.get_by_role("link", name="Memberships").first.press("Enter")
    expect(page.get_by_text("No membership yet")).to_be_visible()
    house.look(page, "memberships-none")
