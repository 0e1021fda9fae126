"""A branch's day in the database: who does what, what finds no place, and what the day can still take."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from portico.domain.booking import day_rules
from portico.domain.booking.models import BranchDay, PlanBlock
from portico.domain.booking.operations import days, rebuilding
from portico.domain.booking.queries.unplanned import Absent, Cause, unplanned_visits
from portico.domain.capacity.models import Technician
from portico.domain.jobs import operations as jobs
from portico.foundation.tenancy.models import Branch
from portico.kernel import clock
from tests.factories import people
from tests.factories import scheduling as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Any:
    return people.make_company()


def tomorrow() -> date:
    return clock.today(Branch.objects.get(is_main=True).time_zone) + timedelta(days=1)


def rebuilt(day: date) -> BranchDay:
    branch = Branch.objects.get(is_main=True).pk
    days.rebuild_day(branch_id=branch, day=day)
    return BranchDay.objects.get(branch=branch, day=day)


def table_of(row: BranchDay) -> list[list[int]]:
    return day_rules.unpack(bytes(row.table), len(row.window_ids))


def test_table_says_how_long_something_more_may_be(company: Any) -> None:
    with people.inside(company):
        unit, day = make.make_unit(), tomorrow()
        technician = make.make_technician(unit)
        make.make_shift(technician, day)
        make.make_event(technician, day, start=720, minutes=60)
        make.make_planned_visit(unit, make.make_job_type(unit), day, to=[technician])
        row = rebuilt(day)
        assert table_of(row) == [[119, 120, 240, 120]]
        assert (row.provided, row.consumed) == ({str(unit.pk): 480}, {str(unit.pk): 120})
        assert (row.unplanned_ids, row.closed_ids, row.is_stale) == ([], [], False)
        assert rebuilding.differences() == []


def test_time_off_and_on_call_give_no_time(company: Any) -> None:
    with people.inside(company):
        unit, day = make.make_unit(), tomorrow()
        away, called = make.make_technician(unit, "Al Away"), make.make_technician(unit, "Cal Called")
        make.make_shift(away, day)
        make.make_shift(away, day, start=400, end=1100, kind="TimeOff")
        make.make_shift(called, day, kind="OnCall")
        assert rebuilt(day).technician_ids == []


def test_visit_of_somebody_without_a_shift_finds_no_place_and_closes_nothing(company: Any) -> None:
    with people.inside(company):
        unit, day = make.make_unit(), tomorrow()
        here, gone = make.make_technician(unit), make.make_technician(unit, "Gil Gone")
        make.make_shift(here, day)
        visit = make.make_planned_visit(unit, make.make_job_type(unit), day, to=[gone])
        row = rebuilt(day)
        assert (row.unplanned_ids, row.closed_ids, row.consumed) == ([visit.pk], [], {str(unit.pk): 120})
        (told,) = unplanned_visits()
        assert (told.id, told.day, told.told) == (visit.public_id, day, [Absent("Gil Gone", Cause.NO_SHIFT)])
        assert table_of(row) == [[540, 420, 240, 120]]


def test_two_visits_at_once_close_whoever_has_to_do_with_them(company: Any) -> None:
    with people.inside(company):
        unit, day = make.make_unit(), tomorrow()
        torn, other, free = (make.make_technician(unit, name, skills=[name]) for name in ("Tia", "Ola", "Flo"))
        for technician in (torn, other, free):
            make.make_shift(technician, day)
        kind, shared = make.make_job_type(unit), make.make_job_type(unit, "Other", skills=["Ola"])
        for _ in range(2):
            make.make_planned_visit(unit, kind, day, to=[torn])
        make.make_planned_visit(unit, shared, day)
        row = rebuilt(day)
        cells = dict(zip(row.technician_ids, table_of(row), strict=True))
        assert (len(row.unplanned_ids), row.closed_ids) == (1, [torn.pk])
        closed = [technician for technician, row_ in cells.items() if set(row_) == {-1}]
        assert closed == [torn.pk]


def test_several_technicians_come_together_at_the_time_planned(company: Any) -> None:
    with people.inside(company):
        unit, day = make.make_unit(), tomorrow()
        both = [make.make_technician(unit, name) for name in ("Ann", "Bob")]
        for technician in both:
            make.make_shift(technician, day)
        visit = make.make_planned_visit(unit, make.make_job_type(unit), day, to=both)
        rebuilt(day)
        blocks = PlanBlock.objects.filter(appointment=visit).values_list("technician_id", "starts_at")
        assert set(blocks) == {(technician.pk, visit.starts_at) for technician in both}


def test_click_of_the_office_frees_the_time_at_once(company: Any) -> None:
    with people.inside(company):
        unit, day = make.make_unit(), tomorrow()
        technician = make.make_technician(unit)
        make.make_shift(technician, day)
        visit = make.make_planned_visit(unit, make.make_job_type(unit), day, to=[technician])
        assert rebuilt(day).consumed == {str(unit.pk): 120}
        jobs.set_appointment_status(appointment=visit.public_id, status="Done", by=people.OFFICE)
        row = BranchDay.objects.get(day=day)
        assert (row.consumed, PlanBlock.objects.count(), table_of(row)) == ({}, 0, [[540, 420, 240, 120]])
        assert rebuilding.differences() == []


def test_day_that_was_changed_past_the_operations_is_found(company: Any) -> None:
    with people.inside(company):
        unit, day = make.make_unit(), tomorrow()
        technician = make.make_technician(unit)
        shift = make.make_shift(technician, day)
        visit = make.make_planned_visit(unit, make.make_job_type(unit), day, to=[technician])
        rebuilt(day)
        visit.status = "Canceled"
        visit.save()
        assert [one.what for one in rebuilding.differences()] == ["its blocks are not its plan"]
        rebuilt(day)
        shift.delete()
        assert [one.what for one in rebuilding.differences()] == ["its table is not what still fits"]


def test_worker_catches_up_with_stale_and_missing_days(company: Any) -> None:
    with people.inside(company):
        unit, day = make.make_unit(), tomorrow()
        make.make_shift(make.make_technician(unit), day)
    with people.company_scope(company.id):
        assert (rebuilding.catch_up(), rebuilding.catch_up()) == (rebuilding.DAYS_AHEAD, 0)
    with people.inside(company):
        days.mark_all_stale()
    with people.company_scope(company.id):
        assert rebuilding.catch_up() == rebuilding.DAYS_AHEAD


def test_days_of_a_clock_change_are_planned_on_the_wall_clock(company: Any) -> None:
    with people.inside(company):
        Branch.objects.update(time_zone="America/New_York")
        unit, day = make.make_unit(), date(2027, 3, 14)
        technician = make.make_technician(unit)
        make.make_shift(technician, day)
        row = rebuilt(day)
        assert (row.provided, table_of(row)) == ({str(unit.pk): 540}, [[540, 420, 240, 120]])


def test_visit_that_finds_no_place_finds_one_when_somebody_comes(company: Any) -> None:
    with people.inside(company):
        unit, day = make.make_unit(), tomorrow()
        kind = make.make_job_type(unit)
        visit = make.make_planned_visit(unit, kind, day)
        assert rebuilt(day).unplanned_ids == [visit.pk]
        technician = make.make_technician(unit)
        make.make_shift(technician, day)
        assert rebuilt(day).unplanned_ids == []
        assert PlanBlock.objects.get().technician == Technician.objects.get()
