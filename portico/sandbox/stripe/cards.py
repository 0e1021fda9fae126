"""The published test cards, what each does, and the payment methods made of them."""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from portico.sandbox.stripe.store import Body, new_id


class Outcome(Enum):
    APPROVED = "approved"
    DECLINED = "declined"
    NEEDS_3DS = "needs_3ds"


@dataclass(frozen=True)
class Decline:
    code: str
    decline_code: str | None
    message: str


GENERIC = Decline("card_declined", "generic_decline", "Your card was declined.")
NO_FUNDS = Decline("card_declined", "insufficient_funds", "Your card has insufficient funds.")
NOT_AUTHENTICATED = Decline(
    "payment_intent_authentication_failure",
    None,
    "We are unable to authenticate your payment method. Please choose a different payment method and try again.",
)
AUTHENTICATION_REQUIRED = Decline(
    "authentication_required",
    "authentication_required",
    "Your card was declined. This transaction requires authentication.",
)


@dataclass(frozen=True)
class TestCard:
    number: str
    does: str
    outcome: Outcome
    decline: Decline | None = None

    __test__ = False

    @property
    def last4(self) -> str:
        return self.number[-4:]

    @property
    def unbroken(self) -> str:
        """In groups of four that no line end parts."""
        return "\N{NO-BREAK SPACE}".join(self.number[place : place + 4] for place in range(0, 16, 4))


CARDS = (
    TestCard("4242424242424242", "is approved", Outcome.APPROVED),
    TestCard("4000000000000002", "is declined", Outcome.DECLINED, GENERIC),
    TestCard("4000000000009995", "is declined: insufficient funds", Outcome.DECLINED, NO_FUNDS),
    TestCard("4000002500003155", "asks for authentication (3D Secure)", Outcome.NEEDS_3DS),
    TestCard("4000000000000259", "is approved and may be disputed later", Outcome.APPROVED),
)
BY_NUMBER = {card.number: card for card in CARDS}
BY_LAST4 = {card.last4: card for card in CARDS}
BY_TEST_METHOD = {
    "pm_card_visa": CARDS[0],
    "pm_card_visa_chargeDeclined": CARDS[1],
    "pm_card_chargeDeclined": CARDS[1],
    "pm_card_visa_chargeDeclinedInsufficientFunds": CARDS[2],
    "pm_card_chargeDeclinedInsufficientFunds": CARDS[2],
    "pm_card_authenticationRequired": CARDS[3],
    "pm_card_createDispute": CARDS[4],
}


def card_of(method: Body) -> TestCard:
    return BY_LAST4[method["card"]["last4"]]


def payment_method(
    card: TestCard, *, now: int, exp_month: int = 12, exp_year: int = 2034, name: str | None = None
) -> Body:
    """What is kept of a card: brand, last four digits, expiry and the name on it."""
    return {
        "id": new_id("pm_1"),
        "object": "payment_method",
        "allow_redisplay": "unspecified",
        "billing_details": billing_details(name),
        "card": {
            "brand": "visa",
            "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
            "country": "US",
            "display_brand": "visa",
            "exp_month": exp_month,
            "exp_year": exp_year,
            "fingerprint": f"sandbox{card.last4}fingerpr",
            "funding": "credit",
            "generated_from": None,
            "last4": card.last4,
            "networks": {"available": ["visa"], "preferred": None},
            "regulated_status": "unregulated",
            "three_d_secure_usage": {"supported": True},
            "wallet": None,
        },
        "created": now,
        "customer": None,
        "customer_account": None,
        "livemode": False,
        "metadata": {},
        "type": "card",
    }


def billing_details(name: str | None = None) -> dict[str, Any]:
    address = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
    return {"address": address, "email": None, "name": name, "phone": None, "tax_id": None}
