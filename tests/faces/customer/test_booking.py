"""Booking in the portal: from a kind of visit to a visit that stands, and what happens when something is in the way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from portico.domain.booking.models import Booking, Hold, WaitlistEntry
from portico.domain.booking.operations import waiting
from portico.domain.capacity.models import AnswerOption, JobTypeScheduling, Question, SchedulingPolicy
from portico.domain.customers.models import Customer
from portico.domain.jobs.models import Appointment
from portico.foundation.people.models import Login
from portico.foundation.tenancy.scope import company_scope
from portico.kernel import clock
from tests.counting import statements
from tests.factories import customers as make
from tests.factories import people, read, scheduling
from tests.factories.equipment import make_unit
from tests.factories.town import Town

pytestmark = pytest.mark.django_db(transaction=True)

HOST = "alder"
DETAILS = {"name": "Ana Alvarez", "phone": "602-555-0142", "notes": "Dog in the yard", "key": "key 1"}


class Street:
    """A town with a customer signed in at the portal."""

    def __init__(self) -> None:
        self.company = people.make_company(HOST)
        with people.inside(self.company):
            self.town = Town()
            customer = self.town.home.customer
            make.add_emails(customer, "ana@example.com")
            login = Login.objects.get(email="ana@example.com")
            self.start = f"/booking/{self.town.home.public_id}/{self.town.kind.public_id}/"
        self.browser: Client = people.sign_in(people.portal(HOST), login)

    def slot(self, window: int = 480, *, days: int = 0) -> str:
        return f"{self.town.day + timedelta(days=days)}/{self.town.windows[window]}"

    def hold(self, window: int = 480, **more: Any) -> Any:
        return self.browser.post(f"{self.start}hold/", {"slot": self.slot(window), "asked": "1"} | more)

    def count(self, model: Any, **wanted: Any) -> int:
        with people.inside(self.company):
            return model.objects.filter(**wanted).count()

    def change(self, model: Any, **columns: Any) -> None:
        with people.inside(self.company):
            model.objects.update(**columns)


@pytest.fixture
def street(db: None) -> Street:
    return Street()


def test_choice_to_visit(street: Street) -> None:
    page = read(street.browser.get("/booking/"))
    assert page.rows("kind") == ["Tune-up"]
    windows = read(street.browser.get(street.start, {"from": str(street.town.day)}))
    assert [one.get("value") for one in windows.all(data_row="slot")] == [street.slot(m) for m in (480, 600, 780, 900)]
    held = street.hold()
    assert held.status_code == 303
    assert "Kept for you until" in read(street.browser.get(held.url)).text
    check = street.browser.post(held.url, DETAILS | {"step": "check"})
    assert (check.status_code, street.count(Booking)) == (303, 0)
    assert read(street.browser.get(check.url)).h1 == "Check and book"
    booked = street.browser.post(held.url, DETAILS | {"step": "confirm"})
    with people.inside(street.company):
        (visit,) = Appointment.objects.all()
        (agreed,) = Booking.objects.all()
    assert booked.url == f"/appointments/{visit.public_id}/"
    assert (agreed.contact_name, agreed.contact_phone, agreed.notes, agreed.contact_email) == (
        "Ana Alvarez",
        "602-555-0142",
        "Dog in the yard",
        "ana@example.com",
    )
    assert "Your visit is booked" in read(street.browser.get(booked.url)).text


def test_pages_take_as_many_statements_for_one_day_as_for_thirty(street: Street) -> None:
    street.browser.get("/booking/")
    with statements(4):  # the session, the places, the kinds, and what is waited for
        street.browser.get("/booking/")
    for count in (1, 30):
        with statements(9):
            street.browser.get(street.start, {"from": str(street.town.day + timedelta(days=count))})
    held = street.hold()
    with statements(2):
        street.browser.get(held.url)


def test_questions_come_first_and_keep_what_was_answered(street: Street) -> None:
    with people.inside(street.company):
        heater = Question.objects.create(job_type=street.town.kind, position=1, kind="choice", wording="What heater?")
        tank = AnswerOption.objects.create(
            question=heater, position=1, label="With a tank", effect="minutes", minutes=60
        )
        note = Question.objects.create(job_type=street.town.kind, position=2, kind="text", wording="Where is it?")
    asked = {"asked": "1", f"q-{note.public_id}": "Attic", "from": str(street.town.day)}
    first = street.browser.get(street.start)
    assert (first.status_code, read(first).rows("slot")) == (200, [])
    refused = street.browser.get(street.start, asked)
    assert refused.status_code == 422
    assert "Answer “What heater?”." in read(refused).text
    assert "Attic" in refused.content.decode()
    answered = asked | {f"q-{heater.public_id}": str(tank.public_id)}
    assert len(read(street.browser.get(street.start, answered)).rows("slot")) == 3  # three hours end too late at 3 PM
    held = street.browser.post(f"{street.start}hold/", answered | {"slot": street.slot()})
    check = street.browser.post(held.url, DETAILS | {"step": "check"})
    assert "With a tank" in read(street.browser.get(check.url)).text
    with people.inside(street.company):
        assert (Hold.objects.get().minutes, Hold.objects.get().answers) == (
            180,
            {str(heater.public_id): str(tank.public_id), str(note.public_id): "Attic"},
        )


def test_danger_leads_to_the_phone(street: Street) -> None:
    with people.inside(street.company):
        gas = Question.objects.create(job_type=street.town.kind, position=1, kind="yes_no", wording="Smell of gas?")
        yes = AnswerOption.objects.create(
            question=gas, position=1, label="Yes", effect="call", text="Leave the house and call us now."
        )
    answered = {"asked": "1", f"q-{gas.public_id}": str(yes.public_id)}
    assert "Leave the house and call us now." in read(street.browser.get(street.start, answered)).text
    sent = street.browser.post(f"{street.start}hold/", answered | {"slot": street.slot()})
    assert (sent.status_code, street.count(Hold)) == (409, 0)


def test_customer_who_is_not_served_is_told_to_call_without_a_reason(street: Street) -> None:
    street.change(Customer, do_not_service=True)
    page = read(street.browser.get(street.start))
    assert (page.h1, page.rows("slot")) == ("Call us", [])
    assert "service" not in page.one("main").text.lower()


@pytest.mark.parametrize(
    ("changed", "told"),
    (
        ({"lead_hours": 24 * 50}, "at least 50 days before"),
        ({"horizon_days": 1}, "Every time in these days is taken."),
        ({"is_members_only": True}, "This visit is for members."),
    ),
)
def test_nothing_open_says_why(street: Street, changed: dict[str, Any], told: str) -> None:
    street.change(JobTypeScheduling, **changed)
    page = read(street.browser.get(street.start))
    assert page.rows("slot") == []
    assert told in page.text


def test_what_is_not_offered_is_not_found(street: Street) -> None:
    street.change(JobTypeScheduling, is_self_schedulable=False)
    assert street.browser.get(street.start).status_code == 404
    assert street.hold().status_code == 404
    assert "Nothing can be booked online" in read(street.browser.get("/booking/")).text


def test_window_that_is_gone_leads_to_what_is_left(street: Street) -> None:
    with people.inside(street.company):
        other = scheduling.make_home()
    _book_elsewhere(street, other, 480)
    refused = street.hold()
    page = read(refused)
    assert refused.status_code == 409
    assert "just taken" in page.errors[0]
    assert street.slot(480) not in page.rows("slot")
    assert street.slot(600) in page.rows("slot")


def test_place_lost_while_typing_keeps_everything_and_offers_the_next(street: Street) -> None:
    held = street.hold()
    with people.inside(street.company):
        other = scheduling.make_home()
    street.change(Hold, expires_at=clock.real_now() - timedelta(seconds=1))
    _book_elsewhere(street, other, 480)
    lost = street.browser.post(held.url, DETAILS | {"step": "confirm"})
    page = read(lost)
    assert lost.status_code == 409
    assert street.slot(480) not in page.rows("slot")
    assert 'value="Dog in the yard"' in lost.content.decode()
    another = street.browser.post(f"{held.url}another/", DETAILS | {"slot": street.slot(600)})
    assert another.status_code == 303
    form = next(form for form in read(street.browser.get(another.url)).forms if "held" in form.action)
    booked = street.browser.post(form.action, DETAILS | {"step": "confirm"})
    assert booked.url.startswith("/appointments/")


def test_form_sent_twice_books_once(street: Street) -> None:
    held = street.hold()
    first = street.browser.post(held.url, DETAILS | {"step": "confirm"})
    again = street.browser.post(held.url, DETAILS | {"step": "confirm"})
    assert first.url == again.url
    assert street.count(Booking) == 1


@pytest.mark.parametrize(
    ("wrong", "told"),
    (
        ({"phone": "12"}, "Write a phone number with its area code"),
        ({"phone": ""}, "so that the technician can call ahead"),
        ({"name": ""}, "Write a name."),
    ),
)
def test_details_that_will_not_do_are_named_and_kept(street: Street, wrong: dict[str, str], told: str) -> None:
    held = street.hold()
    refused = street.browser.post(held.url, DETAILS | wrong | {"step": "confirm"})
    assert (refused.status_code, street.count(Booking)) == (422, 0)
    assert told in read(refused).text
    assert "Dog in the yard" in refused.content.decode()


def test_release_frees_the_place(street: Street) -> None:
    held = street.hold()
    back = street.browser.post(f"{held.url}release/")
    assert back.url.startswith(street.start)
    assert street.count(Hold, state="released") == 1


def test_unit_stays_when_the_time_is_let_go(street: Street) -> None:
    with people.inside(street.company):
        unit = make_unit(street.town.home)
    held = street.hold(unit=str(unit.public_id))
    assert held.url.endswith(f"?unit={unit.public_id}")
    back = street.browser.post(f"{held.url.partition('?')[0]}release/", {"unit": str(unit.public_id)})
    assert f"unit={unit.public_id}" in back.url


def test_pages_before_what_is_booked_lead_to_the_visit(street: Street) -> None:
    held = street.hold()
    check = street.browser.post(held.url, DETAILS | {"step": "check"}).url
    visit = street.browser.post(held.url, DETAILS | {"step": "confirm"}).url
    assert street.browser.post(held.url, DETAILS | {"step": "check"}).url == visit
    assert [street.browser.get(address).url for address in (held.url, check)] == [visit, visit]
    assert street.count(Booking) == 1


def test_check_page_of_another_hold_shows_nothing_of_what_was_typed(street: Street) -> None:
    check = street.browser.post(street.hold().url, DETAILS | {"step": "check"}).url
    other = street.hold(600).url
    page = read(street.browser.get(f"{other}?{check.partition('?')[2]}"))
    assert (page.h1, "Dog in the yard" in page.text) == ("Your details", False)


def test_notes_too_long_for_an_address_are_checked_all_the_same(street: Street) -> None:
    words = " ".join(f"{number * number * 7919:x}" for number in range(2, 160))[:1000]
    check = street.browser.post(street.hold().url, DETAILS | {"step": "check", "notes": words})
    assert check.status_code in (200, 303)


def test_too_late_names_the_hours_of_what_is_asked(street: Street) -> None:
    visit = street.browser.post(street.hold().url, DETAILS | {"step": "confirm"}).url
    street.change(SchedulingPolicy, reschedule_cutoff_hours=24 * 20, cancel_cutoff_hours=24 * 30)
    assert "until 480 hours before" in read(street.browser.get(f"{visit}move/")).text
    assert "until 720 hours before" in read(street.browser.get(f"{visit}cancel/")).text


def test_move_keeps_the_old_time_until_it_is_confirmed(street: Street) -> None:
    visit = street.browser.post(street.hold().url, DETAILS | {"step": "confirm"}).url
    page = read(street.browser.get(f"{visit}move/", {"from": str(street.town.day)}))
    assert page.rows("slot") == [street.slot(600), street.slot(780), street.slot(900)]
    check = street.browser.post(f"{visit}move/", {"slot": street.slot(900)})
    assert "Move your visit?" in read(check).text
    with people.inside(street.company):
        before = Appointment.objects.get().window_starts_at
    moved = street.browser.post(f"{visit}move/", {"slot": street.slot(900), "step": "confirm"})
    assert moved.url == visit
    with people.inside(street.company):
        assert Appointment.objects.get().window_starts_at == before + timedelta(hours=7)


def test_late_change_is_for_the_phone(street: Street) -> None:
    visit = street.browser.post(street.hold().url, DETAILS | {"step": "confirm"}).url
    street.change(SchedulingPolicy, reschedule_cutoff_hours=24 * 30, cancel_cutoff_hours=24 * 30)
    for act in ("move", "cancel"):
        page = read(street.browser.get(f"{visit}{act}/"))
        assert "Call us to change this one." in page.text
        assert street.browser.post(f"{visit}{act}/", {"slot": street.slot(900), "reason": "x"}).status_code == 409


def test_late_cancel_wants_the_fee_ticked_as_it_was_agreed(street: Street) -> None:
    street.change(SchedulingPolicy, late_fee_text="$50 within a day")
    visit = street.browser.post(street.hold().url, DETAILS | {"step": "confirm"}).url
    street.change(SchedulingPolicy, late_fee_text="$900", cancel_cutoff_hours=24 * 30)
    page = read(street.browser.get(f"{visit}cancel/"))
    assert "$50 within a day" in page.text
    assert "$900" not in page.text
    assert street.browser.post(f"{visit}cancel/", {"reason": "Away"}).status_code == 422
    done = street.browser.post(f"{visit}cancel/", {"reason": "Away", "accepts_late_fee": "on"})
    assert done.url == "/appointments/"
    assert street.count(Appointment, status="Canceled") == 1


def test_visit_page_offers_to_move_and_cancel_while_it_is_scheduled(street: Street) -> None:
    visit = street.browser.post(street.hold().url, DETAILS | {"step": "confirm"}).url
    assert {f"{visit}move/", f"{visit}cancel/"} <= set(read(street.browser.get(visit)).links.values())
    street.change(Appointment, status="Dispatched")
    assert not {f"{visit}move/", f"{visit}cancel/"} & set(read(street.browser.get(visit)).links.values())
    assert "no longer be changed online" in read(street.browser.get(f"{visit}move/")).text


def test_broken_addresses_are_answered(street: Street) -> None:
    for query in ({"from": "soon"}, {"from": "9999-12-31"}, {"asked": "1", "unit": "x"}):
        assert street.browser.get(street.start, query).status_code in {200, 404}
    for slot in ("", "x", "2026-13-01/1", f"{street.town.day}/x", f"{street.town.day}/999999"):
        assert street.browser.post(f"{street.start}hold/", {"slot": slot, "asked": "1"}).status_code in {303, 404, 409}


def _book_elsewhere(street: Street, home: Any, window: int) -> None:
    """Somebody else takes the only technician's window."""
    with company_scope(street.company.id):
        street.town.book(window, home=home)


