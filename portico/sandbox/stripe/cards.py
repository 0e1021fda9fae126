"""The published test cards, what each does, and the payment methods made of them."""

import hashlib
from dataclasses import dataclass
from enum import Enum
from typing import Any

from portico.sandbox.stripe.store import Body, new_id


class Asks(Enum):
    """When the card's bank wants the payer's authentication."""

    NEVER = "never"
    UNLESS_SET_UP = "unless set up"
    ALWAYS = "always"


@dataclass(frozen=True)
class Decline:
    code: str
    decline_code: str | None
    message: str
    kind: str = "card_error"


GENERIC = Decline("card_declined", "generic_decline", "Your card was declined.")
NO_FUNDS = Decline("card_declined", "insufficient_funds", "Your card has insufficient funds.")
EXPIRED = Decline("expired_card", "expired_card", "Your card has expired.")
NOT_AUTHENTICATED = Decline(
    "payment_intent_authentication_failure",
    None,
    "We are unable to authenticate your payment method. Please choose a different payment method and try again.",
)
SETUP_NOT_AUTHENTICATED = Decline("setup_intent_authentication_failure", None, NOT_AUTHENTICATED.message)
AUTHENTICATION_REQUIRED = Decline(
    "authentication_required",
    "authentication_required",
    "Your card was declined. This transaction requires authentication.",
)


@dataclass(frozen=True)
class TestCard:
    number: str
    does: str
    decline: Decline | None = None
    asks: Asks = Asks.NEVER
    can_be_saved: bool = True
    funding: str = "credit"

    __test__ = False

    @property
    def last4(self) -> str:
        return self.number[-4:]

    @property
    def unbroken(self) -> str:
        """In groups of four that no line end parts."""
        return "\N{NO-BREAK SPACE}".join(self.number[place : place + 4] for place in range(0, 16, 4))


CARDS = (
    TestCard("4242424242424242", "is approved"),
    TestCard("4000056655665556", "is approved (a debit card)", funding="debit"),
    TestCard("4000000000000002", "is declined", GENERIC, can_be_saved=False),
    TestCard("4000000000009995", "is declined: insufficient funds", NO_FUNDS, can_be_saved=False),
    TestCard("4000000000000069", "is declined: expired", EXPIRED, can_be_saved=False),
    TestCard("4000000000000341", "can be saved, and is declined when it is charged", GENERIC),
    TestCard("4000002500003155", "asks for authentication (3D Secure)", asks=Asks.UNLESS_SET_UP),
    TestCard("4000002760003184", "asks for authentication every time", asks=Asks.ALWAYS),
    TestCard("4000000000000259", "is approved and disputed at once"),
    TestCard("4000000000007726", "is approved; a refund takes days"),
    TestCard("4000000000005126", "is approved; a refund fails later"),
)
BY_NUMBER = {card.number: card for card in CARDS}
BY_LAST4 = {card.last4: card for card in CARDS}
BY_TEST_METHOD = {
    "pm_card_visa": BY_LAST4["4242"],
    "pm_card_visa_debit": BY_LAST4["5556"],
    "pm_card_visa_chargeDeclined": BY_LAST4["0002"],
    "pm_card_chargeDeclined": BY_LAST4["0002"],
    "pm_card_visa_chargeDeclinedInsufficientFunds": BY_LAST4["9995"],
    "pm_card_chargeDeclinedInsufficientFunds": BY_LAST4["9995"],
    "pm_card_chargeDeclinedExpiredCard": BY_LAST4["0069"],
    "pm_card_chargeCustomerFail": BY_LAST4["0341"],
    "pm_card_authenticationRequiredOnSetup": BY_LAST4["3155"],
    "pm_card_authenticationRequired": BY_LAST4["3184"],
    "pm_card_createDispute": BY_LAST4["0259"],
    "pm_card_pendingRefund": BY_LAST4["7726"],
    "pm_card_refundFail": BY_LAST4["5126"],
}
DISPUTED, REFUND_PENDS, REFUND_FAILS = BY_LAST4["0259"], BY_LAST4["7726"], BY_LAST4["5126"]


def card_of(method: Body) -> TestCard:
    return BY_LAST4[method["card"]["last4"]]


def decline_of(method: Body, *, year: int, month: int) -> Decline | None:
    """Why the card cannot be charged now."""
    if (method["card"]["exp_year"], method["card"]["exp_month"]) < (year, month):
        return EXPIRED
    return card_of(method).decline


def must_ask(method: Body, *, off_session: bool) -> bool:
    asks = card_of(method).asks
    return asks is Asks.ALWAYS or (asks is Asks.UNLESS_SET_UP and not (off_session and method.get("_is_set_up")))


def fingerprint(account: str, what: str) -> str:
    """The same for the same number in one account."""
    return hashlib.sha256(f"{account} {what}".encode()).hexdigest()[:16]


def payment_method(
    card: TestCard, *, account: str, now: int, exp_month: int = 12, exp_year: int = 2034, name: str | None = None
) -> Body:
    """What is kept of a card: brand, last four digits, expiry and the name on it."""
    return blank_method("card", now=now, name=name) | {
        "card": {
            "brand": "visa",
            "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
            "country": "US",
            "display_brand": "visa",
            "exp_month": exp_month,
            "exp_year": exp_year,
            "fingerprint": fingerprint(account, card.last4),
            "funding": card.funding,
            "generated_from": None,
            "last4": card.last4,
            "networks": {"available": ["visa"], "preferred": None},
            "regulated_status": "unregulated",
            "three_d_secure_usage": {"supported": True},
            "wallet": None,
        },
    }


def blank_method(kind: str, *, now: int, name: str | None) -> Body:
    return {
        "id": new_id("pm_1"),
        "object": "payment_method",
        "allow_redisplay": "unspecified",
        "billing_details": billing_details(name),
        "created": now,
        "customer": None,
        "customer_account": None,
        "livemode": False,
        "metadata": {},
        "type": kind,
        "_is_set_up": False,
        "_is_used": False,
        "_is_verified": True,
    }


def billing_details(name: str | None = None) -> dict[str, Any]:
    address = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
    return {"address": address, "email": None, "name": name, "phone": None, "tax_id": None}
