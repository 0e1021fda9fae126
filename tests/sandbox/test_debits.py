import time

import pytest
import requests
import stripe

from portico.sandbox.stripe.banks import DAY, business_days_after
from portico.sandbox.stripe.forms import WHICH_ACCOUNT
from tests.sandbox.running import MANDATE, Shop, pay_by_bank, verify

BY_BANK = {"allowed_payment_method_types": ["us_bank_account"]}
AUTOMATIC = {"us_bank_account": {"verification_method": "automatic"}}
DEPOSITS = {"us_bank_account": {"verification_method": "microdeposits"}}
PREFIX = "payment_method_microdeposit_verification_"


def bank_page(shop: Shop, **more):
    return shop.session(**BY_BANK, payment_method_options=AUTOMATIC, **more)


def paid_from(shop: Shop, account: str, **typed: str) -> str:
    """An intent of a hosted page, by its account number."""
    session = bank_page(shop, customer=shop.customer(), saved_payment_method_options={"payment_method_save": "enabled"})
    assert pay_by_bank(session.url, account, **typed).status_code == 303
    return str(shop.api.checkout.sessions.retrieve(session.id).payment_intent)


def status(shop: Shop, intent: str) -> tuple[str, str | None]:
    found = shop.api.payment_intents.retrieve(intent)
    return found.status, found.last_payment_error.code if found.last_payment_error else None


def test_bank_payment_is_on_its_way_for_four_business_days(shop: Shop):
    session = bank_page(shop, payment_intent_data={"metadata": {"attempt": "7"}})
    answer = pay_by_bank(session.url)
    assert answer.headers["location"] == f"http://demo.localhost:8000/back/?session={session.id}"
    session = shop.api.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent.latest_charge"]})
    intent = session.payment_intent
    assert (session.status, session.payment_status, intent.status) == ("complete", "unpaid", "processing")
    charge = intent.latest_charge
    assert (charge.status, charge.paid, charge.payment_method_details.us_bank_account.last4) == (
        "pending",
        False,
        "6789",
    )
    assert (shop.stats()["cash"], shop.stats()["charges_pending"]) == ({}, 1)
    shop.advance(business_days=4, seconds=-5)
    assert status(shop, intent.id) == ("processing", None)
    shop.advance(seconds=5)
    assert status(shop, intent.id) == ("succeeded", None)
    assert shop.api.checkout.sessions.retrieve(session.id).payment_status == "paid"
    assert shop.stats()["cash"] == {"usd": 12345}
    assert shop.events() == [
        "payment_intent.created",
        "charge.pending",
        "payment_intent.processing",
        "checkout.session.completed",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.async_payment_succeeded",
    ]


@pytest.mark.parametrize(
    ("account", "code", "blocked"),
    (
        ("000111111113", "account_closed", "bank_account_closed"),
        ("000111111116", "no_account", "bank_account_invalid_details"),
        ("000222222227", "insufficient_funds", None),
        ("000333333335", "debit_not_authorized", "debit_not_authorized"),
    ),
)
def test_bank_payment_fails_before_it_settles(shop: Shop, account, code, blocked):
    intent = paid_from(shop, account, save="on")
    shop.advance(days=7)
    assert status(shop, intent) == ("requires_payment_method", code)
    charge = shop.api.charges.list().data[0]
    assert (charge.status, charge.failure_code, charge.balance_transaction) == ("failed", code, None)
    method = shop.api.payment_methods.retrieve(charge.payment_method)
    details = method.us_bank_account.status_details
    mandate = shop.api.mandates.retrieve(charge.payment_method_details.us_bank_account.mandate)
    assert (details.blocked.reason if details else None) == blocked
    assert mandate.status == ("active" if blocked is None else "inactive")
    ends = ["charge.failed", "payment_intent.payment_failed", "checkout.session.async_payment_failed"]
    assert [kind for kind in shop.events() if kind in ends] == ends
    assert (shop.stats()["cash"], "mandate.updated" in shop.events()) == ({}, blocked is not None)


def test_blocked_account_is_refused_with_the_intent(shop: Shop):
    customer = shop.customer()
    account = shop.saved("pm_usBankAccount_success", customer=customer)
    shop.control("POST", "methods/disable", method=account.id)
    assert shop.events()[-2:] == ["payment_method.updated", "mandate.updated"]
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.debit(account.id, customer=customer)
    assert refused.value.code == "payment_method_bank_account_blocked"
    assert refused.value.error.payment_intent.status == "requires_payment_method"


def test_settled_payment_comes_back_as_a_lost_dispute(shop: Shop):
    intent = paid_from(shop, "000555555559", save="on")
    shop.advance(business_days=4)
    assert (status(shop, intent), shop.stats()["cash"]) == (("succeeded", None), {"usd": 12345})
    shop.advance(business_days=2)
    dispute = shop.api.disputes.list({"payment_intent": intent}).data[0]
    assert (dispute.status, dispute.reason, dispute.amount) == ("lost", "insufficient_funds", 12345)
    assert shop.events()[-4:] == [
        "charge.dispute.created",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.closed",
        "mandate.updated",
    ]
    charge = shop.api.charges.retrieve(dispute.charge)
    assert (status(shop, intent), charge.disputed, shop.stats()["cash"]) == (("succeeded", None), True, {"usd": 0})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.api.disputes.close(dispute.id)
    assert refused.value.param == "dispute"


