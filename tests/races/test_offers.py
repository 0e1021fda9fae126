"""Other times that the office offered: whatever happens at the same moment, the visit has one time and one story."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from portico.domain.booking.models import BookingStep, Hold, PlanBlock, VisitOffer
from portico.domain.booking.operations import changing, offering, rebuilding
from portico.domain.jobs.models import Appointment
from portico.foundation.audit.operations import Actor, ActorKind
from portico.foundation.messaging.models import Message
from portico.foundation.tenancy.scope import company_scope
from portico.kernel import clock
from tests.factories import customers as make_customers
from tests.factories import people
from tests.factories import scheduling as make
from tests.factories.threads import together
from tests.factories.town import Town

pytestmark = pytest.mark.django_db(transaction=True)
OFFICE = Actor(ActorKind.STAFF, name="Olga Office")
TIMES, ROUNDS = (600, 780, 900), 6


@pytest.fixture
def town() -> Iterator[Town]:
    """A visit from eight to ten, with three other times offered on the next day."""
    company = people.make_company()
    with people.inside(company):
        made = Town()
        made.company = company
        make.make_shift(made.technician, made.day + timedelta(days=1))
        make_customers.add_emails(made.home.customer, "ana@example.com")
    with company_scope(company.id):
        made.booked = made.book(480)
        offer(made)
        yield made


def inside(town: Town) -> Any:
    return people.inside_id(town.unit.company_id)


def offer(town: Town) -> None:
    day = town.day + timedelta(days=1)
    slots = [(day, town.windows[window]) for window in TIMES]
    town.offer = offering.make(
        appointment=town.booked.appointment, slots=slots, lasts=timedelta(days=1), message="", by=OFFICE
    )
    with inside(town):
        rows = Hold.objects.filter(visit_offer__public_id=town.offer).order_by("pk")
        town.kept = list(rows.values_list("public_id", flat=True))


def accept(town: Town, place: int = 0) -> Callable[[], Any]:
    hold: UUID = town.kept[place]
    return lambda: offering.accept(offer=town.offer, hold=hold, by=town.by)


def rush(town: Town, *calls: Callable[[], Any]) -> list[str]:
    """All at once: what each gave or raised, by name."""
    outcome = together(town.company, *calls, caught=Exception)
    return [f"{one.is_same}" if isinstance(one, changing.Moved) else type(one).__name__ for one in outcome]


def assert_whole(town: Town) -> str:
    """The visit has one place, nothing is kept for what is over, and its story was told once; how the offer stands."""
    with inside(town):
        found = VisitOffer.objects.get(public_id=town.offer)
        moves = BookingStep.objects.filter(kind="moved")
        assert PlanBlock.objects.exclude(appointment=None).count() == 1
        live = Hold.objects.filter(visit_offer=found, state="live").count()
        assert live == (0 if found.state != "open" else len(town.kept))
        consumed = Hold.objects.filter(visit_offer=found, state="consumed").count()
        assert consumed == (found.state == "accepted") == moves.filter(visit_offer=found).count()
        assert Message.objects.filter(kind="booking_moved").count() == moves.count()
        visit = Appointment.objects.get()
        newest = BookingStep.objects.order_by("-pk")[0]
        assert (visit.window_starts_at, visit.window_ends_at) == (newest.starts_at, newest.ends_at)
        assert rebuilding.differences() == []
        return str(found.state)


def test_accepting_one_time_in_many_tabs_moves_the_visit_once(town: Town) -> None:
    assert sorted(rush(town, *[accept(town)] * 6)) == ["False", *["True"] * 5]
    assert assert_whole(town) == "accepted"


def test_two_times_in_two_tabs_give_one_of_them(town: Town) -> None:
    assert sorted(rush(town, accept(town, 0), accept(town, 1))) == ["False", "OfferOver"]
    assert assert_whole(town) == "accepted"


def test_twin_without_the_lock_withdraws_what_was_accepted(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Visit and offer are only read, and the customer accepts in between: both are told that they had it."""
    right = offering._locked

    def only_read(offer: UUID) -> Any:
        found = VisitOffer.objects.select_related("customer").get(public_id=offer)
        visit = Appointment.objects.select_related(*changing.NAMES).get(pk=found.appointment_id)
        monkeypatch.setattr(offering, "_locked", right)
        assert rush(town, accept(town)) == ["False"]
        return visit, found

    monkeypatch.setattr(offering, "_locked", only_read)
    assert offering.withdraw(offer=town.offer, by=OFFICE) is True
    with pytest.raises(AssertionError):
        assert_whole(town)


