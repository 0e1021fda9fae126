"""Bookings in the office: the lists, and booking, moving and canceling for a customer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from portico.domain.booking.models import Booking, BookingStep, Hold, WaitlistEntry
from portico.domain.booking.operations import holding, rebuilding, waiting
from portico.domain.capacity.models import AnswerOption, Question, SchedulingPolicy
from portico.domain.customers.models import Contact, Customer
from portico.domain.customers.search import refresh_search
from portico.domain.jobs.models import Appointment
from portico.foundation.audit.operations import Actor, ActorKind
from portico.foundation.messaging.models import Message
from portico.foundation.people.roles import StaffRole
from portico.foundation.tenancy.scope import company_scope
from portico.kernel import clock
from tests.counting import statements
from tests.domain.booking.mail import invite_in, sent
from tests.factories import people, read
from tests.factories import scheduling as make
from tests.factories.town import Town

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town(company: Any) -> Any:
    with people.inside(company):
        town = Town()
    with company_scope(company.id):
        yield town


@pytest.fixture
def inside(company: Any) -> Callable[[], Any]:
    return lambda: people.inside(company)


@pytest.fixture
def csr(staff: Any) -> Client:
    client: Client = staff(StaffRole.CSR)
    return client


def windows_page(town: Town) -> str:
    return f"/customers/{town.home.customer.public_id}/book/{town.home.public_id}/{town.kind.public_id}/"


def slot(town: Town, window: int, day: Any = None) -> str:
    return f"{(day or town.day).isoformat()}/{town.windows[window]}"


def who(town: Town, window: int = 480, **typed: str) -> dict[str, str]:
    return {"step": "confirm", "slot": slot(town, window), "name": "Ana", "key": "k1", **typed}


def mails(inside: Any) -> list[tuple[str, str]]:
    with inside():
        return sorted(Message.objects.values_list("kind", "to_email"))


# --- Lists --------------------------------------------------------------------------------------------------------


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


@pytest.mark.parametrize("show", ("booked", "changed", "waiting"))
@pytest.mark.parametrize("count", (1, 4))
def test_lists_take_as_many_statements_however_long(
    town: Town, csr: Client, inside: Any, show: str, count: int
) -> None:
    with inside():
        SchedulingPolicy.objects.update(most_bookings_per_day=9)
    for window in (480, 600, 780, 900)[:count]:
        town.cancel(town.book(window))
        with inside():
            home = make.make_home()
        waiting.wait(**town.place(home), until_day=town.day, email="ben@example.com", by=town.by)
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


def make_entry(hold: Hold) -> None:
    """They had waited, and this is what was offered."""
    whose = {"customer_id": hold.customer_id, "location_id": hold.location_id, "job_type_id": hold.job_type_id}
    days = {"from_day": hold.day, "until_day": hold.day}
    now = clock.real_now()
    WaitlistEntry.objects.create(**whose, **days, hold=hold, state="booked", made_at=now, line_at=now)


@pytest.mark.parametrize("count", (1, 4))
def test_narrowed_list_takes_as_many_statements_however_long(town: Town, csr: Client, inside: Any, count: int) -> None:
    with inside():
        Customer.objects.filter(pk=town.home.customer_id).update(name="Zebulon Quist")
        refresh_search()
        SchedulingPolicy.objects.update(most_bookings_per_day=9)
    for window in (480, 600, 780, 900)[:count]:
        town.book(window)
    csr.get("/bookings/")
    with statements(3):
        assert len(found(csr, text="quist", day=str(town.day), new="on")) == count


# --- Booking for a customer -----------------------------------------------------------------------------------------


def test_staff_books_what_the_days_can_keep(town: Town, csr: Client, inside: Any) -> None:
    with inside():
        Contact.objects.create(
            customer=town.home.customer, type="Phone", value="(512) 555-0100", phone_digits="5125550100"
        )
        Contact.objects.create(
            customer=town.home.customer, type="Email", value="ana@example.com", email="ana@example.com"
        )
    start = f"/customers/{town.home.customer.public_id}/book/"
    chosen = csr.get(start, {"location": town.home.public_id, "job_type": town.kind.public_id})
    assert chosen.headers["location"] == windows_page(town)
    page = read(csr.get(windows_page(town)))
    assert page.rows("slot") == [slot(town, window) for window in (480, 600, 780, 900)]
    details = read(csr.get(windows_page(town), {"slot": slot(town, 600)}))
    shown = {field["name"]: field.get("value") for field in details.all("input") if field.get("name")}
    assert (shown["phone"], shown["email"], shown["slot"]) == ("(512) 555-0100", "ana@example.com", slot(town, 600))
    refused = csr.post(windows_page(town), who(town, 600, name="", email="no address", notes="Blue door"))
    again = read(refused)
    assert (refused.status_code, again.one(name="notes").text.strip()) == (422, "Blue door")
    answer = csr.post(windows_page(town), who(town, 600, email="ana@example.com", notes="Blue door"))
    with inside():
        booked = Booking.objects.select_related("appointment__job").get()
        job = booked.appointment.job
        assert (booked.is_by_office, booked.notes, booked.contact_name) == (True, "Blue door", "Ana")
        assert rebuilding.differences() == []
    assert answer.headers["location"] == f"/customers/{town.home.customer.public_id}/jobs/{job.public_id}/"
    assert mails(inside) == [("booking", "ana@example.com")]
    method, event = invite_in(sent(inside, "booking"))
    assert (method, int(event["SEQUENCE"])) == ("REQUEST", 1)


def test_same_form_books_once(town: Town, csr: Client, inside: Any) -> None:
    assert [csr.post(windows_page(town), who(town)).status_code for _ in range(2)] == [303, 303]
    with inside():
        assert Appointment.objects.count() == 1


def test_time_that_was_taken_keeps_what_was_typed(town: Town, csr: Client, inside: Any) -> None:
    with inside():
        other = make.make_home()
    town.book(480, home=other)
    answer = csr.post(windows_page(town), who(town, 480, notes="Blue door", email="a@example.com"))
    page = read(answer)
    assert (answer.status_code, "Choose another time") == (409, page.h1)
    assert slot(town, 600) in page.rows("slot")
    kept = {field["name"]: field.get("value") for field in page.all("input") if field.get("name")}
    assert (kept["notes"], kept["email"], kept["key"]) == ("Blue door", "a@example.com", "k1")
    there = csr.post(windows_page(town), kept | {"slot": slot(town, 600)})
    assert read(there).one(name="notes").text.strip() == "Blue door"
    assert csr.post(windows_page(town), who(town, 600, notes="Blue door")).status_code == 303


def test_questions_come_before_the_times(town: Town, csr: Client, inside: Any) -> None:
    with inside():
        question = Question.objects.create(
            job_type=town.kind, position=1, kind="choice", wording="Does it run?", is_required=True
        )
        slow = AnswerOption.objects.create(question=question, position=1, label="No", effect="minutes", minutes=180)
    page = read(csr.get(windows_page(town)))
    assert (page.h1, page.rows("slot")) == ("A few questions", [])
    assert csr.get(windows_page(town), {"asked": "1"}).status_code == 422
    answered = {"asked": "1", f"q-{question.public_id}": str(slow.public_id)}
    assert read(csr.get(windows_page(town), answered)).rows("slot") != []


def test_do_not_service_is_said_and_does_not_bind(town: Town, csr: Client, inside: Any) -> None:
    with inside():
        Customer.objects.update(do_not_service=True)
    page = read(csr.get(windows_page(town)))
    assert "Do not service" in page.text
    assert csr.post(windows_page(town), who(town)).status_code == 303


def test_foreign_place_or_kind_is_not_found(town: Town, csr: Client, inside: Any) -> None:
    with inside():
        other = make.make_home()
    customer, kind = town.home.customer.public_id, town.kind.public_id
    for place, job_type in ((other.public_id, kind), (town.home.public_id, other.public_id)):
        assert csr.get(f"/customers/{customer}/book/{place}/{job_type}/").status_code == 404


# --- Moving and canceling -------------------------------------------------------------------------------------------


def test_staff_moves_a_visit_and_the_customer_is_written_to(town: Town, csr: Client, inside: Any) -> None:
    booked = town.book(480)
    address = f"/appointments/{booked.appointment}/move/"
    page = read(csr.get(address))
    assert page.rows("slot") == [slot(town, window) for window in (600, 780, 900)]
    check = read(csr.post(address, {"slot": slot(town, 780)}))
    assert "1–3 PM" in check.text
    assert csr.post(address, {"slot": slot(town, 780), "step": "confirm"}).status_code == 303
    with inside():
        step = BookingStep.objects.get(kind="moved")
        assert (step.is_by_office, rebuilding.differences()) == (True, [])
    method, event = invite_in(sent(inside, "booking_moved"))
    assert (method, int(event["SEQUENCE"])) == ("REQUEST", 2)
    assert [mail for mail in mails(inside) if mail[1] == "office@example.com"] == [
        ("office_news", "office@example.com")
    ]


def test_time_that_is_gone_leaves_the_visit_where_it_was(town: Town, csr: Client, inside: Any) -> None:
    booked, other = town.book(480), None
    with inside():
        other = make.make_home()
    town.book(780, home=other)
    for typed in ({}, {"step": "confirm"}):
        answer = csr.post(f"/appointments/{booked.appointment}/move/", {"slot": slot(town, 780), **typed})
        assert (answer.status_code, "This time was just taken" in read(answer).text) == (409, True)
    with inside():
        assert not BookingStep.objects.filter(kind="moved").exists()


def test_policy_is_told_and_does_not_bind_the_office(town: Town, csr: Client, inside: Any) -> None:
    booked = town.book(480)
    with inside():
        SchedulingPolicy.objects.update(most_reschedules=0, cancel_cutoff_hours=24 * 30)
    page = read(csr.get(f"/appointments/{booked.appointment}/move/"))
    assert "moved as often as the policy allows" in page.text
    assert (
        csr.post(f"/appointments/{booked.appointment}/move/", {"slot": slot(town, 600), "step": "confirm"}).status_code
        == 303
    )


def test_staff_cancels_with_a_reason_that_the_customer_reads(town: Town, csr: Client, inside: Any) -> None:
    booked = town.book(480)
    address = f"/appointments/{booked.appointment}/cancel/"
    assert csr.post(address, {"reason": " "}).status_code == 422
    assert csr.post(address, {"reason": "The part has not come"}).status_code == 303
    with inside():
        assert (Appointment.objects.get().status, town.offered()) == ("Canceled", [480, 600, 780, 900])
    mail = sent(inside, "booking_canceled")
    said = mail.get_body(("plain",))
    assert said is not None
    assert "We had to cancel it: The part has not come" in said.get_content()
    assert (invite_in(mail)[0]) == "CANCEL"
    assert csr.get(address).status_code == 200
    assert csr.post(address, {"reason": "Again"}).status_code == 409


def test_visit_that_nobody_booked_here_is_told_to_the_customers_first_address(
    town: Town, csr: Client, inside: Any
) -> None:
    with inside():
        visit = make.make_planned_visit(town.unit, town.kind, town.day, to=(town.technician,))
        customer = visit.job.customer
        Contact.objects.create(customer=customer, type="Email", value="x@example.com", email="x@example.com")
    address = f"/appointments/{visit.public_id}/cancel/"
    assert csr.post(address, {"reason": "Storm"}).status_code == 303
    assert mails(inside) == [("booking_canceled", "x@example.com")]


def test_visit_on_its_way_stays_as_it_is(town: Town, csr: Client, inside: Any) -> None:
    booked = town.book(480)
    with inside():
        Appointment.objects.update(status="Dispatched")
    for page in ("move", "cancel"):
        answer = csr.get(f"/appointments/{booked.appointment}/{page}/")
        assert "cannot be changed any more" in read(answer).text
        assert csr.post(f"/appointments/{booked.appointment}/{page}/", {"reason": "x"}).status_code == 409


def test_accountant_sees_and_does_not_change(town: Town, staff: Any) -> None:
    booked, clerk = town.book(480), staff(StaffRole.ACCOUNTANT)
    assert clerk.get("/bookings/").status_code == 200
    for page in (f"/appointments/{booked.appointment}/move/", windows_page(town)):
        assert clerk.get(page).status_code == 403
