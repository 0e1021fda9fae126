"""Which endpoint answers which request, and which parameters each acts on."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass

from portico.sandbox.stripe import (
    charges,
    checkout,
    customers,
    disputes,
    endpoints,
    events,
    intents,
    mandates,
    methods,
    refunds,
    setups,
    transactions,
    verifying,
)
from portico.sandbox.stripe.call import Call
from portico.sandbox.stripe.lists import PAGING
from portico.sandbox.stripe.store import Body

NOTHING: frozenset[str] = frozenset()
CREATED_PAGING = PAGING | {"created"}


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    act: Callable[..., Body]
    takes: frozenset[str] = NOTHING

    @property
    def request(self) -> str:
        return f"{self.method} {self.path}"


def account_of(secret_key: str) -> str:
    """The account of a key: every test key has one of its own, from its first use on."""
    return "acct_" + hashlib.sha256(secret_key.encode()).hexdigest()[:16]


def find(method: str, path: str) -> tuple[Route, tuple[str, ...]] | None:
    for pattern, route in _PATTERNS:
        match = pattern.fullmatch(path) if route.method == method else None
        if match:
            return route, match.groups()
    return None


def _account(call: Call) -> Body:
    return {
        "id": call.account,
        "object": "account",
        "business_profile": {"name": "Sandbox account", "support_email": None, "support_phone": None, "url": None},
        "business_type": "company",
        "capabilities": {
            "card_payments": "active",
            "transfers": "active",
            "us_bank_account_ach_payments": "active",
        },
        "charges_enabled": True,
        "country": "US",
        "default_currency": "usd",
        "details_submitted": True,
        "email": None,
        "metadata": {},
        "payouts_enabled": True,
        "settings": {
            "branding": {"icon": None, "logo": None, "primary_color": None, "secondary_color": None},
            "card_payments": {"statement_descriptor_prefix": None},
            "dashboard": {"display_name": "Sandbox account", "timezone": "Etc/UTC"},
            "payments": {"statement_descriptor": "SANDBOX"},
        },
        "type": "standard",
    }


ROUTES = (
    Route("POST", "/v1/customers", customers.create, customers.WRITES),
    Route("GET", "/v1/customers", customers.page, CREATED_PAGING | {"email"}),
    Route("GET", "/v1/customers/{id}", customers.retrieve),
    Route("POST", "/v1/customers/{id}", customers.update, customers.WRITES),
    Route("POST", "/v1/checkout/sessions", checkout.create, checkout.WRITES),
    Route("GET", "/v1/checkout/sessions", checkout.page, CREATED_PAGING | {"customer", "payment_intent", "status"}),
    Route("GET", "/v1/checkout/sessions/{id}", checkout.retrieve),
    Route("POST", "/v1/checkout/sessions/{id}/expire", checkout.expire),
    Route("GET", "/v1/checkout/sessions/{id}/line_items", checkout.line_items, PAGING),
    Route("POST", "/v1/payment_intents", intents.create, intents.CREATES),
    Route("GET", "/v1/payment_intents", intents.page, CREATED_PAGING | {"customer"}),
    Route("GET", "/v1/payment_intents/{id}", intents.retrieve),
    Route("POST", "/v1/payment_intents/{id}/confirm", intents.confirm, intents.CONFIRMS),
    Route("POST", "/v1/payment_intents/{id}/cancel", intents.cancel, intents.CANCELS),
    Route("POST", "/v1/payment_intents/{id}/verify_microdeposits", verifying.of_payment, verifying.TAKES),
    Route("POST", "/v1/setup_intents", setups.create, setups.CREATES),
    Route("GET", "/v1/setup_intents", setups.page, CREATED_PAGING | {"customer", "payment_method"}),
    Route("GET", "/v1/setup_intents/{id}", setups.retrieve),
    Route("POST", "/v1/setup_intents/{id}/confirm", setups.confirm, setups.CONFIRMS),
    Route("POST", "/v1/setup_intents/{id}/cancel", setups.cancel, setups.CANCELS),
    Route("POST", "/v1/setup_intents/{id}/verify_microdeposits", verifying.of_setup, verifying.TAKES),
    Route("GET", "/v1/charges", charges.page, CREATED_PAGING | {"customer", "payment_intent"}),
    Route("GET", "/v1/charges/{id}", charges.retrieve),
    Route("POST", "/v1/refunds", refunds.create, refunds.CREATES),
    Route("GET", "/v1/refunds", refunds.page, CREATED_PAGING | {"charge", "payment_intent"}),
    Route("GET", "/v1/refunds/{id}", refunds.retrieve),
    Route("POST", "/v1/refunds/{id}", refunds.update, refunds.WRITES),
    Route("GET", "/v1/disputes", disputes.page, CREATED_PAGING | {"charge", "payment_intent"}),
    Route("GET", "/v1/disputes/{id}", disputes.retrieve),
    Route("POST", "/v1/disputes/{id}", disputes.update, disputes.WRITES),
    Route("POST", "/v1/disputes/{id}/close", disputes.close),
    Route("GET", "/v1/mandates/{id}", mandates.retrieve),
    Route("GET", "/v1/balance_transactions", transactions.page, CREATED_PAGING | {"currency", "source", "type"}),
    Route("GET", "/v1/balance_transactions/{id}", transactions.retrieve),
    Route("GET", "/v1/balance", transactions.balance),
    Route("GET", "/v1/events", events.page, CREATED_PAGING | {"type", "types"}),
    Route("GET", "/v1/events/{id}", events.retrieve),
    Route("POST", "/v1/webhook_endpoints", endpoints.create, endpoints.WRITES),
    Route("GET", "/v1/webhook_endpoints", endpoints.page, PAGING),
    Route("GET", "/v1/webhook_endpoints/{id}", endpoints.retrieve),
    Route("DELETE", "/v1/webhook_endpoints/{id}", endpoints.delete),
    Route("GET", "/v1/payment_methods", methods.page, PAGING | {"allow_redisplay", "customer", "type"}),
    Route("GET", "/v1/payment_methods/{id}", methods.retrieve),
    Route("POST", "/v1/payment_methods/{id}", methods.update, methods.WRITES),
    Route("POST", "/v1/payment_methods/{id}/attach", methods.attach, frozenset({"customer"})),
    Route("POST", "/v1/payment_methods/{id}/detach", methods.detach),
    Route("GET", "/v1/customers/{id}/payment_methods", methods.page_of_customer, PAGING | {"allow_redisplay", "type"}),
    Route("GET", "/v1/customers/{id}/payment_methods/{id}", methods.retrieve_of_customer),
    Route("GET", "/v1/account", _account),
)
_PATTERNS = tuple((re.compile(route.path.replace("{id}", r"([A-Za-z0-9_]+)")), route) for route in ROUTES)
