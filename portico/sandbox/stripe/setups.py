"""/v1/setup_intents: saving a card or a bank account without charging it."""

from typing import Any

from portico.sandbox.stripe import attempts, banks, cards, customers, deposits, events, lists, mandates, methods
from portico.sandbox.stripe.call import Call
from portico.sandbox.stripe.cards import Decline
from portico.sandbox.stripe.errors import ApiError, invalid
from portico.sandbox.stripe.options import TYPES, options_of, types_of, wants_deposits
from portico.sandbox.stripe.store import Body, new_id

SETUP = "setup_intent"
CONFIRMS = frozenset({"mandate_data", "payment_method", "payment_method_options", "return_url"})
CREATES = CONFIRMS | {
    "allowed_payment_method_types",
    "automatic_payment_methods",
    "confirm",
    "customer",
    "description",
    "metadata",
    "usage",
}
CANCELS = frozenset({"cancellation_reason"})
CONFIRMABLE = {"requires_payment_method", "requires_confirmation", "requires_action"}


def create(call: Call) -> Body:
    given = call.params
    if given.get("customer"):
        call.find("customer", given["customer"], param="customer", status=400)
    types = types_of(given.get("allowed_payment_method_types"), TYPES)
    setup = blank(customer=given.get("customer"), types=types, now=call.now)
    setup["allowed_payment_method_types"] = given.get("allowed_payment_method_types")
    if setup["allowed_payment_method_types"] is None:
        redirects = (given.get("automatic_payment_methods") or {}).get("allow_redirects", "always")
        setup["automatic_payment_methods"] = {"allow_redirects": redirects, "enabled": True}
    setup["payment_method_options"] = options_of(given.get("payment_method_options"), types)
    setup |= {"description": given.get("description"), "_return_url": given.get("return_url")}
    if given.get("usage"):
        setup["usage"] = given["usage"]
    customers.merge_metadata(setup, given.get("metadata"))
    if given.get("payment_method"):
        _choose(call, setup, given["payment_method"])
    call.books.add(call.account, setup, customer=setup["customer"])
    events.record(call, "setup_intent.created", setup)
    if given.get("confirm"):
        _confirm(call, setup)
    return call.show(setup)


def retrieve(call: Call, ident: str) -> Body:
    return call.show(call.find(SETUP, ident))


def page(call: Call) -> Body:
    where = {
        "customer = ?": call.params.get("customer"),
        "json_extract(body, '$.payment_method') = ?": call.params.get("payment_method"),
    }
    return lists.page(call, SETUP, "/v1/setup_intents", where=where)


def confirm(call: Call, ident: str) -> Body:
    setup = call.find(SETUP, ident)
    _refuse_session(setup, "confirm")
    if setup["status"] not in CONFIRMABLE:
        raise _unexpected_state(call, setup, "confirm")
    if call.params.get("return_url"):
        setup["_return_url"] = call.params["return_url"]
    if call.params.get("payment_method"):
        _choose(call, setup, call.params["payment_method"])
    _confirm(call, setup)
    return call.show(setup)


def cancel(call: Call, ident: str) -> Body:
    setup = call.find(SETUP, ident)
    if setup["_session"] is not None and call.find("checkout.session", setup["_session"])["status"] == "open":
        _refuse_session(setup, "cancel")
    if setup["status"] not in CONFIRMABLE:
        raise _unexpected_state(call, setup, "cancel")
    end(call, setup, reason=call.params.get("cancellation_reason"))
    return call.show(setup)


def end(call: Call, setup: Body, *, reason: str | None) -> None:
    setup |= {"status": "canceled", "cancellation_reason": reason, "next_action": None}
    call.books.save(setup)
    events.record(call, "setup_intent.canceled", setup)


def blank(*, customer: str | None, types: list[str], now: int) -> Body:
    ident = new_id("seti_1")
    return {
        "id": ident,
        "object": SETUP,
        "allowed_payment_method_types": None,
        "application": None,
        "automatic_payment_methods": None,
        "cancellation_reason": None,
        "client_secret": f"{ident}_secret_{new_id('', 25)}",
        "created": now,
        "customer": customer,
        "customer_account": None,
        "description": None,
        "flow_directions": None,
        "last_setup_error": None,
        "latest_attempt": None,
        "livemode": False,
        "mandate": None,
        "metadata": {},
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": options_of(None, types),
        "payment_method_types": types,
        "single_use_mandate": None,
        "status": "requires_payment_method",
        "usage": "off_session",
        "_redisplay": None,
        "_return_url": None,
        "_session": None,
    }


