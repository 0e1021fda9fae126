"""What the sandbox emits and takes, compared with the annotations of the installed library."""

import json

import pytest

from portico.sandbox.stripe.routes import ROUTES
from portico.sandbox.stripe.server import Sandbox
from tests.sandbox import sdk
from tests.sandbox.running import MANDATE, Shop, bank_answer, pay_by_bank, submit


def test_known_parameters_are_those_of_the_installed_library():
    assert json.loads(sdk.KNOWN.read_text()) == sdk.known_params()


def test_every_route_has_its_known_parameters():
    assert {route.request for route in ROUTES} == set(sdk.REQUESTS)


def test_every_parameter_that_a_route_takes_is_known():
    known = sdk.known_params()
    assert {name for route in ROUTES for name in route.takes if name not in known[route.request]} == set()


def methods_and_setups(shop: Shop, customer: str) -> None:
    """Saved, asked, refused, waiting, updated and detached methods."""
    submit(shop.setup_page(customer).url)
    submit(shop.setup_page(customer).url, number="4000002500003155")
    submit(shop.setup_page(customer).url, number="4000000000000002")
    pay_by_bank(shop.setup_page(customer, "us_bank_account").url, way="manual")
    page = shop.session(customer=customer, saved_payment_method_options={"payment_method_save": "enabled"})
    submit(page.url, save="on")
    shop.api.checkout.sessions.expire(shop.setup_page(customer).id)
    card = shop.saved(customer=customer)
    shop.api.payment_methods.update(
        card.id, {"allow_redisplay": "always", "billing_details": {"email": "a@example.com"}}
    )
    shop.control("POST", "methods/update", method=card.id, exp_year=2040)
    shop.api.payment_methods.detach(card.id)
    shop.saved("pm_usBankAccount_success", customer=customer)


def bank_debits(shop: Shop, customer: str) -> None:
    """Debits that are on their way, settled, failed, waiting, and taken back."""
    account = shop.saved("pm_usBankAccount_success", customer=customer)
    settled, failed = (shop.debit(account.id, customer=customer, mandate_data=MANDATE) for _ in range(2))
    shop.settle(settled.id)
    shop.fail(failed.id, "account_closed")
    shop.come_back(settled.id)
    shop.debit()
    waiting = shop.debit(payment_method_options={"us_bank_account": {"verification_method": "microdeposits"}})
    shop.api.payment_intents.verify_microdeposits(waiting.id, {"descriptor_code": "SM11AA"})
    pay_by_bank(shop.session(allowed_payment_method_types=["us_bank_account"]).url, way="manual")


def money_back(shop: Shop) -> None:
    """Refunds and disputes in every state."""
    shop.api.refunds.create({"payment_intent": shop.intent().id, "amount": 100, "metadata": {"refund": "1"}})
    failing = shop.api.refunds.create({"payment_intent": shop.intent().id})
    shop.control("POST", "refunds/fail", refund=failing.id)
    debit = shop.debit()
    shop.settle(debit.id)
    shop.api.refunds.create({"payment_intent": debit.id, "reason": "requested_by_customer"})
    for end in ("win", "lose", "under_review"):
        paid = shop.intent()
        shop.control("POST", "disputes/open", intent=paid.id)
        shop.control("POST", f"disputes/{end}", intent=paid.id)
    shop.control("POST", "disputes/open", intent=shop.intent().id)
    dispute = shop.api.disputes.list({"limit": 1}).data[0]
    shop.api.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "winning_evidence"}})


@pytest.fixture(scope="module")
def emitted(sandbox: Sandbox) -> dict[str, list[dict]]:
    """One account in which everything has happened once, as plain objects by their kind."""
    shop = Shop(sandbox)
    customer = shop.api.customers.create({"email": "ana@example.com", "name": "Ana Sample", "address": {"city": "X"}})
    shop.api.webhook_endpoints.create({"url": "http://localhost:9/", "enabled_events": ["*"]})
    paid, declined, expired, asked = (shop.session(customer=customer.id) for _ in range(4))
    submit(paid.url)
    submit(declined.url, number="4000000000000002")
    bank_answer(shop.sandbox.base + submit(asked.url, number="4000002500003155").headers["location"], "fail")
    shop.api.checkout.sessions.expire(expired.id)
    canceled = shop.api.payment_intents.create({"amount": 5000, "currency": "usd"})
    shop.api.payment_intents.cancel(canceled.id, {"cancellation_reason": "abandoned"})
    shop.intent("pm_card_authenticationRequired", return_url="http://localhost/back")
    methods_and_setups(shop, customer.id)
    bank_debits(shop, customer.id)
    money_back(shop)
    lists = (
        shop.api.customers,
        shop.api.checkout.sessions,
        shop.api.payment_intents,
        shop.api.charges,
        shop.api.events,
        shop.api.webhook_endpoints,
        shop.api.balance_transactions,
        shop.api.setup_intents,
        shop.api.refunds,
        shop.api.disputes,
        shop.api.payment_methods,
    )
    objects = [item.to_dict() for service in lists for item in service.list({"limit": 100}).auto_paging_iter()]
    objects += [event["data"]["object"] for event in objects if event["object"] == "event"]
    objects += [item.to_dict() for item in shop.api.checkout.sessions.line_items.list(paid.id).data]
    mandates = {one["data"]["object"]["id"] for one in objects if one.get("type") == "mandate.updated"}
    objects += [shop.api.mandates.retrieve(mandate).to_dict() for mandate in mandates]
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
