import time

import pytest
import requests
import stripe

from portico.sandbox.stripe.forms import WHAT_TO_USE
from tests.sandbox.running import Shop, price, submit


def test_session_paid_with_a_test_card_ends_paid(shop: Shop):
    customer = shop.api.customers.create({"email": "ana@example.com"})
    session = shop.session(
        12345,
        customer=customer.id,
        client_reference_id="attempt-1",
        payment_intent_data={"metadata": {"attempt": "attempt-1"}},
    )
    answer = submit(session.url)
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        f"http://demo.localhost:8000/back/?session={session.id}",
    )
    session = shop.api.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent.latest_charge"]})
    intent = session.payment_intent
    assert (session.status, session.payment_status, session.url) == ("complete", "paid", None)
    assert (intent.status, intent.amount_received, intent.customer) == ("succeeded", 12345, customer.id)
    assert intent.metadata.to_dict() == {"attempt": "attempt-1"}
    assert intent.latest_charge.payment_method_details.card.last4 == "4242"
    assert shop.events() == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
    ]
    stats = shop.stats()
    assert (stats["cash"], stats["charges_succeeded"], stats["charges_failed"]) == ({"usd": 12345}, 1, 0)


def test_session_before_the_first_try_has_no_intent(shop: Shop):
    session = shop.session()
    assert (session.status, session.payment_status, session.payment_intent) == ("open", "unpaid", None)


@pytest.mark.parametrize(
    ("number", "message", "reason"),
    (
        ("4000000000000002", "Your card was declined.", "generic_decline"),
        ("4000 0000 0000 9995", "Your card has insufficient funds.", "insufficient_funds"),
    ),
)
def test_declined_card_keeps_the_page_and_the_intent(shop: Shop, number, message, reason):
    session = shop.session()
    answer = submit(session.url, number=number)
    assert (answer.status_code, message in answer.text) == (402, True)
    first = shop.api.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert (first.status, first.payment_intent.status) == ("open", "requires_payment_method")
    assert first.payment_intent.last_payment_error.decline_code == reason
    submit(session.url)
    second = shop.api.checkout.sessions.retrieve(session.id)
    assert (second.status, second.payment_intent) == ("complete", first.payment_intent.id)
    assert shop.events()[:3] == ["payment_intent.created", "charge.failed", "payment_intent.payment_failed"]


def test_other_card_numbers_are_refused_and_kept_nowhere(shop: Shop):
    session = shop.session()
    answer = submit(session.url, number="5555 5555 5555 4444", name="Ana Sample")
    assert (answer.status_code, WHAT_TO_USE in answer.text, "5555" in answer.text) == (422, True, False)
    assert shop.events() == []
    content = b"".join(path.read_bytes() for path in shop.sandbox.store.path.parent.iterdir())
    assert (b"5555555555554444" in content, b"5555 5555 5555 4444" in content) == (False, False)


def test_a_paid_card_leaves_no_number_in_the_file(shop: Shop):
    submit(shop.session().url, number="4000000000000259", cvc="987")
    content = b"".join(path.read_bytes() for path in shop.sandbox.store.path.parent.iterdir())
    assert (b"4000000000000259" in content, b"4000 0000 0000 0259" in content) == (False, False)


@pytest.mark.parametrize(
    ("typed", "text"),
    (
        ({"expiry": "13/34"}, "Enter the expiry date as MM / YY."),
        ({"expiry": "01/20"}, "This date is in the past."),
        ({"cvc": "12"}, "Enter the security code"),
        ({"name": " "}, "Enter the name on the card."),
    ),
)
def test_card_form_with_a_mistake_says_which(shop: Shop, typed, text):
    answer = submit(shop.session().url, **typed)
    assert (answer.status_code, text in answer.text) == (422, True)


@pytest.mark.parametrize(("button", "status", "paid"), (("complete", "complete", "paid"), ("fail", "open", "unpaid")))
def test_card_that_needs_authentication_goes_through_the_bank(shop: Shop, button, status, paid):
    session = shop.session()
    to_bank = submit(session.url, number="4000002500003155").headers["location"]
    intent = shop.api.payment_intents.list().data[0]
    assert (to_bank, intent.status) == (f"/3ds/{intent.id}", "requires_action")
    back = requests.post(shop.sandbox.base + to_bank, data={"answer": button}, timeout=9, allow_redirects=False)
    assert back.headers["location"] == f"/c/pay/{session.id}"
    session = shop.api.checkout.sessions.retrieve(session.id)
    assert (session.status, session.payment_status) == (status, paid)


def test_failed_authentication_is_told_on_the_page(shop: Shop):
    session = shop.session()
    to_bank = submit(session.url, number="4000002500003155").headers["location"]
    page = requests.post(shop.sandbox.base + to_bank, data={"answer": "fail"}, timeout=9)
    assert "We are unable to authenticate your payment method." in page.text
    assert shop.events()[-1] == "payment_intent.payment_failed"


def test_a_paid_session_leads_to_the_shop_and_charges_once(shop: Shop):
    session = shop.session()
    for _ in range(3):
        assert submit(session.url).status_code == 303
    assert requests.get(session.url, timeout=9, allow_redirects=False).status_code == 303
    assert shop.stats()["charges_succeeded"] == 1


