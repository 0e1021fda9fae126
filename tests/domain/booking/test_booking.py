"""Holding and booking: what stands afterwards, and what is said when it cannot be."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from portico.domain.booking import errors
from portico.domain.booking.models import Booking, BookingStep, BranchDay, Hold, PlanBlock
from portico.domain.booking.operations import holding, rebuilding
from portico.domain.capacity.availability_rules import Reason
from portico.domain.capacity.axis_rules import Axis
from portico.domain.capacity.models import AnswerOption, JobTypeScheduling, Question, SchedulingPolicy
from portico.domain.customers.models import Customer
from portico.domain.jobs.models import Appointment, AppointmentStep, Job
from portico.foundation.messaging.models import Message
from portico.foundation.tenancy.models import Branch
from portico.kernel import clock
from tests.domain.booking.mail import invite_in, mails, sent
from tests.factories import people
from tests.factories import scheduling as make
from tests.factories.town import Town

pytestmark = pytest.mark.django_db(transaction=True)


def test_held_place_is_gone_for_others_and_open_for_its_owner(town: Town, inside: Any) -> None:
    held = town.hold()
    with inside():
        other = make.make_home()
    theirs = {place.window_id for place in town.asked().open}
    assert town.windows[480] in theirs
    town.home, mine = other, town.home
    assert town.offered() == [600, 780, 900]
    town.home = mine
    assert holding.release(hold=held.id, customer_id=mine.customer_id, by=town.by) is True
    assert holding.release(hold=held.id, customer_id=mine.customer_id, by=town.by) is False
    town.home = other
    assert town.offered() == [480, 600, 780, 900]


def test_booking_what_is_held_makes_job_visit_steps_plan_and_mail(town: Town, inside: Any) -> None:
    booked = town.confirm(town.hold(), notes="Blue door", name="Ana", phone="512-555-0100")
    with inside():
        visit = Appointment.objects.select_related("job").get(public_id=booked.appointment)
        row = Booking.objects.get()
        assert (visit.status, visit.job.status, visit.job.number, visit.number) == (
            *("Scheduled", "Scheduled", "B-1", "B-1-1"),
        )
        assert (visit.ends_at - visit.starts_at, row.minutes, row.notes) == (timedelta(hours=2), 120, "Blue door")
        assert visit.job.happens_at == visit.window_starts_at
        assert [step.status for step in AppointmentStep.objects.all()] == ["Scheduled"]
        assert [step.kind for step in BookingStep.objects.all()] == ["booked"]
        block = PlanBlock.objects.get()
        assert (block.appointment_id, block.hold_id, block.technician_id) == (visit.pk, None, town.technician.pk)
        assert Hold.objects.get().state == "consumed"
        assert rebuilding.differences() == []
    assert mails(inside) == [("booking", "ana@example.com"), ("office_news", "office@example.com")]
    assert town.offered() == [600, 780, 900]


def test_confirmation_carries_the_visit_for_a_calendar(town: Town, inside: Any) -> None:
    booked = town.confirm(town.hold())
    method, event = invite_in(sent(inside, "booking"))
    with inside():
        visit = Appointment.objects.get()
    assert (method, event["uid"], event["sequence"], event["status"]) == (
        *("REQUEST", str(booked.appointment), 1, "CONFIRMED"),
    )
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (visit.window_starts_at, visit.window_ends_at)
    assert (str(event["attendee"]), event["attendee"].params["PARTSTAT"]) == ("mailto:ana@example.com", "ACCEPTED")


def test_same_form_again_books_once_and_other_details_are_refused(town: Town, inside: Any) -> None:
    held = town.hold()
    first = town.confirm(held, key="form 1")
    again = town.confirm(held, key="form 1")
    assert (again.appointment, again.is_replay, first.is_replay) == (first.appointment, True, False)
    with pytest.raises(errors.KeyReused):
        town.confirm(held, key="form 1", notes="Something else")
    with pytest.raises(errors.HoldOver):
        town.confirm(held, key="form 2")
    with inside():
        assert (Job.objects.count(), Message.objects.count()) == (1, 2)


def test_last_place_taken_keeps_nothing_and_offers_the_next(town: Town, inside: Any) -> None:
    with inside():
        other = make.make_home()
    town.book(480, home=other)
    with pytest.raises(errors.SlotTaken) as taken:
        town.hold(480)
    assert (taken.value.reason, [one.window_id for one in taken.value.offers]) == (
        *(Reason.FULL, [town.windows[600], town.windows[780], town.windows[900]]),
    )
    with inside():
        assert (Hold.objects.count(), Job.objects.count()) == (0, 1)


def test_hold_that_is_over_is_booked_where_its_place_is_still_free(town: Town, inside: Any) -> None:
    held = town.hold()
    run_out(inside)
    assert town.confirm(held).number == "B-1"


def test_hold_that_is_over_loses_its_place_to_who_was_quicker(town: Town, inside: Any) -> None:
    with inside():
        other = make.make_home()
    held = town.hold()
    run_out(inside)
    town.home, mine = other, town.home
    assert town.offered() == [480, 600, 780, 900]
    town.book(480)
    town.home = mine
    with pytest.raises(errors.SlotTaken):
        town.confirm(held)
    with inside():
        assert Hold.objects.get().state == "expired"
        assert rebuilding.differences() == []


def test_limits_hold_under_the_lock_and_a_live_hold_is_a_promise(town: Town, inside: Any) -> None:
    with inside():
        other = make.make_home()
        JobTypeScheduling.objects.update(max_per_day=1)
    held = town.hold(480)
    with pytest.raises(errors.SlotTaken) as capped:
        town.book(600, home=other)
    assert capped.value.reason is Reason.CAP
    with inside():
        SchedulingPolicy.objects.update(online_percent=1)
    assert town.confirm(held).number == "B-1"


def test_hold_that_is_over_is_no_promise(town: Town, inside: Any) -> None:
    held = town.hold(480)
    run_out(inside)
    with inside():
        SchedulingPolicy.objects.update(online_percent=1)
    with pytest.raises(errors.SlotTaken) as refused:
        town.confirm(held)
    assert refused.value.reason is Reason.HOLDBACK


def run_out(inside: Any) -> None:
    with inside():
        Hold.objects.update(expires_at=clock.real_now() - timedelta(seconds=1))


def test_hold_is_kept_longer_up_to_fifteen_minutes(town: Town, inside: Any) -> None:
    held = town.hold()
    ends = [holding.extend(hold=held.id, customer_id=town.home.customer_id, by=town.by) for _ in range(3)]
    assert all(end >= held.expires_at for end in ends)
    with inside():
        made = clock.real_now() - timedelta(minutes=14)
        Hold.objects.update(made_at=made, expires_at=made + timedelta(minutes=14, seconds=30))
    last = holding.extend(hold=held.id, customer_id=town.home.customer_id, by=town.by)
    assert last <= clock.real_now() + timedelta(minutes=1)


def test_another_window_of_the_same_visit_lets_the_first_go(town: Town, inside: Any) -> None:
    town.hold(480)
    town.hold(780)
    with inside():
        assert sorted(Hold.objects.values_list("state", flat=True)) == ["live", "released"]
        assert PlanBlock.objects.count() == 1


def test_two_holds_and_three_bookings_are_enough(town: Town, inside: Any) -> None:
    with inside():
        kinds = [make.make_job_type(town.unit, f"Kind {n}", minutes=30) for n in range(3)]
        for kind in kinds:
            JobTypeScheduling.objects.create(job_type=kind, is_self_schedulable=True, lead_hours=0)
    for kind in kinds[:2]:
        town.kind = kind
        town.hold()
    town.kind = kinds[2]
    with pytest.raises(errors.TooManyHolds):
        town.hold()
    for window in (480, 600, 780):
        town.book(window)
    with pytest.raises(errors.TooManyBookings):
        town.book(900)
    assert town.book(900, by=people.OFFICE).number == "B-4"


def test_who_is_not_served_is_told_to_call_without_the_reason(town: Town, inside: Any) -> None:
    with inside():
        Customer.objects.update(do_not_service=True)
    with pytest.raises(errors.CallToBook) as told:
        town.hold()
    assert told.value.message == "This cannot be booked online. Call us to book it."
    assert town.book(480, by=people.OFFICE).number == "B-1"


def test_answers_make_it_longer_or_send_to_the_phone(town: Town, inside: Any) -> None:
    with inside():
        question = Question.objects.create(job_type=town.kind, position=1, kind="choice", wording="Do you smell gas?")
        gas = AnswerOption.objects.create(question=question, position=1, label="Yes", effect="call", text="Call now.")
        long = AnswerOption.objects.create(question=question, position=2, label="No", effect="minutes", minutes=60)
    place = town.place()
    place["answers"] = {str(question.public_id): str(long.public_id)}
    held = holding.hold(**place, day=town.day, window_id=town.windows[480], by=town.by)
    booked = town.confirm(held)
    place["answers"] = {str(question.public_id): str(gas.public_id)}
    with pytest.raises(errors.CallToBook, match=r"Call now\."):
        holding.hold(**place, day=town.day, window_id=town.windows[780], by=town.by)
    with inside():
        visit = Appointment.objects.select_related("job").get(public_id=booked.appointment)
        assert (visit.ends_at - visit.starts_at, visit.job.summary) == (timedelta(hours=3), "Do you smell gas? No")
        assert Booking.objects.get().answers == [["Do you smell gas?", "No"]]


def test_time_cannot_be_made_up(town: Town, inside: Any) -> None:
    """A window of another unit, another customer's home, a kind that is not offered."""
    with inside():
        elsewhere = make.make_home()
        JobTypeScheduling.objects.update(is_self_schedulable=False)
    with pytest.raises(errors.NotOffered):
        town.hold()
    with inside():
        JobTypeScheduling.objects.update(is_self_schedulable=True)
    place = town.place() | {"location_id": elsewhere.pk}
    with pytest.raises(errors.MissingPlace):
        holding.hold(**place, day=town.day, window_id=town.windows[480], by=town.by)
    with pytest.raises(errors.MissingPlace):
        holding.hold(**town.place(), day=town.day, window_id=10**6, by=town.by)
    with pytest.raises(errors.SlotTaken) as past:
        town.hold(day=town.day - timedelta(days=30))
    assert past.value.reason is Reason.PAST


