"""Kinds of payment methods and the options of each, as intents and sessions take them."""

from typing import Any

from portico.sandbox.stripe.errors import invalid, not_imitated
from portico.sandbox.stripe.store import Body

CARD, BANK = "card", "us_bank_account"
TYPES = [CARD, BANK]
BANK_OPTIONS = {"financial_connections", "verification_method"}


def types_of(given: list[str] | None, default: list[str]) -> list[str]:
    """The kinds that were asked for, in that order."""
    for kind in given or ():
        if kind not in TYPES:
            raise not_imitated(f"allowed_payment_method_types {kind}")
    if given is not None and not given:
        raise invalid("allowed_payment_method_types must not be empty.", param="allowed_payment_method_types")
    return list(given or default)


def options_of(given: dict[str, Any] | None, types: list[str]) -> Body:
    """What is shown of the options; whatever the sandbox would not act on is refused."""
    options: Body = {}
    for kind, wanted in (given or {}).items():
        if kind not in TYPES:
            raise not_imitated(f"payment_method_options[{kind}]")
        if kind not in types:
            raise invalid(
                f"payment_method_options[{kind}] needs {kind} in allowed_payment_method_types.",
                param=f"payment_method_options[{kind}]",
            )
        options[kind] = _checked(kind, wanted or {})
    if CARD in types:
        options[CARD] = {"request_three_d_secure": "automatic"}
    if BANK in types:
        options.setdefault(BANK, {"verification_method": "automatic"})
    return options


def wants_deposits(intent: Body) -> bool:
    wanted = intent["payment_method_options"].get(BANK) or {}
    return wanted.get("verification_method") == "microdeposits"


def _checked(kind: str, wanted: dict[str, Any]) -> Body:
    for name, value in wanted.items():
        is_known = name in BANK_OPTIONS if kind == BANK else (name, value) == ("request_three_d_secure", "automatic")
        if not is_known:
            raise not_imitated(f"payment_method_options[{kind}][{name}]")
    return {"verification_method": "automatic"} | wanted if kind == BANK else {}
