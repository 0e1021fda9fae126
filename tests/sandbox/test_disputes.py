import pytest
import requests
import stripe

from tests.sandbox.running import Shop
from tests.sandbox.test_refunds import balances

DAY = 24 * 3600


def disputed(shop: Shop, **more):
    intent = shop.intent()
    return shop.control("POST", "disputes/open", intent=intent.id, **more)


def test_published_card_is_disputed_by_itself(shop: Shop):
    intent = shop.intent("pm_card_createDispute")
    assert shop.stats()["cash"] == {"usd": 5000}
    shop.advance(seconds=2)
    dispute = shop.api.disputes.list({"payment_intent": intent.id}).data[0]
    assert (dispute.status, dispute.reason, dispute.amount) == ("needs_response", "fraudulent", 5000)
    assert dispute.evidence_details.due_by == dispute.created + 9 * DAY
    charge = shop.api.charges.retrieve(intent.latest_charge)
    assert (charge.disputed, balances(shop)) == (True, (0, 0))
    assert shop.events()[-2:] == ["charge.dispute.created", "charge.dispute.funds_withdrawn"]


@pytest.mark.parametrize(
    ("end", "status", "cash", "events"),
    (
        ("win", "won", 5000, ["charge.dispute.closed", "charge.dispute.funds_reinstated"]),
        ("lose", "lost", 0, ["charge.dispute.closed"]),
        ("under_review", "under_review", 0, ["charge.dispute.updated"]),
    ),
)
def test_dispute_ends_on_order(shop: Shop, end, status, cash, events):
    dispute = disputed(shop)
    assert shop.control("POST", f"disputes/{end}", dispute=dispute["id"])["status"] == status
    assert (shop.events()[-len(events) :], balances(shop)) == (events, (cash, cash))


def test_decided_dispute_stays_decided(shop: Shop):
    dispute = disputed(shop)
    shop.control("POST", "disputes/lose", dispute=dispute["id"])
    for end in ("win", "lose", "under_review"):
        with pytest.raises(requests.HTTPError):
            shop.control("POST", f"disputes/{end}", dispute=dispute["id"])
    with pytest.raises(requests.HTTPError):
        shop.control("POST", "disputes/open", charge=dispute["charge"])
    assert balances(shop) == (0, 0)


def test_dispute_that_nobody_answers_is_lost(shop: Shop):
    dispute = disputed(shop)
    shop.advance(days=9, seconds=-5)
    assert shop.api.disputes.retrieve(dispute["id"]).status == "needs_response"
    shop.advance(seconds=5)
    assert shop.api.disputes.retrieve(dispute["id"]).status == "lost"


@pytest.mark.parametrize(
    ("word", "status"), (("winning_evidence", "won"), ("losing_evidence", "lost"), ("x", "under_review"))
)
def test_evidence_decides_as_published(shop: Shop, word, status):
    dispute = shop.api.disputes.update(disputed(shop)["id"], {"evidence": {"uncategorized_text": word}})
    details = dispute.evidence_details
    assert (dispute.status, details.has_evidence, details.submission_count) == (status, True, 1)


def test_evidence_can_be_staged_before_it_is_sent(shop: Shop):
    dispute = disputed(shop)
    staged = shop.api.disputes.update(dispute["id"], {"evidence": {"customer_name": "Ana"}, "submit": False})
    assert (staged.status, staged.evidence.customer_name) == ("needs_response", "Ana")


def test_dispute_can_be_accepted(shop: Shop):
    assert shop.api.disputes.close(disputed(shop)["id"]).status == "lost"


def test_partial_dispute_takes_its_part_and_a_fee(shop: Shop):
    dispute = disputed(shop, amount=2000, reason="duplicate")
    moved = shop.api.balance_transactions.list({"source": dispute["id"]}).data
    assert [(one.type, one.amount, one.fee, one.net) for one in moved] == [("adjustment", -2000, 1500, -3500)]
    assert balances(shop) == (3000, 3000)


def test_card_dispute_after_a_partial_refund_takes_the_rest(shop: Shop):
    intent = shop.intent()
    shop.api.refunds.create({"payment_intent": intent.id, "amount": 2000})
    assert shop.control("POST", "disputes/open", intent=intent.id)["amount"] == 3000
    assert balances(shop) == (0, 0)


def test_bank_dispute_is_final_and_may_come_on_top_of_a_refund(shop: Shop):
    intent = shop.debit()
    shop.settle(intent.id)
    made = shop.api.refunds.create({"payment_intent": intent.id})
    shop.control("POST", "refunds/settle", refund=made.id)
    assert shop.control("POST", "disputes/open", intent=intent.id)["status"] == "lost"
    assert balances(shop) == (-5000, -5000)


def test_dispute_of_an_unpaid_charge_or_for_a_strange_reason_is_refused(shop: Shop):
    pending, paid = shop.debit(), shop.intent()
    for wanted in ({"charge": pending.latest_charge}, {"intent": paid.id, "reason": "insufficient_funds"}):
        with pytest.raises(requests.HTTPError):
            shop.control("POST", "disputes/open", **wanted)
    with pytest.raises(requests.HTTPError):
        shop.come_back(paid.id)


def test_disputes_are_listed_by_charge_and_time(shop: Shop, other_shop: Shop):
    first, second = disputed(shop), disputed(shop)
    assert [one.id for one in shop.api.disputes.list({"charge": first["charge"]}).data] == [first["id"]]
    since = shop.api.disputes.list({"created": {"gte": first["created"]}}).data
    assert [one.id for one in since] == [second["id"], first["id"]]
    with pytest.raises(stripe.InvalidRequestError, match="No such dispute"):
        other_shop.api.disputes.retrieve(first["id"])
