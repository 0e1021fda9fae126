"""Photos at booking through the browser: added, refused, removed, with and without scripts."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from portico.domain.documents.models import Document
from tests.domain.documents.test_uploads import photo
from tests.factories import people
from tests.factories.documents import PDF
from tests.flows.house import PHONE, House
from tests.flows.test_booking import Place, heading, place, sign_in

__all__ = ["place"]
pytestmark = pytest.mark.browser
LONG = "kitchen-" + "x" * 90 + ".jpg"


def sent(name: str, content: bytes, kind: str = "image/jpeg") -> dict[str, Any]:
    return {"name": name, "mimeType": kind, "buffer": content}


def to_details(house: House, page: Page, place: Place) -> None:
    sign_in(house, page)
    page.locator("[data-row=kind] a").click()
    page.get_by_label("It needs its yearly care").check()
    page.locator("main").get_by_role("button").first.click()
    page.locator(f"[value='{place.value(480)}']").click()
    heading(page, "Your details")
    page.get_by_label("Who do we ask for?").fill("Ana")
    page.get_by_label("Phone on the day").fill("602-555-0142")
    page.get_by_label("Anything the technician should know").fill("It drips under the sink")


@pytest.mark.parametrize("has_scripts", (True, False))
def test_photos_go_with_a_booking(house: House, place: Place, browser: Browser, has_scripts: bool) -> None:
    context = browser.new_context(viewport=PHONE, locale="en-US", java_script_enabled=has_scripts)
    context.set_default_timeout(10_000)
    house.contexts.append(context)
    ana = context.new_page()
    to_details(house, ana, place)
    if has_scripts:
        house.look(ana, "booking-details-photos")
    ana.locator("input[type=file]").set_input_files([sent(LONG, photo()), sent("plan.pdf", PDF, "application/pdf")])
    ana.get_by_role("button", name="Check and book").click()
    expect(ana.get_by_role("alert")).to_contain_text("plan.pdf: Only photos can be added here: JPEG or PNG.")
    expect(ana.get_by_label("Anything the technician should know")).to_have_value("It drips under the sink")
    expect(ana.get_by_role("checkbox", name=LONG)).not_to_be_checked()
    if has_scripts:
        house.look(ana, "booking-details-photo-refused")
    ana.locator("input[type=file]").set_input_files([sent("sink.jpg", photo()), sent("hall.jpg", photo())])
    ana.get_by_role("button", name="Check and book").click()
    heading(ana, "Check and book")
    expect(ana.locator("#details")).to_contain_text("hall.jpg")
    ana.get_by_role("button", name="Change the details").click()
    ana.get_by_role("checkbox", name="hall.jpg").check()
    ana.get_by_label("Phone on the day").press("Enter")
    heading(ana, "Check and book")
    expect(ana.locator("#details")).not_to_contain_text("hall.jpg")
    if has_scripts:
        house.look(ana, "booking-check-photos")
    ana.get_by_role("button", name="Book this visit").click()
    expect(ana.get_by_role("status").first).to_contain_text("Your visit is booked")
    with people.inside(place.company):
        assert list(Document.objects.order_by("pk").values_list("name", flat=True)) == [LONG, "sink.jpg"]
