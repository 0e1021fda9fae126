"""Bookings in the office: booking, moving and canceling for a customer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from portico.domain.booking.models import Booking, BookingStep
from portico.domain.booking.operations import rebuilding
from portico.domain.capacity.models import AnswerOption, CapacityRule, JobTypeScheduling, Question, SchedulingPolicy
from portico.domain.catalog.models import JobType
from portico.domain.customers.models import Contact, Customer
from portico.domain.jobs.models import Appointment, Job
from portico.foundation.audit.models import AuditEntry
from portico.foundation.messaging.models import Message
from portico.foundation.people.roles import StaffRole
from portico.foundation.tenancy.models import Branch
from tests.domain.booking.mail import invite_in, sent
from tests.factories import read
from tests.factories import scheduling as make
from tests.factories.town import Town

pytestmark = pytest.mark.django_db(transaction=True)


def windows_page(town: Town) -> str:
    return f"/customers/{town.home.customer.public_id}/book/{town.home.public_id}/{town.kind.public_id}/"


def slot(town: Town, window: int, day: Any = None) -> str:
    return f"{(day or town.day).isoformat()}/{town.windows[window]}"


def who(town: Town, window: int = 480, **typed: str) -> dict[str, str]:
    return {"step": "confirm", "slot": slot(town, window), "name": "Ana", "key": "k1", **typed}


def mails(inside: Any) -> list[tuple[str, str]]:
    with inside():
        return sorted(Message.objects.values_list("kind", "to_email"))


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


def hidden(page: Any) -> dict[str, str]:
    return {field["name"]: field.get("value", "") for field in page.all("input") if field.get("type") == "hidden"}


def test_what_was_typed_goes_along_to_all_times_and_back(town: Town, csr: Client, inside: Any) -> None:
    with inside():
        other = make.make_home()
    typed = who(town, 480, notes="Blue door", email="a@example.com") | {"step": "times"}
    page = read(csr.post(windows_page(town), typed))
    assert (page.h1, hidden(page)["notes"], hidden(page)["name"]) == ("Choose a time", "Blue door", "Ana")
    town.book(480, home=other)
    gone = csr.post(windows_page(town), hidden(page) | {"slot": slot(town, 480)})
    assert (gone.status_code, hidden(read(gone))["notes"]) == (409, "Blue door")
    there = read(csr.post(windows_page(town), hidden(read(gone)) | {"slot": slot(town, 600)}))
    assert there.one(name="notes").text.strip() == "Blue door"


def test_times_are_those_of_the_branch_that_comes(town: Town, csr: Client, inside: Any) -> None:
    with inside():
        away = Branch.objects.create(name="East", display_name="East", time_zone="America/New_York")
        Customer.objects.update(branch=away)
    page = read(csr.get(windows_page(town), {"slot": slot(town, 600)}))
    assert "10 AM–12 PM" in page.text


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


def test_other_times_are_listed_with_what_stands_against_them(town: Town, csr: Client, inside: Any) -> None:
    town.book(480)
    with inside():
        CapacityRule.objects.create(name="Quiet", kind="closed", channel="all", arrival_window_id=town.windows[600])
    page = read(csr.get(windows_page(town), {"from": str(town.day)}))
    assert page.rows("slot") == [slot(town, window) for window in (780, 900)]
    closed = {row["data-key"]: row.text for row in page.all(**{"data-row": "closed"})}
    assert "A limit closes it: Quiet." in closed[f"{town.day} closed"]
    assert "10 AM–12 PM" in closed[f"{town.day} closed"]
    assert "8–10 AM" in closed[f"{town.day} full"]
    after = closed[f"{town.day + timedelta(days=1)} shift"]
    assert "8–10 AM, 1–3 PM, 3–5 PM" in after
    assert "has a shift on" in after
    with inside():
        JobType.objects.update(duration_minutes=None)
    page = read(csr.get(windows_page(town)))
    assert (page.rows("slot"), "has no duration" in page.text) == ([], True)


def test_answer_that_sends_customers_to_the_phone_is_told_and_does_not_bind(
    town: Town, csr: Client, inside: Any
) -> None:
    with inside():
        question = Question.objects.create(job_type=town.kind, position=1, kind="choice", wording="Gas?")
        yes = AnswerOption.objects.create(
            question=question, position=1, label="Yes", effect="call", text="Get out now."
        )
    page = read(csr.get(windows_page(town), {"asked": "1", f"q-{question.public_id}": str(yes.public_id)}))
    assert "Get out now." in page.text
    assert page.rows("slot") != []


def test_answer_that_leads_to_another_kind_asks_its_questions(town: Town, csr: Client, inside: Any) -> None:
    with inside():
        other = make.make_job_type(town.unit, "Repair")
        Question.objects.create(job_type=other, position=1, kind="text", wording="What broke?")
        question = Question.objects.create(job_type=town.kind, position=1, kind="choice", wording="Does it run?")
        no = AnswerOption.objects.create(question=question, position=1, label="No", effect="job_type", job_type=other)
    answer = csr.get(windows_page(town), {"asked": "1", f"q-{question.public_id}": str(no.public_id)})
    assert answer.headers["location"] == windows_page(town).replace(str(town.kind.public_id), str(other.public_id))
    assert "What broke?" in read(csr.get(answer.headers["location"])).text


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


def overridden(inside: Any, verb: str) -> list[list[str]]:
    with inside():
        return [entry.facts.get("overrides", []) for entry in AuditEntry.objects.filter(verb=verb).order_by("pk")]


def test_what_staff_goes_beyond_is_in_the_trail(town: Town, csr: Client, inside: Any) -> None:
    csr.post(windows_page(town), who(town, 480))
    with inside():
        Customer.objects.update(do_not_service=True)
        JobTypeScheduling.objects.update(is_self_schedulable=False)
    csr.post(windows_page(town), who(town, 600, key="k2"))
    assert overridden(inside, "visit.booked") == [[], ["do_not_service", "not_offered"]]
    with inside():
        SchedulingPolicy.objects.update(reschedule_cutoff_hours=24 * 30, cancel_cutoff_hours=24 * 30)
        first, second = Appointment.objects.order_by("pk")
    csr.post(f"/appointments/{first.public_id}/move/", {"slot": slot(town, 780), "step": "confirm"})
    csr.post(f"/appointments/{second.public_id}/cancel/", {"reason": "Storm"})
    assert (overridden(inside, "visit.moved"), overridden(inside, "visit.canceled")) == ([["late"]], [["late"]])


def test_visit_on_hold_gets_its_new_day_or_is_canceled(town: Town, csr: Client, inside: Any) -> None:
    booked = [town.book(480), town.book(600)]
    for one in booked:
        assert csr.post(f"/appointments/{one.appointment}/status/", {"status": "Hold"}).status_code == 302
    moved, canceled = [f"/appointments/{one.appointment}" for one in booked]
    assert csr.post(f"{moved}/move/", {"slot": slot(town, 780), "step": "confirm"}).status_code == 303
    assert csr.post(f"{canceled}/cancel/", {"reason": "Storm"}).status_code == 303
    with inside():
        found = [(one.status, one.job.status) for one in Appointment.objects.select_related("job").order_by("pk")]
        assert found == [("Scheduled", "Scheduled"), ("Canceled", "Canceled")]
        assert Job.objects.get(status="Canceled").cancel_reason == {"name": "Office", "text": "Storm"}
        assert rebuilding.differences() == []


def test_accountant_sees_and_does_not_change(town: Town, staff: Any) -> None:
    booked, clerk = town.book(480), staff(StaffRole.ACCOUNTANT)
    assert clerk.get("/bookings/").status_code == 200
    for page in (f"/appointments/{booked.appointment}/move/", windows_page(town)):
        assert clerk.get(page).status_code == 403
