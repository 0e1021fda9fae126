from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import stripe

from portico.adapters.stripe import snapshots
from portico.adapters.stripe.failures import classified
from portico.adapters.stripe.kind import HOSTED, Stripe
from portico.domain.billing.enums import AttemptState
from portico.domain.billing.ports import Checkout, Forged, Line, Payer, Refused, Unknown
from tests.sandbox.running import Shop, submit


@pytest.fixture
def shop(stripe_sandbox) -> Shop:
    return Shop(stripe_sandbox)


@pytest.fixture
def gateway(shop):
    return Stripe(api_base=shop.sandbox.base, timeout=(3, 2)).open(shop.key)


def checkout(customer: str, **more) -> Checkout:
    wanted = {
        "attempt": uuid4(),
        "customer_ref": customer,
        "lines": (Line("Invoice 1001", 10000), Line("Invoice 1002", 2550)),
        "currency": "USD",
        "success_url": "http://demo.localhost:8000/payments/1/return/",
        "cancel_url": "http://demo.localhost:8000/payments/1/return/?back=1",
        "expires_at": datetime.now(UTC) + timedelta(minutes=35),
    }
    return Checkout(**(wanted | more))


def customer(gateway) -> str:
    return gateway.ensure_customer(Payer(uuid4(), "Ana Sample", "ana@example.com"))


def test_without_an_api_base_nothing_differs_from_the_library():
    ours, theirs = Stripe().client("sk_test_1"), stripe.StripeClient("sk_test_1")
    assert ours._requestor._options.base_addresses == theirs._requestor._options.base_addresses
    assert ours._requestor._options.stripe_version == theirs._requestor._options.stripe_version
    assert Stripe().hosted_origins() == HOSTED
    assert (Stripe().is_sandbox, Stripe(api_base="http://127.0.0.1:1/").hosted_origins()) == (
        False,
        ("http://127.0.0.1:1",),
    )


def test_page_is_opened_paid_and_told(gateway, shop):
    wanted = checkout(customer(gateway))
    opened = gateway.start_checkout(gateway.checkout_body(wanted), key="k1")
    assert (opened.state, opened.amount_minor, opened.currency, opened.attempt) == (
        AttemptState.SENT,
        12550,
        "USD",
        wanted.attempt,
    )
    submit(opened.url)
    paid = gateway.fetch(opened.session_ref)
    assert (paid.state, paid.received_minor, paid.brand, paid.last4, paid.url) == (
        AttemptState.SUCCEEDED,
        12550,
        "visa",
        "4242",
        "",
    )
    by_intent = gateway.fetch_intent(paid.intent_ref)
    assert (by_intent.state, by_intent.attempt, by_intent.received_minor) == (paid.state, wanted.attempt, 12550)


def test_same_key_opens_the_same_page_and_the_page_is_found_by_its_attempt(gateway):
    ref = customer(gateway)
    wanted = checkout(ref)
    body = gateway.checkout_body(wanted)
    first, second = (gateway.start_checkout(body, key="k2") for _ in range(2))
    since = datetime.now(UTC) - timedelta(minutes=5)
    assert first.session_ref == second.session_ref
    assert gateway.find(wanted.attempt, customer_ref=ref, since=since).session_ref == first.session_ref
    assert gateway.find(uuid4(), customer_ref=ref, since=since) is None


def test_closing_a_page_tells_how_it_ended(gateway):
    ref = customer(gateway)
    unpaid = gateway.start_checkout(gateway.checkout_body(checkout(ref)), key="k3")
    assert gateway.expire(unpaid.session_ref).state == AttemptState.EXPIRED
    paid = gateway.start_checkout(gateway.checkout_body(checkout(ref)), key="k4")
    submit(paid.url)
    assert gateway.expire(paid.session_ref).state == AttemptState.SUCCEEDED


def test_declined_card_leaves_the_page_open_with_the_reason(gateway):
    opened = gateway.start_checkout(gateway.checkout_body(checkout(customer(gateway))), key="k5")
    submit(opened.url, number="4000000000009995")
    found = gateway.fetch(opened.session_ref)
    assert (found.state, found.failure_code, found.received_minor) == (AttemptState.SENT, "insufficient_funds", 0)


def test_page_of_another_account_is_unknown(gateway, shop):
    opened = gateway.start_checkout(gateway.checkout_body(checkout(customer(gateway))), key="k6")
    stranger = Stripe(api_base=shop.sandbox.base).open(Shop(shop.sandbox).key)
    with pytest.raises(Refused) as refused:
        stranger.fetch(opened.session_ref)
    assert refused.value.code == "resource_missing"


def test_refused_key_says_so(shop):
    with pytest.raises(Refused) as refused:
        Stripe(api_base=shop.sandbox.base).open("sk_live_1").fetch("cs_1")
    assert refused.value.is_account


def test_nobody_listening_is_unknown():
    with pytest.raises(Unknown):
        Stripe(api_base="http://127.0.0.1:9", retries=0).open("sk_test_1").fetch("cs_1")


@pytest.mark.parametrize(
    ("error", "expected"),
    (
        (stripe.APIConnectionError("x"), Unknown),
        (stripe.RateLimitError("x", http_status=429), Unknown),
        (stripe.APIError("x", http_status=500), Unknown),
        (stripe.APIError("x", http_status=409), Unknown),
        (stripe.InvalidRequestError("x", "p", http_status=409), Unknown),
        (stripe.InvalidRequestError("x", "p", http_status=429), Unknown),
        (stripe.IdempotencyError("x", http_status=400), Unknown),
        (stripe.InvalidRequestError("x", "p", code="amount_too_small", http_status=400), Refused),
        (stripe.CardError("x", "p", "card_declined", http_status=402), Refused),
        (stripe.AuthenticationError("x", http_status=401), Refused),
        (stripe.PermissionError("x", http_status=403), Refused),
    ),
)
def test_only_a_clear_no_is_a_no(error, expected):
    with pytest.raises(expected), classified():
        raise error


@pytest.mark.parametrize(
    ("session", "intent", "expected"),
    (
        ("open", None, AttemptState.SENT),
        ("open", "requires_payment_method", AttemptState.SENT),
        ("open", "requires_action", AttemptState.REQUIRES_ACTION),
        ("complete", "succeeded", AttemptState.SUCCEEDED),
        ("expired", "succeeded", AttemptState.SUCCEEDED),
        ("complete", "processing", AttemptState.PROCESSING),
        ("expired", None, AttemptState.EXPIRED),
        ("expired", "requires_payment_method", AttemptState.EXPIRED),
        ("expired", "canceled", AttemptState.EXPIRED),
        ("open", "canceled", AttemptState.CANCELED),
        ("complete", None, AttemptState.UNKNOWN),
        ("open", "something_new", AttemptState.UNKNOWN),
    ),
)
def test_states_are_told_in_our_words(session, intent, expected):
    assert snapshots._state(session, intent) == expected


def test_forged_webhook_is_told_from_a_real_one(gateway):
    with pytest.raises(Forged):
        gateway.parse_webhook(b"{}", "t=1,v1=00", secrets=("whsec_1",))
    with pytest.raises(Forged):
        gateway.parse_webhook(b"{}", "", secrets=())


def test_webhook_address_is_registered_once(gateway, shop):
    url = "http://demo.localhost:8000/hooks/stripe/"
    assert not gateway.has_webhook(url)
    first, second = gateway.register_webhook(url), gateway.register_webhook(url)
    assert (first != second, gateway.has_webhook(url)) == (True, True)
    assert len(shop.api.webhook_endpoints.list().data) == 1
