"""Waiting for a time to open: the first in line is offered it, for a while, then the next."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from portico.domain.booking import errors
from portico.domain.booking.models import Hold, WaitlistEntry
from portico.domain.booking.operations import holding, rebuilding, waiting
from portico.domain.booking.operations.booking import Details
from portico.domain.booking.queries.waiting import waiting_entry, waiting_of
from portico.domain.capacity.models import JobTypeScheduling
from portico.domain.customers.queries import Scope
from portico.foundation.messaging.models import Message
from portico.foundation.tenancy.scope import company_scope
from portico.kernel import clock
from tests.factories import customers as make_customers
from tests.factories import people
from tests.factories import scheduling as make
from tests.factories.town import Town

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town() -> Iterator[Town]:
    """One place a day, taken, and two who wait for it."""
    company = people.make_company()
    with people.inside(company):
        made = Town(minutes=480)
        made.owner = home_of("owner@example.com")
        made.homes = {email: home_of(email) for email in ("first@example.com", "second@example.com")}
    with company_scope(company.id):
        made.booked = made.book(480, home=made.owner)
        made.entries = {email: wait(made, email) for email in made.homes}
        yield made


def home_of(email: str) -> Any:
    home = make_customers.make_location(make_customers.make_customer("Wendy Wait", email))
    home.postal_code = make.ZIP
    home.save()
    return home


def inside(town: Town) -> Any:
    return people.inside_id(town.unit.company_id)


def wait(town: Town, email: str, **told: Any) -> Any:
    days = {"until_day": town.day} | told
    return waiting.wait(**town.place(town.homes[email]), email=email, by=town.by, **days)


def scope_of(town: Town, email: str) -> Scope:
    return Scope([town.homes[email].customer_id], [None])


def offers(town: Town) -> list[str]:
    with inside(town):
        return list(Message.objects.filter(kind="waitlist_offer").order_by("pk").values_list("to_email", flat=True))


def accept(town: Town, email: str, key: str = "accept") -> Any:
    return waiting.accept_offer(
        entry=town.entries[email],
        customer_id=town.homes[email].customer_id,
        key=key,
        details=Details(email=email),
        by=town.by,
    )


def test_nothing_is_offered_while_nothing_opens(town: Town) -> None:
    assert (waiting.offer_freed(), waiting.offer_freed(), offers(town)) == (0, 0, [])


def test_first_in_line_is_offered_what_was_freed_and_books_it(town: Town) -> None:
    town.cancel(town.booked)
    assert (waiting.offer_freed(), waiting.offer_freed()) == (1, 0)
    assert offers(town) == ["first@example.com"]
    with inside(town):
        kept = waiting_entry(scope=scope_of(town, "first@example.com"), entry=town.entries["first@example.com"])
        assert kept is not None
        assert kept.offer is not None
        assert kept.offer.expires_at - clock.real_now() > timedelta(minutes=119)
        held = Hold.objects.get(state="live")
        assert held.public_id == hold_in_the_mail()
    ends = holding.extend(hold=held.public_id, customer_id=held.customer_id, by=town.by)
    assert ends == held.expires_at
    with pytest.raises(errors.SlotTaken):
        town.hold(480, home=town.homes["second@example.com"])
    booked = accept(town, "first@example.com")
    assert accept(town, "first@example.com").appointment == booked.appointment
    with inside(town):
        assert list(WaitlistEntry.objects.order_by("pk").values_list("state", flat=True)) == ["booked", "waiting"]
        assert rebuilding.differences() == []
    assert (waiting.offer_freed(), offers(town)) == (0, ["first@example.com"])


def hold_in_the_mail() -> Any:
    """The page to which the offer leads is that of what is held."""
    path = Message.objects.get(kind="waitlist_offer").letter["action"]["path"]
    return UUID(path.removeprefix("/booking/held/").strip("/"))


def test_released_offer_goes_to_the_next_and_the_first_waits_behind(town: Town) -> None:
    town.cancel(town.booked)
    waiting.offer_freed()
    with inside(town):
        held = Hold.objects.get(state="live")
    holding.release(hold=held.public_id, customer_id=held.customer_id, by=town.by)
    assert waiting.offer_freed() == 1
    assert offers(town) == ["first@example.com", "second@example.com"]


def test_offer_that_ends_goes_to_the_next_and_the_first_waits_behind(town: Town) -> None:
    town.cancel(town.booked)
    waiting.offer_freed()
    with inside(town):
        Hold.objects.filter(state="live").update(expires_at=clock.real_now() - timedelta(seconds=1))
    assert waiting.offer_freed() == 1
    assert offers(town) == ["first@example.com", "second@example.com"]
    with pytest.raises(errors.NotWaiting):
        accept(town, "first@example.com")
    assert accept(town, "second@example.com").number == "B-2"


def test_declined_offer_goes_to_the_next_at_once(town: Town) -> None:
    town.cancel(town.booked)
    waiting.offer_freed()
    first = town.homes["first@example.com"].customer_id
    declined = [
        waiting.decline_offer(entry=town.entries["first@example.com"], customer_id=first, by=town.by) for _ in range(2)
    ]
    assert declined == [True, False]
    assert (waiting.offer_freed(), offers(town)) == (1, ["first@example.com", "second@example.com"])


def test_who_leaves_is_offered_nothing_and_gives_back_what_was(town: Town) -> None:
    town.cancel(town.booked)
    waiting.offer_freed()
    first = town.homes["first@example.com"].customer_id
    left = [
        waiting.stop_waiting(entry=town.entries["first@example.com"], customer_id=first, by=town.by) for _ in range(2)
    ]
    assert left == [True, False]
    assert town.hold(480, home=town.homes["second@example.com"]) is not None
    with inside(town):
        assert waiting_of(scope=Scope([first], [None])) == []


def test_who_may_no_longer_book_is_not_told(town: Town) -> None:
    with inside(town):
        WaitlistEntry.objects.filter(email="first@example.com").update(email="gone@example.com")
    town.cancel(town.booked)
    assert (waiting.offer_freed(), offers(town)) == (1, ["second@example.com"])
    with inside(town):
        assert WaitlistEntry.objects.get(email="gone@example.com").state == "over"


def test_same_wait_again_changes_its_days_and_three_are_enough(town: Town) -> None:
    again = wait(town, "first@example.com", until_day=town.day + timedelta(days=2))
    assert again == town.entries["first@example.com"]
    with inside(town):
        kinds = [make.make_job_type(town.unit, f"Kind {n}") for n in range(3)]
        for kind in kinds:
            JobTypeScheduling.objects.create(job_type=kind, is_self_schedulable=True, lead_hours=0)
    for kind in kinds[:2]:
        town.kind = kind
        wait(town, "first@example.com")
    town.kind = kinds[2]
    with pytest.raises(errors.CannotWait):
        wait(town, "first@example.com")
    with pytest.raises(errors.CannotWait):
        wait(town, "second@example.com", until_day=town.day + timedelta(days=400))


def test_three_offers_let_go_end_the_wait(town: Town) -> None:
    with inside(town):
        WaitlistEntry.objects.filter(email="second@example.com").update(state="left")
    town.cancel(town.booked)
    for _ in range(8):
        waiting.offer_freed()
        with inside(town):
            Hold.objects.filter(state="live").update(expires_at=clock.real_now() - timedelta(seconds=1))
    assert offers(town) == ["first@example.com"] * 3
    with inside(town):
        assert WaitlistEntry.objects.get(email="first@example.com").state == "over"
