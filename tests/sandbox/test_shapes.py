"""What the sandbox emits and takes, compared with the annotations of the installed library."""

import json

import pytest

from portico.sandbox.stripe.routes import ROUTES
from tests.sandbox import sdk
from tests.sandbox.running import Shop, submit


def test_known_parameters_are_those_of_the_installed_library():
    assert json.loads(sdk.KNOWN.read_text()) == sdk.known_params()


def test_every_route_has_its_known_parameters():
    assert {route.request for route in ROUTES} == set(sdk.REQUESTS)


def test_every_parameter_that_a_route_takes_is_known():
    known = sdk.known_params()
    assert {name for route in ROUTES for name in route.takes if name not in known[route.request]} == set()


@pytest.fixture
def emitted(shop: Shop) -> dict[str, list[dict]]:
    """One account in which everything has happened once, as plain objects by their kind."""
    customer = shop.api.customers.create({"email": "ana@example.com", "name": "Ana Sample", "address": {"city": "X"}})
    shop.api.webhook_endpoints.create({"url": "http://localhost:9/", "enabled_events": ["*"]})
    paid, declined, expired, asked = (shop.session(customer=customer.id) for _ in range(4))
    submit(paid.url)
    submit(declined.url, number="4000000000000002")
    submit(asked.url, number="4000002500003155")
    shop.api.checkout.sessions.expire(expired.id)
    canceled = shop.api.payment_intents.create({"amount": 5000, "currency": "usd"})
    shop.api.payment_intents.cancel(canceled.id, {"cancellation_reason": "abandoned"})
    shop.intent("pm_card_authenticationRequired", return_url="http://localhost/back")
    lists = (
        shop.api.customers,
        shop.api.checkout.sessions,
        shop.api.payment_intents,
        shop.api.charges,
        shop.api.events,
        shop.api.webhook_endpoints,
        shop.api.balance_transactions,
    )
    objects = [item.to_dict() for service in lists for item in service.list({"limit": 100}).data]
    objects += [event["data"]["object"] for event in objects if event["object"] == "event"]
    objects += [item.to_dict() for item in shop.api.checkout.sessions.line_items.list(paid.id).data]
    methods = [one["payment_method"] for one in objects if one["object"] == "charge"]
    objects += [shop.api.payment_methods.retrieve(method).to_dict() for method in methods]
    objects += [shop.api.balance.retrieve().to_dict(), shop.api.accounts.retrieve_current().to_dict()]
    found: dict[str, list[dict]] = {}
    for item in objects:
        found.setdefault(item["object"], []).append(item)
    return found


def test_emitted_objects_have_the_fields_and_values_of_the_library(emitted):
    faults = [fault for kind, objects in emitted.items() for one in objects for fault in sdk.faults_of(kind, one)]
    assert sorted(set(faults)) == []


def test_the_comparison_covers_every_kind(emitted):
    assert set(emitted) == set(sdk.OBJECTS) - {"price"}


@pytest.mark.parametrize(
    ("spoil", "fault"),
    (
        ({"status": "settled"}, "payment_intent.status: 'settled' is no choice"),
        ({"amuont": 1}, "payment_intent.amuont: unknown"),
        ({"amount": "12"}, "payment_intent.amount: '12' is no int"),
        ({"last_payment_error": {"typ": "card_error"}}, "payment_intent.last_payment_error.typ: unknown"),
    ),
)
def test_the_comparison_finds_a_planted_difference(emitted, spoil, fault):
    assert fault in sdk.faults_of("payment_intent", emitted["payment_intent"][0] | spoil)
