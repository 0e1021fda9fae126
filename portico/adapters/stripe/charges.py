"""Payments on a hosted page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from portico.adapters.stripe import snapshots
from portico.adapters.stripe.calls import Body, Calls, believable
from portico.adapters.stripe.failures import classified
from portico.domain.billing.ports import Checkout, Payer, Refused, Snapshot
from portico.kernel import ids

WITH_INTENT = ["payment_intent.latest_charge"]


class Charges(Calls):
    """Customers, Checkout Sessions and PaymentIntents."""

    def ensure_customer(self, payer: Payer) -> str:
        """Make the payer known; a lost answer and a second try give the same customer."""
        body = {"name": payer.name[:256], "metadata": {"portico_customer": str(payer.public_id)}}
        body |= {"email": payer.email} if payer.email else {}
        contents = ids.digest(f"{payer.public_id}{payer.name}{payer.email}").hex()[:32]
        made = self._call(lambda v1: v1.customers.create(body, {"idempotency_key": f"customer-{contents}"}))
        return str(made["id"])

    def checkout_body(self, checkout: Checkout) -> Body:
        """The parameters of a session: one line for each invoice, the attempt's id on session and intent."""
        return {
            "mode": "payment",
            "allowed_payment_method_types": ["card"],
            "customer": checkout.customer_ref,
            "client_reference_id": str(checkout.attempt),
            "payment_intent_data": {"metadata": {"attempt": str(checkout.attempt)}},
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": checkout.currency.lower(),
                        "unit_amount": line.amount_minor,
                        "product_data": {"name": line.name[:250]},
                    },
                }
                for line in checkout.lines
            ],
            "success_url": checkout.success_url,
            "cancel_url": checkout.cancel_url,
            "expires_at": int(checkout.expires_at.timestamp()),
        }

    def start_checkout(self, body: Mapping[str, Any], *, key: str) -> Snapshot:
        """Create the session under our own key."""
        wanted = {**body, "expand": WITH_INTENT}
        return self._session(lambda v1: v1.checkout.sessions.create(wanted, {"idempotency_key": key}))

    def expire(self, session_ref: str) -> Snapshot:
        """End an open session; one that is over already is fetched instead."""
        try:
            self._call(lambda v1: v1.checkout.sessions.expire(session_ref))
        except Refused as refused:
            if refused.is_account:
                raise
        return self.fetch(session_ref)

    def fetch(self, session_ref: str) -> Snapshot:
        """The session with its intent and charge."""
        return self._session(lambda v1: v1.checkout.sessions.retrieve(session_ref, {"expand": WITH_INTENT}))

    def fetch_intent(self, intent_ref: str) -> Snapshot:
        """The intent with its charge."""
        found = self._call(lambda v1: v1.payment_intents.retrieve(intent_ref, {"expand": ["latest_charge"]}))
        return believable(snapshots.of_intent, found)

    def find(self, attempt: UUID, *, customer_ref: str, since: datetime) -> Snapshot | None:
        """By the customer's sessions, never by `search`, which is indexed late."""
        asked = {"customer": customer_ref, "created": {"gte": int(since.timestamp())}, "limit": 100}
        with classified():
            for session in self._v1.checkout.sessions.list(asked).auto_paging_iter():
                if session.client_reference_id == str(attempt):
                    return self.fetch(session.id)
        return None

    def _session(self, call: Callable[[Any], Any]) -> Snapshot:
        return believable(snapshots.of_session, self._call(call))
