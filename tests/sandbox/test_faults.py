import time
from dataclasses import replace

import pytest
import requests
import stripe

from tests.sandbox.running import TOKEN, Shop


def order(shop: Shop, kind: str, **more) -> None:
    shop.control("POST", "faults", kind=kind, **({"method": "POST", "path": "/v1/payment_intents"} | more))


@pytest.mark.parametrize(("kind", "charges"), (("drop_before", 0), ("drop_after", 1)))
def test_dropped_connection_is_a_connection_error(shop: Shop, kind, charges):
    order(shop, kind)
    with pytest.raises(stripe.APIConnectionError):
        shop.intent()
    assert shop.stats()["charges_succeeded"] == charges


@pytest.mark.parametrize(("kind", "charges"), (("slow_before", 1), ("slow_after", 1)))
def test_slow_answer_runs_into_the_time_out(shop: Shop, kind, charges):
    order(shop, kind, seconds=1)
    with pytest.raises(stripe.APIConnectionError):
        replace(shop, read_timeout=0.3).intent()
    time.sleep(1)
    assert shop.stats()["charges_succeeded"] == charges


def test_rate_limit_is_told(shop: Shop):
    order(shop, "rate_limit")
    with pytest.raises(stripe.RateLimitError):
        shop.intent()
    assert shop.stats()["charges_succeeded"] == 0


def test_malformed_answer_is_an_error_of_the_library(shop: Shop):
    order(shop, "malformed")
    with pytest.raises(stripe.APIError, match="Invalid response body"):
        shop.intent()
    assert shop.stats()["charges_succeeded"] == 1


def test_wrong_amount_and_currency_are_in_the_answer_only(shop: Shop):
    intent = shop.intent(amount=5000)
    for kind in ("wrong_amount", "wrong_currency"):
        order(shop, kind, method="GET")
    answers = [shop.api.payment_intents.retrieve(intent.id) for _ in range(3)]
    assert [(one.amount_received, one.currency) for one in answers] == [(5100, "usd"), (5000, "eur"), (5000, "usd")]


def test_fault_hits_its_method_path_and_account_and_then_ends(shop: Shop, other_shop: Shop):
    order(shop, "error_before", count=2)
    assert other_shop.intent().status == "succeeded"
    assert shop.api.payment_intents.list().data == []
    for _ in range(2):
        with pytest.raises(stripe.APIError):
            shop.intent()
    assert shop.intent().status == "succeeded"


def test_faults_are_listed_and_cleared(shop: Shop):
    order(shop, "rate_limit", count=3)
    assert [fault["remaining"] for fault in shop.control("GET", "faults")["faults"]] == [3]
    assert shop.control("DELETE", "faults") == {"faults": []}
    assert shop.intent().status == "succeeded"


def test_unknown_switches_are_refused(shop: Shop):
    for path, wanted in (("faults", {"kind": "fire"}), ("webhooks", {"mode": "loud"}), ("nothing", {})):
        with pytest.raises(requests.HTTPError):
            shop.control("POST", path, **wanted)


@pytest.mark.parametrize("token", ("", TOKEN + "x"))
def test_control_needs_its_token(shop: Shop, token):
    answer = requests.post(f"{shop.sandbox.base}/_emu/stats", headers={"X-Emu-Token": token}, timeout=9)
    assert answer.status_code == 401