def test_session_expired_by_call_cancels_its_intent(shop: Shop):
    session = shop.session()
    submit(session.url, number="4000000000000002")
    expired = shop.api.checkout.sessions.expire(session.id)
    assert (expired.status, expired.url) == ("expired", None)
    intent = shop.api.payment_intents.retrieve(expired.payment_intent)
    assert (intent.status, intent.cancellation_reason) == ("canceled", "automatic")
    page = submit(session.url)
    assert (page.status_code, "This page has expired" in page.text) == (410, True)
    assert shop.events()[-2:] == ["checkout.session.expired", "payment_intent.canceled"]


def test_session_that_is_over_cannot_be_expired(shop: Shop):
    session = shop.session()
    submit(session.url)
    with pytest.raises(stripe.InvalidRequestError, match="Only open Checkout Sessions"):
        shop.api.checkout.sessions.expire(session.id)


def test_session_expires_when_its_time_is_over(shop: Shop):
    ahead = shop.control("POST", "advance", seconds=0)["ahead"]
    session = shop.session(expires_at=int(time.time()) + ahead + 1900)
    shop.control("POST", "advance", seconds=1901)
    assert shop.api.checkout.sessions.retrieve(session.id).status == "expired"
    assert shop.events() == ["checkout.session.expired"]


@pytest.mark.parametrize(("seconds", "match"), ((1700, "at least 30 minutes"), (24 * 3600 + 60, "less than 24 hours")))
def test_session_with_a_bad_expiry_is_refused(shop: Shop, seconds, match):
    ahead = shop.control("POST", "advance", seconds=0)["ahead"]
    with pytest.raises(stripe.InvalidRequestError, match=match):
        shop.session(expires_at=int(time.time()) + ahead + seconds)


@pytest.mark.parametrize(
    ("wrong", "code", "param"),
    (
        ({"line_items": []}, "parameter_missing", "line_items"),
        ({"mode": "paymnet"}, None, "mode"),
        ({"ui_mode": "hosted"}, None, "ui_mode"),
        ({"success_url": "back"}, "url_invalid", "success_url"),
        ({"payment_method_types": ["card"]}, "parameter_unknown", "payment_method_types"),
        ({"allowed_payment_method_types": ["crad"]}, None, "allowed_payment_method_types[0]"),
        ({"customer": "cus_unknown"}, "resource_missing", "customer"),
        ({"phone_number_collection": {"enabled": "true"}}, "sandbox_not_imitated", "phone_number_collection"),
        (
            {"payment_method_options": {"link": {"capture_method": "manual"}}},
            "sandbox_not_imitated",
            "payment_method_options[link]",
        ),
        (
            {"payment_method_options": {"card": {"installments": {"enabled": "true"}}}},
            "sandbox_not_imitated",
            "payment_method_options[card][installments]",
        ),
        (
            {"line_items": [{"price_data": price(49), "quantity": 1}]},
            "amount_too_small",
            "line_items",
        ),
        (
            {"line_items": [{"price_data": price(100), "quantity": 1, "colour": "red"}]},
            "parameter_unknown",
            "line_items[0][colour]",
        ),
    ),
)
def test_session_with_a_wrong_parameter_is_refused(shop: Shop, wrong, code, param):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.session(**wrong)
    assert (refused.value.code, refused.value.param) == (code, param)


def test_sessions_are_found_by_customer_and_by_intent(shop: Shop):
    customer = shop.api.customers.create({"name": "Ana Sample"})
    session, _ = shop.session(customer=customer.id), shop.session()
    submit(session.url)
    intent = shop.api.checkout.sessions.retrieve(session.id).payment_intent
    by_customer = shop.api.checkout.sessions.list({"customer": customer.id}).data
    by_intent = shop.api.checkout.sessions.list({"payment_intent": intent}).data
    assert [[one.id for one in found] for found in (by_customer, by_intent)] == [[session.id], [session.id]]


def test_line_items_are_listed_with_their_amounts(shop: Shop):
    lines = [{"price_data": price(1000, f"Invoice {n}"), "quantity": n} for n in (1, 2)]
    session = shop.session(line_items=lines)
    items = shop.api.checkout.sessions.line_items.list(session.id, {"limit": 1})
    assert ([item.description for item in items.data], items.has_more) == (["Invoice 1"], True)
    assert [item.amount_total for item in items.auto_paging_iter()] == [1000, 2000]
    assert session.amount_total == 3000


def test_pay_page_escapes_what_the_shop_sent(shop: Shop):
    line = {"price_data": price(1000, "<script>alert(1)</script>"), "quantity": 1}
    page = requests.get(shop.session(line_items=[line]).url, timeout=9)
    assert ("<script" in page.text, "&lt;script&gt;" in page.text) == (False, True)
    assert "form-action 'self' http://demo.localhost:8000;" in page.headers["content-security-policy"]


def test_unknown_pages_say_so(shop: Shop):
    for path in ("/", "/c/pay/cs_test_x", "/3ds/pi_x", "/elsewhere"):
        assert requests.get(shop.sandbox.base + path, timeout=9).status_code == 404
