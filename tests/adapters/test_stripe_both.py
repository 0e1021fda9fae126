"""The same adapter tests against the bundled sandbox and, with a test key of your own, against Stripe itself.

    PORTICO_STRIPE_TEST_KEY=sk_test_… bin/test -m stripe_live

They use what a key alone can do: no hosted page is filled in and no clock is moved.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from portico.adapters.stripe.kind import Stripe
from portico.domain.billing.enums import AttemptState, MethodKind, MethodState, MovementKind, RefundState, SetupState
from portico.domain.billing.ports import Charge, Checkout, Gateway, Line, Payer, RefundWanted, Refused, Setup
from portico.sandbox.stripe.server import Sandbox
from tests.sandbox.running import MANDATE, Shop

BACK = "https://example.com/payments/1/return/"
KEY = "PORTICO_STRIPE_TEST_KEY"
LIVE = (pytest.mark.stripe_live, pytest.mark.enable_socket)


@dataclass(frozen=True)
class Account:
    """One account, as the adapter and as the library see it; `customer` is new for each test."""

    gateway: Gateway
    api: Any
    customer: str

    def save(self, method: str) -> str:
        """A test method of Stripe's, saved for the customer."""
        if method.startswith("pm_card"):
            return str(self.api.payment_methods.attach(method, {"customer": self.customer}).id)
        wanted = {
            "customer": self.customer,
            "payment_method": method,
            "confirm": True,
            "allowed_payment_method_types": ["us_bank_account"],
            "mandate_data": MANDATE,
        }
        return str(self.api.setup_intents.create(wanted).payment_method)

    def charge(self, method: str, **more: Any) -> Any:
        wanted = {
            "attempt": uuid4(),
            "customer_ref": self.customer,
            "method_ref": method,
            "kind": MethodKind.CARD,
            "mandate_ref": "",
            "amount_minor": 5000,
            "currency": "USD",
            "return_url": BACK,
            "label": "Invoice 1001",
        }
        body = self.gateway.charge_body(Charge(**(wanted | more)))
        return self.gateway.charge(body, key=uuid4().hex)


@pytest.fixture(params=["sandbox", pytest.param("stripe", marks=LIVE)])
def account(request: pytest.FixtureRequest) -> Account:
    kind, key = Stripe(), os.environ.get(KEY, "")
    if request.param == "sandbox":
        sandbox: Sandbox = request.getfixturevalue("stripe_sandbox")
        kind, key = Stripe(api_base=sandbox.base), Shop(sandbox).key
    elif not key.startswith(("sk_test_", "rk_test_")):
        pytest.fail(f"Set {KEY} to a secret key of a test account (sk_test_… or rk_test_…).")
    gateway = kind.open(key)
    return Account(gateway, kind.client(key).v1, gateway.ensure_customer(Payer(uuid4(), "Ana Sample", "")))


def soon() -> datetime:
    return datetime.now(UTC) + timedelta(minutes=35)


def checkout(account: Account, kind: MethodKind = MethodKind.CARD) -> Checkout:
    lines = (Line("Invoice 1001", 10000), Line("Invoice 1002", 2550))
    return Checkout(uuid4(), account.customer, lines, "USD", BACK, f"{BACK}?back=1", soon(), kind)


@pytest.mark.parametrize("kind", (MethodKind.CARD, MethodKind.ACH))
def test_page_is_opened_once_for_a_key_found_and_closed(account: Account, kind: MethodKind) -> None:
    wanted, key = checkout(account, kind), uuid4().hex
    body = account.gateway.checkout_body(wanted)
    first, second = (account.gateway.start_checkout(body, key=key) for _ in range(2))
    assert (first.state, first.amount_minor, first.currency, first.attempt, first.kind) == (
        AttemptState.SENT,
        12550,
        "USD",
        wanted.attempt,
        kind,
    )
    assert (first.session_ref, first.url.startswith("http")) == (second.session_ref, True)
    since = datetime.now(UTC) - timedelta(minutes=5)
    found = account.gateway.find(wanted.attempt, customer_ref=account.customer, since=since)
    assert found is not None
    assert found.session_ref == first.session_ref
    assert [account.gateway.expire(first.session_ref or "").state for _ in range(2)] == [AttemptState.EXPIRED] * 2


