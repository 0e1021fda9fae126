from datetime import timedelta

import pytest
import time_machine
from procrastinate.contrib.django import app

from portico.foundation.people import budgets, tasks
from portico.foundation.people.enums import LinkPurpose, Side
from portico.foundation.people.models import LoginSession, OneTimeLink, TryCount
from portico.foundation.people.onetime import make_link
from portico.foundation.people.throttling import TooManyTries
from portico.kernel import clock
from tests.factories import people

pytestmark = pytest.mark.django_db
NOON = "2026-07-01T12:00:00Z"


@pytest.fixture(autouse=True)
def company():
    found = people.make_company()
    with people.inside(found):
        yield found


@time_machine.travel(NOON, tick=False)
def test_account_is_guarded_across_networks():
    for number in range(50):
        budgets.spend_sign_in(Side.CUSTOMER, "ana@example.com", f"10.0.{number}.0/24")
    with pytest.raises(TooManyTries) as refused:
        budgets.spend_sign_in(Side.CUSTOMER, "ana@example.com", "10.1.0.0/24")
    assert refused.value.retry_after == 3600
    budgets.spend_sign_in(Side.STAFF, "ana@example.com", "10.1.0.0/24")


@time_machine.travel(NOON, tick=False)
def test_network_is_guarded_across_accounts():
    for number in range(100):
        budgets.spend_sign_in(Side.CUSTOMER, f"ana{number}@example.com", "10.0.0.0/24")
    with pytest.raises(TooManyTries):
        budgets.spend_sign_in(Side.CUSTOMER, "bo@example.com", "10.0.0.0/24")


@time_machine.travel(NOON, tick=False)
def test_good_sign_ins_spend_nothing():
    for _ in range(120):
        budgets.spend_sign_in(Side.CUSTOMER, "ana@example.com", "10.0.0.0/24")
        budgets.sign_in_was_good(Side.CUSTOMER, "ana@example.com", "10.0.0.0/24")
    assert sum(TryCount.objects.values_list("count", flat=True)) == 0


@time_machine.travel(NOON, tick=False)
def test_one_address_gets_four_mails_an_hour_of_each_kind():
    assert [budgets.may_mail("reset", "ana@example.com") for _ in range(5)] == [True] * 4 + [False]
    assert budgets.may_mail("invitation", "ana@example.com") is True


def test_night_sweeps_what_is_long_over():
    assert "people.sweep" in app.tasks
    login = people.make_login()
    people.sign_in(people.portal(), login)
    make_link(purpose=LinkPurpose.PASSWORD_RESET, email=login.email, login=login)
    old = clock.real_now() - timedelta(days=91)
    people.sign_in(people.portal(), login)
    LoginSession.objects.filter(pk=LoginSession.objects.latest("pk").pk).update(expires_at=old)
    OneTimeLink.objects.update(expires_at=old)
    tasks.sweep()
    assert (LoginSession.objects.count(), OneTimeLink.objects.count()) == (1, 0)
