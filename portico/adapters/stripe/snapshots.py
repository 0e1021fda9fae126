"""Stripe's objects, as plain dictionaries, put into our words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from portico.domain.billing.enums import AttemptState
from portico.domain.billing.ports import Event, Snapshot, Unknown

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


def of_session(session: Body) -> Snapshot:
    """A Checkout Session with `payment_intent.latest_charge` expanded."""
    intent = _expanded(session.get("payment_intent"))
    return Snapshot(
        state=_state(session["status"], intent["status"] if intent else None),
        amount_minor=_whole(session["amount_total"]),
        received_minor=_whole(intent["amount_received"]) if intent else 0,
        currency=str(session["currency"]).upper(),
        is_live=bool(session["livemode"]),
        attempt=_uuid(session.get("client_reference_id")),
        session_ref=session["id"],
        intent_ref=intent["id"] if intent else None,
        url=session.get("url") or "",
        expires_at=datetime.fromtimestamp(session["expires_at"], UTC),
        card_brand=_card(intent, "brand"),
        last4=_card(intent, "last4"),
        failure_code=_failure(intent),
    )


def of_intent(intent: Body) -> Snapshot:
    """A PaymentIntent with `latest_charge` expanded, of a session whose answer we may not have yet."""
    return Snapshot(
        state=_state("canceled" if intent["status"] == "canceled" else "open", intent["status"]),
        amount_minor=_whole(intent["amount"]),
        received_minor=_whole(intent["amount_received"]),
        currency=str(intent["currency"]).upper(),
        is_live=bool(intent["livemode"]),
        attempt=_uuid((intent.get("metadata") or {}).get("attempt")),
        intent_ref=intent["id"],
        card_brand=_card(intent, "brand"),
        last4=_card(intent, "last4"),
        failure_code=_failure(intent),
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
    return AttemptState.UNKNOWN


def _expanded(intent: Any) -> Body | None:
    if isinstance(intent, str):
        raise Unknown("the session's intent came without its contents")
    return intent or None


def _whole(amount: Any) -> int:
    if type(amount) is not int:
        raise Unknown("an amount is no whole number")
    return amount


def _card(intent: Body | None, what: str) -> str:
    charge = (intent or {}).get("latest_charge")
    details = (charge.get("payment_method_details") or {}) if isinstance(charge, Mapping) else {}
    return str((details.get("card") or {}).get(what) or "")


def _failure(intent: Body | None) -> str:
    error = (intent or {}).get("last_payment_error") or {}
    return str(error.get("decline_code") or error.get("code") or "")


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
