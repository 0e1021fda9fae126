import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import uuid4

import pytest
import stripe

from tests.sandbox.running import Shop


@pytest.fixture
def key() -> str:
    return uuid4().hex


def test_same_key_and_body_is_answered_again(shop: Shop, key):
    first, second = shop.intent(key=key), shop.intent(key=key)
    assert (second.id, second.last_response.headers["idempotent-replayed"]) == (first.id, "true")
    assert "idempotent-replayed" not in first.last_response.headers
    assert shop.stats()["charges_succeeded"] == 1


def test_same_key_with_another_body_is_refused(shop: Shop, key):
    shop.intent(key=key)
    with pytest.raises(stripe.IdempotencyError) as refused:
        shop.intent(key=key, amount=6000)
    assert refused.value.http_status == 400
    assert shop.stats()["charges_succeeded"] == 1


def test_key_in_use_is_a_conflict(shop: Shop, key):
    shop.control("POST", "faults", kind="slow_before", path="/v1/payment_intents", method="POST", seconds=1)
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(shop.intent, key=key)
        time.sleep(0.3)
        with pytest.raises(stripe.APIError) as refused:
            shop.intent(key=key)
        assert (refused.value.http_status, refused.value.error.code) == (409, "idempotency_key_in_use")
        assert slow.result().status == "succeeded"
    assert shop.stats()["charges_succeeded"] == 1


def test_refused_parameters_do_not_use_up_the_key(shop: Shop, key):
    with pytest.raises(stripe.InvalidRequestError):
        shop.intent(key=key, amount=10)
    assert shop.intent(key=key, amount=100).status == "succeeded"


def test_decline_is_answered_again(shop: Shop, key):
    for _ in range(2):
        with pytest.raises(stripe.CardError):
            shop.intent("pm_card_visa_chargeDeclined", key=key)
    assert shop.stats()["charges_failed"] == 1


@pytest.mark.parametrize(("kind", "charges"), (("error_before", 0), ("error_after", 1)))
def test_server_error_is_answered_again(shop: Shop, key, kind, charges):
    shop.control("POST", "faults", kind=kind, path="/v1/payment_intents", method="POST")
    for _ in range(2):
        with pytest.raises(stripe.APIError) as failed:
            shop.intent(key=key)
        assert failed.value.http_status == 500
    assert shop.stats()["charges_succeeded"] == charges


def test_pruned_key_charges_again(shop: Shop, key):
    shop.intent(key=key)
    assert shop.control("POST", "idempotency/prune") == {"pruned": 1}
    shop.intent(key=key)
    assert shop.stats()["charges_succeeded"] == 2


def test_keys_of_accounts_are_apart(shop: Shop, other_shop: Shop, key):
    assert shop.intent(key=key).id != other_shop.intent(key=key).id


def test_twelve_at_once_with_one_key_charge_once(shop: Shop, key):
    patient = replace(shop, retries=6)
    with ThreadPoolExecutor(12) as pool:
        intents = list(pool.map(lambda _: patient.intent(key=key).id, range(12)))
    assert (len(set(intents)), shop.stats()["charges_succeeded"]) == (1, 1)


def test_library_retries_after_a_lost_answer_charge_once(shop: Shop, key):
    shop.control("POST", "faults", kind="drop_after", path="/v1/payment_intents", method="POST", count=2)
    assert replace(shop, retries=2).intent(key=key).status == "succeeded"
    assert shop.stats()["charges_succeeded"] == 1