def test_all_that_is_due_happens_in_its_order_and_at_its_time(shop: Shop):
    intent = paid_from(shop, "000555555559")
    begun = shop.api.payment_intents.retrieve(intent).created
    shop.advance(days=30)
    settled = business_days_after(begun, 4)
    found = {event.type: event.created for event in shop.api.events.list({"limit": 100}).data}
    assert 0 <= found["payment_intent.succeeded"] - settled <= 2
    assert 0 <= found["charge.dispute.created"] - business_days_after(settled, 2) <= 2


def test_what_is_due_first_happens_first(shop: Shop):
    now = int(time.time())
    hours = {shop.session(expires_at=now + hours * 3600).id: hours for hours in (2, 3, 1)}
    shop.advance(days=1)
    ended = [event.data.object.id for event in shop.api.events.list({"type": "checkout.session.expired"}).data]
    assert [hours[ident] for ident in reversed(ended)] == [1, 2, 3]


def test_clock_of_an_account_is_its_own(shop: Shop, other_shop: Shop):
    ours, theirs = (paid_from(one, "000123456789") for one in (shop, other_shop))
    shop.advance(days=10)
    assert (status(shop, ours)[0], status(other_shop, theirs)[0]) == ("succeeded", "processing")


def test_weekend_days_are_no_business_days():
    friday = 1_795_176_000  # 20 November 2026
    assert time.gmtime(friday).tm_wday == 4
    assert [(business_days_after(friday, n) - friday) // DAY for n in (1, 4, 5, 6)] == [3, 6, 7, 10]


def test_debits_are_settled_failed_and_taken_back_on_order(shop: Shop):
    settled, failed = shop.debit(), shop.debit()
    assert shop.settle(settled.id)["status"] == "succeeded"
    assert shop.fail(failed.id, "bank_account_restricted")["last_payment_error"]["code"] == "bank_account_restricted"
    assert shop.come_back(settled.id, "bank_cannot_process")["status"] == "lost"
    for again in (lambda: shop.settle(settled.id), lambda: shop.fail(settled.id), lambda: shop.come_back(settled.id)):
        with pytest.raises(requests.HTTPError):
            again()
    shop.advance(days=30)
    stats = shop.stats()
    assert (stats["charges_succeeded"], stats["charges_failed"], stats["cash"]) == (1, 1, {"usd": 0})


def test_account_that_never_answers_can_be_canceled(shop: Shop):
    intent = shop.debit("pm_usBankAccount_processing")
    shop.advance(days=60)
    assert status(shop, intent.id) == ("processing", None)
    assert shop.api.payment_intents.cancel(intent.id).status == "canceled"
    with pytest.raises(stripe.InvalidRequestError, match="status of processing"):
        shop.api.payment_intents.cancel(shop.debit().id)


def test_typed_account_waits_for_micro_deposits(shop: Shop):
    intent = paid_from(shop, "000123456789", way="manual")
    found = shop.api.payment_intents.retrieve(intent)
    action = found.next_action.verify_with_microdeposits
    assert (found.status, action.microdeposit_type) == ("requires_action", "descriptor_code")
    assert action.arrival_date == business_days_after(found.created, 1)
    assert shop.api.charges.list().data == []
    page = requests.get(action.hosted_verification_url, timeout=9).text
    assert ("ending in <strong>6789</strong>" in page, 'name="code"' in page) == (True, True)
    assert "verified" in verify(action.hosted_verification_url).text
    assert status(shop, intent) == ("processing", None)
    shop.advance(days=10)
    assert status(shop, intent) == ("succeeded", None)
    assert "is verified" in requests.get(action.hosted_verification_url, timeout=9).text


def test_verification_page_takes_two_amounts(shop: Shop):
    intent = paid_from(shop, "000123456789", way="manual")
    url = shop.control("POST", "microdeposits", intent=intent, type="amounts")["next_action"][
        "verify_with_microdeposits"
    ]["hosted_verification_url"]
    assert "Enter the amount in cents" in verify(url, first="x", second="0").text
    assert "You have 2 attempts left." in verify(url, first="1", second="2").text
    assert verify(url, first="45", second="32").status_code == 200
    assert status(shop, intent) == ("processing", None)


@pytest.mark.parametrize(("kind", "tries", "wrong"), (("descriptor_code", 10, "SM00XX"), ("amounts", 3, [1, 2])))
def test_tries_to_verify_are_limited(shop: Shop, kind, tries, wrong):
    intent = shop.debit(payment_method_options=DEPOSITS)
    shop.control("POST", "microdeposits", intent=intent.id, type=kind)
    codes = []
    for _ in range(tries + 1):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            shop.api.payment_intents.verify_microdeposits(intent.id, {kind: wrong})
        codes.append(refused.value.code)
    over = [f"{PREFIX}attempts_exceeded", "payment_intent_unexpected_state"]
    assert codes == [f"{PREFIX}{kind}_mismatch"] * (tries - 1) + over
    assert status(shop, intent.id) == ("requires_payment_method", over[0])


@pytest.mark.parametrize(
    ("given", "code"),
    (
        ({"descriptor_code": "SM33CC"}, f"{PREFIX}attempts_exceeded"),
        ({"descriptor_code": "SM44DD"}, f"{PREFIX}timeout"),
        ({"amounts": [32, 45]}, "parameter_missing"),
    ),
)
def test_published_codes_end_the_verification(shop: Shop, given, code):
    intent = shop.debit(payment_method_options=DEPOSITS)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.api.payment_intents.verify_microdeposits(intent.id, given)
    is_over = code.startswith(PREFIX)
    assert (refused.value.code, status(shop, intent.id)[1]) == (code, code if is_over else None)


def test_micro_deposits_are_verified_within_ten_days(shop: Shop):
    intent = paid_from(shop, "000123456789", way="manual")
    url = shop.api.payment_intents.retrieve(intent).next_action.verify_with_microdeposits.hosted_verification_url
    shop.advance(days=10, seconds=-5)
    assert status(shop, intent) == ("requires_action", None)
    shop.advance(seconds=5)
    assert status(shop, intent) == ("requires_payment_method", f"{PREFIX}timeout")
    assert "could not be verified" in verify(url).text
    assert shop.events()[-2:] == ["payment_intent.payment_failed", "checkout.session.async_payment_failed"]


def test_deposits_that_cannot_be_sent_end_the_payment(shop: Shop):
    intent = paid_from(shop, "000666666661", way="manual")
    shop.advance(business_days=1)
    assert status(shop, intent) == ("requires_payment_method", "payment_method_microdeposit_failed")


def test_waiting_payment_can_be_canceled_and_paid_otherwise(shop: Shop):
    intent = paid_from(shop, "000123456789", way="manual")
    assert shop.api.payment_intents.cancel(intent).status == "canceled"
    shop.advance(days=20)
    assert (status(shop, intent)[0], shop.events()[-1]) == ("canceled", "payment_intent.canceled")


def test_instant_only_page_offers_no_deposits(shop: Shop):
    page = shop.session(**BY_BANK, payment_method_options={"us_bank_account": {"verification_method": "instant"}})
    assert 'name="way"' not in requests.get(page.url, timeout=9).text
    pay_by_bank(page.url, way="manual")
    assert shop.api.payment_intents.list().data[0].status == "processing"


@pytest.mark.parametrize(
    ("typed", "text"),
    (
        ({"account": "123456789012"}, WHICH_ACCOUNT),
        ({"routing": "021000021"}, "test routing number 110000000 only"),
        ({"name": " "}, "Enter the name on the account."),
    ),
)
def test_other_accounts_are_refused_and_kept_nowhere(shop: Shop, typed, text):
    answer = pay_by_bank(bank_page(shop).url, **typed)
    assert (answer.status_code, text in answer.text, shop.events()) == (422, True, [])
    content = b"".join(path.read_bytes() for path in shop.sandbox.store.path.parent.iterdir())
    assert (b"123456789012" in content, b"021000021" in content) == (False, False)


def test_paid_account_leaves_no_number_in_the_file(shop: Shop):
    paid_from(shop, "000123456789", save="on")
    content = b"".join(path.read_bytes() for path in shop.sandbox.store.path.parent.iterdir())
    assert b"000123456789" not in content


def test_single_payment_makes_a_mandate_for_itself_only(shop: Shop):
    paid_from(shop, "000123456789")
    paid_from(shop, "000123456789", save="on")
    details = [one.payment_method_details.us_bank_account for one in shop.api.charges.list().data]
    assert [shop.api.mandates.retrieve(one.mandate).type for one in details] == ["multi_use", "single_use"]


def test_bank_debit_in_another_currency_is_refused(shop: Shop):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.debit(currency="eur")
    assert refused.value.code == "payment_method_currency_mismatch"


def test_bank_debit_needs_the_kind_to_be_allowed(shop: Shop):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.intent("pm_usBankAccount_success", mandate_data=MANDATE)
    assert refused.value.code == "payment_intent_incompatible_payment_method"


def test_session_may_end_by_the_callers_clock_when_the_accounts_is_ahead(shop: Shop):
    shop.advance(days=5)
    session = shop.session(expires_at=int(time.time()) + 1900)
    assert shop.api.checkout.sessions.retrieve(session.id).status == "open"
    shop.advance(seconds=1901)
    assert shop.api.checkout.sessions.retrieve(session.id).status == "expired"
