"""Other times that the office offers, in the portal: one tap moves the visit, and whatever became of them is said."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from portico.domain.booking.models import Booking, Hold, VisitOffer
from portico.domain.booking.operations import offering
from portico.domain.customers.models import HouseholdMember
from portico.domain.jobs.models import Appointment
from portico.foundation.audit.operations import Actor, ActorKind
from portico.foundation.people.models import Login
from portico.foundation.tenancy.scope import company_scope
from portico.kernel import clock
from tests.counting import statements
from tests.factories import customers as make
from tests.factories import people, read
from tests.factories.town import Town

pytestmark = pytest.mark.django_db(transaction=True)
HOST = "alder"
OFFICE = Actor(ActorKind.STAFF, name="Olga Office")


class Street:
    """A booked visit from eight to ten for which the office offers two other times."""

    def __init__(self) -> None:
        self.company = people.make_company(HOST)
        with people.inside(self.company):
            self.town = Town()
            make.add_emails(self.town.home.customer, "ana@example.com")
            login = Login.objects.get(email="ana@example.com")
        with company_scope(self.company.id):
            self.visit = self.town.book(480).appointment
        self.browser: Client = people.sign_in(people.portal(HOST), login)
        self.offer(780, 900)

    def offer(self, *windows: int) -> None:
        slots = [(self.town.day, self.town.windows[window]) for window in windows]
        with company_scope(self.company.id):
            self.id = offering.make(
                appointment=self.visit, slots=slots, lasts=timedelta(days=1), message="Tom is <ill>.", by=OFFICE
            )
        with people.inside(self.company):
            rows = Hold.objects.filter(visit_offer__public_id=self.id).order_by("pk")
            self.holds = list(rows.values_list("public_id", flat=True))

    @property
    def path(self) -> str:
        return f"/offers/{self.id}/"

    def page(self) -> Any:
        return read(self.browser.get(self.path))

    def accept(self, place: int = 0) -> Any:
        return self.browser.post(f"{self.path}accept/", {"hold": self.holds[place]})

    def window(self) -> int:
        with people.inside(self.company):
            return int(Booking.objects.get().window_id or 0)

    def change(self, model: Any, **columns: Any) -> None:
        with people.inside(self.company):
            model.objects.update(**columns)


@pytest.fixture
def street(db: None) -> Street:
    return Street()


@pytest.mark.parametrize("windows", ((780,), (600, 780, 900)))
def test_offer_costs_the_same_whatever_it_offers(street: Street, windows: tuple[int, ...]) -> None:
    with company_scope(street.company.id):
        offering.withdraw(offer=street.id, by=OFFICE)
    street.offer(*windows)
    with statements(2):
        page = street.page()
    assert len(page.all(data_row="time")) == len(windows)
    assert page.h1 == "Another time for your visit"
    assert "Tom is <ill>." in page.text


def test_one_tap_takes_a_time_and_again_changes_nothing(street: Street) -> None:
    taken = [street.accept(1).url for _ in range(2)]
    assert taken == [f"/appointments/{street.visit}/"] * 2
    assert street.window() == street.town.windows[900]
    page = street.page()
    assert [row["data-key"] for row in page.all(data_row="over")] == ["accepted"]
    assert page.all(data_row="time") == []


def test_visit_page_leads_to_the_offer_until_it_is_answered(street: Street) -> None:
    visit = f"/appointments/{street.visit}/"
    with statements(3):
        page = read(street.browser.get(visit))
    assert street.path in page.links.values()
    street.browser.post(f"{street.path}decline/")
    assert street.path not in read(street.browser.get(visit)).links.values()


def test_home_asks_for_the_answer_in_as_many_statements_as_without_it(street: Street) -> None:
    with statements(2):
        page = read(street.browser.get("/"))
    assert page.rows("offer") == ["Tune-up"]
    assert street.path in page.links.values()
    assert "1 to do" in page.text
    street.browser.get(street.accept().url)
    with statements(2):
        page = read(street.browser.get("/"))
    assert page.rows("offer") == []
    assert "You’re all set" in page.text


def test_declining_keeps_the_visit(street: Street) -> None:
    answer = street.browser.post(f"{street.path}decline/")
    assert answer.url == f"/appointments/{street.visit}/"
    assert "Your visit stays as it is. We told the office." in read(street.browser.get(answer.url)).text
    assert street.window() == street.town.windows[480]
    assert street.browser.post(f"{street.path}decline/").url == street.path
    assert "You kept the time that you have." in street.page().text


def end_now(street: Street) -> None:
    over = clock.real_now() - timedelta(seconds=1)
    street.change(VisitOffer, expires_at=over)
    street.change(Hold, expires_at=over)


def test_offer_that_ended_is_told_kindly_with_the_next_step(street: Street) -> None:
    end_now(street)
    answer = street.accept()
    page = read(answer)
    assert answer.status_code == 409
    assert "kept for you, and are no longer" in page.one(role="alert").text
    assert f"/appointments/{street.visit}/move/" in page.links.values()
    assert street.window() == street.town.windows[480]
    assert "kept for you, and are no longer" in street.page().text
    assert street.page().all(role="alert") == []


def test_withdrawn_offer_is_told_kindly(street: Street) -> None:
    with company_scope(street.company.id):
        offering.withdraw(offer=street.id, by=OFFICE)
    assert street.accept().status_code == 409
    assert "We had to take these times back." in street.page().text


def test_one_time_that_is_lost_leaves_the_other(street: Street) -> None:
    with people.inside(street.company):
        Hold.objects.filter(public_id=street.holds[0]).update(state="expired")
    answer = street.accept(0)
    page = read(answer)
    assert answer.status_code == 409
    assert [row["data-key"] for row in page.all(data_row="time")] == [str(street.holds[1])]
    assert street.accept(1).status_code == 303


def test_visit_that_was_dispatched_says_so(street: Street) -> None:
    street.change(Appointment, status="Dispatched")
    assert "Your visit was changed since" in street.page().text
    assert street.accept().status_code == 409


def test_visit_on_hold_shows_no_time_to_keep(street: Street) -> None:
    street.change(Appointment, status="Hold")
    page = street.page()
    assert "It waits for a new day." in page.text
    assert "None of these suits me" in page.text
    assert street.accept().status_code == 303


def test_kept_times_of_an_offer_are_no_page_of_booking(street: Street) -> None:
    assert street.browser.get(f"/booking/held/{street.holds[0]}/").status_code == 404


def test_somebody_else_finds_no_offer(street: Street) -> None:
    with people.inside(street.company):
        make.add_emails(make.make_customer("Eve"), "eve@example.com")
        login = people.make_login("eve@example.com")
    eve = people.sign_in(people.portal(HOST), login)
    assert eve.get(street.path).status_code == 404
    for act in ("accept", "decline"):
        assert eve.post(f"{street.path}{act}/", {"hold": street.holds[0]}).status_code == 404
    assert street.window() == street.town.windows[480]


@pytest.mark.parametrize(
    ("may_book", "is_elsewhere", "status"), ((True, False, 200), (False, False, 404), (True, True, 404))
)
def test_household_member_needs_the_right_to_book_there(
    street: Street, may_book: bool, is_elsewhere: bool, status: int
) -> None:
    with people.inside(street.company):
        customer = street.town.home.customer
        place = make.make_location(customer) if is_elsewhere else street.town.home
        now = clock.real_now()
        HouseholdMember.objects.create(
            customer=customer,
            location=place,
            email="hanna@example.com",
            invited_by_name="Ana",
            may_see_history=True,
            may_book=may_book,
            invited_at=now,
            accepted_at=now,
        )
        login = people.make_login("hanna@example.com")
    hanna = people.sign_in(people.portal(HOST), login)
    assert hanna.get(street.path).status_code == status
    answer = hanna.post(f"{street.path}accept/", {"hold": street.holds[0]})
    assert answer.status_code == (303 if status == 200 else 404)
    assert street.window() == street.town.windows[780 if status == 200 else 480]


def test_link_of_the_mail_leads_through_signing_in_to_the_offer(street: Street) -> None:
    stranger = people.portal(HOST)
    asked = stranger.get(street.path)
    assert asked.status_code == 302
    assert "next=%2Foffers%2F" in asked.url
