"""The office offers other times for a visit: they are kept, the old one too, until its customer has answered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from portico.domain.booking import errors
from portico.domain.booking.models import Booking, BookingStep, BranchDay, Hold, PlanBlock, VisitOffer
from portico.domain.booking.operations import days, holding, offering, rebuilding
from portico.domain.booking.queries.offers import available_to_offer
from portico.domain.booking.queries.standing import change_terms
from portico.domain.capacity.models import CapacityRule, SchedulingPolicy, TechnicianShift
from portico.domain.customers.models import PortalContact
from portico.domain.jobs import operations as jobs
from portico.domain.jobs.models import Appointment, AppointmentAssignment, Job
from portico.foundation.audit.models import AuditEntry
from portico.foundation.audit.operations import Actor, ActorKind
from portico.foundation.messaging.models import Message
from portico.foundation.tenancy.scope import company_scope
from portico.kernel import clock
from tests.domain.booking.mail import invite_in, mails, sent
from tests.factories import customers as make_customers
from tests.factories import people
from tests.factories import scheduling as make
from tests.factories.town import Town

pytestmark = pytest.mark.django_db(transaction=True)
OFFICE = Actor(ActorKind.STAFF, name="Olga Office")
ONE_DAY = timedelta(days=1)


@pytest.fixture
def town() -> Iterator[Town]:
    """Ana's visit from eight to ten, and a second day on which somebody works."""
    company = people.make_company()
    with people.inside(company):
        made = Town()
        make.make_shift(made.technician, made.day + ONE_DAY)
        make_customers.add_emails(made.home.customer, "ana@example.com")
    with company_scope(company.id):
        made.booked = made.book(480)
        yield made


def offer(town: Town, *windows: int, day: date | None = None, lasts: timedelta = ONE_DAY, message: str = "") -> UUID:
    slots = [(day or town.day, town.windows[window]) for window in windows]
    return offering.make(appointment=town.booked.appointment, slots=slots, lasts=lasts, message=message, by=OFFICE)


def holds(inside: Any) -> list[UUID]:
    """What is kept, in the order in which it was offered."""
    with inside():
        return list(Hold.objects.order_by("pk").values_list("public_id", flat=True))


def states(inside: Any) -> tuple[list[str], list[str]]:
    """How the offers stand, and what was kept for them."""
    with inside():
        return (
            list(VisitOffer.objects.order_by("pk").values_list("state", flat=True)),
            list(Hold.objects.order_by("pk").values_list("state", flat=True)),
        )


def window_of_visit(inside: Any) -> int:
    with inside():
        return int(Booking.objects.get().window_id or 0)


def test_offered_times_and_the_old_one_are_kept_from_everybody_else(town: Town, inside: Any) -> None:
    with inside():
        other = make.make_home()
    offer(town, 780, 900)
    assert town.offered() == [600]
    for window in (480, 780, 900):
        with pytest.raises(errors.SlotTaken):
            town.book(window, home=other)
    with inside():
        assert (PlanBlock.objects.count(), rebuilding.differences()) == (3, [])
    assert mails(inside).count(("visit_offer", "ana@example.com")) == 1


def test_accepting_moves_the_visit_frees_the_rest_and_confirms_it(town: Town, inside: Any) -> None:
    offer_id = offer(town, 780, 900, message="Tom is ill, we are sorry.")
    _first, second = holds(inside)
    moved = offering.accept(offer=offer_id, hold=second, by=town.by)
    again = offering.accept(offer=offer_id, hold=second, by=town.by)
    assert (again.is_same, again.starts_at) == (True, moved.starts_at)
    assert states(inside) == (["accepted"], ["released", "consumed"])
    assert town.offered() == [480, 600, 780]
    with inside():
        assert Appointment.objects.get().window_starts_at == moved.starts_at
        assert [step.kind for step in BookingStep.objects.order_by("pk")] == ["booked", "moved"]
        assert (PlanBlock.objects.count(), rebuilding.differences()) == (1, [])
        told = list(Message.objects.filter(kind="office_news").order_by("pk").values_list("letter__subject", flat=True))
        assert "accepted the offered time" in told[-1]
    method, event = invite_in(sent(inside, "booking_moved"))
    assert (method, int(event["sequence"]), str(event["uid"])) == ("REQUEST", 2, str(town.booked.appointment))
    assert mails(inside).count(("booking_moved", "ana@example.com")) == 1


