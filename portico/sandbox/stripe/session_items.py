"""The line items of a Checkout Session: what is paid for, each with its amount."""

from typing import Any

from portico.sandbox.stripe.call import Call
from portico.sandbox.stripe.errors import invalid, not_imitated, required
from portico.sandbox.stripe.intents import check_currency
from portico.sandbox.stripe.store import Body, new_id

MOST_ITEMS = 100


def read(call: Call) -> list[Body]:
    given = call.params.get("line_items")
    if not given:
        raise required("line_items")
    if len(given) > MOST_ITEMS:
        raise invalid(f"A Checkout Session takes at most {MOST_ITEMS} line items.", param="line_items")
    return [_item(call, item, f"line_items[{place}]") for place, item in enumerate(given)]


def _item(call: Call, given: dict[str, Any], param: str) -> Body:
    only(given, {"price_data", "quantity"}, param)
    price = given.get("price_data")
    if price is None:
        raise required(f"{param}[price_data]")
    only(price, {"currency", "product_data", "unit_amount"}, f"{param}[price_data]")
    for name in ("currency", "product_data", "unit_amount"):
        if price.get(name) is None:
            raise required(f"{param}[price_data][{name}]")
    only(price["product_data"], {"name", "description", "metadata"}, f"{param}[price_data][product_data]")
    if not price["product_data"].get("name"):
        raise required(f"{param}[price_data][product_data][name]")
    quantity = given.get("quantity")
    if quantity is None or quantity < 1:
        raise invalid("Quantity is required and must be at least 1.", param=f"{param}[quantity]")
    if price["unit_amount"] < 0:
        raise invalid("Invalid non-negative integer", param=f"{param}[price_data][unit_amount]")
    return _line(call, price, quantity)


def only(given: dict[str, Any], names: set[str], param: str) -> None:
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
