"""Two admins who let each other go at the same time: one of them stays."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from portico.foundation.audit.enums import ActorKind
from portico.foundation.audit.operations import Actor
from portico.foundation.people import staffing
from portico.foundation.people.errors import LastAdmin
from portico.foundation.people.models import Login
from tests.factories import people
from tests.factories.threads import together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def company() -> Any:
    return people.make_company()


def let_each_other_go(company: Any) -> tuple[list[str], int]:
    """What became of both, and how many admins are left."""
    with people.inside(company):
        pair = [people.make_staff() for _admin in range(2)]
    calls = [
        lambda who=who, by=by: staffing.deactivate(
            member=who.public_id, by=Actor(ActorKind.STAFF, ref=str(by.public_id), name="Ada")
        )
        for who, by in (pair, reversed(pair))
    ]
    found = together(company, *calls, caught=LastAdmin)
    with people.inside(company):
        left = Login.objects.filter(is_active=True).count()
    return sorted(type(one).__name__ for one in found), left


def test_two_admins_who_let_each_other_go_leave_one(company: Any) -> None:
    assert let_each_other_go(company) == (["LastAdmin", "NoneType"], 1)


def test_without_the_lock_on_the_admins_none_is_left(company: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin of the test above."""
    gate = threading.Barrier(2)

    def unlocked() -> list[Login]:
        found = list(Login.objects.filter(role="admin", is_active=True))
        gate.wait(5)
        return found

    monkeypatch.setattr(staffing, "_lock_admins", unlocked)
    assert let_each_other_go(company) == (["NoneType", "NoneType"], 0)
