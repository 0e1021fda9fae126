"""Many want the same few places: whoever gets one has it, the others are told kindly, and nobody is in two places."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from portico.domain.booking import errors
from portico.domain.booking.models import Booking, BookingStep, BranchDay, Hold, PlanBlock
from portico.domain.booking.operations import days, rebuilding, trying
from portico.domain.jobs import operations as jobs
from portico.domain.jobs.models import Appointment, Job
from portico.foundation.messaging.models import Message
from portico.foundation.tenancy.scope import company_scope
from portico.kernel import clock
from tests.factories import people
from tests.factories import scheduling as make
from tests.factories.threads import together
from tests.factories.town import Town

pytestmark = pytest.mark.django_db(transaction=True)
CUSTOMERS, PLACES, MOVERS = 40, 5, 20
OVERLAPS = """SELECT count(*) FROM booking_planblock a JOIN booking_planblock b
  ON a.technician_id = b.technician_id AND a.id < b.id AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at"""


@pytest.fixture
def town() -> Iterator[Town]:
    """Eight-hour visits, one technician a day."""
    company = people.make_company()
    with people.inside(company):
        made = Town(minutes=480)
        made.company = company
    with company_scope(company.id):
        yield made


def inside(town: Town) -> Any:
    return people.inside_id(town.unit.company_id)


def rush(town: Town, *calls: Callable[[], Any]) -> list[Any]:
    """All at once: what each gave or raised."""
    return together(town.company, *calls, caught=Exception)


def kinds(outcome: list[Any]) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in outcome:
        found[type(one).__name__] = found.get(type(one).__name__, 0) + 1
    return found


def overlaps() -> int:
    with connection.cursor() as cursor:
        cursor.execute(OVERLAPS)
        return int(cursor.fetchone()[0])


def crowd(town: Town, count: int = CUSTOMERS, places: int = PLACES) -> list[Any]:
    """So many customers, and one technician for each place."""
    with inside(town):
        for number in range(places - 1):
            make.make_shift(make.make_technician(town.unit, f"Technician {number}"), town.day)
        return [make.make_home() for _ in range(count)]


def test_forty_customers_for_five_places(town: Town, record_property: Any) -> None:
    homes = crowd(town)
    outcome = rush(town, *(lambda home=home: town.book(480, home=home) for home in homes))
    assert kinds(outcome) == {"Booked": PLACES, "SlotTaken": CUSTOMERS - PLACES}
    with inside(town):
        assert (Booking.objects.count(), PlanBlock.objects.count(), overlaps()) == (PLACES, PLACES, 0)
        assert Message.objects.filter(kind="booking").count() == PLACES
        assert rebuilding.differences() == []
    record_property("throughput", f"40 customers, 5 places: {kinds(outcome)}")


def test_forty_holds_for_five_places_and_all_that_hold_are_booked(town: Town) -> None:
    homes = crowd(town)
    outcome = rush(town, *(lambda home=home: town.hold(480, home=home) for home in homes))
    assert kinds(outcome) == {"Held": PLACES, "SlotTaken": CUSTOMERS - PLACES}
    holders = [(home, held) for home, held in zip(homes, outcome, strict=True) if not isinstance(held, Exception)]
    booked = rush(town, *(lambda home=home, held=held: town.confirm(held, home=home) for home, held in holders))
    assert kinds(booked) == {"Booked": PLACES}
    with inside(town):
        assert (PlanBlock.objects.count(), overlaps(), rebuilding.differences()) == (PLACES, 0, [])


def test_twin_without_the_lock_loses_places(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three places for three, the day only read, all readers there before anybody writes, and no second try: the
    database keeps the technician in one place, so two customers lose what was theirs."""
    homes, met = crowd(town, count=3, places=3), threading.Barrier(3)
    with inside(town):
        town.rebuild()

    def unlocked(keys: Any) -> dict[Any, BranchDay]:
        found = {(row.branch_id, row.day): row for row in BranchDay.objects.filter(day=town.day)}
        met.wait(10)
        return found

    monkeypatch.setattr(days, "lock_days", unlocked)
    monkeypatch.setattr(trying, "TRIES", 1)
    outcome = rush(town, *(lambda home=home: town.book(480, home=home) for home in homes))
    assert kinds(outcome) == {"Booked": 1, "SlotTaken": 2}


