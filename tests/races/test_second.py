"""One code, two browsers at once: one of them gets in."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from portico.foundation.people import second
from portico.foundation.people.errors import WrongSecond
from portico.foundation.people.sessions import Browser, SignedIn
from tests.factories import people
from tests.factories.threads import together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def company() -> Any:
    return people.make_company()


@pytest.fixture
def key(company: Any) -> str:
    with people.inside(company):
        return people.make_second(people.make_staff("olga@example.com"))


def try_both(company: Any, code: str) -> list[Any]:
    with people.company_scope(company.id):
        waiting = [
            second.begin(email="olga@example.com", password=people.PASSWORD, browser=Browser()) for _tab in range(2)
        ]
    calls = [lambda secret=secret: second.finish(secret=secret, typed=code, browser=Browser()) for secret in waiting]
    return together(company, *calls, caught=WrongSecond)


def test_one_code_lets_one_browser_in(company: Any, key: str) -> None:
    for _round in range(3):
        with people.inside(company):
            second.SecondFactor.objects.update(last_step=0)
        found = try_both(company, people.code_of(key))
        assert sorted(type(one).__name__ for one in found) == ["SignedIn", "WrongSecond"]


def test_without_the_lock_one_code_lets_two_in(company: Any, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin of the test above."""
    gate = threading.Barrier(2)

    def unlocked(rows: Any) -> Any:
        found = rows.get()
        if isinstance(found, second.SecondFactor):
            gate.wait(5)
        return found

    monkeypatch.setattr(second.locks, "lock_one", unlocked)
    assert [type(one) for one in try_both(company, people.code_of(key))] == [SignedIn, SignedIn]


def test_one_recovery_code_lets_one_browser_in(company: Any, key: str) -> None:
    with people.inside(company):
        login = second.Login.objects.get()
        (code, *_others) = second.new_codes(login=login.public_id, by=people.OFFICE)
    found = try_both(company, code)
    assert sorted(type(one).__name__ for one in found) == ["SignedIn", "WrongSecond"]
