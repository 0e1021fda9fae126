"""Equipment in the portal: what stands in whose home, told to whom it may be told."""

import re
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
from django.test import Client
from pypdf import PdfReader

from portico.domain.catalog.models import BusinessUnit, JobType
from portico.domain.customers.models import Customer, Location
from portico.domain.equipment import labels
from portico.domain.jobs.models import Job
from portico.domain.jobs.queries import units as unit_jobs
from portico.foundation.tenancy.companies import CompanyRow
from portico.foundation.tenancy.models import Company
from tests.factories import customers as make
from tests.factories import people, read, statements
from tests.factories.documents import make_document
from tests.factories.equipment import make_unit

pytestmark = pytest.mark.django_db
HIDDEN = ("bought from another dealer", "1234.5", "Installed\n")


@pytest.fixture
def company() -> CompanyRow:
    return people.make_company("demo")


@pytest.fixture
def home(company: CompanyRow) -> Location:
    """Maria's home."""
    with people.inside(company):
        maria = make.make_customer("Maria Ortega", "maria@example.com")
        home = make.make_location(maria, name="Home")
        home.street, home.city = "12 Oak Ave", "Austin"
        home.save()
    return home


@pytest.fixture
def maria(company: CompanyRow, home: Location) -> Client:
    return browser(company, "maria@example.com")


def browser(company: CompanyRow, email: str) -> Client:
    with people.inside(company):
        login = people.make_login(email)
    return people.sign_in(people.portal(), login)


def add_job(place: Location, number: str, *, days: int = -20, status: str = "Completed", **columns: str) -> Job:
    unit = BusinessUnit.objects.get_or_create(name="HVAC", branch=place.customer.branch)[0]
    at = datetime.now(UTC) + timedelta(days=days)
    return Job.objects.create(
        number=number,
        customer=columns.pop("customer", place.customer),
        location=place,
        business_unit=unit,
        job_type=JobType.objects.get_or_create(name="Furnace tune-up")[0],
        status=status,
        created_at=at,
        completed_at=at if status == "Completed" else None,
        **columns,
    )


def text_of(response: object) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(response.content)).pages)  # type: ignore[attr-defined]


def test_equipment_stands_under_its_home_with_age_and_warranties(
    company: CompanyRow, home: Location, maria: Client
) -> None:
    today = date.today()  # noqa: DTZ011 - a whole year off either side of it
    with people.inside(company):
        make_unit(home, "Trane heat pump", installed_on=today - timedelta(days=365 * 4 + 20))
        make_unit(
            home, "Old softener", **dict.fromkeys(
                ("installed_on", "manufacturer_warranty_start", "manufacturer_warranty_end"), None
            ),
        )  # fmt: skip
        make_unit(home, "Scrapped boiler", is_active=False)

    page = read(maria.get("/equipment/"))

    assert page.rows("unit") == ["Old softener", "Trane heat pump"]
    assert (page.h1, "12 Oak Ave, Austin" in page.text) == ("Equipment", True)
    softener, pump = (row.text for row in page.all("li", data_row="unit"))
    assert "Age: Unknown" in softener
    assert "Maker’s warranty: Unknown" in softener
    assert "Age: 4 years" in pump
    assert "days left" in pump
    assert "Ended May 4, 2022" in pump


def test_equipment_without_any_says_so(maria: Client) -> None:
    page = read(maria.get("/equipment/"))
    assert "No equipment on record yet" in page.text
    assert [link["href"] for link in page.all("a") if link["href"].startswith("tel:")]


@pytest.mark.parametrize("count", (1, 30))
def test_equipment_statements_do_not_grow(company: CompanyRow, home: Location, maria: Client, count: int) -> None:
    with people.inside(company):
        units = [make_unit(home, f"Unit {number:02}", add_job(home, f"J{number}")) for number in range(count)]
    with statements(2):
        page = read(maria.get("/equipment/"))
    assert page.rows("unit") == [f"Unit {number:02}" for number in range(min(count, 15))]
    with statements(5):
        assert maria.get(f"/equipment/{units[0].public_id}/").status_code == 200


def test_equipment_is_paged_home_by_home(company: CompanyRow, home: Location, maria: Client) -> None:
    with people.inside(company):
        cottage = make.make_location(home.customer, name="Cottage")
        for number in range(9):
            make_unit(cottage, f"B{number:02}")
            make_unit(home, f"A{number:02}")
    first = read(maria.get("/equipment/"))
    (more,) = [link["href"] for link in first.all("a") if "after=" in link.get("href", "")]
    second = read(maria.get(more))
    assert first.rows("unit") == [f"A{n:02}" for n in range(9)] + [f"B{n:02}" for n in range(6)]
    assert second.rows("unit") == [f"B{n:02}" for n in range(6, 9)]
    assert not [link for link in second.all("a") if "after=" in link.get("href", "")]


