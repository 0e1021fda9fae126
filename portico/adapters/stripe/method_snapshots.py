"""Saved methods, mandates and setups of Stripe, as plain dictionaries, put into our words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portico.adapters.stripe.snapshots import BRAND, KINDS, uuid_of, verify_url
from portico.domain.billing.enums import MethodState, SetupState
from portico.domain.billing.ports import MandateSnapshot, MethodSnapshot, SetupSnapshot, Unknown

Body = Mapping[str, Any]


def is_ours(method: Body) -> bool:
    """Whether it is of a kind that we offer."""
    return method.get("type") in KINDS


def of_method(method: Body) -> MethodSnapshot:
    """A PaymentMethod. A blocked bank account cannot be debited again."""
    kind = method["type"]
    told = method[kind]
    blocked = (told.get("status_details") or {}).get("blocked")
    return MethodSnapshot(
        ref=method["id"],
        kind=KINDS[kind],
        state=MethodState.DISABLED if blocked else MethodState.ACTIVE,
        brand=str(told.get(BRAND[kind]) or ""),
        last4=str(told["last4"] or ""),
        fingerprint=str(told.get("fingerprint") or ""),
        exp_month=told.get("exp_month"),
        exp_year=told.get("exp_year"),
    )


def of_mandate(mandate: Body) -> MandateSnapshot:
    return MandateSnapshot(
        ref=mandate["id"], method_ref=str(mandate["payment_method"]), is_active=mandate["status"] != "inactive"
    )


def of_setup_session(session: Body) -> SetupSnapshot:
    """A Checkout Session in setup mode with its SetupIntent expanded."""
    intent = session.get("setup_intent")
    if isinstance(intent, str):
        raise Unknown("the session's setup came without its contents")
    intent = intent or {}
    return SetupSnapshot(
        state=_state(session["status"], intent),
        session_ref=session["id"],
        setup=uuid_of(session.get("client_reference_id")),
        url=session.get("url") or "",
        **_outcome(intent),
    )


def of_setup_intent(intent: Body) -> SetupSnapshot:
    """A SetupIntent of a page that is over: only then is there news of it alone."""
    return SetupSnapshot(
        state=_state("complete" if intent["status"] != "canceled" else "expired", intent),
        session_ref="",
        setup=uuid_of((intent.get("metadata") or {}).get("setup")),
        **_outcome(intent),
    )


def _outcome(intent: Body) -> dict[str, Any]:
    error = intent.get("last_setup_error") or {}
    method = intent.get("payment_method")
    return {
        "method_ref": (method["id"] if isinstance(method, Mapping) else method) or None,
        "mandate_ref": str(intent.get("mandate") or ""),
        "verify_url": verify_url(intent),
        "failure_code": str(error.get("decline_code") or error.get("code") or ""),
    }


def _state(session: str, intent: Body) -> SetupState:
    """The setup knows what was saved; the session knows whether anybody can still add something."""
    status = intent.get("status")
    if status == "succeeded":
        return SetupState.SUCCEEDED
    if verify_url(intent):
        return SetupState.VERIFYING
    if session == "open":
        return SetupState.SENT
    if session == "complete" and status == "requires_payment_method":
        return SetupState.FAILED
    return SetupState.EXPIRED
