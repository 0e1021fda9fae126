"""The office's list of visits that lost their technician, each with the cause."""

from datetime import timedelta

import pytest

from portico.domain.booking.operations import rebuilding
from portico.domain.booking.queries.unplanned import PAGE, unplanned_count
from portico.domain.capacity.models import Technician, TechnicianShift
from portico.domain.jobs.models import Appointment
from portico.foundation.people.roles import StaffRole
from portico.foundation.tenancy.models import Branch
from portico.foundation.tenancy.scope import company_scope
from portico.kernel import clock
from tests.counting import statements
from tests.factories import people, read
from tests.factories import scheduling as make
from tests.factories.town import Town

pytestmark = pytest.mark.django_db(transaction=True)
PATH = "/capacity/unplanned/"


@pytest.fixture
def town(company):
    with people.inside(company):
        return Town()


def rebuilt(company):
    with company_scope(company.id):
        rebuilding.rebuild_all()


def whys(client, *, path=PATH):
    response = client.get(path)
    assert response.status_code == 200
    return [row.all("td")[2].text for row in read(response).all(**{"data-row": "unplanned"})]


def no_shift(town):
    TechnicianShift.objects.all().delete()


def short_shift(town):
    TechnicianShift.objects.all().delete()
    make.make_shift(town.technician, town.day, start=780)


def too_short_a_shift(town):
    TechnicianShift.objects.all().delete()
    make.make_shift(town.technician, town.day, start=600, end=700)


def inactive(town):
    Technician.objects.update(is_active=False)


def elsewhere(town):
    north = Branch.objects.create(name="North", display_name="North", time_zone="America/Phoenix", phone="1")
    Technician.objects.update(business_unit=make.make_unit("Plumbing", branch=north))


def time_off(town):
    make.make_shift(town.technician, town.day, start=660, end=840, kind="TimeOff")


def event(town):
    make.make_event(town.technician, town.day, start=660, minutes=180)


def whole_day(town):
    training = make.make_event(town.technician, town.day, start=0, minutes=1)
    training.is_all_day = True
    training.save()


def long_absence(town):
    make.make_event(town.technician, town.day - timedelta(days=30), start=480, minutes=60 * 24 * 40)


def taken(town):
    make.make_planned_visit(town.unit, town.kind, town.day, window=600, minutes=240, to=[town.technician])


@pytest.mark.parametrize(
    ("planted", "said"),
    (
        (no_shift, "Tom Turner has no shift on this day."),
        (short_shift, "Tom Turner has a shift, but not at this time or not long enough."),
        (too_short_a_shift, "Tom Turner has a shift, but not at this time or not long enough."),
        (inactive, "Tom Turner no longer works here."),
        (elsewhere, "Tom Turner works at another branch."),
        (time_off, "Tom Turner is off at this time."),
        (event, "Tom Turner has something else to do at this time."),
        (whole_day, "Tom Turner has something else to do at this time."),
        (long_absence, "Tom Turner has something else to do at this time."),
        (taken, "Tom Turner is taken by other visits."),
    ),
)
def test_cause_of_a_lost_technician_is_named(company, town, olga, planted, said):
    with people.inside(company):
        make.make_planned_visit(town.unit, town.kind, town.day, window=600, to=[town.technician])
    rebuilt(company)
    assert whys(olga) == []
    with people.inside(company):
        planted(town)
    rebuilt(company)
    assert whys(olga) == [said]


def test_time_off_beside_the_visit_is_no_cause(company, town, olga):
    with people.inside(company):
        for _ in range(2):
            make.make_planned_visit(town.unit, town.kind, town.day, window=600, minutes=180, to=[town.technician])
        make.make_shift(town.technician, town.day, start=900, end=1020, kind="TimeOff")
        make.make_event(town.technician, town.day, start=480, minutes=60)
    rebuilt(company)
    assert whys(olga) == ["Tom Turner is taken by other visits."]


def test_two_shifts_that_touch_are_one(company, town, olga):
    with people.inside(company):
        TechnicianShift.objects.all().delete()
        make.make_shift(town.technician, town.day, start=480, end=720)
        make.make_shift(town.technician, town.day, start=720, end=1020)
        for _ in range(3):
            make.make_planned_visit(town.unit, town.kind, town.day, window=600, minutes=200, to=[town.technician])
    rebuilt(company)
    assert whys(olga) == ["Tom Turner is taken by other visits."] * 2


