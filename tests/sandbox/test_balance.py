import pytest
import requests
import stripe

from tests.sandbox.running import Shop
from tests.sandbox.test_refunds import balances


def test_every_movement_has_its_transaction_and_source(shop: Shop):
    card, debit = shop.intent(amount=10000), shop.debit(amount=100_000)
    shop.settle(debit.id)
    refund = shop.api.refunds.create({"payment_intent": card.id, "amount": 400})
    back = shop.api.refunds.create({"payment_intent": debit.id, "amount": 500})
    shop.control("POST", "refunds/fail", refund=back.id)
    found = shop.api.balance_transactions.list({"limit": 100}).data
    assert [(one.type, one.amount, one.fee, one.source) for one in reversed(found)] == [
        ("charge", 10000, 320, card.latest_charge),
        ("payment", 100_000, 500, debit.latest_charge),
        ("refund", -400, 0, refund.id),
        ("payment_refund", -500, 0, back.id),
        ("refund_failure", 500, 0, back.id),
    ]
    by_type = shop.api.balance_transactions.list({"type": "refund"}).data
    assert [one.source for one in by_type] == [refund.id]
    assert balances(shop) == (109_600, 109_600)


def test_money_becomes_available_after_two_days(shop: Shop):
    shop.intent(amount=10000)
    shop.advance(days=2)
    shop.intent(amount=1000)
    balance = shop.api.balance.retrieve()
    assert [(one.amount, one.source_types.card) for one in balance.available] == [(9680, 9680)]
    assert [one.amount for one in balance.pending] == [1000 - 59]
    assert [one.status for one in shop.api.balance_transactions.list().data] == ["pending", "available"]


def test_transactions_show_what_they_come_from(shop: Shop):
    intent = shop.intent()
    shop.api.refunds.create({"payment_intent": intent.id, "amount": 100})
    shop.control("POST", "disputes/open", intent=intent.id)
    found = shop.api.balance_transactions.list({"limit": 100, "expand": ["data.source"]}).data
    assert [(one.source.object, one.reporting_category) for one in found] == [
        ("dispute", "dispute"),
        ("refund", "refund"),
        ("charge", "charge"),
    ]
    assert {one.source.payment_intent for one in found} == {intent.id}


def test_transactions_are_listed_by_time(shop: Shop):
    shop.intent()
    shop.advance(days=3)
    later = shop.intent(expand=["latest_charge"]).latest_charge
    found = shop.api.balance_transactions.list({"created": {"gte": later.created}}).data
    assert [one.source for one in found] == [later.id]


def test_events_are_asked_for_by_at_most_twenty_types(shop: Shop):
    shop.intent()
    kinds = ["charge.succeeded", *(f"charge.dispute.{n}" for n in range(20))]
    assert [one.type for one in shop.api.events.list({"types": kinds[:20]}).data] == ["charge.succeeded"]
    for wrong in ({"types": kinds}, {"types": kinds[:1], "type": "charge.succeeded"}):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            shop.api.events.list(wrong)
        assert refused.value.param == "types"


def test_stats_count_intents_and_charges_of_an_attempt(shop: Shop):
    for method in ("pm_card_visa", "pm_card_visa"):
        shop.intent(method, metadata={"attempt": "7"})
    with pytest.raises(stripe.CardError):
        shop.intent("pm_card_visa_chargeDeclined", metadata={"attempt": "8"})
    shop.debit(metadata={"attempt": "9"})
    stats = shop.stats()
    del stats["undelivered"]
    assert stats == {
        "cash": {"usd": 10000},
        "charges_failed": 1,
        "charges_pending": 1,
        "charges_succeeded": 2,
        "disputes": 0,
        "intents": 4,
        "intents_by_attempt": {"7": 2, "8": 1, "9": 1},
        "paid_by_attempt": {"7": 2},
        "refunds": 0,
        "refunds_by_refund": {},
    }


@pytest.mark.parametrize(
    ("path", "wanted", "status"),
    (
        ("settle", {}, 400),
        ("settle", {"intent": "pi_unknown"}, 404),
        ("fail", {"intent": "pi_unknown", "code": "x"}, 404),
        ("methods/disable", {"method": "pm_unknown"}, 404),
        ("microdeposits", {"intent": "seti_unknown"}, 404),
        ("disputes/win", {"intent": "pi_unknown"}, 400),
        ("elsewhere", {}, 404),
    ),
)
def test_order_that_cannot_be_is_refused(shop: Shop, path, wanted, status):
    with pytest.raises(requests.HTTPError) as refused:
        shop.control("POST", path, **wanted)
    assert refused.value.response.status_code == status


def test_order_with_a_strange_word_names_the_right_ones(shop: Shop):
    debit, card = shop.debit(), shop.saved(customer=shop.customer())
    for path, wanted, param in (
        ("fail", {"intent": debit.id, "code": "x"}, "code"),
        ("methods/disable", {"method": card.id}, "method"),
        ("microdeposits", {"intent": debit.id}, "intent"),
    ):
        with pytest.raises(requests.HTTPError) as refused:
            shop.control("POST", path, **wanted)
        assert refused.value.response.json()["error"]["param"] == param


@pytest.mark.parametrize("path", ("/v1/payment_intents", "/v1/setup_intents", "/v1/payment_methods"))
def test_trouble_reaches_every_path(shop: Shop, path):
    customer = shop.customer()
    card = shop.saved(customer=customer)
    act = {
        "/v1/payment_intents": lambda: shop.intent(card.id, customer=customer),
        "/v1/setup_intents": lambda: shop.saved("pm_usBankAccount_success", customer=customer),
        "/v1/payment_methods": lambda: shop.api.payment_methods.detach(card.id),
    }[path]
    for kind, raised in (("error_before", stripe.APIError), ("rate_limit", stripe.RateLimitError)):
        shop.control("POST", "faults", kind=kind, method="POST", path=path)
        with pytest.raises(raised):
            act()
    act()


@pytest.mark.parametrize("kind", ("error_before", "error_after", "rate_limit", "drop_before", "malformed"))
def test_trouble_reaches_what_is_only_read(shop: Shop, kind):
    intent = shop.intent()
    shop.control("POST", "faults", kind=kind, method="GET", path="/v1/payment_intents")
    with pytest.raises(stripe.StripeError):
        shop.api.payment_intents.retrieve(intent.id)
    assert shop.api.payment_intents.retrieve(intent.id).status == "succeeded"