@pytest.mark.parametrize("_round", range(ROUNDS))
@pytest.mark.parametrize("other", ("withdraw", "decline", "move", "expire"))
def test_accepting_meets(town: Town, other: str, _round: int) -> None:
    """Whoever comes first has it; the other hears so, and nothing is done by halves."""
    calls: dict[str, Callable[[], Any]] = {
        "withdraw": lambda: offering.withdraw(offer=town.offer, by=OFFICE),
        "decline": lambda: offering.decline(offer=town.offer, by=town.by),
        "move": lambda: town.move(town.booked, 600),
        "expire": offering.end_over,
    }
    if other == "expire":
        end_in(town, timedelta(milliseconds=20))
    outcome = rush(town, accept(town), calls[other])
    ways = {
        "withdraw": {("accepted", "False", "bool"), ("withdrawn", "OfferOver", "bool")},
        "decline": {("accepted", "False", "bool"), ("declined", "OfferOver", "bool")},
        "move": {("accepted", "False", "False"), ("overtaken", "OfferOver", "False")},
        "expire": {("accepted", "False", "int"), ("expired", "OfferOver", "int"), ("open", "OfferOver", "int")},
    }
    assert (assert_whole(town), *outcome) in ways[other]


def test_accepting_meets_canceling(town: Town) -> None:
    rush(town, accept(town), lambda: town.cancel(town.booked))
    with inside(town):
        assert VisitOffer.objects.get().state in {"accepted", "overtaken"}
        assert (Hold.objects.filter(state="live").count(), PlanBlock.objects.count()) == (0, 0)
        assert (Appointment.objects.get().status, rebuilding.differences()) == ("Canceled", [])


def end_in(town: Town, left: timedelta) -> None:
    with inside(town):
        ends = clock.real_now() + left
        VisitOffer.objects.update(expires_at=ends)
        Hold.objects.update(expires_at=ends)


def test_offers_for_one_visit_made_at_once_are_one(town: Town) -> None:
    offering.withdraw(offer=town.offer, by=OFFICE)
    day = town.day + timedelta(days=1)

    def make_one() -> Any:
        slots = [(day, town.windows[900])]
        return offering.make(
            appointment=town.booked.appointment, slots=slots, lasts=timedelta(days=1), message="", by=OFFICE
        )

    assert sorted(rush(town, make_one, make_one)) == ["CannotOffer", "UUID"]
    with inside(town):
        assert VisitOffer.objects.filter(state="open").count() == 1
        assert rebuilding.differences() == []


def test_offered_time_and_somebody_who_books_it_get_it_once(town: Town) -> None:
    """The last place: either it is kept for the offer, or it is booked."""
    offering.withdraw(offer=town.offer, by=OFFICE)
    with inside(town):
        home = make.make_home()
    day = town.day + timedelta(days=1)

    def make_one() -> Any:
        return offering.make(
            appointment=town.booked.appointment,
            slots=[(day, town.windows[900])],
            lasts=timedelta(days=1),
            message="",
            by=OFFICE,
        )

    outcome = sorted(rush(town, make_one, lambda: town.book(900, home=home, day=day)))
    assert outcome in (["Booked", "CannotOffer"], ["SlotTaken", "UUID"])
    with inside(town):
        assert (PlanBlock.objects.filter(branch_day__day=day).count(), rebuilding.differences()) == (1, [])
