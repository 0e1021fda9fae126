"""The parameters of a new Checkout Session, checked, and the session made of them."""

import time
from typing import Any
from urllib.parse import urlsplit

from portico.sandbox.stripe import session_items
from portico.sandbox.stripe.call import Call
from portico.sandbox.stripe.errors import invalid, not_imitated, required
from portico.sandbox.stripe.intents import check_amount, check_currency
from portico.sandbox.stripe.options import BANK, CARD, TYPES, options_of, types_of
from portico.sandbox.stripe.store import Body, new_id

WRITES = frozenset(
    {
        "adaptive_pricing",
        "billing_address_collection",
        "cancel_url",
        "client_reference_id",
        "currency",
        "customer",
        "customer_email",
        "expires_at",
        "line_items",
        "locale",
        "metadata",
        "mode",
        "payment_intent_data",
        "payment_method_options",
        "allowed_payment_method_types",
        "saved_payment_method_options",
        "setup_intent_data",
        "submit_type",
        "success_url",
        "ui_mode",
    }
)
INTENT_TEXTS = ("description", "receipt_email", "statement_descriptor_suffix")
SHORTEST, DEFAULT, LONGEST = 30 * 60, 24 * 3600, 24 * 3600


def checked(call: Call) -> Body:
    """The session that the parameters ask for; everything that Stripe would refuse is refused."""
    _check_mode(call.params)
    _check_addresses(call.params)
    if call.params["mode"] == "setup":
        return _for_setup(call)
    items = session_items.read(call)
    total = sum(item["amount_total"] for item in items)
    check_amount(total, "line_items")
    currencies = {item["currency"] for item in items}
    if len(currencies) > 1:
        raise invalid("All prices of a Checkout Session must have one currency.", param="line_items")
    currency = currencies.pop()
    asked = call.params.get("allowed_payment_method_types")
    types = types_of(asked, TYPES if currency == "usd" else [CARD])
    if BANK in types and currency != "usd":
        raise invalid("A us_bank_account is debited in usd only.", param="allowed_payment_method_types")
    return _session(call, types) | {
        "amount_subtotal": total,
        "amount_total": total,
        "currency": currency,
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "_items": items,
    }


def _for_setup(call: Call) -> Body:
    """A page that saves a card or a bank account and charges nothing."""
    given = call.params
    for name in ("line_items", "payment_intent_data", "saved_payment_method_options", "submit_type"):
        if given.get(name):
            raise invalid(f"You can not pass `{name}` in `setup` mode.", param=name)
    asked = given.get("allowed_payment_method_types")
    if asked is None and not given.get("currency"):
        raise required("currency")
    if not given.get("customer"):
        raise not_imitated("mode=setup without customer")
    currency = check_currency(given["currency"]) if given.get("currency") else None
    return _session(call, types_of(asked, TYPES)) | {
        "currency": currency,
        "payment_method_collection": "always",
        "payment_status": "no_payment_required",
    }


def _check_mode(given: dict[str, Any]) -> None:
    if given.get("mode") is None:
        raise required("mode")
    if given["mode"] not in ("payment", "setup"):
        raise not_imitated(f"mode={given['mode']}")
    if given.get("ui_mode") not in (None, "hosted_page"):
        raise not_imitated(f"ui_mode={given['ui_mode']}")
    if given.get("customer") and given.get("customer_email"):
        raise invalid("You may only specify one of these parameters: customer, customer_email.", param="customer")
    if given["mode"] == "payment" and given.get("setup_intent_data"):
        raise invalid("You can only pass `setup_intent_data` in `setup` mode.", param="setup_intent_data")


def _check_addresses(given: dict[str, Any]) -> None:
    if not given.get("success_url"):
        raise required("success_url")
    for name in ("success_url", "cancel_url"):
        parts = urlsplit(given.get(name) or "http://unset.invalid/")
        if parts.scheme not in {"http", "https"} or not parts.netloc:
            raise invalid("Not a valid URL", param=name, code="url_invalid")


