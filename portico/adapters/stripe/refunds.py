"""Money given back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from portico.adapters.stripe import return_snapshots
from portico.adapters.stripe.calls import Body, Calls, believable
from portico.adapters.stripe.failures import classified
from portico.domain.billing.ports import RefundSnapshot, RefundWanted


class Refunds(Calls):
    """Money given back."""

    def refund_body(self, wanted: RefundWanted) -> Body:
        """The parameters of a refund; our id goes along, so that it is found when the answer is lost."""
        return {
            "payment_intent": wanted.intent_ref,
            "amount": wanted.amount_minor,
            "metadata": {"refund": str(wanted.refund)},
        }

    def refund(self, body: Mapping[str, Any], *, key: str) -> RefundSnapshot:
        """Create it under our own key."""
        return self._refund(lambda v1: v1.refunds.create(dict(body), {"idempotency_key": key}))

    def fetch_refund(self, refund_ref: str) -> RefundSnapshot:
        """The refund as it stands."""
        return self._refund(lambda v1: v1.refunds.retrieve(refund_ref))

    def refunds_of(self, intent_ref: str) -> list[RefundSnapshot]:
        """All pages of the intent's refunds."""
        with classified():
            listed = self._v1.refunds.list({"payment_intent": intent_ref, "limit": 100})
            found = [refund.to_dict() for refund in listed.auto_paging_iter()]
        return [believable(return_snapshots.of_refund, refund) for refund in found]

    def intent_of_charge(self, charge_ref: str) -> str | None:
        """The payment that a charge belongs to."""
        charge = self._call(lambda v1: v1.charges.retrieve(charge_ref))
        intent: str | None = charge.get("payment_intent")
        return intent

    def _refund(self, call: Callable[[Any], Any]) -> RefundSnapshot:
        return believable(return_snapshots.of_refund, self._call(call))
