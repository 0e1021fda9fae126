import pytest
import requests
import stripe

from tests.sandbox.running import MANDATE, Shop, bank_answer, pay_by_bank, submit, verify

SAVING = {"payment_method_save": "enabled"}


def saved_of(shop: Shop, customer: str) -> list[tuple[str, str]]:
    found = shop.api.customers.payment_methods.list(customer).data
    return [(one[one.type].last4, one.allow_redisplay) for one in found]


def test_ticked_card_is_kept_for_the_customer(shop: Shop):
    customer = shop.customer()
    session = shop.session(customer=customer, saved_payment_method_options=SAVING)
    assert 'name="save"' in requests.get(session.url, timeout=9).text
    submit(session.url, save="on")
    method = shop.api.payment_methods.list({"customer": customer, "type": "card"}).data[0]
    assert (method.card.last4, method.allow_redisplay, method.customer) == ("4242", "always", customer)
    assert method.id == shop.api.payment_intents.list().data[0].payment_method
    assert "payment_method.attached" in shop.events()


@pytest.mark.parametrize(("options", "tick"), ((SAVING, {}), ({"payment_method_save": "disabled"}, {"save": "on"})))
def test_card_that_nobody_saved_serves_once(shop: Shop, options, tick):
    customer = shop.customer()
    submit(shop.session(customer=customer, saved_payment_method_options=options).url, **tick)
    assert saved_of(shop, customer) == []
    spent = shop.api.payment_intents.list().data[0].payment_method
    with pytest.raises(stripe.InvalidRequestError, match="may not be used again"):
        shop.intent(spent, customer=customer)
    with pytest.raises(stripe.InvalidRequestError, match="may not be used again"):
        shop.api.payment_methods.attach(spent, {"customer": customer})


def test_tick_box_is_not_shown_without_a_customer(shop: Shop):
    session = shop.session(saved_payment_method_options=SAVING)
    assert 'name="save"' not in requests.get(session.url, timeout=9).text


@pytest.mark.parametrize(
    ("intent", "page"), ((False, {"setup_future_usage": "off_session"}), (True, {})), ids=("page", "intent")
)
def test_method_is_kept_when_the_shop_says_so(shop: Shop, intent, page):
    customer = shop.customer()
    if intent:
        shop.intent(customer=customer, setup_future_usage="off_session")
    else:
        submit(shop.session(customer=customer, payment_intent_data=page).url)
    assert [number for number, _ in saved_of(shop, customer)] == ["4242"]


def test_setup_page_saves_a_card_and_charges_nothing(shop: Shop):
    customer = shop.customer()
    session = shop.setup_page(customer, setup_intent_data={"metadata": {"login": "7"}})
    assert (session.payment_status, session.payment_intent, session.amount_total) == ("no_payment_required", None, None)
    answer = submit(session.url)
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        f"http://demo.localhost:8000/back/?session={session.id}",
    )
    session = shop.api.checkout.sessions.retrieve(session.id, {"expand": ["setup_intent.payment_method"]})
    setup = session.setup_intent
    assert (session.status, setup.status, setup.metadata["login"]) == ("complete", "succeeded", "7")
    assert (setup.payment_method.customer, setup.payment_method.allow_redisplay) == (customer, "always")
    assert shop.events() == [
        "setup_intent.created",
        "payment_method.attached",
        "setup_intent.succeeded",
        "checkout.session.completed",
    ]
    assert shop.stats()["cash"] == {}


@pytest.mark.parametrize(("button", "kept"), (("complete", [("3155", "always")]), ("fail", [])))
def test_setup_of_a_card_that_asks_goes_through_the_bank(shop: Shop, button, kept):
    customer = shop.customer()
    session = shop.setup_page(customer)
    to_bank = shop.sandbox.base + submit(session.url, number="4000002500003155").headers["location"]
    assert "saves this card" in requests.get(to_bank, timeout=9).text
    assert bank_answer(to_bank, button).headers["location"] == f"/c/pay/{session.id}"
    assert saved_of(shop, customer) == kept


def test_declined_card_is_not_saved_and_another_may_be(shop: Shop):
    customer = shop.customer()
    session = shop.setup_page(customer)
    assert submit(session.url, number="4000000000000002").status_code == 402
    assert saved_of(shop, customer) == []
    assert submit(session.url, number="4000056655665556").status_code == 303
    assert saved_of(shop, customer) == [("5556", "always")]


@pytest.mark.parametrize(("way", "status", "kept"), (("instant", "succeeded", 1), ("manual", "requires_action", 0)))
def test_setup_page_saves_a_bank_account(shop: Shop, way, status, kept):
    customer = shop.customer()
    session = shop.setup_page(customer, "us_bank_account")
    assert pay_by_bank(session.url, way=way).status_code == 303
    setup = shop.api.setup_intents.retrieve(session.setup_intent)
    assert (setup.status, len(saved_of(shop, customer))) == (status, kept)
    if kept:
        assert shop.api.mandates.retrieve(setup.mandate).status == "active"
        return
    verify(setup.next_action.verify_with_microdeposits.hosted_verification_url)
    assert shop.api.setup_intents.retrieve(setup.id).status == "succeeded"
    assert saved_of(shop, customer) == [("6789", "always")]