def test_three_places_for_three_are_all_booked(town: Town) -> None:
    """The twin above with its lock."""
    homes = crowd(town, count=3, places=3)
    assert kinds(rush(town, *(lambda home=home: town.book(480, home=home) for home in homes))) == {"Booked": 3}


def crossing_moves(town: Town, count: int) -> list[Any]:
    """As many visits on two days; each goes over to the other day, all at once."""
    later = town.day + timedelta(days=1)
    with inside(town):
        staff = [make.make_technician(town.unit, f"Mover {number}") for number in range(count)]
        for technician in staff:
            make.make_shift(technician, town.day)
            make.make_shift(technician, later)
        make.make_shift(town.technician, later)
        homes = [make.make_home() for _ in range(count)]
    booked = [town.book(480, home=home, day=later if number % 2 else town.day) for number, home in enumerate(homes)]
    return [
        lambda one=one, number=number: town.move(one, 480, day=town.day if number % 2 else later)
        for number, one in enumerate(booked)
    ]


def test_twenty_crossing_moves_all_succeed(town: Town) -> None:
    outcome = rush(town, *crossing_moves(town, MOVERS))
    assert kinds(outcome) == {"Moved": MOVERS}
    with inside(town):
        assert BookingStep.objects.filter(kind="moved").count() == MOVERS
        assert (PlanBlock.objects.count(), overlaps(), rebuilding.differences()) == (MOVERS, 0, [])


def test_twin_that_locks_the_old_day_first_meets_a_deadlock(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same moves, the days locked in the order in which they are named, and no second try."""
    moves, met, right = crossing_moves(town, 2), threading.Barrier(2), days.lock_days

    def as_named(keys: Any) -> dict[Any, BranchDay]:
        old, new = keys
        found = right([old])
        met.wait(10)
        return found | right([new])

    monkeypatch.setattr(days, "lock_days", as_named)
    monkeypatch.setattr(trying, "TRIES", 1)
    assert kinds(rush(town, *moves)) == {"Moved": 1, "Busy": 1}


def test_same_form_twenty_times_books_once(town: Town) -> None:
    crowd(town, count=1)
    outcome = rush(town, *(lambda: town.book(480, key="one form") for _ in range(20)))
    assert kinds(outcome) == {"Booked": 20}
    assert sorted(one.is_replay for one in outcome) == [False] + [True] * 19
    with inside(town):
        assert (Job.objects.count(), Message.objects.filter(kind="booking").count()) == (1, 1)


def test_hold_confirmed_by_two_tabs_is_booked_once(town: Town) -> None:
    held = town.hold()
    outcome = rush(town, *(lambda number=number: town.confirm(held, key=f"tab {number}") for number in range(6)))
    assert kinds(outcome) == {"Booked": 1, "HoldOver": 5}


def test_hold_that_ends_while_others_book_is_nobodys_or_somebodys(town: Town) -> None:
    homes = crowd(town, count=8, places=1)
    held = town.hold()
    with inside(town):
        Hold.objects.update(expires_at=clock.real_now() - timedelta(seconds=1))
    outcome = rush(
        town,
        lambda: town.confirm(held),
        *(lambda home=home: town.book(480, home=home) for home in homes),
    )
    assert kinds(outcome) == {"Booked": 1, "SlotTaken": 8}
    with inside(town):
        assert (PlanBlock.objects.count(), overlaps(), rebuilding.differences()) == (1, 0, [])


def test_move_and_dispatch_at_once_never_move_what_is_on_its_way(town: Town) -> None:
    with inside(town):
        later = town.day + timedelta(days=1)
        make.make_shift(town.technician, later)
    for _ in range(3):
        with inside(town):
            home = make.make_home()
        booked = town.book(480, home=home)
        outcome = rush(
            town,
            lambda booked=booked: town.move(booked, 480, day=later),
            lambda booked=booked: jobs.set_appointment_status(
                appointment=booked.appointment, status="Dispatched", by=people.OFFICE
            ),
        )
        with inside(town):
            visit = Appointment.objects.get(public_id=booked.appointment)
            moved = not isinstance(outcome[0], Exception)
            assert outcome[1] is True
            assert moved or isinstance(outcome[0], errors.NotChangeable)
            assert BookingStep.objects.filter(appointment=visit, kind="moved").exists() == moved
            assert rebuilding.differences() == []
        jobs.set_appointment_status(appointment=booked.appointment, status="Done", by=people.OFFICE)
