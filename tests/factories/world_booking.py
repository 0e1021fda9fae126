"""What may be booked in each company of the world, and what is held and was booked."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from portico.domain.booking.models import Booking, BookingStep, Hold, VisitOffer, WaitlistEntry
from portico.domain.capacity.axis_rules import Axis
from portico.domain.capacity.models import (
    AnswerOption,
    ArrivalWindow,
    ArrivalWindowUnit,
    BusinessHours,
    CapacityRule,
    Holiday,
    JobTypeScheduling,
    NonJobAppointment,
    Question,
    SchedulingPolicy,
    Technician,
    Zone,
)
from portico.domain.catalog.models import JobType, JobTypeUnit
from portico.domain.customers.models import Location
from portico.domain.jobs.models import Appointment
from portico.kernel import clock
from tests.factories.scheduling import make_shift

if TYPE_CHECKING:
    from tests.factories.world import Firm

HELD_FOR = ("alma", "carl", "dora")


def fill_booking(firm: Firm) -> None:
    """A kind of visit with a question, windows and somebody at work tomorrow; a hold for some, an agreement for all."""
    kind = JobType.objects.get(name="Furnace tune-up")
    technician = Technician.objects.get(name__startswith="Tom ")
    unit = technician.business_unit
    assert unit is not None
    window = ArrivalWindow.objects.create(start_minute=600, minutes=120)
    ArrivalWindowUnit.objects.create(arrival_window=window, business_unit=unit)
    JobTypeScheduling.objects.create(
        job_type=kind, is_self_schedulable=True, lead_hours=0, fee_text="Coming is charged by the hour."
    )
    question = Question.objects.create(job_type=kind, position=1, kind="choice", wording="Does it run?")
    AnswerOption.objects.create(question=question, position=1, label="Yes", skill="zq961x")
    other = JobType.objects.create(name="Thermostat", duration_minutes=45)
    JobTypeUnit.objects.create(job_type=other, business_unit=unit)
    JobTypeScheduling.objects.create(job_type=other, is_self_schedulable=True, lead_hours=0)
    SchedulingPolicy.objects.create(late_fee_text="A fee applies within a day.")
    Holiday.objects.create(day=clock.today("UTC") + timedelta(days=90), name="zq962x")
    CapacityRule.objects.create(name="zq963x", kind="threshold", amount=100)
    Zone.objects.create(name="zq966x", zips=["00000"], is_active=False)
    BusinessHours.objects.create()
    far = clock.real_now() + timedelta(days=80)
    NonJobAppointment.objects.create(technician=technician, name="zq967x", starts_at=far, minutes=30)
    tomorrow = clock.today(unit.branch.time_zone) + timedelta(days=1)
    make_shift(technician, tomorrow)
    axis = Axis(tomorrow, unit.branch.time_zone)
    span = axis.window(window.start_minute, window.minutes)
    for name in HELD_FOR:
        Hold.objects.create(
            customer=firm.customers[name],
            location=Location.objects.filter(customer=firm.customers[name]).order_by("pk").first() or _any(),
            business_unit=unit,
            job_type=kind,
            window=window,
            day=tomorrow,
            window_starts_at=axis.moment(span.start),
            window_ends_at=axis.moment(span.end),
            minutes=90,
            skills=["zq964x"],
            made_by="zq965x",
            made_at=clock.real_now(),
            expires_at=clock.real_now() + timedelta(minutes=5),
        )
        WaitlistEntry.objects.create(
            customer=firm.customers[name],
            location=Location.objects.filter(customer=firm.customers[name]).order_by("pk").first() or _any(),
            job_type=other,
            from_day=tomorrow,
            until_day=tomorrow + timedelta(days=20),
            email=f"{name}@example.com",
            made_by="zq968x",
            made_at=clock.real_now(),
            line_at=clock.real_now(),
        )
    held = Hold.objects.order_by("pk")[0]
    for visit in Appointment.objects.filter(status="Scheduled").select_related("job"):
        _agree(visit)
        _offer(visit, held)


def _agree(visit: Appointment) -> None:
    Booking.objects.create(
        appointment=visit,
        customer=visit.job.customer,
        minutes=90,
        skills=["zq966x"],
        late_fee_text="A fee applies within a day.",
        made_by="zq967x",
        made_by_name="Alma Alvarez",
        made_at=clock.real_now(),
        key=f"key {visit.pk}",
        request_hash="0" * 64,
    )
    BookingStep.objects.create(appointment=visit, kind="booked", at=clock.real_now(), made_by_name="Alma Alvarez")


def _offer(visit: Appointment, like: Hold) -> None:
    """Another time, in the window of `like` but weeks after it: what it keeps is missing nowhere."""
    now, later = clock.real_now(), timedelta(weeks=6)
    offer = VisitOffer.objects.create(
        appointment=visit,
        customer=visit.job.customer,
        message="Tom is ill, and we are sorry.",
        was_starts_at=visit.window_starts_at,
        was_ends_at=visit.window_ends_at,
        made_by="zq969x",
        made_by_name="Olga zq970x",
        made_at=now,
        expires_at=now + timedelta(days=1),
    )
    Hold.objects.create(
        customer=visit.job.customer,
        location=visit.job.location,
        business_unit=like.business_unit,
        job_type=visit.job.job_type,
        window=like.window,
        day=like.day + later,
        window_starts_at=like.window_starts_at + later,
        window_ends_at=like.window_ends_at + later,
        minutes=90,
        skills=["zq971x"],
        made_by="zq972x",
        made_at=now,
        expires_at=now + timedelta(days=1),
        visit_offer=offer,
    )


def _any() -> Location:
    return Location.objects.order_by("pk")[0]
