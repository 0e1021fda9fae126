"""Moving and canceling: what stands afterwards, and what is said when it cannot be."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from portico.domain.booking import errors
from portico.domain.booking.models import BookingStep, BranchDay, PlanBlock
from portico.domain.booking.operations import days, rebuilding
from portico.domain.capacity.models import SchedulingPolicy
from portico.domain.jobs import operations as jobs
from portico.domain.jobs.models import Appointment, AppointmentAssignment
from portico.kernel import clock
from tests.domain.booking.mail import invite_in, mails, sent
from tests.factories import people
from tests.factories import scheduling as make
from tests.factories.town import Town

pytestmark = pytest.mark.django_db(transaction=True)


def test_sequence_rises_over_move_and_cancel_under_one_uid(town: Town, inside: Any) -> None:
    booked = town.book(480)
    told = [invite_in(sent(inside, "booking"))]
    town.move(booked, 780)
    told.append(invite_in(sent(inside, "booking_moved")))
    town.cancel(booked)
    told.append(invite_in(sent(inside, "booking_canceled")))
    assert [(method, int(event["sequence"]), str(event["status"])) for method, event in told] == [
        ("REQUEST", 1, "CONFIRMED"),
        ("REQUEST", 2, "CONFIRMED"),
        ("CANCEL", 3, "CANCELLED"),
    ]
    assert {str(event["uid"]) for _method, event in told} == {str(booked.appointment)}
    assert told[1][1].decoded("dtstart") - told[0][1].decoded("dtstart") == timedelta(hours=5)


def test_moving_keeps_the_visit_and_frees_its_old_time(town: Town, inside: Any) -> None:
    booked = town.book(480)
    assert town.offered_for(booked.appointment) == [480, 600, 780, 900]
    moved = town.move(booked, 780)
    with inside():
        visit = Appointment.objects.get()
        assert (visit.public_id, visit.window_starts_at) == (booked.appointment, moved.starts_at)
        assert [step.kind for step in BookingStep.objects.order_by("pk")] == ["booked", "moved"]
        assert rebuilding.differences() == []
    assert town.offered() == [480, 600, 900]
    assert town.move(booked, 780).is_same is True
    assert mails(inside).count(("booking_moved", "ana@example.com")) == 1


def test_move_to_a_taken_time_leaves_everything_as_it_was(town: Town, inside: Any) -> None:
    with inside():
        other = make.make_home()
    booked = town.book(480)
    town.book(780, home=other)
    with inside():
        before = list(PlanBlock.objects.order_by("pk").values())
    with pytest.raises(errors.SlotTaken) as taken:
        town.move(booked, 780)
    assert [one.window_id for one in taken.value.offers] == [town.windows[minute] for minute in (480, 600, 900)]
    with inside():
        assert list(PlanBlock.objects.order_by("pk").values()) == before
        assert BookingStep.objects.count() == 2


def test_visit_moves_to_another_day_and_back(town: Town, inside: Any) -> None:
    later = town.day + timedelta(days=1)
    with inside():
        make.make_shift(town.technician, later)
    booked = town.book(480)
    town.move(booked, 600, day=later)
    with inside():
        assert {row.day: row.consumed for row in BranchDay.objects.all()} == {
            town.day: {},
            later: {str(town.unit.pk): 120},
        }
    town.move(booked, 480)
    with inside():
        assert PlanBlock.objects.get().branch_day.day == town.day
        assert rebuilding.differences() == []


def test_technician_who_was_told_to_come_is_kept_or_let_go(town: Town, inside: Any) -> None:
    booked = town.book(480)
    with inside():
        visit = Appointment.objects.get()
        AppointmentAssignment.objects.create(appointment=visit, technician=town.technician, status="Scheduled")
        days.refresh_visits([visit.pk])
    town.move(booked, 600)
    with inside():
        assert AppointmentAssignment.objects.count() == 1
        other = make.make_technician(town.unit, "Ola Other")
        later = town.day + timedelta(days=1)
        make.make_shift(other, later)
    town.move(booked, 600, day=later)
    with inside():
        assert (AppointmentAssignment.objects.count(), PlanBlock.objects.get().technician) == (0, other)


@pytest.mark.parametrize("status", ("Dispatched", "Working", "Done", "Hold"))
def test_visit_that_has_begun_or_waits_is_not_changed_online(town: Town, inside: Any, status: str) -> None:
    booked = town.book(480)
    jobs.set_appointment_status(appointment=booked.appointment, status=status, by=people.OFFICE)
    with pytest.raises(errors.NotChangeable):
        town.move(booked, 780)
    with pytest.raises(errors.NotChangeable):
        town.cancel(booked)


def test_cut_off_holds_and_just_at_it_is_still_early_enough(town: Town, inside: Any) -> None:
    booked = town.book(480)
    with inside():
        left = Appointment.objects.get().window_starts_at - clock.now()
        hours = int(left.total_seconds() // 3600)
        SchedulingPolicy.objects.update(reschedule_cutoff_hours=hours + 1, cancel_cutoff_hours=hours + 1)
    with pytest.raises(errors.TooLate):
        town.move(booked, 780)
    with pytest.raises(errors.TooLate):
        town.cancel(booked)
    with inside():
        SchedulingPolicy.objects.update(reschedule_cutoff_hours=hours, cancel_cutoff_hours=hours)
    town.move(booked, 780)
    assert town.cancel(booked) is True


def test_visit_is_moved_three_times_and_then_by_phone(town: Town, inside: Any) -> None:
    booked = town.book(480)
    for window in (600, 780, 900):
        town.move(booked, window)
    with pytest.raises(errors.NotChangeable, match="as often"):
        town.move(booked, 480)
    town.move(booked, 480, by=people.OFFICE)


def test_canceling_frees_the_time_once_and_tells_once(town: Town, inside: Any) -> None:
    booked = town.book(480)
    assert (town.cancel(booked), town.cancel(booked)) == (True, False)
    with inside():
        visit = Appointment.objects.select_related("job").get()
        assert (visit.status, visit.job.status, visit.job.cancel_reason) == (
            *("Canceled", "Canceled", {"name": "Portal", "text": "Away"}),
        )
        assert (PlanBlock.objects.count(), BookingStep.objects.count()) == (0, 2)
        assert rebuilding.differences() == []
    assert town.offered() == [480, 600, 780, 900]
    assert mails(inside).count(("booking_canceled", "ana@example.com")) == 1
    with pytest.raises(errors.NotChangeable):
        town.move(booked, 600)


def test_late_cancel_wants_the_fee_that_was_agreed_to(town: Town, inside: Any) -> None:
    with inside():
        SchedulingPolicy.objects.update(late_fee_text="$50 within a day.", cancel_cutoff_hours=24 * 30)
    booked = town.book(480)
    with inside():
        SchedulingPolicy.objects.update(late_fee_text="$500.")
    with pytest.raises(errors.TooLate):
        town.cancel(booked)
    assert town.cancel(booked, accepts=True) is True
    with inside():
        step = BookingStep.objects.get(kind="canceled")
        assert (step.is_late, step.late_fee_text) == (True, "$50 within a day.")
