from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from portico.domain.catalog.models import BusinessUnit, JobType
from portico.domain.jobs.models import AppointmentStep
from portico.foundation.audit.models import AuditEntry
from portico.foundation.people.roles import StaffRole
from portico.foundation.tenancy.models import Branch
from tests.factories import customers as make
from tests.factories import people, read, statements
from tests.factories.visits import make_job, make_visit

pytestmark = pytest.mark.django_db
DAY = datetime(2026, 11, 23, 18, tzinfo=UTC)  # noon in Austin
HX = {"HX-Request": "true"}


@pytest.fixture
def ana(company):
    with people.inside(company):
        Branch.objects.update(time_zone="America/Chicago")
        return make.make_customer("Ana Alvarez")


@pytest.fixture
def visit(company, ana):
    with people.inside(company):
        return make_visit(make_job(ana), starts_at=DAY)


def keys(response):
    return [row["data-key"] for row in read(response).all(**{"data-row": "visit"})]


def click(client, visit, status, **more):
    return client.post(f"/appointments/{visit.public_id}/status/", {"status": status, **more})


@pytest.mark.parametrize("count", (1, 60))
def test_day_costs_the_same_and_stands_in_order(company, ana, olga, count):
    with people.inside(company):
        job = make_job(ana)
        made = [make_visit(job, starts_at=DAY + timedelta(minutes=at)) for at in range(count)]
        make_visit(job, starts_at=DAY - timedelta(days=1))
        make_visit(job, starts_at=DAY + timedelta(days=1))
    with statements(3):
        first = olga.get("/appointments/?day=2026-11-23")
    expected = [str(visit.public_id) for visit in made]
    assert keys(first) == expected[:50]
    if count > 50:
        assert keys(olga.get(f"/appointments/?day=2026-11-23&after={expected[49]}")) == expected[50:]


def test_day_is_that_of_the_branch(company, ana, olga):
    with people.inside(company):
        late = make_visit(make_job(ana), starts_at=datetime(2026, 11, 24, 5, 30, tzinfo=UTC))  # 11:30 PM in Austin
    assert keys(olga.get("/appointments/?day=2026-11-23")) == [str(late.public_id)]
    assert keys(olga.get("/appointments/?day=2026-11-24")) == []


def test_day_is_narrowed_by_branch_and_status(company, ana, olga, visit):
    with people.inside(company):
        north = Branch.objects.create(name="North", display_name="North", time_zone="America/Phoenix", phone="1")
        job = make_job(ana, business_unit=BusinessUnit.objects.create(name="Plumbing", branch=north))
        there = make_visit(job, starts_at=DAY, status="Working")
    asked = "/appointments/?day=2026-11-23"
    assert keys(olga.get(f"{asked}&branch={north.public_id}")) == [str(there.public_id)]
    assert keys(olga.get(f"{asked}&status=Scheduled")) == [str(visit.public_id)]
    assert keys(olga.get(f"{asked}&status=Done")) == []


@pytest.mark.parametrize("asked", ("day=yesterday", "branch=none", "status=Nonsense", "day=0001-01-01"))
def test_wrong_filter_is_said_and_breaks_nothing(olga, ana, asked):
    response = olga.get(f"/appointments/?{asked}")
    assert response.status_code == 422
    page = read(response)
    assert page.title.startswith("Error: ")
    assert page.errors[0].startswith("There is a problem")


@pytest.mark.parametrize("role", (StaffRole.DISPATCHER, StaffRole.CSR, StaffRole.MANAGER, StaffRole.ADMIN))
def test_click_says_how_the_visit_stands_and_leads_back(company, staff, visit, role):
    client = staff(role)
    response = click(client, visit, "Dispatched", back="/appointments/?day=2026-11-23")
    assert (response.status_code, response.headers["Location"]) == (302, "/appointments/?day=2026-11-23")
    page = read(client.get("/appointments/?day=2026-11-23"))
    (row,) = page.all(**{"data-row": "visit"})
    assert "The visit is now: On the way." in page.text
    assert "Olga Office" in row.text
    assert [button["value"] for button in row.all("button")] == ["Working", "Done", "Hold"]


def test_accountant_sees_visits_and_sets_none(company, staff, visit):
    client = staff(StaffRole.ACCOUNTANT)
    page = read(client.get("/appointments/?day=2026-11-23"))
    (row,) = page.all(**{"data-row": "visit"})
    assert row.all("button") == []
    assert click(client, visit, "Done").status_code == 403
    with people.inside(company):
        assert AppointmentStep.objects.count() == 0


def test_click_by_htmx_gets_the_visit_alone(visit, olga):
    response = olga.post(f"/appointments/{visit.public_id}/status/", {"status": "Working"}, headers=HX)
    part = read(response)
    assert part.title == ""
    assert part.one(id="visits-told").text == f"Visit {visit.number}: Working"
    assert part.one(id=f"visit-{visit.public_id}")["data-key"] == str(visit.public_id)


@pytest.mark.parametrize("headers", ({}, HX))
def test_click_on_a_visit_that_is_done_is_refused_in_words(company, visit, olga, headers):
    click(olga, visit, "Done")
    address = f"/appointments/{visit.public_id}/status/"
    response = olga.post(address, {"status": "Working", "back": "/appointments/?day=2026-11-23"}, headers=headers)
    page = read(response if headers else olga.get(response.headers["Location"]))
    assert "This visit is done. Its status can no longer be changed." in page.text
    with people.inside(company):
        assert list(AppointmentStep.objects.values_list("status", flat=True)) == ["Done"]


@pytest.mark.parametrize("back", ("https://evil.example.com/", "//evil.example.com/", "/\\evil.example.com", ""))
def test_click_leads_back_to_our_pages_only(visit, olga, back):
    assert click(olga, visit, "Working", back=back).headers["Location"] == "/appointments/"


def test_click_on_nobodys_visit_is_not_found(olga, ana):
    assert olga.post(f"/appointments/{uuid4()}/status/", {"status": "Done"}).status_code == 404


def test_preparation_is_kept_audited_and_undone_when_emptied(company, visit, olga):
    with people.inside(company):
        kind = JobType.objects.get()
    address = f"/settings/job-types/{kind.public_id}/"
    assert olga.post(address, {"preparation": "  Clear a way.\nThank you. "}).status_code == 302
    assert "Clear a way." in read(olga.get("/settings/job-types/")).text
    assert "Clear a way." in read(olga.get(address)).text
    olga.post(address, {"preparation": ""})
    with people.inside(company):
        told = list(AuditEntry.objects.filter(verb="job_type.preparation_set").order_by("pk"))
    text = "Clear a way.\nThank you."
    assert [entry.facts["after"].replace("\r", "") for entry in told] == [text, ""]


def test_preparation_too_long_is_said_and_kept_as_typed(company, visit, olga):
    with people.inside(company):
        kind = JobType.objects.get()
    response = olga.post(f"/settings/job-types/{kind.public_id}/", {"preparation": "x" * 2001})
    assert response.status_code == 422
    assert "x" * 2001 in read(response).one("textarea").text


@pytest.mark.parametrize("role", (StaffRole.CSR, StaffRole.DISPATCHER, StaffRole.ACCOUNTANT))
def test_preparation_is_for_managers(staff, role):
    assert staff(role).get("/settings/job-types/").status_code == 403