def test_unit_shows_all_that_is_known_and_its_jobs(company: CompanyRow, home: Location, maria: Client) -> None:
    with people.inside(company):
        old, new = add_job(home, "J1", days=-300), add_job(home, "J2", days=-3, cancel_reason={"name": "secret why"})
        canceled = add_job(home, "J3", days=-1, status="Canceled")
        unit = make_unit(home, "Trane heat pump", old, new, canceled, serial_number="SN-77", model="HP-48")
        make_unit(home, "Other", add_job(home, "J4"))

    response = maria.get(f"/equipment/{unit.public_id}/")

    page = read(response)
    assert page.h1 == "Trane heat pump"
    assert page.rows("job") == ["J2", "J1"]
    for said in ("SN-77", "HP-48", "May 4, 2020", "Furnace tune-up"):
        assert said in page.text
    for hidden in (*HIDDEN[:2], "secret why"):
        assert hidden not in response.content.decode()


def test_unit_shows_its_newest_jobs_and_leads_to_the_others(company: CompanyRow, home: Location, maria: Client) -> None:
    with people.inside(company):
        jobs = [add_job(home, f"J{number}", days=-number - 1) for number in range(16)]
        units = [make_unit(home, name, *jobs[:count]) for name, count in (("Few", 15), ("Many", 16))]
    few, many = (read(maria.get(f"/equipment/{unit.public_id}/")) for unit in units)
    assert (few.rows("job"), many.rows("job")) == ([job.number for job in jobs[:15]],) * 2
    said = "Service history of this home"
    assert (said in few.links, many.links[said]) == (False, f"/jobs/?location={home.public_id}")


def test_canceled_jobs_of_a_unit_are_shown_where_the_company_shows_them(
    company: CompanyRow, home: Location, maria: Client
) -> None:
    with people.inside(company):
        unit = make_unit(home, "Pump", add_job(home, "J3", status="Canceled"))
        Company.objects.filter(pk=company.id).update(is_canceled_job_shown=True)
    assert read(maria.get(f"/equipment/{unit.public_id}/")).rows("job") == ["J3"]


def test_unit_of_somebody_else_or_no_longer_in_use_is_not_found(
    company: CompanyRow, home: Location, maria: Client
) -> None:
    with people.inside(company):
        neighbour = make.make_location(make.make_customer("Carl", "carl@example.com"))
        units = [make_unit(neighbour), make_unit(home, is_active=False)]
    for unit in (*(str(unit.public_id) for unit in units), str(uuid4())):
        for rest in ("", "label/", "label.pdf"):
            assert maria.get(f"/equipment/{unit}/{rest}").status_code == 404
    assert maria.get(f"/equipment/passport/{neighbour.public_id}.pdf").status_code == 404
    assert read(maria.get("/equipment/")).rows("unit") == []


def test_reader_of_one_location_sees_its_units_only(company: CompanyRow, home: Location) -> None:
    with people.inside(company):
        cottage = make.make_location(home.customer, "tenant@example.com", name="Cottage")
        ours, theirs = make_unit(cottage, "Cottage boiler"), make_unit(home, "Main boiler")
    tenant = browser(company, "tenant@example.com")
    assert read(tenant.get("/equipment/")).rows("unit") == ["Cottage boiler"]
    codes = [tenant.get(f"/equipment/{unit.public_id}/").status_code for unit in (ours, theirs)]
    places = [tenant.get(f"/equipment/passport/{place.public_id}.pdf").status_code for place in (cottage, home)]
    assert (codes, places) == ([200, 404], [200, 404])


def test_passport_holds_units_warranties_and_history_in_every_script(
    company: CompanyRow, home: Location, maria: Client
) -> None:
    with people.inside(company):
        Customer.objects.filter(pk=home.customer_id).update(name="陈 美玲")
        make_unit(home, "热泵 室外机", installed_on=None)
        make_unit(home, "مضخة حرارية")
        add_job(home, "J1", summary="Cleaned the <b>burner</b>.", hold_reason={"memo": "waits for money"})
        add_job(home, "J9", status="Canceled")

    response = maria.get(f"/equipment/passport/{home.public_id}.pdf")

    assert response["Content-Type"] == "application/pdf"
    text = text_of(response)
    for said in ("Home passport", "陈 美玲", "热泵 室外机", "12 Oak Ave, Austin", "Unknown", "Ended May 4, 2022"):
        assert said in text
    assert {"مضخة", "حرارية"} <= set(text.split())
    assert "Cleaned the <b>burner</b>." in text
    for hidden in (*HIDDEN, "waits for money", "J9"):
        assert hidden not in text