def test_saved_card_is_listed_charged_and_forgotten(account: Account) -> None:
    card = account.save("pm_card_visa")
    (listed,) = account.gateway.methods(account.customer)
    assert (listed.ref, listed.kind, listed.state, listed.brand, listed.last4) == (
        card,
        MethodKind.CARD,
        MethodState.ACTIVE,
        "visa",
        "4242",
    )
    paid = account.charge(card)
    assert (paid.state, paid.received_minor, paid.last4) == (AttemptState.SUCCEEDED, 5000, "4242")
    account.gateway.detach(card)
    account.gateway.detach(card)
    assert account.gateway.methods(account.customer) == []


def test_charge_is_found_by_its_attempt(account: Account) -> None:
    attempt, since = uuid4(), datetime.now(UTC) - timedelta(minutes=5)
    assert account.gateway.find_charge(attempt, customer_ref=account.customer, since=since) is None
    made = account.charge(account.save("pm_card_visa"), attempt=attempt)
    found = account.gateway.find_charge(attempt, customer_ref=account.customer, since=since)
    assert found is not None
    assert (found.intent_ref, found.attempt, found.state) == (made.intent_ref, attempt, AttemptState.SUCCEEDED)


def test_decline_is_a_snapshot_that_failed(account: Account) -> None:
    declined = account.charge(account.save("pm_card_chargeCustomerFail"))
    assert (declined.state, declined.received_minor, bool(declined.failure_code)) == (AttemptState.FAILED, 0, True)
    assert account.gateway.fetch_intent(declined.intent_ref).state == AttemptState.FAILED


def test_card_that_asks_its_bank_leads_there_and_is_canceled(account: Account) -> None:
    asked = account.charge(account.save("pm_card_authenticationRequired"))
    assert (asked.state, asked.url.startswith("http")) == (AttemptState.REQUIRES_ACTION, True)
    assert account.gateway.cancel(asked.intent_ref).state == AttemptState.CANCELED


def test_bank_account_is_on_its_way(account: Account) -> None:
    bank = account.save("pm_usBankAccount_success")
    pending = account.charge(bank, kind=MethodKind.ACH)
    assert (pending.state, pending.kind, pending.last4, pending.received_minor) == (
        AttemptState.PROCESSING,
        MethodKind.ACH,
        "6789",
        0,
    )


def test_method_of_somebody_else_is_refused(account: Account) -> None:
    card = account.save("pm_card_visa")
    other = account.gateway.ensure_customer(Payer(uuid4(), "Ben Sample", ""))
    with pytest.raises(Refused):
        account.charge(card, customer_ref=other)


def test_page_that_adds_a_method_is_opened_and_closed(account: Account) -> None:
    wanted = Setup(uuid4(), account.customer, MethodKind.CARD, "USD", BACK, f"{BACK}?back=1", soon())
    opened = account.gateway.start_setup(account.gateway.setup_body(wanted), key=uuid4().hex)
    assert (opened.state, opened.setup, opened.url.startswith("http")) == (SetupState.SENT, wanted.setup, True)
    assert account.gateway.expire_setup(opened.session_ref).state == SetupState.EXPIRED


def test_money_is_given_back_once_for_a_key_and_no_more_than_came(account: Account) -> None:
    paid = account.charge(account.save("pm_card_visa"))
    wanted, key = RefundWanted(uuid4(), paid.intent_ref, 2000), uuid4().hex
    body = account.gateway.refund_body(wanted)
    first, second = (account.gateway.refund(body, key=key) for _ in range(2))
    assert (first.state, first.amount_minor, first.refund, first.ref) == (
        RefundState.SUCCEEDED,
        2000,
        wanted.refund,
        second.ref,
    )
    assert [one.ref for one in account.gateway.refunds_of(paid.intent_ref)] == [first.ref]
    with pytest.raises(Refused):
        account.gateway.refund(account.gateway.refund_body(RefundWanted(uuid4(), paid.intent_ref, 3001)), key=key + "x")


def test_cash_that_moved_is_told_with_its_payment(account: Account) -> None:
    since = datetime.now(UTC) - timedelta(minutes=5)
    paid = account.charge(account.save("pm_card_visa"))
    account.gateway.refund(account.gateway.refund_body(RefundWanted(uuid4(), paid.intent_ref, 2000)), key=uuid4().hex)
    moved = [one for one in account.gateway.movements_since(since) if one.intent_ref == paid.intent_ref]
    assert [(one.kind, one.amount_minor, one.currency) for one in moved] == [
        (MovementKind.CHARGE, 5000, "USD"),
        (MovementKind.REFUND, -2000, "USD"),
    ]


def test_account_tells_what_it_is(account: Account) -> None:
    facts = account.gateway.facts()
    assert (facts.ref.startswith("acct_"), facts.is_live, facts.takes_cards) == (True, False, True)