def test_accepted_offer_is_no_move_of_the_customers_own(town: Town, inside: Any) -> None:
    with inside():
        SchedulingPolicy.objects.update(most_reschedules=1)
    offer_id = offer(town, 780)
    offering.accept(offer=offer_id, hold=holds(inside)[0], by=town.by)
    terms = change_terms(appointment=town.booked.appointment)
    assert terms is not None
    assert terms.may_move is True
    town.move(town.booked, 600)
    with pytest.raises(errors.NotChangeable):
        town.move(town.booked, 900)


def test_customer_may_accept_after_the_cut_off_of_own_moves(town: Town, inside: Any) -> None:
    """It is the office that cannot come."""
    with inside():
        SchedulingPolicy.objects.update(reschedule_cutoff_hours=24 * 30)
    offer_id = offer(town, 780)
    with pytest.raises(errors.TooLate):
        town.move(town.booked, 780)
    assert offering.accept(offer=offer_id, hold=holds(inside)[0], by=town.by).is_same is False


def test_other_time_after_one_was_accepted_is_refused(town: Town, inside: Any) -> None:
    offer_id = offer(town, 780, 900)
    first, second = holds(inside)
    offering.accept(offer=offer_id, hold=first, by=town.by)
    with pytest.raises(errors.OfferOver):
        offering.accept(offer=offer_id, hold=second, by=town.by)
    assert window_of_visit(inside) == town.windows[780]


def test_declining_keeps_the_visit_frees_the_times_and_tells_the_office(town: Town, inside: Any) -> None:
    offer_id = offer(town, 780, 900)
    assert [offering.decline(offer=offer_id, by=town.by) for _ in range(2)] == [True, False]
    assert states(inside) == (["declined"], ["released", "released"])
    assert (town.offered(), window_of_visit(inside)) == ([600, 780, 900], town.windows[480])
    with inside():
        news = Message.objects.filter(kind="office_news").order_by("-pk")[0]
        assert "keeps the visit" in news.letter["subject"]
    with pytest.raises(errors.OfferOver):
        offering.accept(offer=offer_id, hold=holds(inside)[0], by=town.by)


def test_withdrawn_offer_cannot_be_taken_and_its_customer_is_told(town: Town, inside: Any) -> None:
    offer_id = offer(town, 780)
    assert [offering.withdraw(offer=offer_id, by=OFFICE) for _ in range(2)] == [True, False]
    with pytest.raises(errors.OfferOver):
        offering.accept(offer=offer_id, hold=holds(inside)[0], by=town.by)
    assert mails(inside).count(("visit_offer", "ana@example.com")) == 2
    with inside():
        verbs = set(AuditEntry.objects.filter(verb__startswith="visit_offer").values_list("verb", "actor_name"))
        assert verbs == {("visit_offer.made", "Olga Office"), ("visit_offer.withdrawn", "Olga Office")}
    assert offer(town, 780) != offer_id


def test_offer_ends_by_itself_and_the_office_is_told(town: Town, inside: Any) -> None:
    offer_id = offer(town, 780)
    assert offering.end_over() == 0
    end_now(inside)
    with pytest.raises(errors.OfferOver):
        offering.accept(offer=offer_id, hold=holds(inside)[0], by=town.by)
    assert (offering.end_over(), offering.end_over()) == (1, 0)
    assert states(inside)[0] == ["expired"]
    assert town.offered() == [600, 780, 900]
    with inside():
        news = Message.objects.filter(kind="office_news").order_by("-pk")[0]
        assert "did not answer" in news.letter["subject"]
        assert rebuilding.differences() == []


def test_offer_that_is_over_is_refused_even_while_its_times_are_kept(town: Town, inside: Any) -> None:
    offer_id = offer(town, 780)
    with inside():
        VisitOffer.objects.update(expires_at=clock.real_now() - timedelta(seconds=1))
    with pytest.raises(errors.OfferOver, match="no longer offered"):
        offering.accept(offer=offer_id, hold=holds(inside)[0], by=town.by)


