"""The office's board of what the days can still take."""

from datetime import timedelta

import pytest

from portico.domain.booking.models import BranchDay
from portico.domain.booking.operations import days
from portico.domain.capacity.axis_rules import local_moment
from portico.domain.capacity.models import TechnicianShift
from portico.foundation.people.roles import StaffRole
from portico.foundation.tenancy.models import Branch
from portico.foundation.tenancy.scope import company_scope
from portico.kernel import clock
from tests.counting import statements
from tests.factories import people, read
from tests.factories import scheduling as make
from tests.factories.town import Town

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town(company):
    """One technician works from eight to five; a visit of two hours stands at ten, a place is held at one."""
    with people.inside(company):
        town = Town()
        make.make_planned_visit(town.unit, town.kind, town.day, window=600, to=(town.technician,))
    with company_scope(company.id):
        town.hold(780)
    return town


def board(client, day, **asked):
    response = client.get("/capacity/", {"day": day.isoformat(), **asked})
    assert response.status_code == 200
    return read(response)


def cells(page, kind):
    return [[cell.text for cell in row.all("td")] for row in page.all(**{"data-row": kind})]


def keys(page, kind):
    return [row["data-key"] for row in page.all(**{"data-row": kind})]


def test_board_says_what_a_day_has_what_is_taken_and_what_is_open(town, olga):
    page = board(olga, town.day)
    assert (keys(page, "unit"), cells(page, "unit")) == (["HVAC"], [["9 h", "4 h", "5 h"]])
    assert dict(zip(keys(page, "window"), cells(page, "window"), strict=True)) == {
        "8:00 AM to 10:00 AM": ["No visit", "Up to 3 h 59 min"],  # the visit at ten may begin as late as 11:59
        "10:00 AM to 12:00 PM": ["1 visit", "Up to 1 h 59 min"],
        "1:00 PM to 3:00 PM": ["No visit, 1 held", "Up to 1 h 59 min"],
        "3:00 PM to 5:00 PM": ["No visit", "Up to 2 h"],
    }
    assert (keys(page, "person"), cells(page, "person")) == (
        ["Tom Turner"],
        [["1 visit, 1 held, 4 h", "Up to 3 h 59 min"]],
    )


def test_window_is_past_once_it_ended_and_not_while_it_runs(town, olga, monkeypatch):
    noon = local_moment(town.day, 720, town.unit.branch.time_zone)
    monkeypatch.setattr(clock, "now", lambda: noon - timedelta(minutes=1))
    assert [row[1] for row in cells(board(olga, town.day), "window")][:2] == ["Past", "Up to 1 h 59 min"]
    monkeypatch.setattr(clock, "now", lambda: noon)
    assert [row[1] for row in cells(board(olga, town.day), "window")][:3] == ["Past", "Past", "Up to 1 h 59 min"]


def test_week_costs_as_much_as_a_day(town, olga):
    with statements(3):
        day = board(olga, town.day)
    with statements(3):
        week = board(olga, town.day, show="week")
    assert keys(day, "day") == [town.day.isoformat()]
    assert keys(week, "day") == [(town.day + timedelta(days=ahead)).isoformat() for ahead in range(7)]


def test_day_that_was_never_planned_is_said_and_shows_no_figures(town, olga):
    page = board(olga, town.day + timedelta(days=400))
    assert (keys(page, "unit"), "This day has not been planned." in page.text) == ([], True)


def test_day_that_changed_and_visits_without_a_place_are_said(company, town, olga):
    with people.inside(company):
        BranchDay.objects.filter(day=town.day).update(is_stale=True, unplanned_ids=[1, 2])
    text = board(olga, town.day).text
    assert "is being planned again" in text
    assert "2 visits found no place. Which visits, and why" in text


def test_day_without_shifts_says_that_nobody_works(company, town, olga):
    with people.inside(company):
        TechnicianShift.objects.all().delete()
    with company_scope(company.id):
        days.rebuild_day(branch_id=town.unit.branch_id, day=town.day)
    page = board(olga, town.day)
    assert (keys(page, "person"), "Nobody works" in page.text) == ([], True)
    ((provided, _taken, left),) = cells(page, "unit")
    assert (provided, left) == ("0 min", "0 min")


def test_board_shows_the_branch_that_was_chosen(company, town, olga):
    with people.inside(company):
        north = Branch.objects.create(name="North", display_name="North", time_zone="America/Phoenix", phone="1")
        BranchDay.objects.create(branch=north, day=town.day, is_stale=False)
        make.make_unit("Plumbing", branch=north)
    main, there = board(olga, town.day), board(olga, town.day, branch=north.public_id)
    assert (keys(main, "unit"), cells(main, "unit")) == (["HVAC"], [["9 h", "4 h", "5 h"]])
    assert (keys(there, "unit"), cells(there, "unit")) == (["Plumbing"], [["0 min", "0 min", "0 min"]])


@pytest.mark.parametrize("asked", ("day=yesterday", "branch=none", "show=year", "day=0001-01-01"))
def test_wrong_choice_is_said_and_breaks_nothing(town, olga, asked):
    response = olga.get(f"/capacity/?{asked}")
    assert response.status_code == 422
    assert read(response).errors[0].startswith("There is a problem")


@pytest.mark.parametrize("role", StaffRole)
def test_every_role_may_look(town, staff, role):
    assert keys(board(staff(role), town.day), "unit") == ["HVAC"]
