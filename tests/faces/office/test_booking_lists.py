"""Bookings in the office: the lists of what was booked, what was changed, and who waits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from portico.domain.booking.models import Booking, BookingStep, Hold, WaitlistEntry
from portico.domain.booking.operations import holding, waiting
from portico.domain.capacity.models import Question
from portico.domain.customers.models import Customer
from portico.domain.customers.search import refresh_search
from portico.foundation.audit.operations import Actor, ActorKind
from portico.foundation.people.roles import StaffRole
from portico.foundation.tenancy.models import Branch
from portico.kernel import clock
from tests.counting import statements
from tests.factories import read
from tests.factories import scheduling as make
from tests.factories.town import Town

pytestmark = pytest.mark.django_db(transaction=True)


def test_lists_say_what_was_booked_changed_and_who_waits(town: Town, csr: Client, inside: Any) -> None:
    first, second = town.book(480), town.book(600)
    town.move(first, 780)
    town.cancel(second)
    with inside():
        other = make.make_home()
    at = town.place(other)
    waiting.wait(**at, until_day=town.day, email="ben@example.com", by=town.by)
    page = read(csr.get("/bookings/"))
    assert page.rows("booking") == ["B-2-1", "B-1-1"]
    assert [words for words in ("Tune-up", "Canceled", "1–3 PM", "Ana Alvarez") if words not in page.text] == []
    changed = read(csr.get("/bookings/", {"show": "changed"}))
    assert changed.rows("change") == ["B-2-1", "B-1-1"]
    assert "8–10 AM → " in changed.text
    assert "Away" in changed.text
    waits = read(csr.get("/bookings/", {"show": "waiting"}))
    assert waits.rows("waiting") == [other.customer.name]
    assert "Nothing yet" in waits.text


def test_lists_go_on_where_they_ended(town: Town, csr: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portico.domain.booking.queries.office.PAGE", 2)
    booked = [town.book(480), town.book(600), town.book(780)]
    for one in booked:
        town.cancel(one)
    for show, kind in (("booked", "booking"), ("changed", "change")):
        first = read(csr.get("/bookings/", {"show": show}))
        older = next(link["href"] for link in first.all("a") if link.get("rel") == "next")
        second = read(csr.get(older))
        assert [*first.rows(kind), *second.rows(kind)] == ["B-3-1", "B-2-1", "B-1-1"]
        assert not [link for link in second.all("a") if link.get("rel") == "next"]


def fill(town: Town, count: int) -> None:
    """So many were booked, moved and wait, each of another customer and another day."""
    now = clock.real_now()
    for number in range(count):
        visit = make.make_planned_visit(town.unit, town.kind, town.day + timedelta(days=number))
        at, customer = now - timedelta(minutes=number), visit.job.customer
        Booking.objects.create(appointment=visit, customer=customer, minutes=60, made_at=at, key=f"k{number}")
        BookingStep.objects.create(appointment=visit, kind="moved", at=at, reason="Rain")
        place = {"customer": customer, "location": visit.job.location, "job_type": town.kind}
        days = {"from_day": town.day, "until_day": town.day}
        WaitlistEntry.objects.create(**place, **days, made_at=at, line_at=at)


@pytest.mark.parametrize("show", ("booked", "changed", "waiting"))
@pytest.mark.parametrize("count", (1, 30))
def test_lists_take_as_many_statements_however_long(
    town: Town, csr: Client, inside: Any, show: str, count: int
) -> None:
    with inside():
        fill(town, count)
    csr.get("/bookings/")
    with statements(2):
        assert len(read(csr.get("/bookings/", {"show": show})).all("tr")) == count + 1


def test_empty_lists_say_so(town: Town, csr: Client) -> None:
    said = {
        "booked": "No bookings yet",
        "changed": "Nothing was moved or canceled",
        "waiting": "Nobody waits for a time",
    }
    for show, words in said.items():
        assert words in read(csr.get("/bookings/", {"show": show})).text


def found(desk: Client, **asked: str) -> list[str]:
    return read(desk.get("/bookings/", asked)).rows("booking")


def test_list_is_narrowed_by_customer_number_day_and_what_is_new(town: Town, csr: Client, inside: Any) -> None:
    olga = Actor(ActorKind.STAFF, ref="x", name="Olga")
    with inside():
        other = make.make_home()
        Customer.objects.filter(pk=other.customer_id).update(name="Zebulon Quist")
        refresh_search()
        make.make_shift(town.technician, town.day + timedelta(days=1))
    town.book(480)
    town.book(600, home=other, day=town.day + timedelta(days=1))
    town.book(780, home=other, by=olga)
    assert found(csr) == ["B-3-1", "B-2-1", "B-1-1"]
    assert found(csr, text="quist") == ["B-3-1", "B-2-1"]
    assert [found(csr, text=typed) for typed in ("B-1", "b-1-1", "#B-1", "nobody")] == [["B-1-1"]] * 3 + [[]]
    assert found(csr, day=str(town.day)) == ["B-3-1", "B-1-1"]
    assert found(csr, day=str(town.day), text="quist") == ["B-3-1"]
    assert found(csr, new="on") == ["B-2-1", "B-1-1"]
    with inside():
        Booking.objects.filter(appointment__number="B-1-1").update(made_at=clock.real_now() - timedelta(hours=25))
    assert found(csr, new="on") == ["B-2-1"]
    assert "No booking fits" in read(csr.get("/bookings/", {"text": "nobody"})).text
    refused = csr.get("/bookings/", {"day": "soon"})
    assert (refused.status_code, read(refused).rows("booking")) == (422, ["B-3-1", "B-2-1", "B-1-1"])


def test_changes_are_narrowed_to_those_of_customers_in_the_last_day(town: Town, csr: Client) -> None:
    first, second = town.book(480), town.book(600)
    town.move(first, 780)
    town.cancel(second, by=Actor(ActorKind.STAFF, ref="x", name="Olga"))
    assert read(csr.get("/bookings/", {"show": "changed"})).rows("change") == ["B-2-1", "B-1-1"]
    assert read(csr.get("/bookings/", {"show": "changed", "new": "on"})).rows("change") == ["B-1-1"]


def test_list_goes_on_as_it_was_narrowed(town: Town, csr: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portico.domain.booking.queries.office.PAGE", 1)
    for window in (480, 600):
        town.book(window)
    first = read(csr.get("/bookings/", {"day": str(town.day), "new": "on"}))
    older = next(link["href"] for link in first.all("a") if link.get("rel") == "next")
    assert (first.rows("booking"), read(csr.get(older)).rows("booking")) == (["B-2-1"], ["B-1-1"])
    assert f"day={town.day}" in older
    assert "new=on" in older


def test_list_tells_what_was_said_and_how_it_came_about(town: Town, csr: Client, inside: Any) -> None:
    with inside():
        question = Question.objects.create(job_type=town.kind, position=1, kind="text", wording="What is it?")
    held = holding.hold(
        **town.place() | {"answers": {str(question.public_id): "It hums"}},
        day=town.day,
        window_id=town.windows[480],
        by=town.by,
    )
    town.confirm(held, notes="Ring twice", phone="602-555-0142")
    with inside():
        hold = Hold.objects.get()
        make_entry(hold)
    said = read(csr.get("/bookings/")).text
    assert [words for words in ("What is it?", "It hums", "Ring twice", "602-555-0142") if words not in said] == []
    assert "from the waiting list" in said


def test_what_is_kept_for_who_waits_is_told_by_the_clock_of_the_branch_that_comes(
    town: Town, csr: Client, inside: Any
) -> None:
    town.hold(480)
    with inside():
        Customer.objects.update(branch=Branch.objects.create(name="East", time_zone="America/New_York"))
        make_entry(Hold.objects.get(), state="offered")
    said = read(csr.get("/bookings/", {"show": "waiting"})).text
    assert ("8–10 AM" in said, "kept until" in said) == (True, True)


def make_entry(hold: Hold, *, state: str = "booked") -> None:
    """They wait or had waited, and this is what was offered."""
    whose = {"customer_id": hold.customer_id, "location_id": hold.location_id, "job_type_id": hold.job_type_id}
    days = {"from_day": hold.day, "until_day": hold.day}
    now = clock.real_now()
    WaitlistEntry.objects.create(**whose, **days, hold=hold, state=state, made_at=now, line_at=now)


@pytest.mark.parametrize("count", (1, 30))
def test_narrowed_list_takes_as_many_statements_however_long(town: Town, csr: Client, inside: Any, count: int) -> None:
    with inside():
        fill(town, count)
        Customer.objects.update(name="Zebulon Quist")
        refresh_search()
        first = Booking.objects.order_by("pk")[0]
        Booking.objects.update(customer=first.customer_id)
    csr.get("/bookings/")
    with statements(3):
        assert len(found(csr, text="quist", new="on")) == count


def changes_in(desk: Client, visit: Any) -> list[str]:
    links = [link.get("href", "") for link in read(desk.get("/bookings/")).all("a")]
    return [href for href in links if href.startswith(f"/appointments/{visit}/")]


def test_list_leads_to_moving_and_canceling_what_can_be_changed(town: Town, csr: Client) -> None:
    booked = town.book(480)
    assert changes_in(csr, booked.appointment) == [
        f"/appointments/{booked.appointment}/{act}/" for act in ("move", "cancel", "offer")
    ]
    town.cancel(booked)
    assert changes_in(csr, booked.appointment) == []


def test_accountant_reads_and_is_led_to_no_change(town: Town, staff: Any) -> None:
    booked, clerk = town.book(480), staff(StaffRole.ACCOUNTANT)
    assert found(clerk) == ["B-1-1"]
    assert changes_in(clerk, booked.appointment) == []
