"""The parameters of a new Checkout Session, checked, and the session made of them."""

from typing import Any
from urllib.parse import urlsplit

from portico.sandbox.stripe.call import Call
from portico.sandbox.stripe.errors import invalid, not_imitated, required
from portico.sandbox.stripe.intents import check_amount, check_currency
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
        "allowed_payment_method_types",
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
    items = _items(call)
    total = sum(item["amount_total"] for item in items)
    check_amount(total, "line_items")
    currencies = {item["currency"] for item in items}
    if len(currencies) > 1:
        raise invalid("All prices of a Checkout Session must have one currency.", param="line_items")
    return _session(call, items, total, currencies.pop())


def _check_mode(given: dict[str, Any]) -> None:
    if given.get("mode") is None:
        raise required("mode")
    if given["mode"] != "payment":
        raise not_imitated(f"mode={given['mode']}")
    if given.get("ui_mode") not in (None, "hosted_page"):
        raise not_imitated(f"ui_mode={given['ui_mode']}")
    if given.get("allowed_payment_method_types") not in (None, ["card"]):
        raise not_imitated("allowed_payment_method_types other than card")
    if given.get("customer") and given.get("customer_email"):
        raise invalid("You may only specify one of these parameters: customer, customer_email.", param="customer")


def _check_addresses(given: dict[str, Any]) -> None:
    if not given.get("success_url"):
        raise required("success_url")
    for name in ("success_url", "cancel_url"):
        parts = urlsplit(given.get(name) or "http://unset.invalid/")
        if parts.scheme not in {"http", "https"} or not parts.netloc:
            raise invalid("Not a valid URL", param=name, code="url_invalid")


def _items(call: Call) -> list[Body]:
    given = call.params.get("line_items")
    if not given:
        raise required("line_items")
    if len(given) > 100:
        raise invalid("A Checkout Session takes at most 100 line items.", param="line_items")
    return [_item(call, item, f"line_items[{place}]") for place, item in enumerate(given)]


def _item(call: Call, given: dict[str, Any], param: str) -> Body:
    _only(given, {"price_data", "quantity"}, param)
    price = given.get("price_data")
    if price is None:
        raise required(f"{param}[price_data]")
    _only(price, {"currency", "product_data", "unit_amount"}, f"{param}[price_data]")
    for name in ("currency", "product_data", "unit_amount"):
        if price.get(name) is None:
            raise required(f"{param}[price_data][{name}]")
    _only(price["product_data"], {"name", "description", "metadata"}, f"{param}[price_data][product_data]")
    if not price["product_data"].get("name"):
        raise required(f"{param}[price_data][product_data][name]")
    quantity = given.get("quantity")
    if quantity is None or quantity < 1:
        raise invalid("Quantity is required and must be at least 1.", param=f"{param}[quantity]")
    if price["unit_amount"] < 0:
        raise invalid("Invalid non-negative integer", param=f"{param}[price_data][unit_amount]")
    return _line(call, price, quantity)


def _only(given: dict[str, Any], names: set[str], param: str) -> None:
    for name in given:
        if name not in names:
            raise not_imitated(f"{param}[{name}]")


def _line(call: Call, price: dict[str, Any], quantity: int) -> Body:
    currency = check_currency(price["currency"])
    amount = price["unit_amount"] * quantity
    return {
        "id": new_id("li_1"),
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": currency,
        "description": price["product_data"]["name"],
        "metadata": {},
        "price": _price(price["unit_amount"], currency, call.now),
        "quantity": quantity,
    }


def _price(unit_amount: int, currency: str, now: int) -> Body:
    return {
        "id": new_id("price_1"),
        "object": "price",
        "active": False,
        "billing_scheme": "per_unit",
        "created": now,
        "currency": currency,
        "custom_unit_amount": None,
        "livemode": False,
        "lookup_key": None,
        "metadata": {},
        "nickname": None,
        "product": new_id("prod_", 14),
        "recurring": None,
        "tax_behavior": "unspecified",
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "one_time",
        "unit_amount": unit_amount,
        "unit_amount_decimal": str(unit_amount),
    }


def _expires_at(call: Call) -> int:
    asked = call.params.get("expires_at")
    if asked is None:
        return call.now + DEFAULT
    if asked < call.now + SHORTEST:
        raise invalid(
            "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.", param="expires_at"
        )
    if asked > call.now + LONGEST:
        raise invalid(
            "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.", param="expires_at"
        )
    return int(asked)


def _intent(given: dict[str, Any]) -> dict[str, Any]:
    wanted = given.get("payment_intent_data") or {}
    _only(wanted, {"metadata", *INTENT_TEXTS}, "payment_intent_data")
    return {name: wanted.get(name) for name in INTENT_TEXTS} | {"metadata": wanted.get("metadata") or {}}


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


def _session(call: Call, items: list[Body], total: int, currency: str) -> Body:
    given = call.params
    nothing = dict.fromkeys(
        (
            "after_expiration",
            "allow_promotion_codes",
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
            "saved_payment_method_options",
            "setup_intent",
            "shipping_address_collection",
            "shipping_cost",
            "subscription",
            "url",
            "wallet_options",
        )
    )
    return nothing | {
        "id": new_id("cs_test_a1", 56),
        "object": "checkout.session",
        "adaptive_pricing": {"enabled": False},
        "allowed_payment_method_types": given.get("allowed_payment_method_types"),
        "amount_subtotal": total,
        "amount_total": total,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "billing_address_collection": given.get("billing_address_collection"),
        "cancel_url": given.get("cancel_url"),
        "client_reference_id": given.get("client_reference_id"),
        "created": call.now,
        "currency": currency,
        "custom_fields": [],
        "custom_text": dict.fromkeys(("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")),
        "customer": given.get("customer"),
        "customer_creation": None if given.get("customer") else "if_required",
        "customer_details": _customer(call),
        "customer_email": given.get("customer_email"),
        "discounts": [],
        "expires_at": _expires_at(call),
        "invoice_creation": None,
        "livemode": False,
        "locale": given.get("locale"),
        "metadata": given.get("metadata") or {},
        "mode": "payment",
        "payment_method_collection": "if_required",
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": ["card"],
        "payment_status": "unpaid",
        "phone_number_collection": {"enabled": False},
        "shipping_options": [],
        "status": "open",
        "submit_type": given.get("submit_type"),
        "success_url": given["success_url"],
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "_intent": _intent(given),
        "_items": items,
    }
