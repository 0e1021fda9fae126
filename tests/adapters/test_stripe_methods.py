from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from portico.adapters.stripe import snapshots
from portico.adapters.stripe.kind import Stripe
from portico.adapters.stripe.news import EVENTS
from portico.domain.billing.enums import AttemptState, MethodKind, MethodState, SetupState
from portico.domain.billing.ports import Charge, Checkout, Line, NotAPayment, Payer, Refused, Setup
from tests.sandbox.running import Shop, bank_answer, pay_by_bank, submit, verify

CARD, ACH = MethodKind.CARD, MethodKind.ACH
BACK = "http://demo.localhost:8000/payments/1/return/"


@pytest.fixture
def shop(stripe_sandbox) -> Shop:
    return Shop(stripe_sandbox)


@pytest.fixture
def gateway(shop):
    return Stripe(api_base=shop.sandbox.base, timeout=(3, 5)).open(shop.key)


@pytest.fixture
def customer(gateway) -> str:
    return gateway.ensure_customer(Payer(uuid4(), "Ana Sample", "ana@example.com"))


def soon() -> datetime:
    return datetime.now(UTC) + timedelta(minutes=35)


def charge(customer: str, method: str, **more) -> Charge:
    wanted = {
        "attempt": uuid4(),
        "customer_ref": customer,
        "method_ref": method,
        "kind": CARD,
        "mandate_ref": "",
        "amount_minor": 5000,
        "currency": "USD",
        "return_url": BACK,
        "label": "Invoice 1001",
    }
    return Charge(**(wanted | more))


def checkout(customer: str, **more) -> Checkout:
    wanted = {
        "attempt": uuid4(),
        "customer_ref": customer,
        "lines": (Line("Invoice 1001", 10000),),
        "currency": "USD",
        "success_url": BACK,
        "cancel_url": f"{BACK}?back=1",
        "expires_at": soon(),
    }
    return Checkout(**(wanted | more))


def setup(customer: str, kind: MethodKind = CARD) -> Setup:
    return Setup(uuid4(), customer, kind, "USD", BACK, f"{BACK}?back=1", soon())


def test_saved_card_is_charged_once_for_one_key(gateway, shop, customer):
    wanted = charge(customer, shop.saved(customer=customer).id)
    body = gateway.charge_body(wanted)
    first, second = (gateway.charge(body, key="k1") for _ in range(2))
    assert (first.state, first.received_minor, first.kind, first.brand, first.last4) == (
        AttemptState.SUCCEEDED,
        5000,
        CARD,
        "visa",
        "4242",
    )
    assert (first.attempt, first.session_ref, first.intent_ref) == (wanted.attempt, None, second.intent_ref)
    assert shop.stats()["cash"] == {"usd": 5000}


def test_decline_of_a_saved_card_is_a_snapshot_that_failed(gateway, shop, customer):
    card = shop.saved("pm_card_chargeCustomerFail", customer=customer).id
    wanted = charge(customer, card)
    declined = gateway.charge(gateway.charge_body(wanted), key="k2")
    assert (declined.state, declined.attempt, declined.method_ref) == (AttemptState.FAILED, wanted.attempt, card)
    assert declined.failure_code == "generic_decline"
    assert gateway.fetch_intent(declined.intent_ref).state == AttemptState.FAILED


def test_bank_of_a_card_asks_and_its_answer_is_told(gateway, shop, customer):
    card = shop.saved("pm_card_authenticationRequired", customer=customer).id
    asked = gateway.charge(gateway.charge_body(charge(customer, card)), key="k3")
    assert (asked.state, "/3ds/" in asked.url) == (AttemptState.REQUIRES_ACTION, True)
    bank_answer(asked.url, "fail")
    assert gateway.fetch_intent(asked.intent_ref).state == AttemptState.FAILED
    again = gateway.charge(gateway.charge_body(charge(customer, card)), key="k4")
    bank_answer(again.url, "complete")
    assert gateway.fetch_intent(again.intent_ref).state == AttemptState.SUCCEEDED


def test_canceling_tells_how_it_ended(gateway, shop, customer):
    asking, good = (
        shop.saved(name, customer=customer).id for name in ("pm_card_authenticationRequired", "pm_card_visa")
    )
    asked = gateway.charge(gateway.charge_body(charge(customer, asking)), key="k5")
    assert gateway.cancel(asked.intent_ref).state == AttemptState.CANCELED
    assert gateway.cancel(asked.intent_ref).state == AttemptState.CANCELED
    paid = gateway.charge(gateway.charge_body(charge(customer, good)), key="k6")
    assert gateway.cancel(paid.intent_ref).state == AttemptState.SUCCEEDED


def test_charge_is_found_by_its_attempt(gateway, shop, customer):
    wanted = charge(customer, shop.saved(customer=customer).id)
    since = datetime.now(UTC) - timedelta(minutes=5)
    assert gateway.find_charge(wanted.attempt, customer_ref=customer, since=since) is None
    made = gateway.charge(gateway.charge_body(wanted), key="k7")
    assert gateway.find_charge(wanted.attempt, customer_ref=customer, since=since).intent_ref == made.intent_ref


def test_method_of_somebody_else_is_refused(gateway, shop, customer):
    other = gateway.ensure_customer(Payer(uuid4(), "Ben Sample", "ben@example.com"))
    wanted = charge(customer, shop.saved(customer=other).id)
    with pytest.raises(Refused):
        gateway.charge(gateway.charge_body(wanted), key="k8")
    assert shop.stats()["intents"] == 0


