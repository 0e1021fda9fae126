import pytest
import requests
import stripe

from tests.sandbox.running import Shop


def refund(shop: Shop, intent: str, **more):
    return shop.api.refunds.create({"payment_intent": intent} | more)


def settled_debit(shop: Shop, **more) -> str:
    intent = shop.debit(**more)
    shop.settle(intent.id)
    return str(intent.id)


def balances(shop: Shop) -> tuple[int, int]:
    """Cash as the objects tell it, and as the balance transactions do."""
    moved = [one.amount for one in shop.api.balance_transactions.list({"limit": 100}).data]
    return shop.stats()["cash"].get("usd", 0), sum(moved)


def test_card_is_refunded_in_parts_and_in_full(shop: Shop):
    intent = shop.intent(amount=5000)
    first = refund(shop, intent.id, amount=2000, reason="requested_by_customer", metadata={"refund": "1"})
    assert (first.status, first.amount, first.metadata["refund"]) == ("succeeded", 2000, "1")
    charge = shop.api.charges.retrieve(intent.latest_charge)
    assert (charge.amount_refunded, charge.refunded, balances(shop)) == (2000, False, (3000, 3000))
    rest = shop.api.refunds.create({"charge": intent.latest_charge})
    charge = shop.api.charges.retrieve(intent.latest_charge)
    assert (rest.amount, charge.refunded, balances(shop)) == (3000, True, (0, 0))
    assert shop.events()[-4:] == ["refund.created", "charge.refunded"] * 2
    assert (shop.stats()["refunds"], shop.stats()["refunds_by_refund"]) == (2, {"1": 1})


def test_more_than_what_is_left_is_refused(shop: Shop):
    intent = shop.intent(amount=5000)
    refund(shop, intent.id, amount=2000)
    for amount, code in ((3001, None), (0, "parameter_invalid_integer"), (-5, "parameter_invalid_integer")):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            refund(shop, intent.id, amount=amount)
        assert (refused.value.param, refused.value.code) == ("amount", code)
    refund(shop, intent.id)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        refund(shop, intent.id)
    assert (refused.value.code, balances(shop)) == ("charge_already_refunded", (0, 0))


def test_refund_needs_a_charge_that_was_paid(shop: Shop, other_shop: Shop):
    unpaid, pending = shop.api.payment_intents.create({"amount": 5000, "currency": "usd"}), shop.debit()
    for intent in (unpaid.id, pending.id):
        with pytest.raises(stripe.InvalidRequestError, match="does not have a successful charge"):
            refund(shop, intent)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.api.refunds.create({"charge": pending.latest_charge})
    assert refused.value.code == "charge_not_refundable"
    with pytest.raises(stripe.InvalidRequestError, match="Missing required param"):
        shop.api.refunds.create({})
    with pytest.raises(stripe.InvalidRequestError, match="No such payment_intent"):
        refund(other_shop, shop.intent().id)


@pytest.mark.parametrize("decided", ("open", "under_review", "lose"))
def test_refund_of_a_disputed_charge_is_refused(shop: Shop, decided):
    intent = shop.intent()
    shop.control("POST", "disputes/open", intent=intent.id)
    if decided != "open":
        shop.control("POST", f"disputes/{decided}", intent=intent.id)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        refund(shop, intent.id)
    assert (refused.value.code, balances(shop)) == ("charge_disputed", (0, 0))


def test_refund_after_a_won_dispute_is_possible(shop: Shop):
    intent = shop.intent()
    shop.control("POST", "disputes/open", intent=intent.id)
    shop.control("POST", "disputes/win", intent=intent.id)
    assert (refund(shop, intent.id, amount=1000).status, balances(shop)) == ("succeeded", (4000, 4000))


def test_bank_refund_is_pending_then_succeeds(shop: Shop):
    made = refund(shop, settled_debit(shop))
    assert (made.status, made.pending_reason, balances(shop)) == ("pending", "processing", (0, 0))
    shop.advance(business_days=3)
    assert shop.api.refunds.retrieve(made.id).status == "succeeded"
    assert shop.events()[-3:] == ["refund.created", "charge.refunded", "refund.updated"]


