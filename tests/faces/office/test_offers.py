"""Offering other times for a visit in the office: from what is really open, seen as it stands, and taken back."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from portico.domain.booking.models import Hold, VisitOffer
from portico.domain.booking.operations import offering
from portico.domain.jobs.models import Appointment
from portico.foundation.people.roles import StaffRole
from portico.foundation.tenancy.scope import company_scope
from tests.counting import statements
from tests.factories import customers as make
from tests.factories import people, read
from tests.factories.town import Town

pytestmark = pytest.mark.django_db(transaction=True)


class Desk:
    """A booked visit from eight to ten, and somebody of the office."""

    def __init__(self, role: StaffRole = StaffRole.DISPATCHER) -> None:
        self.company = people.make_company()
        with people.inside(self.company):
            self.town = Town()
            make.add_emails(self.town.home.customer, "ana@example.com")
            login = people.make_staff(role=role)
        with company_scope(self.company.id):
            self.visit = self.town.book(480).appointment
        self.browser: Client = people.sign_in(people.office(), login)
        self.path = f"/appointments/{self.visit}/offer/"

    def slot(self, window: int) -> str:
        return f"{self.town.day}/{self.town.windows[window]}"

    def send(self, *windows: int, **more: Any) -> Any:
        times = dict(zip(("first", "second", "third"), (self.slot(window) for window in windows), strict=False))
        return self.browser.post(self.path, times | {"hours": "24", "message": "Tom is ill."} | more)

    def page(self) -> Any:
        return read(self.browser.get(self.path))

    def offers(self) -> list[str]:
        with people.inside(self.company):
            return list(VisitOffer.objects.order_by("pk").values_list("state", flat=True))

    def standing(self) -> VisitOffer:
        with people.inside(self.company):
            return VisitOffer.objects.get(state="open")


@pytest.fixture
def desk(db: None) -> Desk:
    return Desk()


def test_offer_is_made_from_what_is_open_and_stands_on_the_page(desk: Desk) -> None:
    page = desk.page()
    options = [one["value"] for one in page.one(id="id_first").all("option") if one["value"]]
    assert options == [desk.slot(window) for window in (600, 780, 900)]
    answer = desk.send(780, 900)
    assert (answer.status_code, answer.url) == (303, desk.path)
    shown = desk.page()
    assert "Waiting for an answer" in shown.text
    assert (len(shown.all(data_row="time")), desk.offers()) == (2, ["open"])
    assert shown.all(id="id_first") == []


@pytest.mark.parametrize("count", (1, 30))
def test_page_costs_the_same_with_many_offers_behind_it(desk: Desk, count: int) -> None:
    with people.inside(desk.company):
        visit = Appointment.objects.get()
        VisitOffer.objects.bulk_create(
            VisitOffer(
                appointment=visit,
                customer=desk.town.home.customer,
                state="withdrawn",
                was_starts_at=visit.window_starts_at,
                was_ends_at=visit.window_ends_at,
                made_at=visit.window_starts_at,
                expires_at=visit.window_starts_at,
            )
            for _each in range(count)
        )
    with statements(10):
        shown = desk.page()
    assert len(shown.all(data_row="offer")) == min(count, 10)


def test_withdrawing_frees_the_times_and_stands_in_the_story(desk: Desk) -> None:
    desk.send(780)
    withdraw = f"{desk.path}{desk.standing().public_id}/withdraw/"
    assert desk.browser.post(withdraw).url == desk.path
    shown = desk.page()
    assert [row["data-key"] for row in shown.all(data_row="offer")] == ["withdrawn"]
    assert "The offer is withdrawn" in shown.text
    desk.browser.post(withdraw)
    assert "This offer was over already." in desk.page().text
    assert desk.offers() == ["withdrawn"]


def test_accepted_offer_is_shown_with_the_time_that_was_taken(desk: Desk) -> None:
    desk.send(780, 900)
    with people.inside(desk.company):
        hold = Hold.objects.order_by("pk")[1].public_id
    with company_scope(desk.company.id):
        offering.accept(offer=desk.standing().public_id, hold=hold, by=desk.town.by)
    shown = desk.page()
    assert [row["data-key"] for row in shown.all(data_row="offer")] == ["accepted"]
    assert ["Taken" in row.text for row in shown.all(data_row="time")] == [False, True]


def test_wrong_fields_are_named_and_what_was_typed_stays(desk: Desk) -> None:
    answer = desk.send(message="We are sorry")
    page = read(answer)
    assert answer.status_code == 422
    assert "Choose a time." in page.one(role="alert").text
    assert "We are sorry" in page.one(id="id_message").text
    answer = desk.send(780, 780)
    assert answer.status_code == 422
    assert "This time is chosen already." in read(answer).one(role="alert").text
    taken = desk.browser.post(desk.path, {"first": "2020-01-01/1", "hours": "24"})
    assert "This time is no longer open." in read(taken).one(role="alert").text
    assert desk.offers() == []


def test_what_cannot_be_kept_together_is_said(desk: Desk) -> None:
    with people.inside(desk.company):
        make.PortalContact.objects.all().delete()
    answer = desk.send(780)
    assert answer.status_code == 409
    assert "No address of this customer may book" in read(answer).one(role="alert").text


def test_visit_under_way_offers_nothing(desk: Desk) -> None:
    with people.inside(desk.company):
        Appointment.objects.update(status="Working")
    assert "Nothing can be offered for this visit" in desk.page().text
    assert desk.send(780).status_code == 200
    assert desk.offers() == []


def test_visit_of_the_list_leads_there(desk: Desk) -> None:
    page = read(desk.browser.get(f"/appointments/?day={desk.town.day}"))
    assert desk.path in page.links.values()


def test_unknown_visits_and_offers_of_others_are_not_found(desk: Desk) -> None:
    desk.send(780)
    assert desk.browser.get(f"/appointments/{uuid4()}/offer/").status_code == 404
    assert desk.browser.post(f"{desk.path}{uuid4()}/withdraw/").status_code == 404
    assert desk.offers() == ["open"]


def test_accountant_may_not(db: None) -> None:
    desk = Desk(StaffRole.ACCOUNTANT)
    assert desk.browser.get(desk.path).status_code == 403
    page = read(desk.browser.get(f"/appointments/?day={desk.town.day}"))
    assert desk.path not in page.links.values()