def test_expired_setup_page_cancels_its_intent(shop: Shop):
    session = shop.setup_page(shop.customer())
    shop.advance(days=2)
    assert shop.api.setup_intents.retrieve(session.setup_intent).status == "canceled"
    assert "Nothing was saved." in requests.get(session.url, timeout=9).text


def test_page_for_both_kinds_lets_the_payer_choose(shop: Shop):
    session = shop.session(allowed_payment_method_types=["card", "us_bank_account"])
    card, bank = (requests.get(f"{session.url}{query}", timeout=9).text for query in ("", "?pay=bank"))
    assert ('name="number"' in card, 'name="account"' in card) == (True, False)
    assert ('name="number"' in bank, 'name="account"' in bank) == (False, True)
    assert pay_by_bank(session.url).status_code == 303


def test_saved_card_is_charged_on_the_server(shop: Shop):
    customer = shop.customer()
    card = shop.saved(customer=customer)
    for n in (1, 2):
        intent = shop.intent(card.id, customer=customer, metadata={"attempt": str(n)}, return_url="http://localhost/b")
        assert (intent.status, intent.payment_method) == ("succeeded", card.id)
    stats = shop.stats()
    assert (stats["cash"], stats["paid_by_attempt"]) == ({"usd": 10000}, {"1": 1, "2": 1})


def test_saved_card_that_asks_leads_to_the_bank_and_back(shop: Shop):
    customer = shop.customer()
    card = shop.saved("pm_card_authenticationRequired", customer=customer)
    intent = shop.intent(card.id, customer=customer, return_url="http://demo.localhost:8000/back/")
    assert (intent.status, shop.stats()["charges_pending"]) == ("requires_action", 0)
    back = bank_answer(intent.next_action.redirect_to_url.url).headers["location"]
    assert back.startswith(f"http://demo.localhost:8000/back/?payment_intent={intent.id}&")
    assert shop.api.payment_methods.retrieve(card.id).customer == customer


@pytest.mark.parametrize(("off_session", "status"), ((True, "succeeded"), (False, "requires_action")))
def test_card_that_was_set_up_asks_only_when_its_holder_is_there(shop: Shop, off_session, status):
    customer = shop.customer()
    session = shop.setup_page(customer)
    bank_answer(shop.sandbox.base + submit(session.url, number="4000002500003155").headers["location"])
    card = shop.api.payment_methods.list({"customer": customer}).data[0]
    more = {"off_session": True} if off_session else {"return_url": "http://localhost/back"}
    assert shop.intent(card.id, customer=customer, **more).status == status


def test_saved_card_declined_later_comes_with_the_intent(shop: Shop):
    customer = shop.customer()
    card = shop.saved("pm_card_chargeCustomerFail", customer=customer)
    with pytest.raises(stripe.CardError) as declined:
        shop.intent(card.id, customer=customer, metadata={"attempt": "7"})
    intent = declined.value.error.payment_intent
    assert (intent.status, intent.metadata["attempt"]) == ("requires_payment_method", "7")
    assert shop.api.payment_methods.retrieve(card.id).customer == customer


def test_expired_card_is_declined_and_a_renewed_one_is_not(shop: Shop):
    customer = shop.customer()
    card = shop.saved(customer=customer)
    shop.control("POST", "methods/update", method=card.id, exp_month=1, exp_year=2020)
    with pytest.raises(stripe.CardError) as declined:
        shop.intent(card.id, customer=customer)
    assert declined.value.code == "expired_card"
    shop.control("POST", "methods/update", method=card.id, exp_month=11, exp_year=2041)
    assert shop.intent(card.id, customer=customer).status == "succeeded"
    assert shop.events().count("payment_method.automatically_updated") == 2


def test_foreign_and_detached_methods_are_refused(shop: Shop):
    customer, other = shop.customer(), shop.customer()
    card = shop.saved(customer=customer)
    with pytest.raises(stripe.InvalidRequestError, match="does not belong to the Customer you supplied") as foreign:
        shop.intent(card.id, customer=other)
    with pytest.raises(stripe.InvalidRequestError, match="Please include the Customer") as nobody:
        shop.intent(card.id)
    with pytest.raises(stripe.InvalidRequestError, match="already been attached to a customer"):
        shop.api.payment_methods.attach(card.id, {"customer": other})
    assert [(one.value.param, one.value.code) for one in (foreign, nobody)] == [
        ("payment_method", None),
        ("source", "parameter_missing"),
    ]
    assert shop.api.payment_methods.detach(card.id).customer is None
    assert (saved_of(shop, customer), shop.events()[-1]) == ([], "payment_method.detached")
    with pytest.raises(stripe.InvalidRequestError, match="may not be used again"):
        shop.intent(card.id, customer=customer)
    with pytest.raises(stripe.InvalidRequestError, match="detachment is impossible"):
        shop.api.payment_methods.detach(card.id)


