import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import connections

from portico.foundation.people import throttling
from portico.foundation.people.models import TryCount
from portico.foundation.people.throttling import Limit, TooManyTries
from portico.foundation.tenancy.scope import company_scope
from tests.factories import people

THREE = Limit("test", 3, timedelta(minutes=15))
NOON = "2026-07-01T12:00:00Z"


@pytest.fixture
def company(db):
    found = people.make_company()
    with people.inside(found):
        yield found


def spent(limit=THREE, *parts):
    return [throttling.may_spend(limit, *parts) for _ in range(5)]


@time_machine.travel(NOON, tick=False)
def test_fourth_try_of_three_is_refused_until_the_window_ends(company):
    assert spent(THREE, "ana") == [True, True, True, False, False]
    with pytest.raises(TooManyTries) as refused:
        throttling.spend(THREE, "ana")
    assert refused.value.retry_after == 900


def test_next_window_begins_anew(company):
    with time_machine.travel(NOON, tick=False):
        spent(THREE, "ana")
    with time_machine.travel("2026-07-01T12:15:00Z", tick=False):
        assert throttling.may_spend(THREE, "ana") is True


def test_each_key_kind_and_company_has_its_own_budget(company):
    spent(THREE, "ana")
    assert throttling.may_spend(THREE, "bo") is True
    assert throttling.may_spend(Limit("other", 3, THREE.window), "ana") is True
    assert throttling.may_spend(THREE, "a", "na") is True


@time_machine.travel(NOON, tick=False)
def test_given_back_try_does_not_count(company):
    for _ in range(9):
        throttling.spend(THREE, "ana")
        throttling.give_back(THREE, "ana")
    assert throttling.may_spend(THREE, "ana") is True


def test_table_holds_no_typed_address(company):
    throttling.spend(THREE, "ana@example.com")
    assert "ana" not in str(TryCount.objects.values().get())


def test_old_windows_are_swept(company):
    with time_machine.travel("2026-07-01T12:00:00Z", tick=False):
        throttling.spend(THREE, "ana")
    with time_machine.travel("2026-07-04T12:00:00Z", tick=False):
        throttling.sweep()
    assert TryCount.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_get_no_more_than_three():
    company, outcome = people.make_company(), []

    def attempt():
        with company_scope(company.id):
            outcome.append(throttling.may_spend(THREE, "ana"))
        connections.close_all()

    with time_machine.travel(NOON, tick=False):
        threads = [threading.Thread(target=attempt) for _ in range(20)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
    assert sorted(outcome) == [False] * 17 + [True] * 3
