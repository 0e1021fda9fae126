"""Which windows are offered, and why the others are not."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from portico.domain.booking.operations import days
from portico.domain.booking.queries.available import available
from portico.domain.capacity.availability_rules import Reason
from portico.domain.capacity.models import JobTypeScheduling
from portico.domain.customers.models import Location
from tests.counting import statements
from tests.factories import customers, people
from tests.factories import scheduling as make
from tests.factories.town import Town

pytestmark = pytest.mark.django_db
ALL = [480, 600, 780, 900]


@pytest.fixture
def company() -> Any:
    return people.make_company()


@pytest.mark.parametrize("is_stored", (False, True))
def test_windows_are_offered_where_somebody_can_come(company: Any, is_stored: bool) -> None:
    with people.inside(company):
        town = Town()
        make.make_planned_visit(town.unit, town.kind, town.day, window=480, to=[town.technician])
        make.make_planned_visit(town.unit, town.kind, town.day, window=900, to=[town.technician])
        if is_stored:
            town.rebuild()
        assert town.offered() == [600, 780]
        assert town.reasons() == [Reason.FULL, None, None, Reason.FULL]


def test_stored_day_is_answered_from_its_row_alone(company: Any) -> None:
    with people.inside(company):
        town = Town()
        town.rebuild()
        with statements(4):  # the customer, the place, the terms, the tables
            found = town.asked()
        assert (len(found.windows), len(found.open)) == (4, 4)


def test_stale_day_is_planned_as_it_is_now(company: Any) -> None:
    with people.inside(company):
        town = Town()
        town.rebuild()
        make.make_event(town.technician, town.day, start=480, minutes=360)
        assert town.offered() == ALL
        days.mark_all_stale()
        assert town.offered() == [780, 900]


def test_full_day_is_looked_at_deeper_where_moving_somebody_makes_room(company: Any) -> None:
    with people.inside(company):
        town = Town(minutes=480, skills=["Gas"])
        other = make.make_technician(town.unit, "Ola Other")
        make.make_shift(other, town.day)
        easy = make.make_job_type(town.unit, "Easy")
        visit = make.make_planned_visit(town.unit, easy, town.day, window=600)
        days.rebuild_day(branch_id=town.unit.branch_id, day=town.day)
        block = make.block_of(visit)
        block.technician = town.technician
        block.save()
        days.refresh_visits([visit.pk])
        assert make.block_of(visit).technician == town.technician
        assert town.offered() == [480]


def test_day_with_a_visit_that_found_no_place_offers_nothing_of_those_people(company: Any) -> None:
    with people.inside(company):
        town = Town()
        for _ in range(2):
            make.make_planned_visit(town.unit, town.kind, town.day, window=480, to=[town.technician])
        town.rebuild()
        assert town.reasons() == [Reason.BROKEN] * 4


def test_reasons_of_the_engine(company: Any) -> None:
    with people.inside(company):
        town = Town(skills=["Gas"])
        assert town.reasons(first=town.day + timedelta(days=1)) == [Reason.SHIFT] * 4
        town.technician.skills = []
        town.technician.save()
        assert town.reasons() == [Reason.SKILL] * 4


def test_policy_goes_before_the_engine(company: Any) -> None:
    with people.inside(company):
        town = Town(percent=20)
        assert town.reasons() == [Reason.HOLDBACK] * 4
        JobTypeScheduling.objects.update(horizon_days=1)
        assert town.reasons() == [Reason.HORIZON] * 4
        assert town.reasons(first=date(2020, 1, 1)) == [Reason.PAST] * 4


def test_out_of_the_area_and_do_not_service_are_said_without_windows(company: Any) -> None:
    with people.inside(company):
        town = Town()
        Location.objects.update(postal_code="99999")
        assert (town.asked().wish.reason, town.asked().windows) == (Reason.OUT_OF_AREA, ())
        town.home.customer.do_not_service = True
        town.home.customer.save()
        assert (town.asked().wish.call, town.asked().windows) == ("", ())


def test_place_of_somebody_else_is_none(company: Any) -> None:
    with people.inside(company):
        town = Town()
        stranger = customers.make_customer()
        found = available(customer_id=stranger.pk, location_id=town.home.pk, job_type_id=town.kind.pk, answers={})
        assert found is None
