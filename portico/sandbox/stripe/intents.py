"""/v1/payment_intents"""

from typing import Any

from portico.sandbox.stripe import attempts, cards, customers, events, lists
from portico.sandbox.stripe.call import Call
from portico.sandbox.stripe.errors import ApiError, invalid, not_imitated, required
from portico.sandbox.stripe.store import Body, new_id

CREATES = frozenset(
    {
        "amount",
        "automatic_payment_methods",
        "capture_method",
        "confirm",
        "confirmation_method",
        "currency",
        "customer",
        "description",
        "error_on_requires_action",
        "metadata",
        "off_session",
        "payment_method",
        "allowed_payment_method_types",
        "receipt_email",
        "return_url",
        "statement_descriptor_suffix",
    }
)
CONFIRMS = frozenset({"error_on_requires_action", "off_session", "payment_method", "receipt_email", "return_url"})
CANCELS = frozenset({"cancellation_reason"})
SMALLEST = 50
LARGEST = 99_999_999
CONFIRMABLE = {"requires_payment_method", "requires_confirmation", "requires_action"}


def create(call: Call) -> Body:
    intent = _checked(call)
    method = _method(call, call.params.get("payment_method"))
    if method is not None:
        intent |= {"payment_method": method["id"], "status": "requires_confirmation"}
    call.books.add(call.account, intent, customer=intent["customer"])
    events.record(call, "payment_intent.created", intent)
    if call.params.get("confirm"):
        _confirm(call, intent)
    return call.show(intent)


def confirm(call: Call, ident: str) -> Body:
    intent = call.find("payment_intent", ident)
    if intent["_session"] is not None:
        raise ApiError("This PaymentIntent belongs to a Checkout Session: only its page can confirm it.")
    if intent["status"] not in CONFIRMABLE:
        raise _unexpected_state(call, intent, "confirm")
    method = _method(call, call.params.get("payment_method"))
    if method is not None:
        intent["payment_method"] = method["id"]
    if call.params.get("return_url"):
        intent["_return_url"] = call.params["return_url"]
    _confirm(call, intent)
    return call.show(intent)


def cancel(call: Call, ident: str) -> Body:
    intent = call.find("payment_intent", ident)
    if intent["_session"] is not None and intent["status"] in CONFIRMABLE:
        raise ApiError("This PaymentIntent belongs to a Checkout Session: expire the Checkout Session instead.")
    if intent["status"] not in CONFIRMABLE:
        raise _unexpected_state(call, intent, "cancel")
    attempts.cancel(call, intent, reason=call.params.get("cancellation_reason"))
    return call.show(intent)


def retrieve(call: Call, ident: str) -> Body:
    return call.show(call.find("payment_intent", ident))


def page(call: Call) -> Body:
    where = {"customer = ?": call.params.get("customer")}
    return lists.page(call, "payment_intent", "/v1/payment_intents", where=where)


def check_amount(amount: int, param: str) -> None:
    if amount < SMALLEST:
        raise invalid("Amount must be at least $0.50 usd", param=param, code="amount_too_small")
    if amount > LARGEST:
        raise invalid("Amount must be no more than $999,999.99", param=param, code="amount_too_large")


def check_currency(currency: str) -> str:
    if not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
        raise invalid(f"Invalid currency: {currency}", param="currency")
    return currency.lower()


def blank(*, amount: int, currency: str, customer: str | None, now: int) -> Body:
    ident = new_id("pi_3")
    return {
        "id": ident,
        "object": "payment_intent",
        "allowed_payment_method_types": None,
        "amount": amount,
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": None,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic_async",
        "client_secret": f"{ident}_secret_{new_id('', 25)}",
        "confirmation_method": "automatic",
        "created": now,
        "currency": currency,
        "customer": customer,
        "customer_account": None,
        "description": None,
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": {},
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": ["card"],
        "processing": None,
        "receipt_email": None,
        "review": None,
        "setup_future_usage": None,
        "shipping": None,
        "source": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": None,
        "_return_url": None,
        "_session": None,
    }


def card_error(call: Call, intent: Body) -> ApiError:
    """The answer to a decline: the work is kept, the intent comes along."""
    error = intent["last_payment_error"]
    more = {name: error[name] for name in ("charge", "decline_code", "payment_method") if name in error}
    return ApiError(
        error["message"],
        status=402,
        kind="card_error",
        code=error["code"],
        keeps_work=True,
        payment_intent=call.show(intent),
        **more,
    )


def _checked(call: Call) -> Body:
    given = call.params
    for name in ("amount", "currency"):
        if given.get(name) is None:
            raise required(name)
    check_amount(given["amount"], "amount")
    _check_imitated(given)
    if given.get("customer"):
        call.find("customer", given["customer"], param="customer", status=400)
    intent = blank(
        amount=given["amount"],
        currency=check_currency(given["currency"]),
        customer=given.get("customer"),
        now=call.now,
    )
    intent["allowed_payment_method_types"] = given.get("allowed_payment_method_types")
    if intent["allowed_payment_method_types"] is None:
        redirects = (given.get("automatic_payment_methods") or {}).get("allow_redirects", "always")
        intent["automatic_payment_methods"] = {"allow_redirects": redirects, "enabled": True}
    for name in ("description", "receipt_email", "statement_descriptor_suffix"):
        intent[name] = given.get(name)
    intent["_return_url"] = given.get("return_url")
    customers.merge_metadata(intent, given.get("metadata"))
    return intent


def _check_imitated(given: dict[str, Any]) -> None:
    if given.get("allowed_payment_method_types") not in (None, ["card"]):
        raise not_imitated("allowed_payment_method_types other than card")
    for name, only in (("capture_method", "automatic"), ("confirmation_method", "automatic")):
        if not (given.get(name) or only).startswith(only):
            raise not_imitated(f"{name}={given[name]}")


def _method(call: Call, ident: str | None) -> Body | None:
    """The payment method of that id; a `pm_card_…` name makes a new one."""
    if ident is None:
        return None
    card = cards.BY_TEST_METHOD.get(ident)
    if card is not None:
        return call.books.add(call.account, cards.payment_method(card, now=call.now))
    return call.find("payment_method", ident, param="payment_method", status=400)


def _confirm(call: Call, intent: Body) -> None:
    if intent["payment_method"] is None:
        raise _unexpected_state(call, intent, "confirm")
    automatic = intent["automatic_payment_methods"]
    if automatic and automatic["allow_redirects"] == "always" and intent["_return_url"] is None:
        raise invalid(
            "This PaymentIntent may redirect the customer: send a `return_url`, or `allowed_payment_method_types`, "
            "or `automatic_payment_methods[allow_redirects]=never`.",
            param="return_url",
        )
    method = call.find("payment_method", intent["payment_method"])
    off_session = bool(call.params.get("off_session") or call.params.get("error_on_requires_action"))
    if attempts.try_card(call, intent, method, off_session=off_session) is not None:
        raise card_error(call, intent)


def _unexpected_state(call: Call, intent: Body, verb: str) -> ApiError:
    return ApiError(
        f"You cannot {verb} this PaymentIntent because it has a status of {intent['status']}.",
        code="payment_intent_unexpected_state",
        payment_intent=call.show(intent),
    )
