"""The history of jobs in the portal: lists, filters, one job, and what of its bills may be seen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client

from portico.domain.billing.models import Invoice
from portico.domain.capacity.models import Technician
from portico.domain.catalog.models import BusinessUnit, JobType
from portico.domain.customers.enums import BillingLevel
from portico.domain.customers.models import Customer, Location, PortalContact
from portico.domain.jobs.models import Appointment, AppointmentAssignment, Job
from portico.domain.jobs.queries import jobs as queries
from portico.foundation.tenancy.models import Company
from tests.factories import customers as make
from tests.factories import people, read, statements

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)


class House:
    """A company with one customer, signed in, and what the tests put into its history."""

    def __init__(self) -> None:
        self.company = people.make_company("history", name="History Heating")
        with people.inside(self.company):
            self.customer = make.make_customer("Hanna Home", "hanna@example.com")
            self.home = make.make_location(self.customer, name="Main home")
            self.logins = {"hanna@example.com": people.make_login("hanna@example.com", name="Hanna Home")}
            unit = BusinessUnit.objects.create(branch=self.customer.branch, name="HVAC", trade="Heating")
            self.unit, self.kind = unit, JobType.objects.create(name="Furnace tune-up")
        self.client = self.browser("hanna@example.com")

    def browser(self, email: str) -> Client:
        with people.inside(self.company):
            login = self.logins.get(email) or people.make_login(email, name="Somebody Else")
        return people.sign_in(people.portal("history"), login)

    def job(self, number: str, *, days_ago: float = 10, status: str = "Completed", **columns: object) -> Job:
        """A job with one visit on that day."""
        at = NOW - timedelta(days=days_ago)
        given = {"customer": self.customer, "location": self.home, "business_unit": self.unit, "job_type": self.kind}
        with people.inside(self.company):
            made = Job.objects.create(number=number, status=status, created_at=at, **given | columns)
            state = {"Completed": "Done", "Canceled": "Canceled"}.get(status, "Scheduled")
            Appointment.objects.create(
                job=made, number=f"{number}-1", status=state, starts_at=at, ends_at=at + timedelta(hours=2),
                window_starts_at=at, window_ends_at=at + timedelta(hours=4),
            )  # fmt: skip
        return made

    def invoice(self, job: Job, number: str, *, payer: Customer | None = None) -> Invoice:
        with people.inside(self.company):
            return Invoice.objects.create(
                number=number, customer=payer or self.customer, location=job.location, job=job,
                business_unit=self.unit, branch=self.customer.branch, title="Work", issued_on=NOW.date(),
                due_on=NOW.date(), subtotal_minor=12345, tax_minor=0, total_minor=12345, was_ever_positive=True,
                created_at=NOW,
            )  # fmt: skip

    def shown(self, address: str = "/jobs/") -> list[str]:
        """The numbers of the jobs that a page lists."""
        response = self.client.get(address)
        assert response.status_code == 200
        return [row["data-key"] for row in read(response).root.all("li", data_row="job")]


@pytest.fixture
def house() -> House:
    return House()


def test_jobs_are_listed_newest_first_and_apart(house: House) -> None:
    house.job("J1", days_ago=30)
    house.job("J2", days_ago=3)
    house.job("J3", days_ago=-4, status="Scheduled")
    house.job("J4", days_ago=9, status="Hold")
    assert house.shown() == ["J2", "J1"]
    assert house.shown("/jobs/?show=open") == ["J3", "J4"]


def test_no_jobs_say_so(house: House) -> None:
    assert "No jobs yet" in read(house.client.get("/jobs/")).text
    assert "Nothing is planned" in read(house.client.get("/jobs/?show=open")).text


@pytest.mark.parametrize("count", (1, 30))
@pytest.mark.parametrize("address", ("/jobs/", "/jobs/?show=open", "/jobs/?search=tune&trade=Heating&year=2026"))
def test_list_statements_do_not_grow(house: House, count: int, address: str) -> None:
    for number in range(count):
        house.job(f"P{number}", days_ago=20 + number)
        house.job(f"O{number}", days_ago=-number, status="Scheduled")
    with statements(2):
        response = house.client.get(address)
    assert response.status_code == 200


@pytest.mark.parametrize("count", (1, 30))
def test_job_statements_do_not_grow(house: House, count: int) -> None:
    job = house.job("J1")
    for number in range(count):
        house.invoice(job, f"INV-{number}")
        with people.inside(house.company):
            at = NOW - timedelta(days=number)
            Appointment.objects.create(
                job=job, number=f"J1-{number + 2}", status="Done", starts_at=at, ends_at=at + timedelta(hours=1),
                window_starts_at=at, window_ends_at=at + timedelta(hours=1),
            )  # fmt: skip
    with statements(5):
        response = house.client.get(f"/jobs/{job.public_id}/")
    assert len(read(response).root.all(data_row="visit")) == count + 1
    assert len(read(response).root.all(data_row="invoice")) == count


def test_pages_follow_one_another_without_a_gap(house: House) -> None:
    for number in range(60):
        house.job(f"J{number:02}", days_ago=number + 1)
    seen: list[str] = []
    address = "/jobs/"
    while address:
        page = read(house.client.get(address))
        seen += [row["data-key"] for row in page.root.all("li", data_row="job")]
        address = next((link["href"] for link in page.root.all("a", rel="next")), "")
    assert seen == [f"J{number:02}" for number in range(60)]


def test_hold_shows_as_waiting_without_the_reason(house: House) -> None:
    job = house.job("J1", status="Hold", hold_reason={"name": "Customer did not pay"})
    page = read(house.client.get(f"/jobs/{job.public_id}/"))
    assert "Waiting" in page.text
    assert "did not pay" not in page.text


@pytest.mark.parametrize("is_shown", (False, True))
def test_canceled_jobs_follow_the_setting(house: House, *, is_shown: bool) -> None:
    job = house.job("J1", status="Canceled", cancel_reason={"name": "Too dear"})
    with people.inside(house.company):
        Company.objects.update(is_canceled_job_shown=is_shown)
    assert house.shown() == (["J1"] if is_shown else [])
    response = house.client.get(f"/jobs/{job.public_id}/")
    assert response.status_code == (200 if is_shown else 404)
    assert b"Too dear" not in response.content


def test_list_narrows_by_location_year_trade_and_words(house: House) -> None:
    with people.inside(house.company):
        cabin = make.make_location(house.customer, name="Cabin")
        pipes = BusinessUnit.objects.create(branch=house.customer.branch, name="Pipes", trade="Plumbing")
    house.job("J1", days_ago=1)
    house.job("J2", days_ago=2, location=cabin, summary="Replaced the Thermostat")
    house.job("J3", days_ago=800, business_unit=pipes)
    assert house.shown(f"/jobs/?location={cabin.public_id}") == ["J2"]
    assert house.shown("/jobs/?trade=Plumbing") == ["J3"]
    assert house.shown("/jobs/?search=thermostat") == ["J2"]
    assert house.shown(f"/jobs/?year={(NOW - timedelta(days=800)).year}") == ["J3"]
    assert house.shown("/jobs/?year=soon&search=%00") == ["J1", "J2", "J3"]


def test_search_goes_further_back(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "SEEN", 5)
    for number in range(12):
        house.job(f"J{number}", days_ago=number + 1, summary="Rare thing" if number == 11 else "")
    seen: list[str] = []
    address, words = "/jobs/?search=rare", []
    while address:
        page = read(house.client.get(address))
        seen += [row["data-key"] for row in page.root.all("li", data_row="job")]
        further = page.root.all("a", rel="next")
        words += [link.text for link in further]
        address = further[0]["href"] if further else ""
    assert (seen, words) == (["J11"], ["Search further back", "Search further back"])


def test_walk_over_several_homes_skips_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where one customer's walk ends early, what lies beyond waits for the next page, whosever it is."""
    monkeypatch.setattr(queries, "SEEN", 3)
    with people.inside(house.company):
        other = make.make_customer("Second Home", "hanna@example.com")
        cabin = make.make_location(other, name="Cabin")
    for number in range(9):
        house.job(f"A{number}", days_ago=1 + number, summary="Wanted" if number % 4 == 0 else "")
    for number in range(9):
        columns = {"customer": other, "location": cabin, "summary": "Wanted" if number == 8 else ""}
        house.job(f"B{number}", days_ago=20 + number, **columns)
    seen: list[str] = []
    address = "/jobs/?search=wanted"
    while address:
        page = read(house.client.get(address))
        seen += [row["data-key"] for row in page.root.all("li", data_row="job")]
        address = next((link["href"] for link in page.root.all("a", rel="next")), "")
    assert seen == ["A0", "A4", "A8", "B8"]


