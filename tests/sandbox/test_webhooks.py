import json
import time
from dataclasses import replace

import pytest
import stripe

from tests.sandbox.running import Listener, Shop, submit, until


def listen(shop: Shop, listener: Listener, *kinds: str) -> str:
    """Registers the listener and returns its secret."""
    endpoint = shop.api.webhook_endpoints.create({"url": listener.url, "enabled_events": list(kinds or ["*"])})
    return endpoint.secret


def kinds(listener: Listener) -> list[str]:
    return [json.loads(heard.body)["type"] for heard in listener.heard]


def test_events_arrive_signed_with_the_endpoints_secret(shop: Shop, listener: Listener):
    secret = listen(shop, listener, "payment_intent.succeeded")
    intent = shop.intent()
    until(lambda: len(listener.heard) == 1)
    heard = listener.heard[0]
    event = stripe.Webhook.construct_event(heard.body, heard.signature, secret)
    assert (event.type, event.data.object.id, event.livemode) == ("payment_intent.succeeded", intent.id, False)
    assert (heard.path, heard.host) == ("/hooks/stripe/", f"demo.localhost:{listener.port}")
    until(lambda: shop.stats()["undelivered"] == 0)
    assert shop.api.events.retrieve(event.id).pending_webhooks == 0


def test_secret_is_told_at_creation_only(shop: Shop, listener: Listener):
    assert listen(shop, listener).startswith("whsec_")
    assert "secret" not in shop.api.webhook_endpoints.list().data[0]


def test_only_wanted_events_are_sent(shop: Shop, listener: Listener):
    listen(shop, listener, "checkout.session.completed")
    submit(shop.session().url)
    until(lambda: len(listener.heard) == 1)
    time.sleep(0.2)
    assert kinds(listener) == ["checkout.session.completed"]


def test_events_of_another_account_are_not_heard(shop: Shop, other_shop: Shop, listener: Listener):
    listen(shop, listener, "payment_intent.succeeded")
    other_shop.intent()
    ours = shop.intent()
    until(lambda: len(listener.heard) == 1)
    assert json.loads(listener.heard[0].body)["data"]["object"]["id"] == ours.id


def test_refused_delivery_is_tried_again(shop: Shop, listener: Listener):
    listener.answers = [500, 200]
    listen(shop, listener, "payment_intent.succeeded")
    shop.intent()
    until(lambda: len(listener.heard) == 2)
    assert listener.heard[0].body == listener.heard[1].body
    until(lambda: shop.stats()["undelivered"] == 0)


def test_unreachable_endpoint_waits_and_is_tried_again(shop: Shop):
    gone = Listener()
    listen(shop, gone, "payment_intent.succeeded")
    gone.close()
    shop.intent()
    time.sleep(0.3)
    assert shop.stats()["undelivered"] == 1


def test_deleted_endpoint_hears_nothing_more(shop: Shop, listener: Listener):
    listen(shop, listener)
    endpoint = shop.api.webhook_endpoints.list().data[0]
    assert shop.api.webhook_endpoints.delete(endpoint.id).deleted is True
    shop.intent()
    time.sleep(0.3)
    assert (listener.heard, shop.api.webhook_endpoints.list().data) == ([], [])


@pytest.mark.parametrize(
    "url", ("http://example.com/", "https://localhost/", "http://10.0.0.1/", "http://localhost.example.com/")
)
def test_endpoint_elsewhere_is_refused(shop: Shop, url):
    with pytest.raises(stripe.InvalidRequestError, match="this machine only"):
        shop.api.webhook_endpoints.create({"url": url, "enabled_events": ["*"]})


def test_unknown_event_name_is_refused(shop: Shop):
    with pytest.raises(stripe.InvalidRequestError):
        shop.api.webhook_endpoints.create({"url": "http://localhost:9/", "enabled_events": ["payment.done"]})


def test_events_are_listed_by_type(shop: Shop):
    shop.intent()
    for wanted, count in (
        ({"type": "charge.succeeded"}, 1),
        ({"type": "payment_intent.*"}, 2),
        ({"types": ["charge.succeeded", "payment_intent.created"]}, 2),
    ):
        assert len(shop.api.events.list(wanted).data) == count


def test_webhooks_switched_off_are_not_sent_but_listed(shop: Shop, listener: Listener):
    listen(shop, listener)
    shop.control("POST", "webhooks", mode="off")
    shop.intent()
    time.sleep(0.3)
    assert (listener.heard, len(shop.events())) == ([], 3)


@pytest.mark.parametrize("order", ("created", "reversed"))
def test_held_webhooks_are_flushed_in_order(shop: Shop, listener: Listener, order):
    listen(shop, listener)
    shop.control("POST", "webhooks", mode="hold")
    shop.intent()
    expected = shop.events()[:: -1 if order == "reversed" else 1]
    delivered = shop.control("POST", "webhooks/flush", order=order)["delivered"]
    assert [one["type"] for one in delivered] == kinds(listener) == expected
    assert shop.control("POST", "webhooks/flush")["delivered"] == []


def test_held_webhooks_are_flushed_shuffled_and_several_at_once(shop: Shop, listener: Listener):
    listen(shop, listener)
    shop.control("POST", "webhooks", mode="hold")
    shop.intent()
    shop.control("POST", "webhooks/flush", order="shuffled", at_once=5)
    assert sorted(kinds(listener)) == sorted(shop.events() * 5)


def test_normal_mode_sends_what_was_held(shop: Shop, listener: Listener):
    listen(shop, listener)
    shop.control("POST", "webhooks", mode="hold")
    shop.intent()
    shop.control("POST", "webhooks", mode="normal")
    until(lambda: len(listener.heard) == 3)


def test_duplicate_sends_each_event_several_times(shop: Shop, listener: Listener):
    listen(shop, listener, "payment_intent.succeeded")
    shop.control("POST", "webhooks", duplicate=5)
    shop.intent()
    until(lambda: len(listener.heard) == 5)


@pytest.mark.parametrize("signature", ("bad", "old"))
def test_wrong_signatures_are_refused_by_the_library(shop: Shop, listener: Listener, signature):
    secret = listen(shop, listener, "payment_intent.succeeded")
    shop.control("POST", "webhooks", signature=signature)
    shop.intent()
    until(lambda: len(listener.heard) >= 1)
    heard = listener.heard[0]
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(heard.body, heard.signature, secret)


def test_the_handler_may_ask_the_api_while_it_is_called(shop: Shop, listener: Listener):
    """A delivery holds no lock: what the endpoint fetches meanwhile is answered at once."""
    listen(shop, listener, "payment_intent.succeeded")
    shop.control("POST", "webhooks", mode="hold")
    intent = shop.intent()
    quick = replace(shop, read_timeout=2)
    seen = []
    listener.on_heard = lambda: seen.append(quick.api.payment_intents.retrieve(intent.id).status)
    shop.control("POST", "webhooks/flush")
    assert seen == ["succeeded"]
