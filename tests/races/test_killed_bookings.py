"""Killed between any two steps of a booking or a move: booked or not, moved or not, never half, and one mail."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings

from portico.config import env
from portico.domain.booking.models import Booking, BookingStep, Hold, PlanBlock
from portico.domain.booking.operations import booking, changing, holding, rebuilding
from portico.domain.booking.operations.booking import Details
from portico.domain.capacity.axis_rules import day_of
from portico.domain.jobs.models import Appointment, AppointmentStep, Job
from portico.foundation.messaging.models import Message
from portico.foundation.tenancy.scope import company_scope
from tests.factories import people
from tests.factories import scheduling as make
from tests.factories.town import Town
from tests.races import programs

pytestmark = pytest.mark.django_db(transaction=True)
MOST_STEPS = 120
STAFF = MOST_STEPS // 4
PLACE = ("customer_id", "location_id", "job_type_id", "window_id")


@pytest.fixture
def town() -> Iterator[Town]:
    """Room for every child that is killed."""
    company = people.make_company()
    with people.inside(company):
        made = Town()
        for number in range(STAFF):
            technician = make.make_technician(made.unit, f"Technician {number}")
            for day in (made.day, made.day + timedelta(days=1)):
                make.make_shift(technician, day)
    with company_scope(company.id):
        yield made


def inside(town: Town) -> Any:
    return people.inside_id(town.unit.company_id)


def tasks(town: Town, day: Any) -> list[dict[str, Any]]:
    """One for each child: a customer and a window of its own."""
    windows = list(town.windows.values())
    with inside(town):
        homes = [make.make_home() for _ in range(MOST_STEPS)]
    return [
        town.place(home) | {"window_id": windows[number % 4], "day": day.isoformat(), "key": f"child {number}"}
        for number, home in enumerate(homes)
    ]


def killed_at(town: Town, way: str, plan: list[dict[str, Any]], folder: Path, stride: int) -> list[int]:
    """Let the children die one after the other; at which steps."""
    (folder / "plan.json").write_text(json.dumps(plan))
    command = [sys.executable, "-m", "tests.races.dying_booking", way, str(town.unit.company_id), str(stride)]
    environment = programs.environment(settings.STRIPE_API_BASE)
    ended = subprocess.run(
        [*command, str(folder / "plan.json")], cwd=env.PROJECT, env=environment, text=True, capture_output=True
    )
    assert ended.returncode == 0, ended.stderr[-2000:]
    steps: list[int] = json.loads(ended.stdout)
    assert len(steps) < len(plan)
    return steps


STRIDES = (pytest.param(8, id="some"), pytest.param(1, id="every", marks=pytest.mark.full))


@pytest.mark.parametrize("stride", STRIDES)
def test_killed_between_steps_of_a_booking_it_is_whole_or_not_at_all(
    town: Town, tmp_path: Path, record_property: Any, stride: int
) -> None:
    plan = tasks(town, town.day)
    steps = 2 + len(killed_at(town, "book", plan, tmp_path, stride))
    with inside(town):
        assert ends_of_bookings(plan[:steps]) == {"nothing", "whole"}
        assert rebuilding.differences() == []
        whole = Booking.objects.count()
    again = [once_more(town, task) for task in plan[:steps]]
    with inside(town):
        assert sum(one.is_replay for one in again) == whole
        assert ends_of_bookings(plan[:steps]) == {"whole"}
        assert Message.objects.filter(kind="booking").count() == steps
        assert (PlanBlock.objects.count(), rebuilding.differences()) == (steps, [])
    record_property("throughput", f"killed at {steps - 2} steps of a booking: {whole} whole")


def ends_of_bookings(plan: list[dict[str, Any]]) -> set[str]:
    return {end_of_booking(task["customer_id"]) for task in plan}


def end_of_booking(customer: int) -> str:
    visits = Appointment.objects.filter(job__customer=customer)
    counts = {
        Job.objects.filter(customer=customer).count(),
        visits.count(),
        Booking.objects.filter(customer=customer).count(),
        AppointmentStep.objects.filter(appointment__in=visits).count(),
        BookingStep.objects.filter(appointment__in=visits).count(),
        PlanBlock.objects.filter(appointment__in=visits).count(),
        Message.objects.filter(kind="booking", subject_id__in=visits.values("public_id")).count(),
    }
    return {(0,): "nothing", (1,): "whole"}.get(tuple(counts), f"half: {counts}")


def once_more(town: Town, task: dict[str, Any]) -> Any:
    """The customer sends the form again: what is held is booked, and what was booked stands."""
    with inside(town):
        held = Hold.objects.filter(customer=task["customer_id"]).values_list("public_id", flat=True).last()
    place = {name: task[name] for name in PLACE}
    again = held or holding.hold(**place, answers={}, day=town.day, by=town.by).id
    details = Details(email="ana@example.com")
    return booking.confirm(hold=again, customer_id=task["customer_id"], key=task["key"], details=details, by=town.by)


@pytest.mark.parametrize("stride", STRIDES)
def test_killed_between_steps_of_a_move_the_visit_is_in_one_place(
    town: Town, tmp_path: Path, record_property: Any, stride: int
) -> None:
    plan, later = tasks(town, town.day), town.day + timedelta(days=1)
    moves = []
    for task in plan[: MOST_STEPS // 2 if stride == 1 else 20]:
        place = {name: task[name] for name in PLACE}
        made = booking.book(
            **place, answers={}, day=town.day, key=task["key"], details=Details(email="ana@example.com"), by=town.by
        )
        moves.append(task | {"appointment": str(made.appointment), "day": later.isoformat()})
    steps = 2 + len(killed_at(town, "move", moves, tmp_path, stride))
    with inside(town):
        ends = [end_of_move(task) for task in moves[:steps]]
        assert set(ends) == {"not moved", "moved"}
        assert (PlanBlock.objects.count(), rebuilding.differences()) == (len(moves), [])
    for task in moves[:steps]:
        changing.move(appointment=UUID(task["appointment"]), day=later, window_id=task["window_id"], by=town.by)
    with inside(town):
        assert {end_of_move(task) for task in moves[:steps]} == {"moved"}
        assert rebuilding.differences() == []
    record_property("throughput", f"killed at {steps - 2} steps of a move: {ends.count('moved')} moved")


def end_of_move(task: dict[str, Any]) -> str:
    visit = Appointment.objects.select_related("job__business_unit__branch").get(public_id=task["appointment"])
    day = day_of(visit.window_starts_at, visit.job.business_unit.branch.time_zone).isoformat()
    counts = (
        BookingStep.objects.filter(appointment=visit, kind="moved").count(),
        AppointmentStep.objects.filter(appointment=visit).count() - 1,
        Message.objects.filter(kind="booking_moved", subject_id=visit.public_id).count(),
        int(PlanBlock.objects.get(appointment=visit).branch_day.day.isoformat() == task["day"]),
        int(day == task["day"]),
    )
    return {(0,) * 5: "not moved", (1,) * 5: "moved"}.get(counts, f"half: {counts}")