def test_only_what_fits_besides_the_visit_itself_is_shown_to_the_office(inside_of_a_long_visit: Town) -> None:
    """Four hours from eight on leave no room to begin between ten and twelve, unless the visit gives its own up."""
    long = inside_of_a_long_visit
    starts = {key: minute for minute, key in long.windows.items()}
    found = available_to_offer(appointment=long.booked.appointment, first=long.day, days=1)
    assert found is not None
    assert [starts[one.window_id] for one in found.open] == [780]
    assert 600 in long.offered_for(long.booked.appointment)


@pytest.fixture
def inside_of_a_long_visit() -> Iterator[Town]:
    company = people.make_company()
    with people.inside(company):
        made = Town(minutes=240)
    with company_scope(company.id):
        made.booked = made.book(480)
        yield made


def end_now(inside: Any) -> None:
    with inside():
        over = clock.real_now() - timedelta(seconds=1)
        VisitOffer.objects.update(expires_at=over)
        Hold.objects.update(expires_at=over)


def test_offer_ends_when_the_visit_would_begin_before(town: Town, inside: Any) -> None:
    offer(town, 780, lasts=timedelta(days=30))
    with inside():
        visit, made = Appointment.objects.get(), VisitOffer.objects.get()
        assert abs(made.expires_at - visit.window_starts_at) < timedelta(seconds=5)


@pytest.mark.parametrize("change", ("moved", "canceled"))
def test_change_by_the_customer_ends_the_offer_at_once(town: Town, inside: Any, change: str) -> None:
    offer(town, 780, 900, day=town.day + ONE_DAY)
    if change == "moved":
        town.move(town.booked, 780, day=town.day + ONE_DAY)
    else:
        town.cancel(town.booked)
    assert states(inside) == (["overtaken"], ["released", "released"])
    with inside():
        assert PlanBlock.objects.count() == (1 if change == "moved" else 0)
        assert rebuilding.differences() == []


def test_own_offered_times_count_as_free_for_who_moves_the_visit_and_for_nobody_else(town: Town) -> None:
    offer(town, 780)
    assert town.offered_for(town.booked.appointment) == [480, 600, 780, 900]
    assert town.offered() == [600, 900]


def test_office_click_ends_the_offer_with_the_next_look_of_the_worker(town: Town, inside: Any) -> None:
    offer_id = offer(town, 780)
    jobs.set_appointment_status(appointment=town.booked.appointment, status="Dispatched", by=OFFICE)
    with pytest.raises(errors.OfferOver):
        offering.accept(offer=offer_id, hold=holds(inside)[0], by=town.by)
    assert (offering.end_over(), states(inside)[0]) == (1, ["overtaken"])


def test_visit_on_hold_gets_its_new_day(town: Town, inside: Any) -> None:
    jobs.set_appointment_status(appointment=town.booked.appointment, status="Hold", by=OFFICE)
    offer_id = offer(town, 780)
    offering.accept(offer=offer_id, hold=holds(inside)[0], by=town.by)
    with inside():
        assert (Appointment.objects.get().status, Job.objects.get().status) == ("Scheduled", "Scheduled")


def test_visit_that_lost_its_technician_is_offered_another_day_and_goes_there(town: Town, inside: Any) -> None:
    """Nobody works on its day any more: it found no place there, and the next day can take it."""
    with inside():
        TechnicianShift.objects.filter(starts_at__date=town.day).delete()
    rebuild(town, town.day)
    with inside():
        assert BranchDay.objects.get(day=town.day).unplanned_ids == [Appointment.objects.get().pk]
    offer_id = offer(town, 480, day=town.day + ONE_DAY)
    offering.accept(offer=offer_id, hold=holds(inside)[0], by=town.by)
    with inside():
        assert BranchDay.objects.get(day=town.day).unplanned_ids == []
        assert PlanBlock.objects.get().branch_day.day == town.day + ONE_DAY
        assert rebuilding.differences() == []


def test_accepted_time_is_done_by_who_was_told_to_come_where_they_can(town: Town, inside: Any) -> None:
    with inside():
        other = make.make_technician(town.unit, "Other")
        make.make_shift(other, town.day + ONE_DAY)
        visit = Appointment.objects.get()
        AppointmentAssignment.objects.create(appointment=visit, technician=other, status="Scheduled")
    offer_id = offer(town, 780, day=town.day + ONE_DAY)
    offering.accept(offer=offer_id, hold=holds(inside)[0], by=town.by)
    with inside():
        assert list(AppointmentAssignment.objects.values_list("technician_id", flat=True)) == [other.pk]
        assert PlanBlock.objects.get().technician_id == other.pk
        assert rebuilding.differences() == []


