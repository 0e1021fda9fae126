"""The office's front door counts what is new, and each count leads to the list of exactly these."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from portico.domain.booking.models import Booking
from portico.domain.booking.operations import rebuilding, waiting
from portico.domain.capacity.models import SchedulingPolicy, TechnicianShift
from portico.foundation.audit.operations import Actor, ActorKind
from portico.foundation.people.roles import StaffRole
from portico.foundation.tenancy.models import Company
from portico.kernel import clock
from tests.counting import statements
from tests.factories import people, read
from tests.factories import scheduling as make
from tests.factories.town import Town

pytestmark = pytest.mark.django_db(transaction=True)
OLGA = Actor(ActorKind.STAFF, ref="x", name="Olga")
KINDS = {"booked": "booking", "changed": "change", "waiting": "waiting"}


def allow_many(town: Town) -> None:
    with people.inside(town.company):
        SchedulingPolicy.objects.update(most_bookings_per_day=9)


def counts(desk: Client) -> dict[str, int]:
    told = [row.split() for row in read(desk.get("/")).rows("news")]
    return {key: int(count) for key, count in told}


def test_counts_lead_to_the_lists_of_exactly_these(town: Town, staff: Any) -> None:
    desk = staff(StaffRole.ACCOUNTANT)
    assert counts(desk) == {"unplanned": 0, "booked": 0, "changed": 0, "waiting": 0, "attention": 0}
    allow_many(town)
    old, moved, canceled = town.book(480), town.book(600), town.book(780)
    town.move(moved, 900)
    town.cancel(canceled, by=OLGA)
    town.book(600, by=OLGA)
    with people.inside(town.company):
        Booking.objects.filter(public_id=old.booking).update(made_at=clock.real_now() - timedelta(hours=25))
        home = make.make_home()
    waiting.wait(**town.place(home), until_day=town.day, email="ben@example.com", by=town.by)
    front = read(desk.get("/"))
    assert counts(desk) == {"unplanned": 0, "booked": 2, "changed": 1, "waiting": 1, "attention": 0}
    assert "2 visits booked by customers" in front.text
    assert "1 customer waits for a time" in front.text
    for key, rows in KINDS.items():
        leads = next(link["href"] for link in front.all("a") if f"show={key}" in link.get("href", ""))
        assert len(read(desk.get(leads)).rows(rows)) == counts(desk)[key]


def test_who_may_not_see_payments_is_told_of_visits_alone(town: Town, staff: Any) -> None:
    assert list(counts(staff(StaffRole.DISPATCHER))) == ["unplanned", "booked", "changed", "waiting"]


def test_visit_that_nobody_can_do_is_counted(town: Town, staff: Any) -> None:
    town.book(480)
    with people.inside(town.company):
        TechnicianShift.objects.all().delete()
        rebuilding.rebuild_all()
    assert counts(staff(StaffRole.CSR))["unplanned"] == 1


@pytest.mark.parametrize("count", (1, 4))
def test_front_door_takes_as_many_statements_however_much_is_new(town: Town, staff: Any, count: int) -> None:
    allow_many(town)
    for window in (480, 600, 780, 900)[:count]:
        town.cancel(town.book(window))
    desk = staff(StaffRole.MANAGER)
    desk.get("/")
    with statements(4):
        assert counts(desk)["booked"] == count


def test_stranger_is_asked_to_sign_in(company: Any) -> None:
    assert people.office().get("/").status_code == 302


@pytest.mark.parametrize(
    ("state", "told"),
    (("off", "The portal is off"), ("test", "only the named addresses are let in"), ("on", "")),
)
def test_portal_that_is_closed_is_said(town: Town, staff: Any, state: str, told: str) -> None:
    with people.inside(town.company):
        Company.objects.filter(pk=town.company.id).update(portal_state=state)
    manager, csr = read(staff(StaffRole.MANAGER).get("/")), read(staff(StaffRole.CSR).get("/"))
    said = [one.text for one in csr.all("p", data_portal_closed="")]
    assert [told in one for one in said] == ([True] if told else [])
    leads = ("/settings/portal-state/" in manager.links.values(), "/settings/portal-state/" in csr.links.values())
    assert leads == (bool(told), False)
