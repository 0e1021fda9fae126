import json
import time

import pytest
from django.db import transaction
from django.test import Client

from portico.domain.billing.models import GatewayEvent, PaymentAccount
from portico.domain.billing.operations import accounts, webhooks
from portico.foundation.tenancy.models import Company
from portico.foundation.tenancy.scope import company_scope
from portico.sandbox.stripe.delivery import sign
from tests.factories import people
from tests.sandbox.running import submit, until
from tests.stripe_sandbox import Till, open_till, violations

SECRET = "whsec_for_this_test"
ABOUT = {"object": {"object": "charge", "id": "ch_1"}}
OTHER = {"id": "evt_1", "type": "charge.updated", "livemode": False, "data": ABOUT}


def believe(till: Till, *secrets: str) -> None:
    """The company's account has these webhook secrets."""
    with company_scope(till.company_id):
        accounts.save_account(
            code="sandbox", secret_key=till.shop.key, webhook_secrets=secrets, webhook_url="x", by=accounts.SYSTEM
        )


def events_of(till: Till, kind: str = "") -> list[dict]:
    """What the gateway has to tell, oldest first."""
    found = [event.to_dict() for event in till.shop.api.events.list({"limit": 100}).data]
    return [event for event in reversed(found) if event["type"].startswith(kind)]


def deliver(till: Till, event: dict, *, secret: str = SECRET, age: int = 0, host: str = "") -> int:
    payload = json.dumps(event).encode()
    client = Client(headers={"host": f"{host or till.host}.localhost"}, enforce_csrf_checks=True)
    signed = sign(payload, secret, int(time.time()) - age)
    answer = client.post(
        "/hooks/stripe/", payload, content_type="application/json", headers={"Stripe-Signature": signed}
    )
    return answer.status_code


def kept(till: Till) -> list[tuple[str, bool]]:
    with company_scope(till.company_id), transaction.atomic():
        rows = GatewayEvent.objects.order_by("pk")
        return [(event.type, event.processed_at is not None) for event in rows]


def test_event_of_a_payment_is_applied_once_however_often_it_comes(till: Till):
    believe(till, SECRET)
    invoice = till.owes()
    begun = till.pay((invoice, 10000))
    submit(begun.url)
    event = events_of(till, "payment_intent.succeeded")[0]
    assert [deliver(till, event) for _ in range(5)] == [200] * 5
    assert kept(till) == [("payment_intent.succeeded", True)]
    assert (till.payment(begun).state, till.balance(invoice), till.ledger_cash()) == ("succeeded", (10000, 0), 10000)
    assert violations(till) == []


@pytest.mark.parametrize("state", ("off", "test"))
def test_event_of_a_payment_lands_while_the_portal_is_closed(till: Till, state: str):
    believe(till, SECRET)
    invoice = till.owes()
    begun = till.pay((invoice, 10000))
    submit(begun.url)
    Company.objects.filter(pk=till.company_id).update(portal_state=state)
    assert deliver(till, events_of(till, "payment_intent.succeeded")[0]) == 200
    assert (till.payment(begun).state, till.balance(invoice)) == ("succeeded", (10000, 0))


@pytest.mark.parametrize("faults", ({"secret": "whsec_other"}, {"age": 301}, {"secret": " "}))
def test_event_that_is_not_signed_by_our_account_now_is_refused_and_not_kept(till: Till, faults):
    believe(till, SECRET)
    till.pay((till.owes(), 10000))
    submit(till.open_pages()[0])
    event = events_of(till, "payment_intent.succeeded")[0]
    assert deliver(till, event, **faults) == 400
    assert (kept(till), till.ledger()) == ([], [])


def test_unsigned_event_is_refused_also_where_no_secret_is_known(till: Till):
    believe(till)
    assert deliver(till, {"id": "evt_1"}, secret="") == 400