def test_bank_refund_fails_and_the_money_is_back(shop: Shop):
    made = refund(shop, settled_debit(shop), amount=2000)
    assert balances(shop) == (3000, 3000)
    failed = shop.control("POST", "refunds/fail", refund=made.id, reason="declined")
    assert (failed["status"], failed["failure_reason"]) == ("failed", "declined")
    charge = shop.api.charges.retrieve(made.charge)
    assert (charge.amount_refunded, charge.refunded, balances(shop)) == (0, False, (5000, 5000))
    back = shop.api.balance_transactions.retrieve(failed["failure_balance_transaction"])
    assert (back.type, back.amount, shop.events()[-2:]) == ("refund_failure", 2000, ["refund.failed", "refund.updated"])
    assert shop.stats()["refunds"] == 0
    shop.advance(days=30)
    assert shop.api.refunds.retrieve(made.id).status == "failed"
    with pytest.raises(requests.HTTPError):
        shop.control("POST", "refunds/fail", refund=made.id)


def test_pending_refund_fails_when_the_bank_takes_the_debit_back(shop: Shop):
    intent = settled_debit(shop)
    made = refund(shop, intent)
    shop.come_back(intent, "debit_not_authorized")
    shop.advance(business_days=3)
    made = shop.api.refunds.retrieve(made.id)
    assert (made.status, made.failure_reason) == ("failed", "charge_for_pending_refund_disputed")
    assert balances(shop) == (0, 0)


@pytest.mark.parametrize(
    ("card", "states"),
    (("pm_card_pendingRefund", ("pending", "succeeded")), ("pm_card_refundFail", ("succeeded", "failed"))),
)
def test_published_cards_settle_or_fail_refunds_later(shop: Shop, card, states):
    made = refund(shop, shop.intent(card).id)
    shop.advance(business_days=3)
    assert (made.status, shop.api.refunds.retrieve(made.id).status) == states


def test_bank_debit_is_refundable_for_180_days(shop: Shop):
    intent = settled_debit(shop)
    shop.advance(days=181)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        refund(shop, intent)
    assert refused.value.code == "charge_not_refundable"


def test_refund_of_the_dashboard_has_nothing_of_ours(shop: Shop):
    intent = shop.intent(metadata={"attempt": "7"})
    made = shop.control("POST", "refunds/create", intent=intent.id, amount=700)
    assert (made["metadata"], made["amount"], made["reason"]) == ({}, 700, None)
    assert (shop.events()[-2:], balances(shop)) == (["refund.created", "charge.refunded"], (4300, 4300))


def test_refunds_are_listed_by_payment_charge_and_time(shop: Shop):
    intent, other = shop.intent(), shop.intent()
    made, elsewhere = refund(shop, intent.id, amount=100), refund(shop, other.id, amount=100)
    for asked in ({"payment_intent": intent.id}, {"charge": intent.latest_charge}):
        assert [one.id for one in shop.api.refunds.list(asked).data] == [made.id]
    since = shop.api.refunds.list({"created": {"gte": made.created}}).data
    assert [one.id for one in since] == [elsewhere.id, made.id]
    assert shop.api.refunds.update(made.id, {"metadata": {"refund": "9"}}).metadata["refund"] == "9"


def test_same_key_refunds_once(shop: Shop):
    intent = shop.intent()
    key = {"idempotency_key": "refund-1"}
    one, two = (shop.api.refunds.create({"payment_intent": intent.id, "amount": 100}, key) for _ in range(2))
    assert (one.id == two.id, balances(shop)) == (True, (4900, 4900))


@pytest.mark.parametrize(
    ("kind", "raised", "cash"),
    (
        ("drop_before", stripe.APIConnectionError, 5000),
        ("drop_after", stripe.APIConnectionError, 4000),
        ("error_before", stripe.APIError, 5000),
        ("error_after", stripe.APIError, 4000),
        ("rate_limit", stripe.RateLimitError, 5000),
        ("conflict", stripe.APIError, 5000),
        ("malformed", stripe.APIError, 4000),
    ),
)
def test_trouble_reaches_refunds(shop: Shop, kind, raised, cash):
    intent = shop.intent()
    shop.control("POST", "faults", kind=kind, method="POST", path="/v1/refunds")
    with pytest.raises(raised):
        refund(shop, intent.id, amount=1000)
    assert balances(shop) == (cash, cash)


@pytest.mark.parametrize(("kind", "seen"), (("wrong_amount", (1100, "usd")), ("wrong_currency", (1000, "eur"))))
def test_refund_answers_can_be_falsified(shop: Shop, kind, seen):
    intent = shop.intent()
    shop.control("POST", "faults", kind=kind, method="POST", path="/v1/refunds")
    made = refund(shop, intent.id, amount=1000)
    assert ((made.amount, made.currency), balances(shop)) == (seen, (4000, 4000))