def test_method_of_another_account_is_unknown(shop: Shop, other_shop: Shop):
    card = shop.saved(customer=shop.customer())
    with pytest.raises(stripe.InvalidRequestError, match="No such payment_method"):
        other_shop.intent(card.id)


def test_same_number_has_the_same_fingerprint(shop: Shop, other_shop: Shop):
    customer = shop.customer()
    numbers = ("pm_card_visa", "pm_card_visa", "pm_card_visa_debit")
    one, two, debit = (shop.saved(number, customer=customer).card.fingerprint for number in numbers)
    elsewhere = other_shop.saved(customer=other_shop.customer()).card.fingerprint
    assert (one == two, one == debit, one == elsewhere) == (True, False, False)


def test_methods_are_listed_by_customer_and_type(shop: Shop):
    customer = shop.customer()
    card, bank = (shop.saved(name, customer=customer).id for name in ("pm_card_visa", "pm_usBankAccount_success"))
    shop.saved(customer=shop.customer())
    assert [one.id for one in shop.api.payment_methods.list({"customer": customer}).data] == [bank, card]
    by_type = shop.api.payment_methods.list({"customer": customer, "type": "us_bank_account"}).data
    assert [one.id for one in by_type] == [bank]
    assert shop.api.customers.payment_methods.retrieve(customer, card).id == card


def test_method_is_updated_only_for_a_customer(shop: Shop):
    card = shop.saved(customer=shop.customer())
    updated = shop.api.payment_methods.update(card.id, {"allow_redisplay": "always", "metadata": {"a": "b"}})
    assert (updated.allow_redisplay, updated.metadata["a"]) == ("always", "b")
    shop.api.payment_methods.detach(card.id)
    with pytest.raises(stripe.InvalidRequestError, match="save this PaymentMethod to a customer"):
        shop.api.payment_methods.update(card.id, {"allow_redisplay": "limited"})


def test_setup_intent_by_call_saves_or_refuses(shop: Shop):
    customer = shop.customer()
    wanted = {"customer": customer, "confirm": True, "allowed_payment_method_types": ["card"]}
    assert shop.api.setup_intents.create(wanted | {"payment_method": "pm_card_visa"}).status == "succeeded"
    with pytest.raises(stripe.CardError) as declined:
        shop.api.setup_intents.create(wanted | {"payment_method": "pm_card_visa_chargeDeclined"})
    assert declined.value.error.setup_intent.status == "requires_payment_method"
    setup = shop.api.setup_intents.create({"customer": customer, "allowed_payment_method_types": ["card"]})
    asked = shop.api.setup_intents.confirm(
        setup.id, {"payment_method": "pm_card_authenticationRequired", "return_url": "http://localhost/back"}
    )
    back = bank_answer(asked.next_action.redirect_to_url.url).headers["location"]
    assert back.startswith(f"http://localhost/back?setup_intent={setup.id}&")
    with pytest.raises(stripe.InvalidRequestError, match="status of succeeded"):
        shop.api.setup_intents.cancel(setup.id)
    assert len(saved_of(shop, customer)) == 2


def test_setup_intent_is_canceled_and_listed(shop: Shop):
    customer = shop.customer()
    setup = shop.api.setup_intents.create({"customer": customer, "allowed_payment_method_types": ["card"]})
    shop.api.setup_intents.create({"allowed_payment_method_types": ["card"]})
    assert shop.api.setup_intents.cancel(setup.id, {"cancellation_reason": "abandoned"}).status == "canceled"
    assert [one.id for one in shop.api.setup_intents.list({"customer": customer}).data] == [setup.id]


@pytest.mark.parametrize(
    ("wrong", "param"),
    (
        ({"line_items": [{"quantity": "1"}]}, "line_items"),
        ({"saved_payment_method_options": SAVING}, "saved_payment_method_options"),
        ({"allowed_payment_method_types": []}, "currency"),
        ({"payment_intent_data": {"metadata": {"a": "b"}}}, "payment_intent_data"),
        ({"payment_method_types": ["card"]}, "payment_method_types"),
    ),
)
def test_setup_page_with_a_wrong_parameter_is_refused(shop: Shop, wrong, param):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.setup_page(shop.customer(), **wrong)
    assert refused.value.param == param


def test_saved_bank_account_without_a_mandate_needs_one(shop: Shop):
    customer = shop.customer()
    account = shop.api.payment_methods.attach("pm_usBankAccount_success", {"customer": customer})
    wanted = {"customer": customer, "mandate_data": ""}
    with pytest.raises(stripe.InvalidRequestError, match="no existing mandate was found") as refused:
        shop.debit(account.id, **wanted)
    assert refused.value.code == "payment_intent_mandate_invalid"
    assert shop.debit(account.id, customer=customer, mandate_data=MANDATE).status == "processing"
    assert shop.debit(account.id, **wanted).status == "processing"
