"""A day is read by itself: years of shifts, events and visits before it, and months after it, stay unread."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from portico.domain.booking.models import Booking, BookingStep, WaitlistEntry
from portico.domain.booking.operations import rebuilding
from portico.domain.booking.queries import available as looking
from portico.domain.booking.queries import office
from portico.domain.booking.queries.available import available
from portico.domain.booking.queries.board import board
from portico.domain.booking.queries.days import load_days
from portico.domain.booking.queries.office import Sought
from portico.domain.booking.queries.unplanned import PAGE as UNPLANNED_PAGE
from portico.domain.booking.queries.unplanned import unplanned_count, unplanned_visits
from portico.domain.capacity.axis_rules import local_moment
from portico.domain.capacity.models import NonJobAppointment, TechnicianShift
from portico.domain.capacity.terms import Policy
from portico.domain.customers.models import Customer
from portico.domain.customers.search import refresh_search
from portico.domain.jobs.models import Appointment, AppointmentAssignment
from portico.kernel import clock
from tests.counting import statements
from tests.factories import people
from tests.factories import scheduling as make
from tests.factories.town import Town
from tests.sweeps import long_history
from tests.sweeps.long_history import MOST_ROWS, listening, most_rows

pytestmark = pytest.mark.django_db(transaction=True)
PAST, FUTURE, STAFF, MANY = 400, 60, 8, 800
LOST = 20


@pytest.fixture
def town() -> Iterator[Town]:
    """Eight people with more than a year behind them and two months before them, a visit a day each."""
    company = people.make_company()
    with people.inside(company):
        made = Town()
        fill(made)
        fill_lists(made)
    with people.company_scope(company.id):
        rebuilding.rebuild_all()
    long_history._analyze()
    with people.inside(company):
        yield made


def fill(town: Town) -> None:
    staff = [town.technician, *(make.make_technician(town.unit, f"Technician {n}") for n in range(STAFF - 1))]
    every = [town.day + timedelta(days=number) for number in range(-PAST, FUTURE)]
    zone = town.unit.branch.time_zone
    TechnicianShift.objects.all().delete()
    TechnicianShift.objects.bulk_create(shift(who, day, zone) for who in staff for day in every)
    NonJobAppointment.objects.bulk_create(
        NonJobAppointment(technician=who, starts_at=local_moment(day, 960, zone), minutes=30)
        for who in staff
        for day in every
    )
    job = make.make_planned_visit(town.unit, town.kind, town.day + timedelta(days=300)).job
    visits = Appointment.objects.bulk_create(visit(job, day, zone) for _who in staff for day in every)
    AppointmentAssignment.objects.bulk_create(
        AppointmentAssignment(appointment=one, technician=staff[number // len(every)], status="Scheduled")
        for number, one in enumerate(visits)
    )


def fill_lists(town: Town) -> None:
    """Booked and moved, one an hour; every tenth of who wanted a time still waits."""
    now, customer = clock.real_now(), town.home.customer
    visits = list(Appointment.objects.order_by("pk")[:MANY])
    Booking.objects.bulk_create(
        Booking(appointment=one, customer=customer, minutes=60, made_at=now - timedelta(hours=n), key=f"k{n}")
        for n, one in enumerate(visits)
    )
    BookingStep.objects.bulk_create(
        BookingStep(appointment=one, kind=kind, at=now - timedelta(hours=n))
        for n, one in enumerate(visits)
        for kind in ("booked", "moved")
    )
    place = {"customer": customer, "job_type": town.kind, "from_day": town.day, "until_day": town.day}
    WaitlistEntry.objects.bulk_create(
        WaitlistEntry(
            **place,
            location=make.make_home() if n % 10 == 0 else town.home,
            state="waiting" if n % 10 == 0 else "over",
            made_at=now,
            line_at=now + timedelta(seconds=n),
        )
        for n in range(MANY)
    )


def shift(who: Any, day: date, zone: str) -> TechnicianShift:
    starts_at = local_moment(day, 480, zone)
    return TechnicianShift(technician=who, type="Normal", starts_at=starts_at, ends_at=starts_at + timedelta(hours=9))


def visit(job: Any, day: date, zone: str) -> Appointment:
    starts_at: datetime = local_moment(day, 480, zone)
    ends_at = starts_at + timedelta(hours=2)
    return Appointment(
        job=job,
        number="1",
        status="Scheduled",
        starts_at=starts_at,
        ends_at=ends_at,
        window_starts_at=starts_at,
        window_ends_at=ends_at,
    )


def test_no_node_of_a_day_reads_what_is_not_of_the_day(town: Town) -> None:
    with listening() as heard:
        load_days(branch_id=town.unit.branch_id, first=town.day, last=town.day, pace=Policy())
    assert [most_rows(sql, values) <= MOST_ROWS for sql, values in heard] == [True] * len(heard)


def test_windows_of_thirty_days_are_read_from_thirty_rows(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """A closer look at the nearest full days reads those too; it is left out here."""
    monkeypatch.setattr(looking, "MOST_SEARCHED", 0)
    with listening() as heard, statements(4):
        found = available(**town.place(), first=town.day, days=30)
    assert found is not None
    assert len(found.open) > 0
    assert [most_rows(sql, values) <= MOST_ROWS for sql, values in heard] == [True] * len(heard)


def test_board_of_a_week_reads_the_week(town: Town) -> None:
    with listening() as heard:
        found = board(branch=town.unit.branch.public_id, first=town.day, days=7)
    assert found is not None
    assert len(found.days) == 7
    assert [most_rows(sql, values) <= MOST_ROWS for sql, values in heard] == [True]


def test_lists_of_bookings_read_their_page(town: Town) -> None:
    """Eight hundred were booked and changed, as many waited."""
    middle = [rows.objects.order_by("pk")[MANY // 2].public_id for rows in (Booking, BookingStep, WaitlistEntry)]
    with listening() as heard:
        for after in (None, middle[0]):
            assert len(office.booked(after=after)) == office.PAGE + 1
        for after in (None, middle[1]):
            assert len(office.changed(after=after)) == office.PAGE + 1
        assert len(office.waiting(after=None)) == office.PAGE + 1
        assert len(office.waiting(after=middle[2])) < MANY // 10
        assert office.news().waiting == MANY // 10
    found = [(most_rows(sql, values), " ".join(sql.split())[:300]) for sql, values in heard]
    assert [told for told in found if told[0] > MOST_ROWS] == []
    assert len(found) == 7


def test_narrowed_lists_read_little(town: Town) -> None:
    """By a customer who booked eight hundred times, by a number, by a day, and by what is new."""
    visit = Appointment.objects.select_related("job").get(pk=Booking.objects.order_by("pk")[0].appointment_id)
    Customer.objects.filter(pk=town.home.customer_id).update(name="Zebulon Quist")
    refresh_search()
    day = {"first": visit.starts_at - timedelta(hours=12), "last": visit.starts_at + timedelta(hours=12)}
    sought = [
        Sought("quist"),
        Sought(visit.job.number),
        Sought(**day),
        Sought("quist", **day),
        Sought(is_new=True),
    ]
    with listening() as heard:
        found = [len(office.booked(after=None, sought=one)) for one in sought]
        office.changed(after=None, is_new=True)
    assert found[0] == office.PAGE + 1
    assert min(found[:4]) >= 1
    told = [(most_rows(sql, values), " ".join(sql.split())[:300]) for sql, values in heard]
    assert [one for one in told if one[0] > MOST_ROWS] == []


def test_visits_without_a_place_read_their_page(town: Town) -> None:
    """For twenty days nobody works: 160 visits to come have no place, and years lie behind them."""
    begins = local_moment(town.day, 0, town.unit.branch.time_zone)
    TechnicianShift.objects.filter(starts_at__gt=begins, starts_at__lt=begins + timedelta(days=LOST)).delete()
    with people.company_scope(town.unit.company_id):
        rebuilding.rebuild_all()
    long_history._analyze()
    with listening() as heard:
        first = unplanned_visits()
        rest = unplanned_visits(after=first[UNPLANNED_PAGE - 1].id)
        assert unplanned_count() == 100
    assert (len(first), len(rest), rest[0].id) == (UNPLANNED_PAGE + 1, UNPLANNED_PAGE + 1, first[-1].id)
    found = [(most_rows(sql, values), " ".join(sql.split())[:300]) for sql, values in heard]
    assert [told for told in found if told[0] > MOST_ROWS] == []