def test_each_of_several_who_should_come_is_named(company, town, olga):
    with people.inside(company):
        off, here = make.make_technician(town.unit, "Olaf Off"), make.make_technician(town.unit, "Hanna Here")
        make.make_shift(here, town.day)
        make.make_planned_visit(town.unit, town.kind, town.day, to=[off, town.technician])
        TechnicianShift.objects.filter(technician=town.technician).delete()
    rebuilt(company)
    assert whys(olga) == ["Olaf Off has no shift on this day. Tom Turner has no shift on this day."]


def skill(town):
    town.kind.skills = ["Boilers"]
    town.kind.save()


def everybody_taken(town):
    make.make_planned_visit(town.unit, town.kind, town.day, window=480, minutes=540)


@pytest.mark.parametrize(
    ("planted", "said"),
    (
        (skill, "Nobody of the business unit has the skills for it and serves this area."),
        (no_shift, "Nobody who could do it has a shift at this time that is long enough."),
        (everybody_taken, "Everybody who could do it is off or taken by other visits."),
    ),
)
def test_visit_of_nobody_says_why_nobody_can(company, town, olga, planted, said):
    with people.inside(company):
        planted(town)
        make.make_planned_visit(town.unit, town.kind, town.day)
    rebuilt(company)
    assert whys(olga) == [said]


@pytest.mark.parametrize("count", (1, 30))
def test_list_costs_the_same_and_goes_on(company, town, olga, count):
    with people.inside(company):
        no_shift(town)
        for n in range(count):
            make.make_planned_visit(town.unit, town.kind, town.day + timedelta(days=n), to=[town.technician])
    rebuilt(company)
    with statements(2):
        page = read(olga.get(PATH))
    shown = page.rows("unplanned")
    if count > PAGE:
        shown += read(olga.get(page.links["Later"])).rows("unplanned")
    with people.inside(company):
        numbers = list(Appointment.objects.order_by("window_starts_at", "pk").values_list("number", flat=True))
    assert shown == numbers
    with company_scope(company.id):
        assert unplanned_count() == count


def test_visit_whose_window_has_passed_is_not_listed(company, town, olga, monkeypatch):
    with people.inside(company):
        no_shift(town)
        visit = make.make_planned_visit(town.unit, town.kind, town.day, to=[town.technician])
    rebuilt(company)
    ends = visit.window_ends_at
    monkeypatch.setattr(clock, "now", lambda: ends - timedelta(minutes=1))
    assert (len(whys(olga)), "1 visit has nobody who can come" in read(olga.get("/")).text) == (1, True)
    monkeypatch.setattr(clock, "now", lambda: ends)
    assert (whys(olga), "1 visit has nobody" in read(olga.get("/")).text) == ([], False)


def test_row_leads_to_the_job_the_day_and_the_board(company, town, olga):
    with people.inside(company):
        no_shift(town)
        visit = make.make_planned_visit(town.unit, town.kind, town.day, to=[town.technician])
        customer, branch = visit.job.customer.public_id, town.unit.branch.public_id
    rebuilt(company)
    row = read(olga.get(PATH)).row("unplanned", visit.number)
    assert {link["href"] for link in row.all("a")} == {
        f"/customers/{customer}/jobs/{visit.job.public_id}/",
        f"/customers/{customer}/",
        f"/appointments/?day={town.day}&branch={branch}",
        f"/appointments/{visit.public_id}/move/",
        f"/appointments/{visit.public_id}/offer/",
        f"/capacity/?day={town.day}&branch={branch}",
    }


@pytest.mark.parametrize("role", StaffRole)
def test_every_role_sees_them_and_only_who_may_book_is_offered_to_move(company, town, staff, role):
    with people.inside(company):
        no_shift(town)
        visit = make.make_planned_visit(town.unit, town.kind, town.day, to=[town.technician])
    rebuilt(company)
    row = read(staff(role).get(PATH)).row("unplanned", visit.number)
    assert any("/move/" in link["href"] for link in row.all("a")) == (role != StaffRole.ACCOUNTANT)


def test_another_companys_visits_are_not_seen(company, town, olga):
    other = people.make_company("other", name="Other")
    with people.inside(other):
        theirs = Town()
        no_shift(theirs)
        make.make_planned_visit(theirs.unit, theirs.kind, theirs.day, to=[theirs.technician])
    rebuilt(other)
    assert whys(olga) == []
