"""Stripe's refunds, disputes and balance transactions, as plain dictionaries, put into our words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from portico.domain.billing.enums import DisputeState, MovementKind, RefundState
from portico.domain.billing.ports import AccountFacts, DisputeSnapshot, Movement, RefundSnapshot, Unknown

Body = Mapping[str, Any]

REFUND_STATES = {
    "pending": RefundState.PENDING,
    "requires_action": RefundState.PENDING,
    "succeeded": RefundState.SUCCEEDED,
    "failed": RefundState.FAILED,
    "canceled": RefundState.CANCELED,
}
DISPUTE_STATES = {
    "needs_response": DisputeState.OPEN,
    "appeal_needs_response": DisputeState.OPEN,
    "under_review": DisputeState.UNDER_REVIEW,
    "appeal_under_review": DisputeState.UNDER_REVIEW,
    "won": DisputeState.WON,
    "prevented": DisputeState.WON,
    "lost": DisputeState.LOST,
    "warning_needs_response": DisputeState.WARNING,
    "warning_under_review": DisputeState.WARNING,
    "warning_closed": DisputeState.WARNING_CLOSED,
}
MOVEMENTS = {
    "charge": MovementKind.CHARGE,
    "refund": MovementKind.REFUND,
    "refund_failure": MovementKind.REFUND_BACK,
    "dispute": MovementKind.DISPUTE,
    "dispute_reversal": MovementKind.DISPUTE_BACK,
}


def of_refund(refund: Body) -> RefundSnapshot:
    """A Refund; its metadata tells ours."""
    return RefundSnapshot(
        state=_known(REFUND_STATES, refund["status"]),
        ref=refund["id"],
        refund=_uuid((refund.get("metadata") or {}).get("refund")),
        intent_ref=_ref(refund.get("payment_intent")),
        amount_minor=_whole(refund["amount"]),
        currency=str(refund["currency"]).upper(),
        created_at=_moment(refund["created"]),
        failure_code=str(refund.get("failure_reason") or ""),
    )


def of_dispute(dispute: Body) -> DisputeSnapshot:
    due = (dispute.get("evidence_details") or {}).get("due_by")
    return DisputeSnapshot(
        state=_known(DISPUTE_STATES, dispute["status"]),
        ref=dispute["id"],
        intent_ref=_ref(dispute.get("payment_intent")),
        amount_minor=_whole(dispute["amount"]),
        currency=str(dispute["currency"]).upper(),
        reason=str(dispute["reason"] or ""),
        opened_at=_moment(dispute["created"]),
        evidence_due_at=_moment(due) if due else None,
    )


def of_transaction(transaction: Body) -> Movement | None:
    """A balance transaction with its `source` expanded; None for what is between firm and Stripe."""
    kind = MOVEMENTS.get(transaction["reporting_category"])
    if kind is None:
        return None
    source = transaction["source"]
    if not isinstance(source, Mapping):
        raise Unknown("a balance transaction came without what it is about")
    return Movement(
        ref=transaction["id"],
        kind=kind,
        object_ref=source["id"],
        intent_ref=_ref(source.get("payment_intent")),
        amount_minor=_whole(transaction["amount"]),
        currency=str(transaction["currency"]).upper(),
        at=_moment(transaction["created"]),
    )


def of_account(account: Body, balance: Body) -> AccountFacts:
    """The account's own name; its balance tells whether it is live."""
    capabilities = account.get("capabilities") or {}
    profile, dashboard = account.get("business_profile") or {}, (account.get("settings") or {}).get("dashboard") or {}
    is_open = bool(account.get("charges_enabled"))
    return AccountFacts(
        ref=str(account["id"]),
        name=str(profile.get("name") or dashboard.get("display_name") or account["id"]),
        is_live=bool(balance["livemode"]),
        takes_cards=is_open and capabilities.get("card_payments", "active") == "active",
        takes_ach=is_open and capabilities.get("us_bank_account_ach_payments", "inactive") == "active",
    )


def _known(states: Mapping[str, Any], status: Any) -> Any:
    if status not in states:
        raise Unknown(f"a status that is new to us: {status}")
    return states[status]


def _ref(about: Any) -> str | None:
    """The id of an object, whether it came expanded or not."""
    ref = about["id"] if isinstance(about, Mapping) else about
    return str(ref) if ref else None


def _whole(amount: Any) -> int:
    if type(amount) is not int:
        raise Unknown("an amount is no whole number")
    return amount


def _moment(seconds: Any) -> datetime:
    return datetime.fromtimestamp(_whole(seconds), UTC)


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
