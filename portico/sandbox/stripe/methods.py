"""/v1/payment_methods: cards and bank accounts, and to whom they belong."""

import time
from typing import Any

from portico.sandbox.stripe import banks, cards, customers, events, lists, mandates
from portico.sandbox.stripe.call import Call
from portico.sandbox.stripe.errors import ApiError, invalid, required
from portico.sandbox.stripe.store import Body

WRITES = frozenset({"allow_redisplay", "billing_details", "card", "metadata"})
METHOD = "payment_method"
SPENT = (
    "The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared with a"
    " connected account without Customer attachment, or was detached from a Customer. It may not be used again. To use"
    " a PaymentMethod multiple times, you must attach it to a Customer first."
)


def retrieve(call: Call, ident: str) -> Body:
    made = fresh(call, ident)
    return call.show(call.find(METHOD, ident) if made is None else made)


def page(call: Call) -> Body:
    return _page(call, call.params.get("customer"), "/v1/payment_methods")


def page_of_customer(call: Call, customer: str) -> Body:
    call.find("customer", customer, param="customer")
    return _page(call, customer, f"/v1/customers/{customer}/payment_methods")


def retrieve_of_customer(call: Call, customer: str, ident: str) -> Body:
    method = call.find(METHOD, ident, param="payment_method")
    if method["customer"] != customer:
        raise ApiError(f"No such PaymentMethod: '{ident}'", status=404, code="resource_missing", param="payment_method")
    return call.show(method)


def attach(call: Call, ident: str) -> Body:
    customer = call.params.get("customer")
    if not customer:
        raise required("customer")
    call.find("customer", customer, param="customer", status=400)
    method = taken(call, ident)
    if method["customer"] is not None:
        if method["customer"] == customer:
            return call.show(method)
        raise ApiError("The payment method you provided has already been attached to a customer.")
    _refuse_spent(method)
    decline = decline_of_saving(call, method)
    if decline is not None:
        raise ApiError(
            decline.message, status=402, kind=decline.kind, code=decline.code, decline_code=decline.decline_code
        )
    keep_for(call, method, customer)
    return call.show(method)


def detach(call: Call, ident: str) -> Body:
    method = call.find(METHOD, ident)
    if method["customer"] is None:
        raise invalid(
            "The payment method you provided is not attached to a customer so detachment is impossible.",
            param="payment_method",
        )
    if method["type"] == "us_bank_account":
        mandates.end(call, method)
    method |= {"customer": None, "_is_used": True}
    call.books.save(method)
    call.books.link_customer(method["id"], None)
    events.record(call, "payment_method.detached", method)
    return call.show(method)


def update(call: Call, ident: str) -> Body:
    method = call.find(METHOD, ident)
    if method["customer"] is None:
        raise ApiError("You must save this PaymentMethod to a customer before you can update it.")
    given = call.params
    if given.get("allow_redisplay"):
        method["allow_redisplay"] = given["allow_redisplay"]
    _bill_to(method, given.get("billing_details") or {})
    _set_expiry(method, given.get("card"))
    customers.merge_metadata(method, given.get("metadata"))
    call.books.save(method)
    events.record(call, "payment_method.updated", method)
    return call.show(method)


def fresh(call: Call, ident: str) -> Body | None:
    """A new method of a `pm_card_…` or `pm_usBankAccount_…` name; not kept yet."""
    if ident in cards.BY_TEST_METHOD:
        return cards.payment_method(cards.BY_TEST_METHOD[ident], account=call.account, now=call.now)
    if ident in banks.BY_TEST_METHOD:
        return banks.payment_method(banks.BY_TEST_METHOD[ident], owner=call.account, now=call.now)
    return None


def taken(call: Call, ident: str, *, param: str = "payment_method", status: int = 404) -> Body:
    """The method of that id, or a new one of a test method's name, kept."""
    made = fresh(call, ident)
    if made is not None:
        return call.books.add(call.account, made)
    return call.find(METHOD, ident, param=param, status=status)


def usable(call: Call, ident: str, *, customer: str | None, what: str) -> Body:
    """The method for an intent of that customer, or the refusal: foreign, detached or spent."""
    method = taken(call, ident, status=400)
    owner = method["customer"]
    if owner is None:
        _refuse_spent(method)
    elif customer is None:
        raise invalid(
            f"The `payment_method` parameter supplied {method['id']} belongs to the Customer {owner}. Please include"
            f" the Customer in the `customer` parameter on the {what}.",
            param="source" if what == "PaymentIntent" else "payment_method",
            code="parameter_missing" if what == "PaymentIntent" else None,
        )
    elif owner != customer:
        raise invalid(
            f"The PaymentMethod {method['id']} does not belong to the Customer you supplied {customer}. Please use this"
            " PaymentMethod with the Customer that it belongs to instead.",
            param="payment_method",
        )
    return method


def used(call: Call, method: Body) -> None:
    """One that belongs to nobody serves once."""
    if method["customer"] is None:
        method["_is_used"] = True
        call.books.save(method)


def keep_for(call: Call, method: Body, customer: str, *, redisplay: str | None = None) -> None:
    """Attaches the method to the customer."""
    if method["customer"] is not None:
        return
    method |= {"customer": customer, "_is_used": False}
    if redisplay is not None:
        method["allow_redisplay"] = redisplay
    call.books.save(method)
    call.books.link_customer(method["id"], customer)
    events.record(call, "payment_method.attached", method)


def decline_of_saving(call: Call, method: Body) -> cards.Decline | None:
    if method["type"] != "card" or cards.card_of(method).can_be_saved:
        return None
    return cards.card_of(method).decline


def decline_of_charging(call: Call, method: Body) -> cards.Decline | None:
    today = time.gmtime(call.now)
    return cards.decline_of(method, year=today.tm_year, month=today.tm_mon)


def block(call: Call, method: Body, failure: banks.Failure) -> None:
    """The bank will not have this account debited again."""
    method["us_bank_account"]["status_details"] = {
        "blocked": {"network_code": failure.network_code, "reason": failure.blocked}
    }
    call.books.save(method)
    if method["customer"] is not None:
        events.record(call, "payment_method.updated", method)
    mandates.end(call, method)


def renew_card(call: Call, method: Body, wanted: dict[str, Any]) -> None:
    """What a card's bank tells of a replaced card."""
    _set_expiry(method, wanted)
    call.books.save(method)
    events.record(call, "payment_method.automatically_updated", method)


def _page(call: Call, customer: str | None, url: str) -> Body:
    where = {
        "customer = ?": customer,
        "json_extract(body, '$.type') = ?": call.params.get("type"),
        "json_extract(body, '$.allow_redisplay') = ?": call.params.get("allow_redisplay"),
    }
    return lists.page(call, METHOD, url, where=where)


def _refuse_spent(method: Body) -> None:
    if method.get("_is_used", True):
        raise ApiError(SPENT)


def _bill_to(method: Body, given: dict[str, Any]) -> None:
    for name, value in given.items():
        if name == "address":
            method["billing_details"]["address"] |= value or {}
        else:
            method["billing_details"][name] = value


def _set_expiry(method: Body, given: dict[str, Any] | None) -> None:
    if given is None:
        return
    if method["type"] != "card":
        raise invalid("This PaymentMethod is no card.", param="card")
    month = int(given.get("exp_month") or method["card"]["exp_month"])
    if not 1 <= month <= 12:
        raise invalid("Your card's expiration month is invalid.", param="card[exp_month]", code="invalid_expiry_month")
    method["card"] |= {"exp_month": month, "exp_year": int(given.get("exp_year") or method["card"]["exp_year"])}