def test_two_zones_and_a_clock_change_in_one_company(town: Town, inside: Any) -> None:
    """The last day of summer time in Las Vegas, and Phoenix, which has none: eight is eight on both walls."""
    with inside():
        phoenix = Branch.objects.create(name="Phoenix", display_name="Phoenix", time_zone="America/Phoenix")
        Branch.objects.filter(is_main=True).update(time_zone="America/Los_Angeles")
        day = next_change("America/Los_Angeles")
        JobTypeScheduling.objects.update(horizon_days=366)
        make.make_shift(make.make_technician(town.unit, "Vera Vegas"), day)
        other = make.make_unit("Plumbing", branch=phoenix)
        kind = make.make_job_type(other, "Leak")
        JobTypeScheduling.objects.create(job_type=kind, is_self_schedulable=True, lead_hours=0, horizon_days=366)
        make.make_shift(make.make_technician(other, "Pia Phoenix"), day)
    vegas = town.book(480, day=day)
    town.kind = kind
    desert = town.book(480, day=day)
    with inside():
        walls = [local(vegas, "America/Los_Angeles"), local(desert, "America/Phoenix")]
        assert walls == [(day, 8, 10), (day, 8, 10)]
        assert {row.branch.time_zone for row in BranchDay.objects.filter(day=day).select_related("branch")} == {
            "America/Los_Angeles",
            "America/Phoenix",
        }
        assert rebuilding.differences() == []


def next_change(zone: str) -> Any:
    """The next day on which the clocks of a zone change."""
    today = clock.today(zone)
    every = (today + timedelta(days=number) for number in range(1, 366))
    return next(day for day in every if Axis(day, zone).floor(Axis(day, zone).ends_at) != 1440)


def local(booked: Any, zone: str) -> tuple[Any, int, int]:
    visit = Appointment.objects.get(public_id=booked.appointment)
    starts, ends = (moment.astimezone(ZoneInfo(zone)) for moment in (visit.window_starts_at, visit.window_ends_at))
    return starts.date(), starts.hour, ends.hour