def test_job_shows_visits_windows_and_who_worked(house: House) -> None:
    job = house.job("J1", summary="Cleaned the burner.")
    with people.inside(house.company):
        tom = Technician.objects.create(name="Tom Wrench", bio="Twelve years of boilers.", memo="Slow on Mondays")
        AppointmentAssignment.objects.create(appointment=job.appointments.get(), technician=tom, status="Done")
    page = read(house.client.get(f"/jobs/{job.public_id}/"))
    assert page.h1 == "Furnace tune-up"
    assert [row["data-key"] for row in page.root.all(data_row="technician")] == ["Tom Wrench"]
    for text in ("Twelve years of boilers.", "Cleaned the burner.", "Arrival window", "Done", "Job J1"):
        assert text in page.text
    assert "Slow on Mondays" not in page.text


def test_markup_in_texts_is_shown_as_text(house: House) -> None:
    job = house.job("<b>7</b>", summary='<script>alert(1)</script> & "more"')
    with people.inside(house.company):
        JobType.objects.update(name="<i>Tune</i>")
    for address in ("/jobs/", f"/jobs/{job.public_id}/"):
        response = house.client.get(address)
        assert b"<script>alert" not in response.content
        assert b"<i>Tune" not in response.content
        assert '<script>alert(1)</script> & "more"' in read(response).text


