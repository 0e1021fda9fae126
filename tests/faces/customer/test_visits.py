from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from icalendar import Calendar

from portico.domain.catalog.models import JobType
from portico.domain.jobs.operations import set_appointment_status
from portico.foundation.people.models import LoginSession
from portico.foundation.tenancy.models import Branch, Company
from tests.factories import customers as make
from tests.factories import people, read, statements
from tests.factories.visits import make_job, make_visit

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}
START = datetime(2027, 3, 5, 16, tzinfo=UTC)  # 10 AM in Austin


@pytest.fixture
def company(db):
    found = people.make_company()
    with people.inside(found):
        Branch.objects.update(time_zone="America/Chicago")
    return found


@pytest.fixture
def ana(company):
    """Ana's record, and her browser."""
    with people.inside(company):
        record = make.make_customer("Ana Alvarez", "ana@example.com")
        login = people.make_login("ana@example.com")
    return record, people.sign_in(people.portal(), login)


@pytest.fixture
def visit(company, ana):
    with people.inside(company):
        job = make_job(ana[0])
        JobType.objects.update(preparation="Clear a way to the furnace.\nKeep <pets> away.")
        return make_visit(job, starts_at=START, special_instructions="secret gate code")


def click(company, visit, status):
    with people.inside(company):
        set_appointment_status(appointment=visit.public_id, status=status, by=people.OFFICE)


def path_of(visit, rest=""):
    return f"/appointments/{visit.public_id}/{rest}"


def live(client, visit, seen=""):
    return client.get(path_of(visit, "live/"), {"seen": seen}, headers=HX)


def version_on(page):
    return page.one(id="visit-live")["data-version"]


@pytest.mark.parametrize("count", (1, 30))
def test_coming_visits_cost_the_same_and_stand_in_order(company, ana, count):
    record, client = ana
    with people.inside(company):
        job = make_job(record)
        made = [make_visit(job, starts_at=START - timedelta(hours=at)) for at in range(count)]
        make_visit(job, starts_at=datetime.now(UTC) - timedelta(days=2))
        make_visit(job, status="Done")
        make_visit(make_job(make.make_customer("Carl")))
    with statements(2):
        page = read(client.get("/appointments/"))
    expected = [str(visit.public_id) for visit in reversed(made)]
    found = [row["data-key"] for row in page.all(**{"data-row": "visit"})]
    assert found == expected[:25]
    if count > 25:
        further = read(client.get(f"/appointments/?after={found[-1]}"))
        assert [row["data-key"] for row in further.all(**{"data-row": "visit"})] == expected[25:]


def test_nothing_to_come_says_whom_to_call(ana):
    page = read(ana[1].get("/appointments/"))
    assert "No visit is planned" in page.text
    assert "Call" in page.text


def test_visit_on_hold_waits_without_a_reason_below_the_others(company, ana):
    record, client = ana
    with people.inside(company):
        make_visit(
            make_job(record, hold_reason={"memo": "parts"}), status="Hold", starts_at=START - timedelta(days=600)
        )
    page = read(client.get("/appointments/"))
    assert "Waiting for a new day" in page.text
    assert "parts" not in page.text


def test_visit_page_shows_who_comes_when_and_what_to_prepare(visit, ana):
    with statements(3):
        response = ana[1].get(path_of(visit))
    page = read(response)
    assert page.h1 == "Visit: Furnace tune-up"
    for said in (
        "Tom Turner",
        "Twelve years of boilers.",
        "Friday, March 5",
        "Arrives between 10 AM–12 PM CST",
        "Keep <pets> away.",
        "512-555-0100",
    ):
        assert said.replace("512-555-0100", "(512) 555-0100") in page.text, said
    assert "secret gate code" not in response.content.decode()
    assert "Cleaned the burner." not in page.text
    assert [row["data-key"] for row in page.all(**{"class": "is-now"})] == ["Scheduled"]
    assert response.headers["Cache-Control"] == "no-store, private"


