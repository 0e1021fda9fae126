import pytest
import requests
import stripe

from tests.sandbox.running import Shop


def test_intent_confirmed_at_once_succeeds(shop: Shop):
    intent = shop.intent(amount=5000, metadata={"attempt": "7"}, expand=["latest_charge"])
    assert (intent.status, intent.amount_received, intent.metadata["attempt"]) == ("succeeded", 5000, "7")
    assert (intent.latest_charge.status, intent.latest_charge.amount) == ("succeeded", 5000)
    assert shop.events() == ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]


def test_intent_confirmed_later_succeeds(shop: Shop):
    intent = shop.api.payment_intents.create(
        {"amount": 700, "currency": "USD", "allowed_payment_method_types": ["card"]}
    )
    assert (intent.status, intent.currency) == ("requires_payment_method", "usd")
    intent = shop.api.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    assert intent.status == "succeeded"


@pytest.mark.parametrize(
    ("method", "code", "decline_code"),
    (
        ("pm_card_visa_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
    ),
)
def test_declined_intent_comes_with_the_error(shop: Shop, method, code, decline_code):
    with pytest.raises(stripe.CardError) as declined:
        shop.intent(method, metadata={"attempt": "7"})
    error = declined.value.error
    assert (declined.value.http_status, error.code, error.decline_code) == (402, code, decline_code)
    intent = error.payment_intent
    assert (intent.status, intent.metadata["attempt"]) == ("requires_payment_method", "7")
    assert shop.api.payment_intents.retrieve(intent.id).last_payment_error.decline_code == decline_code
    assert shop.api.charges.retrieve(error.charge).status == "failed"
    assert shop.events() == ["payment_intent.created", "charge.failed", "payment_intent.payment_failed"]


@pytest.mark.parametrize(("button", "status"), (("complete", "succeeded"), ("fail", "requires_payment_method")))
def test_intent_that_needs_authentication_leads_there_and_back(shop: Shop, button, status):
    intent = shop.intent("pm_card_authenticationRequired", return_url="http://demo.localhost:8000/back/?a=1")
    assert (intent.status, intent.next_action.type) == ("requires_action", "redirect_to_url")
    page = intent.next_action.redirect_to_url.url
    assert "Confirm this payment" in requests.get(page, timeout=9).text
    back = requests.post(page, data={"answer": button}, allow_redirects=False, timeout=9).headers["location"]
    outcome = "succeeded" if status == "succeeded" else "failed"
    assert back.startswith(f"http://demo.localhost:8000/back/?a=1&payment_intent={intent.id}&")
    assert back.endswith(f"&redirect_status={outcome}")
    intent = shop.api.payment_intents.retrieve(intent.id)
    assert (intent.status, intent.next_action) == (status, None)


def test_authentication_without_the_customer_is_a_decline(shop: Shop):
    with pytest.raises(stripe.CardError) as declined:
        shop.intent("pm_card_authenticationRequired", off_session=True)
    assert declined.value.code == "authentication_required"


def test_intent_without_return_url_that_may_redirect_is_refused(shop: Shop):
    wanted = {"amount": 5000, "currency": "usd", "confirm": True, "payment_method": "pm_card_visa"}
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.api.payment_intents.create(wanted)
    assert (refused.value.param, shop.api.payment_intents.list().data) == ("return_url", [])


@pytest.mark.parametrize(("amount", "code"), ((49, "amount_too_small"), (100_000_000, "amount_too_large")))
def test_amounts_out_of_bounds_are_refused(shop: Shop, amount, code):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.intent(amount=amount)
    assert (refused.value.code, refused.value.param) == (code, "amount")


def test_intents_of_a_customer_are_listed_newest_first(shop: Shop):
    customer = shop.api.customers.create({})
    first, _, third = shop.intent(customer=customer.id), shop.intent(), shop.intent(customer=customer.id)
    found = shop.api.payment_intents.list({"customer": customer.id, "created": {"gte": first.created}})
    assert [one.id for one in found.data] == [third.id, first.id]


def test_canceled_intent_can_do_nothing_more(shop: Shop):
    intent = shop.api.payment_intents.create({"amount": 5000, "currency": "usd"})
    canceled = shop.api.payment_intents.cancel(intent.id, {"cancellation_reason": "abandoned"})
    assert (canceled.status, canceled.cancellation_reason) == ("canceled", "abandoned")
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.api.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    assert refused.value.code == "payment_intent_unexpected_state"


def test_succeeded_intent_cannot_be_confirmed_or_canceled(shop: Shop):
    intent = shop.intent()
    for act in (shop.api.payment_intents.confirm, shop.api.payment_intents.cancel):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            act(intent.id)
        assert refused.value.code == "payment_intent_unexpected_state"
    assert shop.stats()["charges_succeeded"] == 1


def test_intent_of_a_session_is_left_to_the_session(shop: Shop):
    session = shop.session()
    requests.post(
        session.url, data={"number": "4000000000000002", "expiry": "12/34", "cvc": "123", "name": "Ana"}, timeout=9
    )
    intent = shop.api.payment_intents.list().data[0]
    for act in (shop.api.payment_intents.confirm, shop.api.payment_intents.cancel):
        with pytest.raises(stripe.InvalidRequestError, match="Checkout Session"):
            act(intent.id)


def test_payment_method_is_retrieved_without_the_number(shop: Shop):
    intent = shop.intent()
    method = shop.api.payment_methods.retrieve(intent.payment_method)
    assert (method.type, method.card.brand, method.card.last4) == ("card", "visa", "4242")


def test_charges_and_transactions_are_listed(shop: Shop):
    intent = shop.intent(amount=10000)
    charge = shop.api.charges.list({"payment_intent": intent.id}).data[0]
    transaction = shop.api.balance_transactions.list({"source": charge.id}).data[0]
    assert (charge.id, transaction.id) == (intent.latest_charge, charge.balance_transaction)
    assert (transaction.amount, transaction.fee, transaction.net) == (10000, 320, 9680)
