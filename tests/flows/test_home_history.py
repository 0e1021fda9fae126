"""What was done in a home: the list of jobs, a job with all its parts, and canceled jobs as the office decides."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from portico.domain.catalog.models import BusinessUnit, JobType
from portico.domain.customers.models import Customer
from portico.domain.jobs.models import Job
from portico.foundation.people.roles import StaffRole
from portico.kernel import clock
from tests.factories import customers as make
from tests.factories import people
from tests.factories.billing import make_invoice
from tests.factories.equipment import make_unit
from tests.factories.visits import make_job, make_visit
from tests.flows.house import DESKTOP, House

pytestmark = pytest.mark.browser
LONG = "Maximiliane-Alexandra von Hohenstaufen-Wittelsbach y Fernández de Córdoba"
SCRIPTS = "Heizungswartung und Überprüfung / 暖房点検 / صيانة التدفئة"
UNBROKEN = "https://example.com/" + "a-part-number-without-any-blank-" * 6
BEYOND_ONE_WALK = 230


def sign_in(page: Page, address: str, email: str) -> None:
    page.goto(address)
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(people.PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Sign in")


@pytest.fixture
def home(house: House) -> Customer:
    """Ana's home and cabin with more jobs than one walk reads; Olga is the office."""
    company = people.make_company()
    with people.inside(company):
        ana = make.make_customer(LONG, "ana@example.com")
        kind = JobType.objects.create(name=SCRIPTS)
        job = make_job(ana, job_type=kind, status="Completed", summary=f"<b>Replaced</b> the trap.\n{UNBROKEN}")
        cabin = make.make_location(ana, name="小屋 / كوخ " + LONG)
        make_visit(job, starts_at=clock.now() - timedelta(days=1), status="Done")
        make_unit(job.location, UNBROKEN, job)
        make_invoice(ana, 123456789, job_id=job.pk, title=SCRIPTS)
        make_job(ana, location=cabin, summary="Looked at the stove.", status="Hold")
        _long_ago(ana, job.business_unit)
        make_job(ana, status="Canceled", summary="Called off.", happens_at=clock.now() - timedelta(days=2))
        people.make_login("ana@example.com", name=LONG)
        people.make_staff("olga@example.com", role=StaffRole.ADMIN)
    return ana


def _long_ago(ana: Customer, unit: BusinessUnit) -> None:
    """Years of visits; only the very first was about a chimney, by another trade."""
    place = ana.locations.get(name="Home")
    kind = JobType.objects.get(name="Furnace tune-up")
    at = clock.now() - timedelta(days=30)
    jobs = [
        Job(
            number=f"H{number}",
            customer=ana,
            location=place,
            job_type=kind,
            business_unit=unit,
            status="Completed",
            summary="Swept the chimney." if number == BEYOND_ONE_WALK - 1 else "Changed the filter.",
            created_at=at - timedelta(days=3 * number),
            happens_at=at - timedelta(days=3 * number),
        )
        for number in range(BEYOND_ONE_WALK)
    ]
    Job.objects.bulk_create(jobs)


def shown(page: Page) -> int:
    return page.locator("[data-row=job]").count()


def test_history_is_searched_back_to_the_first_job(house: House, home: Customer) -> None:
    page = house.visitor()
    sign_in(page, house.portal("demo", "/jobs/"), "ana@example.com")
    expect(page.locator("[data-row=job]")).to_have_count(25)
    house.look(page, "jobs")
    page.get_by_role("link", name="Older jobs").press("Enter")
    expect(page.locator("[data-row=job]").first).to_contain_text("Job H24")
    page.goto(house.portal("demo", "/jobs/"))
    page.get_by_label("Search").fill("chimney")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing found so far")).to_be_visible()
    house.look(page, "jobs-cut")
    page.get_by_role("link", name="Search further back").press("Enter")
    expect(page.locator("[data-row=job]")).to_have_count(1)
    expect(page.locator("[data-row=job]")).to_contain_text("Swept the chimney.")
    page.get_by_role("link", name="Show all").press("Enter")
    expect(page.locator("[data-row=job]")).to_have_count(25)
    page.get_by_label("Search").fill("no such word in any of them")
    page.get_by_label("Year").select_option(label=str(clock.today("UTC").year + 1))
    page.get_by_role("button", name="Show").press("Enter")
    expect(page.get_by_text("No job fits")).to_be_visible()


def test_job_tells_all_and_waiting_ones_stand_apart(house: House, home: Customer) -> None:
    page = house.visitor()
    sign_in(page, house.portal("demo", "/jobs/"), "ana@example.com")
    page.get_by_role("link", name=SCRIPTS).press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(SCRIPTS)
    expect(page.locator("#summary")).to_contain_text("<b>Replaced</b> the trap.")
    for part in ("visit", "technician", "unit", "invoice"):
        expect(page.locator(f"[data-row={part}]")).to_have_count(1)
    house.look(page, "job")
    expect(page.locator("[data-row=invoice]")).to_contain_text("$1,234,567.89")
    page.get_by_role("link", name="Service history").first.press("Enter")
    page.get_by_role("link", name="Open and planned").press("Enter")
    expect(page.locator("[data-row=job]")).to_have_count(1)
    expect(page.locator("[data-row=job] .tag")).to_have_text("Waiting")
    house.look(page, "jobs-open")


def test_office_shows_and_hides_canceled_jobs(house: House, home: Customer) -> None:
    page, office = house.visitor(), house.visitor(size=DESKTOP)
    sign_in(page, house.portal("demo", "/jobs/"), "ana@example.com")
    sign_in(office, house.office("demo", "/settings/portal/"), "olga@example.com")
    house.pass_second(office, "olga@example.com")
    expect(page.get_by_text("Called off.")).to_have_count(0)
    for is_shown in (1, 0):
        office.goto(house.office("demo", "/settings/portal/"))
        office.get_by_label("Show canceled jobs to customers").press("Space")
        office.get_by_role("button", name="Save").press("Enter")
        office.wait_for_load_state()
        expect(office.get_by_label("Show canceled jobs to customers")).to_be_checked(checked=bool(is_shown))
        page.reload()
        expect(page.get_by_text("Called off.")).to_have_count(is_shown)
    house.look(office, "settings-portal")
