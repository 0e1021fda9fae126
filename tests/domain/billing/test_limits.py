from datetime import timedelta

import pytest
import time_machine
from django.db import transaction

from portico.domain.billing import errors
from portico.domain.billing.enums import AlertKind, AttemptKind, AttemptState, Channel, MethodKind
from portico.domain.billing.models import Alert, Payment, PaymentAccount, PaymentAttempt, PaymentPolicy
from portico.domain.billing.operations import limits
from portico.foundation.audit.models import AuditEntry
from portico.foundation.audit.operations import SHELL
from portico.foundation.people.throttling import TooManyTries
from portico.foundation.tenancy.scope import company_scope
from portico.kernel import clock, ids
from tests.factories.customers import make_customer
from tests.stripe_sandbox import Till

NOON = "2026-07-01T12:00:00Z"
ELSEWHERE = "198.51.100.0/24"


@pytest.fixture
def scoped(till: Till):
    with company_scope(till.company_id), transaction.atomic():
        yield till


def attempt_of(customer, *, ip_prefix="192.0.2.0/24", state=AttemptState.FAILED):
    payment = Payment.objects.create(
        customer=customer,
        amount_minor=5000,
        currency="USD",
        method=MethodKind.CARD,
        channel=Channel.PORTAL,
        created_at=clock.now(),
    )
    return PaymentAttempt.objects.create(
        payment=payment,
        account_id=_account(),
        n=1,
        kind=AttemptKind.CHECKOUT,
        state=state,
        idempotency_key=ids.new_secret(),
        ip_prefix=ip_prefix,
        created_at=clock.real_now(),
    )


def _account() -> int:
    return PaymentAccount.objects.get(is_active=True).pk


def decline(customer, times, **more):
    return [limits.note_decline(attempt=attempt_of(customer, **more)) for _ in range(times)]


def may_start(customer, ip_prefix="") -> bool:
    try:
        limits.require_may_start(customer_id=customer.pk, ip_prefix=ip_prefix)
    except TooManyTries:
        return False
    return True


@time_machine.travel(NOON, tick=False)
def test_fifth_decline_closes_the_page_and_locks_the_customer(scoped):
    assert decline(scoped.customer, 4) == [False] * 4
    assert may_start(scoped.customer) is True
    assert decline(scoped.customer, 1) == [True]
    assert may_start(scoped.customer) is False


def test_customer_is_let_in_again_after_the_hour_until_the_day_is_used_up(scoped):
    with time_machine.travel(NOON, tick=False):
        decline(scoped.customer, 5)
    with time_machine.travel("2026-07-01T13:00:00Z", tick=False):
        assert may_start(scoped.customer) is True
        decline(scoped.customer, 5)
    with time_machine.travel("2026-07-01T14:00:00Z", tick=False):
        assert may_start(scoped.customer) is False
    with time_machine.travel("2026-07-02T00:00:00Z", tick=False):
        assert may_start(scoped.customer) is True


@time_machine.travel(NOON, tick=False)
def test_network_is_locked_whichever_customers_it_tries(scoped):
    for _ in range(10):
        decline(make_customer(), 1, ip_prefix=ELSEWHERE)
    newcomer = make_customer()
    assert (may_start(newcomer, ELSEWHERE), may_start(newcomer, "192.0.2.0/24")) == (False, True)


def test_fourth_open_page_is_refused(scoped):
    for _ in range(3):
        attempt_of(scoped.customer, state=AttemptState.SENT)
    with pytest.raises(errors.PaymentInProgress):
        limits.require_may_start(customer_id=scoped.customer.pk, ip_prefix="")


@time_machine.travel(NOON, tick=False)
def test_thirty_one_declines_stop_new_cards_of_the_company(scoped):
    customers = [make_customer() for _ in range(31)]
    for number, customer in enumerate(customers[:30]):
        decline(customer, 1, ip_prefix=f"10.0.{number}.0/24")
    limits.require_cards_open()
    decline(customers[30], 1, ip_prefix="10.0.30.0/24")
    with pytest.raises(errors.CannotPayOnline):
        limits.require_cards_open()
    assert limits.cards_paused_until() == clock.real_now() + timedelta(hours=1)
    assert Alert.objects.filter(kind=AlertKind.CARD_TESTING, closed_at=None).count() == 1
    assert AuditEntry.objects.filter(verb="payment.cards_paused").count() == 1


@time_machine.travel(NOON, tick=False)
def test_declines_of_a_busy_day_stop_nothing(scoped):
    for _ in range(32):
        limits.note_paid()
    for number in range(32):
        decline(make_customer(), 1, ip_prefix=f"10.0.{number}.0/24")
    assert limits.cards_paused_until() is None


def test_pause_ends_by_itself_or_by_hand(scoped):
    PaymentPolicy.objects.create(cards_paused_until=clock.real_now() - timedelta(seconds=1))
    assert limits.cards_paused_until() is None
    PaymentPolicy.objects.update(cards_paused_until=clock.real_now() + timedelta(hours=1))
    limits.resume_cards(by=SHELL)
    assert (limits.cards_paused_until(), AuditEntry.objects.filter(verb="payment.cards_resumed").count()) == (None, 1)