def try_card(call: Call, setup: Body, method: Body) -> Decline | None:
    """Saves the card, or asks for authentication, or says why not."""
    setup |= {"payment_method": method["id"], "last_setup_error": None, "latest_attempt": new_id("setatt_1")}
    if cards.card_of(method).asks is not cards.Asks.NEVER:
        setup |= {"status": "requires_action", "next_action": {"type": "redirect_to_url"}}
        call.books.save(setup)
        events.record(call, "setup_intent.requires_action", setup)
        return None
    return _saved(call, setup, method)


def try_bank(call: Call, setup: Body, method: Body, mandate: Body) -> Decline | None:
    setup |= {"payment_method": method["id"], "last_setup_error": None, "latest_attempt": new_id("setatt_1")}
    setup["_mandate"] = mandate["id"]
    if banks.is_blocked(method):
        return failed(call, setup, method, banks.BLOCKED.decline)
    if method["_is_verified"]:
        return _saved(call, setup, method)
    deposits.ask(call, setup, method)
    events.record(call, "setup_intent.requires_action", setup)
    return None


def authenticated(call: Call, setup: Body, *, passed: bool) -> Decline | None:
    """The customer came back from the bank's page."""
    method = call.find("payment_method", setup["payment_method"])
    setup["next_action"] = None
    if passed:
        return _saved(call, setup, method)
    return failed(call, setup, method, cards.SETUP_NOT_AUTHENTICATED)


def verified(call: Call, setup: Body, method: Body) -> None:
    setup["next_action"] = None
    _saved(call, setup, method)


def failed(call: Call, setup: Body, method: Body, decline: Decline) -> Decline:
    error = attempts.error_of(call, method, decline)
    setup |= {"last_setup_error": error, "payment_method": None, "next_action": None}
    setup["status"] = "requires_payment_method"
    call.books.save(setup)
    methods.used(call, method)
    events.record(call, "setup_intent.setup_failed", setup)
    return decline


def _saved(call: Call, setup: Body, method: Body) -> Decline | None:
    decline = methods.decline_of_saving(call, method)
    if decline is not None:
        return failed(call, setup, method, decline)
    method["_is_set_up"] = True
    call.books.save(method)
    if setup["customer"]:
        methods.keep_for(call, method, setup["customer"], redisplay=setup["_redisplay"])
    setup |= {"status": "succeeded", "mandate": setup.get("_mandate")}
    call.books.save(setup)
    events.record(call, "setup_intent.succeeded", setup)
    return None


def _choose(call: Call, setup: Body, ident: str) -> None:
    method = methods.usable(call, ident, customer=setup["customer"], what="SetupIntent")
    if method["id"] != ident and wants_deposits(setup):
        method["_is_verified"] = False
        call.books.save(method)
    if method["type"] not in setup["payment_method_types"]:
        raise invalid(
            f"The PaymentMethod provided ({method['type']}) is not allowed for this SetupIntent.",
            param="payment_method",
            code="payment_intent_incompatible_payment_method",
        )
    setup |= {"payment_method": method["id"], "status": "requires_confirmation"}


def _confirm(call: Call, setup: Body) -> None:
    if setup["payment_method"] is None:
        raise ApiError(
            "You cannot confirm this SetupIntent because it's missing a payment method. You can either update the"
            " SetupIntent with a payment method and then confirm it again, or confirm it again directly with a payment"
            " method or ConfirmationToken.",
            code="setup_intent_unexpected_state",
            setup_intent=call.show(setup),
        )
    automatic = setup["automatic_payment_methods"]
    if automatic and automatic["allow_redirects"] == "always" and setup["_return_url"] is None:
        raise invalid("This SetupIntent may redirect the customer: send a `return_url`.", param="return_url")
    method = call.find("payment_method", setup["payment_method"])
    if _tried(call, setup, method) is not None:
        raise _refusal(call, setup)


def _tried(call: Call, setup: Body, method: Body) -> Decline | None:
    if method["type"] == "card":
        return try_card(call, setup, method)
    return try_bank(call, setup, method, mandates.needed(call, method, call.params, "SetupIntent"))


def _refusal(call: Call, setup: Body) -> ApiError:
    error = setup["last_setup_error"]
    more: dict[str, Any] = {name: error[name] for name in ("decline_code", "payment_method") if name in error}
    return ApiError(
        error["message"],
        status=402 if error["type"] == "card_error" else 400,
        kind=error["type"],
        code=error["code"],
        keeps_work=True,
        setup_intent=call.show(setup),
        **more,
    )


def _refuse_session(setup: Body, verb: str) -> None:
    if setup["_session"] is not None:
        raise ApiError(f"This SetupIntent belongs to a Checkout Session: you cannot {verb} it.")


def _unexpected_state(call: Call, setup: Body, verb: str) -> ApiError:
    return ApiError(
        f"You cannot {verb} this SetupIntent because it has a status of {setup['status']}.",
        code="setup_intent_unexpected_state",
        setup_intent=call.show(setup),
    )
