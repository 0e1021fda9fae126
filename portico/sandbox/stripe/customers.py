"""/v1/customers"""

import re
from typing import Any

from portico.sandbox.stripe import lists
from portico.sandbox.stripe.call import Call
from portico.sandbox.stripe.errors import invalid
from portico.sandbox.stripe.store import Body, new_id

TEXTS = ("name", "email", "phone", "description")
WRITES = frozenset({*TEXTS, "address", "metadata", "preferred_locales"})
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


def create(call: Call) -> Body:
    customer = _blank(call.now)
    _fill(customer, call.params)
    return call.show(call.books.add(call.account, customer))


def update(call: Call, ident: str) -> Body:
    customer = call.find("customer", ident)
    _fill(customer, call.params)
    call.books.save(customer)
    return call.show(customer)


def retrieve(call: Call, ident: str) -> Body:
    return call.show(call.find("customer", ident))


def page(call: Call) -> Body:
    return lists.page(
        call, "customer", "/v1/customers", where={"json_extract(body, '$.email') = ?": call.params.get("email")}
    )


def merge_metadata(body: Body, given: dict[str, str] | None) -> None:
    """New keys are added, a key without a value goes."""
    for name, value in (given or {}).items():
        if value == "":
            body["metadata"].pop(name, None)
        else:
            body["metadata"][name] = value


def _fill(customer: Body, params: dict[str, Any]) -> None:
    email = params.get("email")
    if email is not None and not EMAIL.fullmatch(email):
        raise invalid(f"Invalid email address: {email}", param="email", code="email_invalid")
    for name in TEXTS:
        if name in params:
            customer[name] = params[name]
    if "address" in params:
        blank = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
        customer["address"] = None if params["address"] is None else blank | params["address"]
    if "preferred_locales" in params:
        customer["preferred_locales"] = params["preferred_locales"]
    merge_metadata(customer, params.get("metadata"))


def _blank(now: int) -> Body:
    return {
        "id": new_id("cus_", 14),
        "object": "customer",
        "address": None,
        "balance": 0,
        "created": now,
        "currency": None,
        "default_source": None,
        "delinquent": False,
        "description": None,
        "discount": None,
        "email": None,
        "invoice_prefix": new_id("", 8).upper(),
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "livemode": False,
        "metadata": {},
        "name": None,
        "next_invoice_sequence": 1,
        "phone": None,
        "preferred_locales": [],
        "shipping": None,
        "tax_exempt": "none",
        "test_clock": None,
    }