def test_open_page_is_told_nothing_until_something_changes(company, visit, ana):
    client = ana[1]
    seen = version_on(read(client.get(path_of(visit))))
    with statements(2):
        unchanged = live(client, visit, seen)
    assert (unchanged.status_code, unchanged.content) == (204, b"")
    tag = unchanged.headers["ETag"]
    assert client.get(path_of(visit, "live/"), headers=HX | {"If-None-Match": tag}).status_code == 304
    click(company, visit, "Dispatched")
    with statements(2):
        changed = live(client, visit, seen)
    part = read(changed)
    assert changed.status_code == 200
    assert part.one(id="visit-told").text == "On the way. We are on the way to you."
    assert part.one(id="visit-live")["hx-trigger"] == "every 4s"
    assert live(client, visit, version_on(part)).status_code == 204


def test_done_visit_shows_findings_and_asks_no_more(company, visit, ana):
    click(company, visit, "Done")
    part = read(live(ana[1], visit))
    assert "Cleaned the burner." in part.text
    assert part.one(id="visit-live").get("hx-trigger") == ""
    assert "Olga" not in part.text


def test_live_part_opened_by_hand_leads_to_the_page(visit, ana):
    response = ana[1].get(path_of(visit, "live/"))
    assert (response.status_code, response.headers["Location"]) == (302, path_of(visit))


def test_page_that_asks_by_itself_keeps_no_session_alive(company, visit, ana):
    client = ana[1]
    long_ago = datetime.now(UTC) - timedelta(minutes=50)
    with people.inside(company):
        LoginSession.objects.update(seen_at=long_ago)
    live(client, visit)
    with people.inside(company):
        assert LoginSession.objects.get().seen_at == long_ago
    client.get(path_of(visit))
    with people.inside(company):
        assert LoginSession.objects.get().seen_at > long_ago


@pytest.mark.parametrize("rest", ("", "live/", "visit.ics"))
def test_visit_of_somebody_else_is_not_found(company, ana, rest):
    with people.inside(company):
        theirs = make_visit(make_job(make.make_customer("Carl")))
    found = ana[1].get(path_of(theirs, rest), headers=HX)
    nothing = ana[1].get(f"/appointments/{uuid4()}/{rest}", headers=HX)
    assert (found.status_code, found.content) == (404, nothing.content)


@pytest.mark.parametrize(("is_shown", "status"), ((False, 404), (True, 200)))
def test_visit_of_a_canceled_job_shows_only_where_the_company_says_so(company, visit, ana, is_shown, status):
    with people.inside(company):
        visit.job.status = "Canceled"
        visit.job.save()
    Company.objects.update(is_canceled_job_shown=is_shown)
    assert ana[1].get(path_of(visit)).status_code == status


def entry_of(client, visit):
    response = client.get(path_of(visit, "visit.ics"))
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-store, private"
    assert b"secret gate code" not in response.content
    (entry,) = Calendar.from_ical(response.content).walk("VEVENT")
    return entry


def test_calendar_file_keeps_its_uid_and_counts_changes(company, visit, ana):
    first = entry_of(ana[1], visit)
    assert (first["UID"], first["SEQUENCE"]) == (str(visit.public_id), 0)
    assert (first.decoded("DTSTART"), first.decoded("DTEND")) == (START, START + timedelta(hours=2))
    assert first["SUMMARY"] == "Furnace tune-up – Brightwater Home"
    assert first["LOCATION"] == f"{visit.job.location.street}, Austin"
    assert first["DESCRIPTION"].split("\n") == [
        "Arrives between 10 AM–12 PM",
        "Who comes: Tom Turner",
        "Clear a way to the furnace.",
        "Keep <pets> away.",
        "To change it, call (512) 555-0100",
    ]
    click(company, visit, "Hold")
    second = entry_of(ana[1], visit)
    assert (second["UID"], second["SEQUENCE"], second["STATUS"]) == (first["UID"], 1, "TENTATIVE")
