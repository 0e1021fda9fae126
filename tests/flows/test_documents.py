"""Documents in a browser: sixty photos, other scripts, long names; and nothing comes back after signing out."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from portico.domain.catalog.models import BusinessUnit, JobType
from portico.domain.jobs.models import Job
from tests.factories import customers as make
from tests.factories import people
from tests.factories.documents import ANSWERS, jpeg, make_document, make_file
from tests.flows.house import House

pytestmark = pytest.mark.browser
DAY = datetime(2026, 11, 13, 18, tzinfo=UTC)
LONG = "a-photo-with-a-very-long-name-without-any-blank-that-tells-everything-about-the-leak-under-the-sink.jpg"
NAMES = (LONG, "設備照片-室外機.jpg", "صورة السخان.jpg", LONG.replace("-", " "))
COLORS = ("#2f6f8f", "#8f5a2f", "#3f7f4f", "#6a4f8f", "#8f2f4a")


@pytest.fixture
def papers(house: House, settings: Any, tmp_path: Path) -> str:
    """A home with sixty photos, two forms and a file; the public id of its job."""
    settings.MEDIA_ROOT = tmp_path / "files"
    company = people.make_company("brook", name="Brook Heating")
    with people.inside(company):
        customer = make.make_customer("Bo Brook", "bo@example.com")
        home = make.make_location(customer)
        make.make_location(customer, name="Cabin")
        people.make_login("bo@example.com")
        unit = BusinessUnit.objects.create(name="HVAC", branch=customer.branch)
        kind = JobType.objects.create(name="Heizungswartung und Überprüfung / 暖房点検 / صيانة التدفئة")
        told = {"business_unit": unit, "job_type": kind, "status": "Completed", "created_at": DAY}
        job = Job.objects.create(number="4711", customer=customer, location=home, **told)
        stored = [make_file(jpeg(color, (1200, 900)), "image/jpeg") for color in COLORS]
        for file in stored:
            file.width, file.height = 1200, 900
            file.save()
        for number in range(60):
            name = NAMES[number] if number < len(NAMES) else f"photo-{number}.jpg"
            at = DAY - timedelta(minutes=number)
            make_document(job, name=name, created_at=at, file=stored[number % len(stored)])
        answers = [{"id": "s", "type": "Section", "name": "燃焼器 / الموقد", "value": ""}, *ANSWERS]
        make_document(job, "form", name="Heizungsprüfung / 暖房点検 / فحص", answers=answers, created_at=DAY)
        make_document(job, "file", name=LONG.replace(".jpg", ".pdf"), created_at=DAY + timedelta(days=1))
        return str(job.public_id)


def sign_in(house: House, page: Page, path: str) -> None:
    page.goto(house.portal("brook", path))
    page.get_by_label("Email address").fill("bo@example.com")
    page.get_by_label("Password", exact=True).fill(people.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_documents_are_looked_through_and_nothing_comes_back(house: House, papers: str) -> None:
    page = house.visitor()
    sign_in(house, page, "/documents/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Documents")
    expect(page.locator(".gallery img")).to_have_count(38)
    house.look(page, "documents")
    page.goto(house.portal("brook", f"/documents/?job={papers}&kind=photo"))
    expect(page.locator(".gallery img")).to_have_count(60)
    page.locator(".gallery a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Photo 1 of 60 from Nov 13")
    seen = page.locator("img.picture").evaluate("async picture => (await picture.decode(), picture.naturalWidth)")
    assert seen == 1200
    house.look(page, "document-photo")
    page.get_by_role("link", name="Next photo").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Photo 2 of 60 from Nov 13")
    for kind, name in (("form", "document-form"), ("file", "document-file")):
        page.goto(house.portal("brook", f"/documents/?kind={kind}"))
        page.locator("[data-row=document] a").first.click()
        page.wait_for_url(re.compile(r"/documents/[0-9a-f-]{36}/"))
        house.look(page, name)
    nothing_comes_back(house, page)


def nothing_comes_back(house: House, page: Page) -> None:
    page.goto(house.portal("brook", "/documents/?kind=photo"))
    page.locator(".gallery a").first.click()
    picture = page.locator("img.picture").get_attribute("src")
    page.context.new_page().goto(house.portal("brook", "/account/"))
    account = page.context.pages[-1]
    account.locator("form[action='/sign-out/']").evaluate("form => form.submit()")
    expect(account.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.goto(house.portal("brook", "/sign-in/"))
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.goto(house.portal("brook", str(picture)))
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_no_documents_yet(house: House) -> None:
    company = people.make_company("brook", name="Brook Heating")
    with people.inside(company):
        make.make_location(make.make_customer("Bo Brook", "bo@example.com"))
        people.make_login("bo@example.com")
    page = house.visitor()
    sign_in(house, page, "/documents/")
    expect(page.get_by_text("No documents yet")).to_be_visible()
    house.look(page, "documents-none")