def lifetime(call: Call) -> int:
    """Seconds to live. A caller whose own clock was not put forward like the sandbox's names the end by its clock."""
    asked = call.params.get("expires_at")
    if asked is None:
        return DEFAULT
    if not SHORTEST <= asked - call.now <= LONGEST and SHORTEST <= asked - int(time.time()) <= LONGEST:
        return int(asked) - int(time.time())
    if asked < call.now + SHORTEST:
        raise invalid(
            "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.", param="expires_at"
        )
    if asked > call.now + LONGEST:
        raise invalid(
            "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.", param="expires_at"
        )
    return int(asked) - call.now


def _intent(given: dict[str, Any]) -> dict[str, Any]:
    wanted = given.get("payment_intent_data") or {}
    session_items.only(wanted, {"metadata", "setup_future_usage", *INTENT_TEXTS}, "payment_intent_data")
    later = wanted.get("setup_future_usage")
    return {name: wanted.get(name) for name in INTENT_TEXTS} | {
        "metadata": wanted.get("metadata") or {},
        "setup_future_usage": later,
        "_keep": "limited" if later else None,
    }


def _setup(given: dict[str, Any]) -> dict[str, Any]:
    wanted = given.get("setup_intent_data") or {}
    session_items.only(wanted, {"description", "metadata"}, "setup_intent_data")
    return {"description": wanted.get("description"), "metadata": wanted.get("metadata") or {}, "_redisplay": "always"}


def _saved_methods(given: dict[str, Any]) -> Body | None:
    wanted = given.get("saved_payment_method_options")
    if wanted is None and not given.get("customer"):
        return None
    return {
        "allow_redisplay_filters": ["always"],
        "payment_method_remove": "disabled",
        "payment_method_save": "disabled",
    } | (wanted or {})


def _customer(call: Call) -> Body | None:
    """What is known of the payer before the page is opened."""
    ident, email = call.params.get("customer"), call.params.get("customer_email")
    if ident is None and email is None:
        return None
    customer: Body = {}
    if ident is not None:
        customer = call.find("customer", ident, param="customer", status=400)
    return {
        "address": customer.get("address"),
        "business_name": None,
        "email": email or customer.get("email"),
        "individual_name": None,
        "name": customer.get("name"),
        "phone": customer.get("phone"),
        "tax_exempt": "none",
        "tax_ids": None,
    }


def _session(call: Call, types: list[str]) -> Body:
    given = call.params
    nothing = dict.fromkeys(
        (
            "after_expiration",
            "allow_promotion_codes",
            "amount_subtotal",
            "amount_total",
            "client_secret",
            "collected_information",
            "consent",
            "consent_collection",
            "currency_conversion",
            "customer_account",
            "integration_identifier",
            "invoice",
            "origin_context",
            "payment_intent",
            "payment_link",
            "payment_method_configuration_details",
            "permissions",
            "recovered_from",
            "setup_intent",
            "shipping_address_collection",
            "shipping_cost",
            "subscription",
            "total_details",
            "url",
            "wallet_options",
        )
    )
    return nothing | {
        "id": new_id("cs_test_a1", 56),
        "object": "checkout.session",
        "adaptive_pricing": {"enabled": False},
        "allowed_payment_method_types": given.get("allowed_payment_method_types"),
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "billing_address_collection": given.get("billing_address_collection"),
        "cancel_url": given.get("cancel_url"),
        "client_reference_id": given.get("client_reference_id"),
        "created": call.now,
        "currency": None,
        "custom_fields": [],
        "custom_text": dict.fromkeys(("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")),
        "customer": given.get("customer"),
        "customer_creation": None if given.get("customer") else "if_required",
        "customer_details": _customer(call),
        "customer_email": given.get("customer_email"),
        "discounts": [],
        "expires_at": given.get("expires_at") or call.now + DEFAULT,
        "invoice_creation": None,
        "livemode": False,
        "locale": given.get("locale"),
        "metadata": given.get("metadata") or {},
        "mode": given["mode"],
        "payment_method_collection": "if_required",
        "payment_method_options": options_of(given.get("payment_method_options"), types),
        "payment_method_types": types,
        "payment_status": "unpaid",
        "phone_number_collection": {"enabled": False},
        "saved_payment_method_options": _saved_methods(given) if given["mode"] == "payment" else None,
        "shipping_options": [],
        "status": "open",
        "submit_type": given.get("submit_type"),
        "success_url": given["success_url"],
        "ui_mode": "hosted_page",
        "_intent": _intent(given),
        "_items": [],
        "_setup": _setup(given),
    }
