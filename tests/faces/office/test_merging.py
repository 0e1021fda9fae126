"""The office merges two customers after seeing what moves, and takes the merge back."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from portico.domain.customers.models import Customer
from portico.domain.customers.search import refresh_search
from portico.foundation.people.roles import StaffRole
from tests.counting import statements
from tests.factories import billing as bills
from tests.factories import customers as make
from tests.factories import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(staff: Any) -> Client:
    client: Client = staff(StaffRole.MANAGER)
    return client


@pytest.fixture
def pair(inside: Any) -> tuple[Customer, Customer]:
    with inside():
        smith, double = make.make_customer("Smith", "ana@example.com"), make.make_customer("Smythe", "bo@example.com")
        bills.make_invoice(smith, 5000)
        bills.make_invoice(double, 700)
        refresh_search()
    return smith, double


def at(customer: Customer, what: str = "merge") -> str:
    return f"/customers/{customer.public_id}/{what}/"


def test_the_other_one_is_searched_seen_merged_and_taken_out_again(
    manager: Client, inside: Any, pair: tuple[Customer, Customer]
) -> None:
    smith, double = pair
    assert "Merge" in read(manager.get(f"/customers/{smith.public_id}/")).text
    assert read(manager.get(at(smith), {"q": "smythe"})).rows("candidate") == [double.number]
    assert read(manager.get(at(smith), {"q": "smith"})).rows("candidate") == []
    shown = read(manager.get(at(smith), {"other": str(double.public_id)}))
    assert shown.rows("balance") == ["$57.00"]
    assert ("ana@example.com" in shown.text, "bo@example.com" in shown.text) == (True, True)
    answer = manager.post(at(smith), {"other": str(double.public_id)}, follow=True)
    assert "Smythe is part of Smith now." in read(answer).text
    with inside():
        assert Customer.objects.get(pk=double.pk).merged_into == smith
    assert read(manager.get(at(smith))).rows("merge") == [double.number]
    assert manager.get(at(double)).headers["Location"] == at(double, "unmerge")
    assert "Take Smythe out of Smith again?" in read(manager.get(at(double, "unmerge"))).text
    answer = manager.post(at(double, "unmerge"), follow=True)
    assert "Smythe stands alone again." in read(answer).text
    with inside():
        assert Customer.objects.get(pk=double.pk).merged_into is None
    assert manager.post(at(double, "unmerge")).status_code == 404


def test_what_cannot_be_is_said(manager: Client, inside: Any, pair: tuple[Customer, Customer]) -> None:
    smith, double = pair
    same = manager.post(at(smith), {"other": str(smith.public_id)})
    assert (same.status_code, "This is the same record." in read(same).text) == (409, True)
    manager.post(at(smith), {"other": str(double.public_id)})
    with inside():
        third = make.make_customer("Third")
    again = manager.post(at(third), {"other": str(double.public_id)})
    assert (again.status_code, "was merged into another customer already" in read(again).text) == (409, True)
    assert manager.post(at(smith), {"other": "nonsense"}).status_code == 200
    assert manager.get(at(third, "unmerge")).status_code == 404


@pytest.mark.parametrize("count", (1, 30))
def test_statements_do_not_grow(manager: Client, inside: Any, pair: tuple[Customer, Customer], count: int) -> None:
    smith, double = pair
    with inside():
        others = [make.make_customer(f"Smith {n}") for n in range(count)]
        [bills.make_invoice(double) for _ in range(count)]
    for other in others:
        manager.post(at(smith), {"other": str(other.public_id)})
    for query, many in (({"q": "smith"}, 5), ({"other": str(double.public_id)}, 3)):
        manager.get(at(smith), query)
        with statements(many):
            assert manager.get(at(smith), query).status_code == 200


@pytest.mark.parametrize("role", (StaffRole.CSR, StaffRole.DISPATCHER, StaffRole.ACCOUNTANT))
def test_only_who_may_merge_merges(staff: Any, inside: Any, pair: tuple[Customer, Customer], role: StaffRole) -> None:
    smith, double = pair
    assert staff(role).post(at(smith), {"other": str(double.public_id)}).status_code == 403
    with inside():
        assert Customer.objects.get(pk=double.pk).merged_into is None
