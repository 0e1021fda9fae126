"""/v1/payment_intents"""

from typing import Any

from portico.sandbox.stripe import attempts, customers, debits, events, lists, mandates, methods
from portico.sandbox.stripe.call import Call
from portico.sandbox.stripe.cards import Decline
from portico.sandbox.stripe.errors import ApiError, invalid, not_imitated, required
from portico.sandbox.stripe.options import BANK, TYPES, options_of, types_of, wants_deposits
from portico.sandbox.stripe.store import Body, new_id

CONFIRMS = frozenset(
    {
        "error_on_requires_action",
        "mandate",
        "mandate_data",
        "off_session",
        "payment_method",
        "receipt_email",
        "return_url",
        "setup_future_usage",
    }
)
CREATES = CONFIRMS | frozenset(
    {
        "amount",
        "automatic_payment_methods",
        "capture_method",
        "confirm",
        "confirmation_method",
        "currency",
        "customer",
        "description",
        "metadata",
        "allowed_payment_method_types",
        "payment_method_options",
        "statement_descriptor_suffix",
    }
)
CANCELS = frozenset({"cancellation_reason"})
SMALLEST = 50
LARGEST = 99_999_999
CONFIRMABLE = {"requires_payment_method", "requires_confirmation", "requires_action"}


def create(call: Call) -> Body:
    intent = _checked(call)
    _choose(call, intent)
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
    _choose(call, intent)
    if call.params.get("return_url"):
        intent["_return_url"] = call.params["return_url"]
    _keep_for_later(intent, call.params)
    _confirm(call, intent)
    return call.show(intent)


def cancel(call: Call, ident: str) -> Body:
    intent = call.find("payment_intent", ident)
    if intent["_session"] is not None and call.find("checkout.session", intent["_session"])["status"] == "open":
        raise ApiError("This PaymentIntent belongs to a Checkout Session: expire the Checkout Session instead.")
    if intent["status"] == "processing":
        debits.stop(call, intent)
    elif intent["status"] not in CONFIRMABLE:
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


def blank(*, amount: int, currency: str, customer: str | None, types: list[str], now: int) -> Body:
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
        "payment_method_options": options_of(None, types),
        "payment_method_types": types,
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
        "_keep": None,
        "_return_url": None,
        "_session": None,
    }


def refusal(call: Call, intent: Body) -> ApiError:
    """The answer to a decline: the work is kept, the intent comes along."""
    error = intent["last_payment_error"]
    more = {name: error[name] for name in ("charge", "decline_code", "payment_method") if name in error}
    return ApiError(
        error["message"],
        status=402 if error["type"] == "card_error" else 400,
        kind=error["type"],
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
    types = types_of(given.get("allowed_payment_method_types"), TYPES)
    intent = blank(
        amount=given["amount"],
        currency=check_currency(given["currency"]),
        customer=given.get("customer"),
        types=types,
        now=call.now,
    )
    intent["payment_method_options"] = options_of(given.get("payment_method_options"), types)
    intent["allowed_payment_method_types"] = given.get("allowed_payment_method_types")
    if intent["allowed_payment_method_types"] is None:
        redirects = (given.get("automatic_payment_methods") or {}).get("allow_redirects", "always")
        intent["automatic_payment_methods"] = {"allow_redirects": redirects, "enabled": True}
    for name in ("description", "receipt_email", "statement_descriptor_suffix"):
        intent[name] = given.get(name)
    intent["_return_url"] = given.get("return_url")
    _keep_for_later(intent, given)
    customers.merge_metadata(intent, given.get("metadata"))
    return intent


def _check_imitated(given: dict[str, Any]) -> None:
    for name in ("mandate", "mandate_data", "off_session"):
        if given.get(name) and not given.get("confirm"):
            raise invalid(
                f"The parameter `{name}` cannot be passed when creating a PaymentIntent unless `confirm` is true.",
                param=name,
            )
    for name, only in (("capture_method", "automatic"), ("confirmation_method", "automatic")):
        if not (given.get(name) or only).startswith(only):
            raise not_imitated(f"{name}={given[name]}")


def _keep_for_later(intent: Body, given: dict[str, Any]) -> None:
    if given.get("setup_future_usage"):
        intent |= {"setup_future_usage": given["setup_future_usage"], "_keep": "unspecified"}


def _choose(call: Call, intent: Body) -> None:
    """Takes the payment method that was named, if it may pay for this."""
    ident = call.params.get("payment_method")
    if ident is None:
        return
    method = methods.usable(call, ident, customer=intent["customer"], what="PaymentIntent")
    if method["type"] not in intent["payment_method_types"]:
        raise invalid(
            f"The PaymentMethod provided ({method['type']}) is not allowed for this PaymentIntent. Please attach a"
            f" PaymentMethod of one of the following types: {', '.join(intent['payment_method_types'])}.",
            param="payment_method",
            code="payment_intent_incompatible_payment_method",
        )
    if method["type"] == BANK and intent["currency"] != "usd":
        raise invalid(
            "A us_bank_account is debited in usd only.", param="currency", code="payment_method_currency_mismatch"
        )
    if method["id"] != ident and wants_deposits(intent):
        method["_is_verified"] = False
        call.books.save(method)
    intent |= {"payment_method": method["id"], "status": "requires_confirmation"}


def _confirm(call: Call, intent: Body) -> None:
    if intent["payment_method"] is None:
        raise ApiError(
            "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the"
            " PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a"
            " payment method or ConfirmationToken.",
            code="payment_intent_unexpected_state",
            payment_intent=call.show(intent),
        )
    automatic = intent["automatic_payment_methods"]
    if automatic and automatic["allow_redirects"] == "always" and intent["_return_url"] is None:
        raise invalid(
            "This PaymentIntent may redirect the customer: send a `return_url`, or `allowed_payment_method_types`, "
            "or `automatic_payment_methods[allow_redirects]=never`.",
            param="return_url",
        )
    method = call.find("payment_method", intent["payment_method"])
    if _tried(call, intent, method) is not None:
        raise refusal(call, intent)


def _tried(call: Call, intent: Body, method: Body) -> Decline | None:
    if method["type"] == BANK:
        return debits.start(call, intent, method, mandates.needed(call, method, call.params, "PaymentIntent"))
    off_session = bool(call.params.get("off_session") or call.params.get("error_on_requires_action"))
    return attempts.try_card(call, intent, method, off_session=off_session)


def _unexpected_state(call: Call, intent: Body, verb: str) -> ApiError:
    return ApiError(
        f"You cannot {verb} this PaymentIntent because it has a status of {intent['status']}.",
        code="payment_intent_unexpected_state",
        payment_intent=call.show(intent),
    )
