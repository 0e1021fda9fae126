"""Killed between any two steps of taking an offered time: the visit is where it was with the offer open, or moved."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from portico.domain.booking.models import BookingStep, Hold, PlanBlock, VisitOffer
from portico.domain.booking.operations import booking, offering, rebuilding
from portico.domain.booking.operations.booking import Details
from portico.domain.capacity.axis_rules import day_of
from portico.domain.customers.models import Location
from portico.domain.jobs.models import Appointment
from portico.foundation.audit.operations import Actor, ActorKind
from portico.foundation.messaging.models import Message
from tests.factories import customers as make
from tests.factories.town import Town
from tests.races.test_killed_bookings import MOST_STEPS, PLACE, STRIDES, inside, killed_at, tasks, town

__all__ = ["town"]

pytestmark = pytest.mark.django_db(transaction=True)
ANA = Actor(ActorKind.CUSTOMER, name="Ana Alvarez")
OFFICE = Actor(ActorKind.STAFF, name="Olga Office")


@pytest.mark.parametrize("stride", STRIDES)
def test_killed_between_steps_of_accepting_the_visit_is_in_one_place(
    town: Town, tmp_path: Path, record_property: Any, stride: int
) -> None:
    plan = [offered(town, task) for task in tasks(town, town.day)[: MOST_STEPS // 2 if stride == 1 else 20]]
    steps = 2 + len(killed_at(town, "accept", plan, tmp_path, stride))
    with inside(town):
        ends = [end_of_offer(task) for task in plan[:steps]]
        assert set(ends) == {"open", "accepted"}
        assert rebuilding.differences() == []
    for task in plan[:steps]:
        offering.accept(offer=UUID(task["offer"]), hold=UUID(task["hold"]), by=ANA)
    with inside(town):
        assert {end_of_offer(task) for task in plan[:steps]} == {"accepted"}
        assert rebuilding.differences() == []
    record_property("throughput", f"killed at {steps - 2} steps of accepting: {ends.count('accepted')} moved")


def offered(town: Town, task: dict[str, Any]) -> dict[str, Any]:
    """A visit, and two times of the next day for it."""
    place = {name: task[name] for name in PLACE}
    email = f"ana{task['customer_id']}@example.com"
    with inside(town):
        make.add_emails(Location.objects.get(pk=task["location_id"]).customer, email)
    details = Details(email=email)
    booked = booking.book(**place, answers={}, day=town.day, key=task["key"], details=details, by=town.by)
    windows = list(town.windows.values())
    at, later = windows.index(task["window_id"]), town.day + timedelta(days=1)
    made = offering.make(
        appointment=booked.appointment,
        slots=[(later, windows[at]), (later, windows[(at + 1) % len(windows)])],
        lasts=timedelta(days=1),
        message="",
        by=OFFICE,
    )
    with inside(town):
        hold = Hold.objects.filter(visit_offer__public_id=made).order_by("pk")[0].public_id
    told = {"appointment": str(booked.appointment), "offer": str(made), "hold": str(hold)}
    return task | told | {"day": later.isoformat()}


def end_of_offer(task: dict[str, Any]) -> str:
    visit = Appointment.objects.select_related("job__business_unit__branch").get(public_id=task["appointment"])
    offer = VisitOffer.objects.get(public_id=task["offer"])
    day = day_of(visit.window_starts_at, visit.job.business_unit.branch.time_zone).isoformat()
    states = tuple(Hold.objects.filter(visit_offer=offer).order_by("pk").values_list("state", flat=True))
    counts = (
        BookingStep.objects.filter(visit_offer=offer, kind="moved").count(),
        Message.objects.filter(kind="booking_moved", subject_id=visit.public_id).count(),
        int(PlanBlock.objects.get(appointment=visit).branch_day.day.isoformat() == task["day"]),
        int(not PlanBlock.objects.filter(hold__visit_offer=offer).exists()),
        int(day == task["day"]),
    )
    found = (offer.state, states, counts)
    ways = {
        ("open", ("live", "live"), (0,) * 5): "open",
        ("accepted", ("consumed", "released"), (1,) * 5): "accepted",
    }
    return ways.get(found, f"half: {found}")