def test_own_invoice_is_listed_with_its_amount(house: House) -> None:
    job = house.job("J1")
    house.invoice(job, "INV-1")
    page = read(house.client.get(f"/jobs/{job.public_id}/"))
    assert [row["data-key"] for row in page.root.all(data_row="invoice")] == ["INV-1"]
    assert "$123.45" in page.text
    assert "Billed to someone else" not in page.text


def test_invoice_billed_to_another_customer_says_so_and_nothing_else(house: House) -> None:
    job = house.job("J1")
    with people.inside(house.company):
        payer = make.make_customer("Paying Landlord", "landlord@example.com")
    house.invoice(job, "INV-9", payer=payer)
    page = read(house.client.get(f"/jobs/{job.public_id}/"))
    assert "Billed to someone else" in page.text
    for secret in ("INV-9", "123.45", "Landlord"):
        assert secret not in page.text


def test_payer_sees_the_invoice_but_not_the_job(house: House) -> None:
    job = house.job("J1")
    with people.inside(house.company):
        payer = make.make_customer("Paying Landlord", "landlord@example.com")
    invoice = house.invoice(job, "INV-9", payer=payer)
    landlord = house.browser("landlord@example.com")
    assert landlord.get(f"/jobs/{job.public_id}/").status_code == 404
    assert landlord.get(f"/invoices/{invoice.public_id}/").status_code == 200
    assert "J1" not in read(landlord.get("/jobs/")).text


def test_without_billing_access_no_number_and_no_amount(house: House) -> None:
    job = house.job("J1")
    house.invoice(job, "INV-1")
    with people.inside(house.company):
        PortalContact.objects.update(billing=BillingLevel.NONE)
    page = read(house.client.get(f"/jobs/{job.public_id}/"))
    assert "INV-1" not in page.text
    assert "123.45" not in page.text
    assert "Bills are kept with the account’s owner." in page.text


def test_location_contact_sees_the_jobs_of_that_location_only(house: House) -> None:
    with people.inside(house.company):
        cabin: Location = make.make_location(house.customer, "tenant@example.com", name="Cabin")
    mine, other = house.job("J1", location=cabin), house.job("J2")
    house.client = house.browser("tenant@example.com")
    assert house.shown() == ["J1"]
    assert house.client.get(f"/jobs/{mine.public_id}/").status_code == 200
    assert house.client.get(f"/jobs/{other.public_id}/").status_code == 404
    assert house.client.get(f"/jobs/?location={house.home.public_id}").status_code == 404


@pytest.mark.parametrize("address", ("/jobs/{}/", "/jobs/?location={}", "/jobs/?customer={}"))
def test_unknown_id_is_not_found(house: House, address: str) -> None:
    assert house.client.get(address.format(uuid4())).status_code == 404