def test_wait_is_put_in_line_shown_and_left(street: Street) -> None:
    until = (street.town.day + timedelta(days=3)).isoformat()
    answer = street.browser.post(f"{street.start}wait/", {"asked": "1", "until": until})
    assert (answer.status_code, answer["location"].split("?")[0]) == (303, "/booking/")
    with people.inside(street.company):
        entry = WaitlistEntry.objects.get()
        assert (entry.email, entry.until_day.isoformat(), entry.state) == ("ana@example.com", until, "waiting")
    assert "You wait for a time" in street.browser.get("/booking/").content.decode()
    left = street.browser.post(f"/booking/waiting/{entry.public_id}/leave/")
    assert (left.status_code, left["location"]) == (303, "/booking/")
    assert "You wait for a time" not in street.browser.get("/booking/").content.decode()


def test_offer_of_a_wait_is_booked_like_any_held_window(street: Street) -> None:
    street.browser.post(f"{street.start}wait/", {"asked": "1", "until": street.town.day.isoformat()})
    with company_scope(street.company.id):
        assert waiting.offer_freed() == 1
    with people.inside(street.company):
        hold = Hold.objects.get()
    assert f"/booking/held/{hold.public_id}/" in street.browser.get("/booking/").content.decode()
    booked = street.browser.post(f"/booking/held/{hold.public_id}/", DETAILS | {"step": "confirm"})
    assert booked.status_code == 303
    with people.inside(street.company):
        assert (Booking.objects.count(), WaitlistEntry.objects.get().state) == (1, "booked")


def test_wait_without_a_day_or_for_too_long_is_said(street: Street) -> None:
    missing = street.browser.post(f"{street.start}wait/", {"asked": "1", "until": ""})
    far = (street.town.day + timedelta(days=500)).isoformat()
    long = street.browser.post(f"{street.start}wait/", {"asked": "1", "until": far})
    assert (missing.status_code, "Choose a day." in missing.content.decode()) == (422, True)
    assert (long.status_code, "Choose a day that can be booked online." in long.content.decode()) == (409, True)