def test_promise_holds_when_the_companys_limits_close_the_window_meanwhile(town: Town, inside: Any) -> None:
    offer_id = offer(town, 780)
    with inside():
        CapacityRule.objects.create(name="Quiet", kind="closed", channel="all")
    assert offering.accept(offer=offer_id, hold=holds(inside)[0], by=town.by).is_same is False


def test_everybody_who_may_book_is_told_of_a_visit_that_was_not_booked_here(town: Town, inside: Any) -> None:
    with inside():
        Booking.objects.update(contact_email="")
        make_customers.add_emails(town.home.customer, "bea@example.com")
    offer(town, 780)
    told = [email for kind, email in mails(inside) if kind == "visit_offer"]
    assert told == ["ana@example.com", "bea@example.com"]


def test_times_that_a_change_of_the_day_took_are_told_as_lost(town: Town, inside: Any) -> None:
    offer_id = offer(town, 780, day=town.day + ONE_DAY)
    with inside():
        TechnicianShift.objects.filter(starts_at__date=town.day + ONE_DAY).delete()
    later = town.day + ONE_DAY
    rebuild(town, later)
    with pytest.raises(errors.OfferOver):
        offering.accept(offer=offer_id, hold=holds(inside)[0], by=town.by)
    assert (offering.end_over(), states(inside)[0]) == (1, ["lost"])
    assert window_of_visit(inside) == town.windows[480]
    assert mails(inside).count(("visit_offer", "ana@example.com")) == 2


def rebuild(town: Town, day: date) -> None:
    days.rebuild_day(branch_id=town.unit.branch_id, day=day)


def test_what_cannot_be_kept_is_not_offered(town: Town, inside: Any) -> None:
    with inside():
        other = make.make_home()
    town.book(780, home=other)
    with pytest.raises(errors.CannotOffer, match="cannot be kept"):
        offer(town, 600, 780)
    with pytest.raises(errors.CannotOffer, match="time that the visit has"):
        offer(town, 480)
    for windows in ((), (600, 600)):
        with pytest.raises(errors.CannotOffer, match="one, two or three"):
            offer(town, *windows)
    assert states(inside) == ([], [])
    assert town.offered() == [600, 900]


def test_two_offers_for_one_visit_are_one_too_many(town: Town) -> None:
    offer(town, 780)
    with pytest.raises(errors.CannotOffer, match="already"):
        offer(town, 900)


def test_visit_under_way_gets_no_offer(town: Town) -> None:
    jobs.set_appointment_status(appointment=town.booked.appointment, status="Dispatched", by=OFFICE)
    with pytest.raises(errors.CannotOffer, match="scheduled or on hold"):
        offer(town, 780)


def test_nobody_to_mail_is_said_to_the_office(town: Town, inside: Any) -> None:
    with inside():
        Booking.objects.update(contact_email="gone@example.com")
        PortalContact.objects.all().delete()
    with pytest.raises(errors.CannotOffer, match="No address"):
        offer(town, 780)


def test_what_is_kept_for_an_offer_is_no_hold_to_book_and_counts_for_no_limit(town: Town, inside: Any) -> None:
    offer(town, 780, 900)
    town.hold(600)
    kept = holds(inside)[0]
    with pytest.raises(errors.MissingHold):
        holding.release(hold=kept, customer_id=town.home.customer_id, by=town.by)
    assert states(inside)[1] == ["live", "live", "live"]


def test_mail_leads_to_exactly_this_offer_and_names_the_times(town: Town, inside: Any) -> None:
    offer_id = offer(town, 780, 900, message="Tom is ill.")
    with inside():
        letter = Message.objects.get(kind="visit_offer").letter
    assert letter["action"]["path"] == f"/offers/{offer_id}/"
    assert letter["paragraphs"][0] == "Tom is ill."
    assert [text for name, text in letter["facts"] if name == "We offer"] == letter["preheader"].split("; ")