def test_passport_leaves_out_jobs_that_somebody_else_is_billed_for(
    company: CompanyRow, home: Location, maria: Client
) -> None:
    """Such as those of the family that lived there before."""
    with people.inside(company):
        before = make.make_customer("Earlier Owner")
        add_job(home, "J-before", customer=before)  # type: ignore[arg-type]
        add_job(home, "J-ours")
    text = text_of(maria.get(f"/equipment/passport/{home.public_id}.pdf"))
    assert ("J-before" in text, "J-ours" in text) == (False, True)


def test_long_history_is_cut_and_the_passport_says_so(
    company: CompanyRow, home: Location, maria: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unit_jobs, "MOST_ON_PAPER", 3)
    monkeypatch.setattr("portico.domain.jobs.passport.MOST_ON_PAPER", 3)
    with people.inside(company):
        for number in range(5):
            add_job(home, f"J{number}", days=-number)
    with statements(3):
        text = text_of(maria.get(f"/equipment/passport/{home.public_id}.pdf"))
    assert re.findall(r"J\d", text) == ["J0", "J1", "J2"]
    assert "Only the newest 3 jobs are listed" in text


def test_label_leads_to_the_units_page_on_the_stored_host(company: CompanyRow, home: Location, maria: Client) -> None:
    with people.inside(company):
        unit = make_unit(home, "Trane heat pump")
        link = labels.unit_link(str(unit.public_id))
        expected = labels.qr_address(str(unit.public_id))
    assert link.startswith("http://demo.localhost")
    assert link.endswith(f"/equipment/{unit.public_id}/")

    page = read(maria.get(f"/equipment/{unit.public_id}/label/", headers={"x-forwarded-host": "evil.example.com"}))

    assert link in page.text
    assert [image["src"] for image in page.all("img") if image["src"].startswith("data:")] == [expected]
    printed = maria.get(f"/equipment/{unit.public_id}/label.pdf")
    assert "Trane heat pump" in text_of(printed)


def test_who_scans_a_label_signs_in_and_comes_back(company: CompanyRow, home: Location, maria: Client) -> None:
    with people.inside(company):
        unit = make_unit(home)
    response = people.portal().get(f"/equipment/{unit.public_id}/")
    assert (response.status_code, response["Location"]) == (302, f"/sign-in/?next=%2Fequipment%2F{unit.public_id}%2F")


def test_office_sees_cost_and_memo_and_prints_labels(company: CompanyRow, home: Location) -> None:
    with people.inside(company):
        unit = make_unit(home, "Trane heat pump")
        make_unit(home, "Scrapped boiler", is_active=False)
        other = make.make_customer("Carl")
        staff = people.make_staff()
    office = people.sign_in(people.office(), staff)
    record = f"/customers/{home.customer.public_id}/"

    listed, gone = read(office.get(f"{record}equipment/")), read(office.get(f"{record}equipment/?show=gone"))

    assert (listed.rows("unit"), gone.rows("unit")) == (["Trane heat pump"], ["Scrapped boiler"])
    assert read(office.get(record)).rows("unit") == ["Trane heat pump"]
    for said in ("bought from another dealer", "1,234.50"):
        assert said in listed.text
    label = office.get(f"{record}equipment/{unit.public_id}/label.pdf")
    assert "Trane heat pump" in text_of(label)
    assert office.get(f"/customers/{other.public_id}/equipment/{unit.public_id}/label.pdf").status_code == 404


def test_unit_shows_what_was_shared_about_it(
    company: CompanyRow, home: Location, maria: Client, settings: object, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    with people.inside(company):
        job = add_job(home, "J1")
        unit = make_unit(home, "Trane heat pump", job)
        shared = make_document(job, "file", name="manual.pdf", equipment=unit)
        make_document(job, "file", name="cost-sheet.pdf", equipment=unit, is_shared=False)
        make_document(job, "file", name="of-the-job.pdf")
    page = read(maria.get(f"/equipment/{unit.public_id}/"))
    links = [link["href"] for link in page.all("a") if link.get("href", "").startswith("/documents/")]
    assert f"/documents/{shared.public_id}/" in links
    assert ("manual.pdf" in page.text, "cost-sheet" in page.text, "of-the-job" in page.text) == (True, False, False)
    assert f"/jobs/{job.public_id}/" in [link["href"] for link in page.all("a")]