def test_either_of_two_secrets_is_believed_while_they_are_changed(till: Till):
    believe(till, "whsec_old", "whsec_new")
    event = {
        "id": "evt_1",
        "type": "charge.updated",
        "livemode": False,
        "data": {"object": {"object": "charge", "id": "c"}},
    }
    assert (deliver(till, event, secret="whsec_old"), deliver(till, event, secret="whsec_new")) == (200, 200)


def test_event_of_another_kind_is_kept_and_answered(till: Till):
    believe(till, SECRET)
    event = {
        "id": "evt_1",
        "type": "charge.updated",
        "livemode": False,
        "data": {"object": {"object": "charge", "id": "c"}},
    }
    assert deliver(till, event) == 200
    assert kept(till) == [("charge.updated", True)]


def test_live_event_for_a_test_account_is_refused(till: Till):
    believe(till, SECRET)
    event = {
        "id": "evt_1",
        "type": "charge.updated",
        "livemode": True,
        "data": {"object": {"object": "charge", "id": "c"}},
    }
    assert (deliver(till, event), kept(till)) == (400, [])


def test_event_of_one_company_is_refused_by_another(till: Till):
    believe(till, SECRET)
    other = open_till(till.shop.sandbox, host="other")
    believe(other, "whsec_of_the_other")
    begun = till.pay((till.owes(), 10000))
    submit(begun.url)
    event = events_of(till, "payment_intent.succeeded")[0]
    assert deliver(till, event, host="other") == 400
    assert deliver(till, event, host="other", secret="whsec_of_the_other") == 500
    assert (till.payment(begun).state, other.payments()) == ("open", [])


def test_company_without_account_answers_not_found(till: Till):
    with company_scope(till.company_id), transaction.atomic():
        PaymentAccount.objects.update(is_active=False)
    assert deliver(till, {"id": "evt_1"}) == 404


def test_event_whose_object_cannot_be_asked_for_comes_again_and_is_swept(till: Till):
    believe(till, SECRET)
    invoice = till.owes()
    begun = till.pay((invoice, 10000))
    submit(begun.url)
    event = events_of(till, "payment_intent.succeeded")[0]
    till.fault("drop_before", method="GET", path="/v1/", count=3)
    assert deliver(till, event) == 500
    assert kept(till) == [("payment_intent.succeeded", False)]
    with company_scope(till.company_id):
        with transaction.atomic():
            GatewayEvent.objects.update(received_at=webhooks.clock.real_now() - webhooks.SWEEP_AFTER * 2)
        assert webhooks.sweep() == 1
    assert (kept(till), till.balance(invoice)) == ([("payment_intent.succeeded", True)], (10000, 0))


def test_events_that_no_webhook_brought_are_asked_for(till: Till):
    invoice = till.owes()
    begun = till.pay((invoice, 10000))
    submit(begun.url)
    with company_scope(till.company_id):
        assert webhooks.catch_up() == 2
        assert webhooks.catch_up() == 0
    assert (till.payment(begun).state, till.balance(invoice)) == ("succeeded", (10000, 0))


def test_get_is_not_answered(till: Till):
    assert people.portal(till.host).get("/hooks/stripe/").status_code == 405


def test_sandbox_calls_the_webhook_that_connecting_registered(shared_till: Till, live_server, settings):
    till = shared_till
    settings.PORTICO_PORT_SUFFIX = f":{live_server.thread.port}"
    with company_scope(till.company_id):
        assert not accounts.is_connected()
        accounts.connect_account()
        assert accounts.is_connected()
        accounts.connect_account()
    assert len(till.shop.api.webhook_endpoints.list().data) == 1
    invoice = till.owes()
    begun = till.pay((invoice, 10000))
    submit(begun.url)
    until(lambda: till.payment(begun).state == "succeeded")
    until(lambda: till.shop.stats()["undelivered"] == 0)
    assert (till.balance(invoice), violations(till)) == ((10000, 0), [])