def test_bank_payment_is_on_its_way_then_arrives_or_not(gateway, shop, customer):
    for key, end, state, code in (
        ("k9", lambda ref: shop.settle(ref), AttemptState.SUCCEEDED, ""),
        ("k10", lambda ref: shop.fail(ref, "account_closed"), AttemptState.FAILED, "account_closed"),
    ):
        opened = gateway.start_checkout(gateway.checkout_body(checkout(customer, kind=ACH)), key=key)
        assert (opened.state, opened.kind) == (AttemptState.SENT, ACH)
        pay_by_bank(opened.url)
        pending = gateway.fetch(opened.session_ref)
        assert (pending.state, pending.last4, pending.received_minor) == (AttemptState.PROCESSING, "6789", 0)
        assert pending.mandate_ref.startswith("mandate_")
        end(pending.intent_ref)
        ended = gateway.fetch(opened.session_ref)
        assert (ended.state, ended.failure_code) == (state, code)


def test_account_to_be_verified_says_where(gateway, customer):
    opened = gateway.start_checkout(gateway.checkout_body(checkout(customer, kind=ACH)), key="k11")
    pay_by_bank(opened.url, way="manual")
    waiting = gateway.fetch(opened.session_ref)
    by_intent = gateway.fetch_intent(waiting.intent_ref)
    assert (waiting.state, by_intent.state) == (AttemptState.VERIFYING, AttemptState.VERIFYING)
    assert (waiting.verify_url, "/microdeposits/" in waiting.verify_url) == (by_intent.verify_url, True)
    verify(waiting.verify_url, code="SM11AA")
    assert gateway.fetch(opened.session_ref).state == AttemptState.PROCESSING
    other = gateway.start_checkout(gateway.checkout_body(checkout(customer, kind=ACH)), key="k12")
    pay_by_bank(other.url, way="manual")
    assert gateway.cancel(gateway.fetch(other.session_ref).intent_ref).state == AttemptState.CANCELED


def test_tick_is_offered_only_when_asked_for(gateway, shop, customer):
    for may_save, saved in ((False, []), (True, ["4242"])):
        body = gateway.checkout_body(checkout(customer, may_save=may_save))
        submit(gateway.start_checkout(body, key=f"k13{may_save}").url, save="on")
        assert [method.last4 for method in gateway.methods(customer)] == saved


def test_card_is_added_without_a_charge(gateway, shop, customer):
    wanted = setup(customer)
    body = gateway.setup_body(wanted)
    first, second = (gateway.start_setup(body, key="k14") for _ in range(2))
    assert (first.session_ref, first.state, first.setup) == (second.session_ref, SetupState.SENT, wanted.setup)
    submit(first.url)
    done = gateway.fetch_setup(first.session_ref)
    method, owner = gateway.method(done.method_ref)
    assert (done.state, owner, method.kind, method.brand, method.last4) == (
        SetupState.SUCCEEDED,
        customer,
        CARD,
        "visa",
        "4242",
    )
    assert (method.exp_month, method.exp_year, shop.stats()["cash"]) == (12, 2034, {})


def test_bank_account_is_added_with_its_mandate(gateway, customer):
    opened = gateway.start_setup(gateway.setup_body(setup(customer, ACH)), key="k15")
    pay_by_bank(opened.url)
    done = gateway.fetch_setup(opened.session_ref)
    assert (done.state, gateway.mandate(done.mandate_ref).is_active) == (SetupState.SUCCEEDED, True)
    assert gateway.mandate(done.mandate_ref).method_ref == done.method_ref


def test_page_of_adding_is_closed_and_is_no_payment(gateway, customer):
    opened = gateway.start_setup(gateway.setup_body(setup(customer)), key="k16")
    with pytest.raises(NotAPayment):
        gateway.fetch(opened.session_ref)
    assert gateway.expire_setup(opened.session_ref).state == SetupState.EXPIRED
    assert gateway.expire_setup(opened.session_ref).state == SetupState.EXPIRED


def test_removed_method_can_be_removed_again(gateway, shop, customer):
    card = shop.saved(customer=customer).id
    gateway.detach(card)
    gateway.detach(card)
    gateway.detach("pm_never_there")
    assert (gateway.methods(customer), gateway.method(card)[1]) == ([], None)


def test_blocked_account_is_disabled(gateway, shop, customer):
    account = shop.saved("pm_usBankAccount_success", customer=customer).id
    assert gateway.method(account)[0].state == MethodState.ACTIVE
    shop.control("POST", "methods/disable", method=account, reason="bank_account_closed")
    assert gateway.method(account)[0].state == MethodState.DISABLED


def test_all_kinds_of_events_are_asked_for(gateway, shop, customer):
    """More kinds than Stripe takes in one list."""
    submit(gateway.start_setup(gateway.setup_body(setup(customer)), key="k17").url)
    events = list(gateway.events_since(datetime.now(UTC) - timedelta(minutes=5)))
    told = {event.type for event in events}
    assert (len(EVENTS) > 20, {"payment_method.attached", "setup_intent.succeeded"} <= told) == (True, True)


@pytest.mark.parametrize(
    ("intent", "expected"),
    (
        ({"status": "requires_payment_method", "last_payment_error": {"code": "card_declined"}}, AttemptState.FAILED),
        ({"status": "requires_payment_method", "last_payment_error": None}, AttemptState.SENT),
        ({"status": "requires_action", "next_action": {"type": "redirect_to_url"}}, AttemptState.REQUIRES_ACTION),
        ({"status": "canceled"}, AttemptState.CANCELED),
        ({"status": "processing"}, AttemptState.PROCESSING),
        ({"status": "succeeded"}, AttemptState.SUCCEEDED),
    ),
)
def test_intent_of_a_saved_method_has_one_try(intent, expected):
    assert snapshots._state_of_intent({"metadata": {"kind": "saved"}} | intent) == expected


def test_page_that_is_complete_without_money_failed():
    assert snapshots._state("complete", "requires_payment_method") == AttemptState.FAILED
