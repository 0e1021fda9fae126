"""/v1/mandates: the payer's permission to debit a bank account."""

from typing import Any

from portico.sandbox.stripe import events
from portico.sandbox.stripe.call import Call
from portico.sandbox.stripe.errors import ApiError, invalid
from portico.sandbox.stripe.store import Body, new_id

Acceptance = dict[str, Any]
ON_OUR_PAGE: Acceptance = {"online": {"ip_address": "127.0.0.1", "user_agent": "hosted page"}, "type": "online"}


def retrieve(call: Call, ident: str) -> Body:
    return call.show(call.find("mandate", ident))


def make(call: Call, method: Body, acceptance: Acceptance, *, once: tuple[int, str] | None) -> Body:
    """A permission for good, or for one payment of an amount in a currency."""
    scope: Body = {"multi_use": {}} if once is None else {"single_use": {"amount": once[0], "currency": once[1]}}
    mandate = {
        "id": new_id("mandate_1"),
        "object": "mandate",
        "customer_acceptance": _accepted(call, acceptance),
        "livemode": False,
        "payment_method": method["id"],
        "payment_method_details": {"type": "us_bank_account", "us_bank_account": {}},
        "status": "active",
        "type": next(iter(scope)),
        "_created": call.now,
    } | scope
    return call.books.add(call.account, mandate)


def active_for(call: Call, method: Body) -> Body | None:
    """The newest permission for good that still holds."""
    held = [one for one in _of(call, method) if one["status"] == "active" and one["type"] == "multi_use"]
    return held[-1] if held else None


def needed(call: Call, method: Body, given: dict[str, Any], what: str) -> Body:
    """The permission for this payment: the one named, the one newly given, or the one on record."""
    if given.get("mandate"):
        named = call.find("mandate", given["mandate"], param="mandate", status=400)
        if named["payment_method"] != method["id"] or named["status"] != "active":
            raise invalid("The mandate is not active for this payment method.", param="mandate", code=_code(what))
        return named
    accepted = (given.get("mandate_data") or {}).get("customer_acceptance")
    if accepted:
        return make(call, method, _checked(accepted), once=None)
    held = active_for(call, method)
    if held is None:
        raise ApiError(
            f"This {what} requires a mandate, but no existing mandate was found. Collect mandate acceptance from the"
            " customer and try again, providing acceptance data in the mandate_data parameter.",
            code=_code(what),
        )
    return held


def end(call: Call, method: Body) -> None:
    """The bank or the customer took the permissions back."""
    for mandate in _of(call, method):
        if mandate["status"] == "active":
            mandate["status"] = "inactive"
            call.books.save(mandate)
            events.record(call, "mandate.updated", mandate)


def _of(call: Call, method: Body) -> list[Body]:
    return call.books.select(
        call.account,
        "mandate",
        where=["json_extract(body, '$.payment_method') = ?"],
        values=[method["id"]],
        newest_first=False,
        limit=1000,
    )


def _checked(accepted: Acceptance) -> Acceptance:
    param = "mandate_data[customer_acceptance]"
    if accepted.get("type") not in {"online", "offline"}:
        raise invalid("Missing required param: type.", param=f"{param}[type]", code="parameter_missing")
    online = accepted.get("online") or {}
    if accepted["type"] == "online" and not (online.get("ip_address") and online.get("user_agent")):
        raise invalid(
            "Online acceptance needs ip_address and user_agent.", param=f"{param}[online]", code="parameter_missing"
        )
    return accepted


def _accepted(call: Call, acceptance: Acceptance) -> Body:
    kind = acceptance["type"]
    return {"accepted_at": acceptance.get("accepted_at") or call.now, kind: acceptance.get(kind) or {}, "type": kind}


def _code(what: str) -> str:
    return "payment_intent_mandate_invalid" if what == "PaymentIntent" else "setup_intent_mandate_invalid"
