"""Stripe's objects, as plain dictionaries, put into our words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from portico.domain.billing.enums import AttemptState, MethodKind
from portico.domain.billing.ports import Event, NotAPayment, Snapshot, Unknown

Body = Mapping[str, Any]

OPEN = {
    "requires_payment_method": AttemptState.SENT,
    "requires_confirmation": AttemptState.SENT,
    "requires_action": AttemptState.REQUIRES_ACTION,
}
DECIDED = {
    "succeeded": AttemptState.SUCCEEDED,
    "processing": AttemptState.PROCESSING,
    "requires_capture": AttemptState.PROCESSING,
}
KINDS = {"card": MethodKind.CARD, "us_bank_account": MethodKind.ACH}
BRAND = {"card": "brand", "us_bank_account": "bank_name"}
DEPOSITS = "verify_with_microdeposits"
SAVED = "saved"


def of_session(session: Body) -> Snapshot:
    """A Checkout Session with `payment_intent.latest_charge` expanded."""
    if session["mode"] != "payment":
        raise NotAPayment
    intent = _expanded(session.get("payment_intent"))
    state = AttemptState.VERIFYING if verify_url(intent) else None
    return Snapshot(
        state=state or _state(session["status"], intent["status"] if intent else None),
        amount_minor=_whole(session["amount_total"]),
        received_minor=_whole(intent["amount_received"]) if intent else 0,
        currency=str(session["currency"]).upper(),
        is_live=bool(session["livemode"]),
        attempt=uuid_of(session.get("client_reference_id")),
        session_ref=session["id"],
        intent_ref=intent["id"] if intent else None,
        url=session.get("url") or "",
        expires_at=datetime.fromtimestamp(session["expires_at"], UTC),
        **_method(intent or session),
    )


def of_intent(intent: Body) -> Snapshot:
    """A PaymentIntent with `latest_charge` expanded: of a saved method, or of a session that we may not know yet."""
    return Snapshot(
        state=_state_of_intent(intent),
        amount_minor=_whole(intent["amount"]),
        received_minor=_whole(intent["amount_received"]),
        currency=str(intent["currency"]).upper(),
        is_live=bool(intent["livemode"]),
        attempt=uuid_of((intent.get("metadata") or {}).get("attempt")),
        intent_ref=intent["id"],
        url=_bank_url(intent) if is_saved(intent) else "",
        **_method(intent),
    )


def of_event(event: Body) -> Event:
    about = event["data"]["object"]
    return Event(
        event_id=event["id"],
        type=event["type"],
        kind=about.get("object", ""),
        object_ref=about.get("id") or "",
        is_live=bool(event["livemode"]),
    )


def is_saved(intent: Body) -> bool:
    """Whether we charged a saved method with it; then it has one try and no page."""
    return (intent.get("metadata") or {}).get("kind") == SAVED


def verify_url(intent: Body | None) -> str:
    """Where small amounts that the bank sends are entered; empty while none are asked for."""
    action = (intent or {}).get("next_action") or {}
    return str((action.get(DEPOSITS) or {}).get("hosted_verification_url") or "")


def uuid_of(text: str | None) -> UUID | None:
    """An id of ours, if that is what it is."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def _state_of_intent(intent: Body) -> AttemptState:
    if verify_url(intent):
        return AttemptState.VERIFYING
    if is_saved(intent) and intent["status"] == "requires_payment_method" and intent.get("last_payment_error"):
        return AttemptState.FAILED
    return _state("canceled" if intent["status"] == "canceled" else "open", intent["status"])


def _state(session: str, intent: str | None) -> AttemptState:
    """The intent knows of money; the session knows whether anybody can still pay."""
    if intent in DECIDED:
        return DECIDED[intent]
    if session == "expired":
        return AttemptState.EXPIRED
    if intent == "canceled":
        return AttemptState.CANCELED
    if session == "open":
        return OPEN.get(intent or "requires_payment_method", AttemptState.UNKNOWN)
    if session == "complete" and intent == "requires_payment_method":  # a bank account that did not pay
        return AttemptState.FAILED
    return AttemptState.UNKNOWN


def _expanded(intent: Any) -> Body | None:
    if isinstance(intent, str):
        raise Unknown("the session's intent came without its contents")
    return intent or None


def _whole(amount: Any) -> int:
    if type(amount) is not int:
        raise Unknown("an amount is no whole number")
    return amount


def _method(about: Body) -> dict[str, Any]:
    """What an intent, or a session that has none yet, tells of the method."""
    charge = about.get("latest_charge")
    details = (charge.get("payment_method_details") or {}) if isinstance(charge, Mapping) else {}
    types = about.get("payment_method_types") or []
    kind = details.get("type") or (types[0] if len(types) == 1 else "")
    told = details.get(kind) or {}
    error = about.get("last_payment_error") or {}
    return {
        "kind": KINDS.get(kind),
        "brand": str(told.get(BRAND.get(kind, "")) or ""),
        "last4": str(told.get("last4") or ""),
        "mandate_ref": str(told.get("mandate") or ""),
        "method_ref": _ref(about.get("payment_method")) or _ref(error.get("payment_method")),
        "verify_url": verify_url(about),
        "failure_code": str(error.get("decline_code") or error.get("code") or ""),
    }


def _ref(named: Any) -> str | None:
    """The id of something that may be expanded."""
    found = named.get("id") if isinstance(named, Mapping) else named
    return str(found) if found else None


def _bank_url(intent: Body) -> str:
    """Where the bank of a card asks its holder."""
    action = intent.get("next_action") or {}
    return str((action.get("redirect_to_url") or {}).get("url") or "")
