"""What check-invariants says of bookings: nothing as they are made, the right thing when one is broken."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from portico.domain.booking import invariants
from portico.domain.booking.models import Booking, BranchDay, Hold, VisitOffer
from portico.domain.booking.operations import offering
from portico.domain.jobs.models import Appointment
from portico.foundation.audit.operations import Actor, ActorKind
from tests.factories import customers as make
from tests.factories import people
from tests.factories.town import Town

pytestmark = pytest.mark.django_db(transaction=True)


def broken(town: Town) -> list[str]:
    with people.inside_id(town.unit.company_id):
        return [violation.rule for violation in invariants.check()]


def test_bookings_and_holds_break_nothing(town: Town) -> None:
    town.move(town.book(480), 600)
    town.hold(780)
    town.cancel(town.book(900))
    assert broken(town) == []


@pytest.mark.parametrize(
    ("damage", "rules"),
    (
        (lambda: Appointment.objects.update(status="Canceled"), ["a canceled visit keeps no place", "a planned day"]),
        (lambda: Hold.objects.update(state="released"), ["a hold that was used up", "a planned day"]),
        (lambda: BranchDay.objects.update(consumed={}), ["a planned day"]),
        (lambda: BranchDay.objects.update(table=b""), ["a planned day"]),
    ),
)
def test_damage_is_named(town: Town, damage: Any, rules: list[str]) -> None:
    town.book(480)
    town.hold(600)
    with people.inside_id(town.unit.company_id):
        damage()
    found = broken(town)
    assert [rule.startswith(said) for rule, said in zip(found, rules, strict=True)] == [True] * len(rules)


@pytest.mark.parametrize(
    ("damage", "rule"),
    (
        (lambda: VisitOffer.objects.update(state="accepted"), "an accepted offer moved its visit once"),
        (lambda: VisitOffer.objects.update(state="withdrawn"), "an offer that is over keeps no place"),
    ),
)
def test_offer_that_ended_by_halves_is_found(town: Town, damage: Any, rule: str) -> None:
    booked = town.book(480)
    with people.inside_id(town.unit.company_id):
        make.add_emails(town.home.customer, "ana@example.com")
    offering.make(
        appointment=booked.appointment,
        slots=[(town.day, town.windows[780])],
        lasts=timedelta(hours=1),
        message="",
        by=Actor(ActorKind.STAFF),
    )
    assert broken(town) == []
    with people.inside_id(town.unit.company_id):
        damage()
    assert any(found.startswith(rule) for found in broken(town))


def test_booking_without_its_story_is_found(town: Town) -> None:
    town.book(480)
    with people.inside_id(town.unit.company_id):
        other = Appointment.objects.get()
        other.pk, other.public_id = None, town.hold(600).id
        other.save()
        Booking.objects.update(appointment=other)
    assert "what was booked here says so in its story" in broken(town)
