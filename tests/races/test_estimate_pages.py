"""The office's pages against the customer's, at once: what is approved is what was read, or it is refused in words."""

from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from portico.domain.estimates import invariants
from portico.domain.estimates.models import Approval, Estimate
from portico.domain.estimates.operations import proposals
from portico.foundation.people.roles import StaffRole
from portico.foundation.tenancy.companies import CompanyRow
from tests.domain.estimates.deciding import shown
from tests.factories import customers as make
from tests.factories import people, read
from tests.factories.estimates import line, make_estimate
from tests.factories.threads import together

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 3
_desks = count(1)


class Desk:
    """Olga of the office and Ana, who both have the page of an estimate open."""

    def __init__(self, company: CompanyRow) -> None:
        self.company = company
        with people.inside(company):
            nth = next(_desks)
            ana, olga = f"ana{nth}@example.com", f"olga{nth}@example.com"
            home = make.make_customer("Alvarez", ana)
            self.estimate = make_estimate(home, name="Thermostats", lines=[line("Thermostat", 18_000)])
            self.hash = shown(self.estimate)
            self.ana = people.sign_in(people.portal(), people.make_login(ana, name="Ana Alvarez"))
            self.olga = people.sign_in(people.office(), people.make_staff(olga, role=StaffRole.ADMIN))
        form = next(one for one in read(self.olga.get(self.path("edit/"))).forms if "name_0" in one.fields)
        self.form = form.fields | {"price_0": "210", "act": "save"}

    def path(self, act: str = "") -> str:
        return f"/estimates/{self.estimate.public_id}/{act}"

    def confirms(self) -> Any:
        """The last step of Ana's approval."""
        signed = {"signer_name": "Ana Alvarez", "kind": "typed", "agree": "on", "ticked": "1", "step": "confirm"}
        return told(self.ana, self.path("approve/"), signed | {"shown": self.hash})

    def edits(self) -> Any:
        return told(self.olga, self.path("edit/"), self.form)

    def withdraws(self) -> Any:
        return told(self.olga, self.path("withdraw/"), {})

    def found(self) -> tuple[str, int, list[tuple[int, int]]]:
        """How the estimate stands, what it comes to, and the total and version of each approval."""
        with people.inside(self.company):
            assert invariants.check() == []
            row = Estimate.objects.get(pk=self.estimate.pk)
            signed = Approval.objects.filter(estimate=row).values_list("total_minor", "version_n")
            return row.status, row.total_minor, list(signed)


def told(client: Client, path: str, fields: dict[str, Any]) -> tuple[int, str]:
    """The status and what the page says; after a redirect what the page there says."""
    answer = client.post(path, fields)
    page = client.get(answer.headers["Location"]) if answer.status_code in (302, 303) else answer
    return answer.status_code, read(page).text


@pytest.fixture
def company() -> CompanyRow:
    return people.make_company()


def at_once(company: CompanyRow, *works: Callable[[], Any]) -> list[Any]:
    return together(company, *works, caught=())


def test_office_edits_while_the_customer_confirms(company: CompanyRow) -> None:
    for _ in range(ROUNDS):
        desk = Desk(company)
        (confirmed, page), (edited, office_page) = at_once(company, desk.confirms, desk.edits)
        if confirmed == 409:
            assert (edited, desk.found()) == (302, ("Open", 21_000, []))
            assert "Thermostat: $180.00 → $210.00" in page
        else:
            assert (confirmed, edited, desk.found()) == (303, 409, ("Sold", 18_000, [(18_000, 1)]))
            assert "This estimate is accepted." in office_page


def test_office_withdraws_while_the_customer_confirms(company: CompanyRow) -> None:
    for _ in range(ROUNDS):
        desk = Desk(company)
        (confirmed, page), (_withdrawn, office_page) = at_once(company, desk.confirms, desk.withdraws)
        if confirmed == 409:
            assert desk.found() == ("Withdrawn", 18_000, [])
            assert "This estimate is no longer offered." in page
        else:
            assert (confirmed, desk.found()) == (303, ("Sold", 18_000, [(18_000, 1)]))
            assert "This estimate is accepted." in office_page


# --- Twins: what the lock is for ----------------------------------------------------------------------------------


@pytest.fixture
def unlocked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The proposal is only read, and two readers are there before either writes."""
    met = threading.Barrier(2)

    def locked(estimate: UUID) -> Estimate:
        rows = Estimate.objects.select_related("proposal__customer", "proposal__job", "branch")
        found = rows.get(public_id=estimate)
        met.wait(10)
        return found

    monkeypatch.setattr(proposals, "locked", locked)


@pytest.mark.usefixtures("unlocked")
def test_without_the_lock_the_office_edits_what_is_being_signed(company: CompanyRow) -> None:
    desk = Desk(company)
    (confirmed, _page), (edited, _office_page) = at_once(company, desk.confirms, desk.edits)
    assert (confirmed, edited) == (303, 302)  # both are told that it is done: 180 was signed, 210 stands there
    with people.inside(company):
        assert list(Approval.objects.values_list("total_minor", "version_n")) == [(18_000, 1)]
        assert list(Estimate.objects.values_list("status", "total_minor", "version")) == [("Sold", 21_000, 2)]


@pytest.mark.usefixtures("unlocked")
def test_without_the_lock_the_office_withdraws_what_is_being_signed(company: CompanyRow) -> None:
    desk = Desk(company)
    (confirmed, _page), (_withdrawn, office_page) = at_once(company, desk.confirms, desk.withdraws)
    assert (confirmed, "is no longer offered." in office_page) == (303, True)
    with people.inside(company):
        assert Approval.objects.count() == 1
