"""Payments on a hosted page, and with a saved method."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import stripe

from portico.adapters.stripe import snapshots
from portico.adapters.stripe.calls import Body, Calls, believable
from portico.adapters.stripe.failures import classified
from portico.domain.billing.enums import MethodKind
from portico.domain.billing.ports import Charge, Checkout, Payer, Refused, Snapshot
from portico.kernel import ids

WITH_INTENT = ["payment_intent.latest_charge"]
WITH_CHARGE = ["latest_charge"]
TYPES = {MethodKind.CARD: "card", MethodKind.ACH: "us_bank_account"}


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
            **allowed(checkout.kind),
            **_saving(checkout),
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
        found = self._call(lambda v1: v1.payment_intents.retrieve(intent_ref, {"expand": WITH_CHARGE}))
        return believable(snapshots.of_intent, found)

    def find(self, attempt: UUID, *, customer_ref: str, since: datetime) -> Snapshot | None:
        """By the customer's sessions, never by `search`, which is indexed late."""
        asked = {"customer": customer_ref, "created": {"gte": int(since.timestamp())}, "limit": 100}
        with classified():
            for session in self._v1.checkout.sessions.list(asked).auto_paging_iter():
                if session.client_reference_id == str(attempt):
                    return self.fetch(session.id)
        return None

    def charge_body(self, charge: Charge) -> Body:
        """The parameters of an intent that is confirmed as it is made, while its payer is there."""
        mandate = {"mandate": charge.mandate_ref} if charge.mandate_ref else {}
        return {
            "amount": charge.amount_minor,
            "currency": charge.currency.lower(),
            "customer": charge.customer_ref,
            "payment_method": charge.method_ref,
            "allowed_payment_method_types": [TYPES[charge.kind]],
            "confirm": True,
            "description": charge.label[:500],
            "metadata": {"attempt": str(charge.attempt), "kind": snapshots.SAVED},
            "return_url": charge.return_url,
            **mandate,
        }

    def charge(self, body: Mapping[str, Any], *, key: str) -> Snapshot:
        """Create and confirm the intent under our own key. A decline comes as an error that carries its intent."""
        wanted = {**body, "expand": WITH_CHARGE}
        with classified():
            try:
                made: Body = self._v1.payment_intents.create(wanted, {"idempotency_key": key}).to_dict()
            except (stripe.CardError, stripe.InvalidRequestError) as error:
                found = _intent_in(error)
                if found is None:
                    raise
                made = found
        return believable(snapshots.of_intent, made)

    def cancel(self, intent_ref: str) -> Snapshot:
        """Cancel the intent; one that is over, or on its way, is fetched instead."""
        try:
            self._call(lambda v1: v1.payment_intents.cancel(intent_ref))
        except Refused as refused:
            if refused.is_account:
                raise
        return self.fetch_intent(intent_ref)

    def find_charge(self, attempt: UUID, *, customer_ref: str, since: datetime) -> Snapshot | None:
        """By the customer's intents, never by `search`, which is indexed late."""
        asked = {"customer": customer_ref, "created": {"gte": int(since.timestamp())}, "limit": 100}
        with classified():
            for intent in self._v1.payment_intents.list(asked).auto_paging_iter():
                if intent.metadata.to_dict().get("attempt") == str(attempt):
                    return self.fetch_intent(intent.id)
        return None

    def _session(self, call: Callable[[Any], Any]) -> Snapshot:
        return believable(snapshots.of_session, self._call(call))


def allowed(kind: MethodKind) -> Body:
    """One kind on a page: what is shown before it, and what it says of the time it takes, is then right."""
    if kind == MethodKind.ACH:
        options = {"us_bank_account": {"verification_method": "automatic"}}
        return {"allowed_payment_method_types": [TYPES[kind]], "payment_method_options": options}
    return {"allowed_payment_method_types": [TYPES[kind]]}


def _saving(checkout: Checkout) -> Body:
    """Whether the page has a tick for saving the method; without it nothing is saved."""
    return {"saved_payment_method_options": {"payment_method_save": "enabled"}} if checkout.may_save else {}


def _intent_in(error: stripe.StripeError) -> Body | None:
    """The intent that a declined charge has made; none where nothing was made."""
    found = getattr(error.error, "payment_intent", None) if error.error is not None else None
    told: Body | None = found.to_dict() if isinstance(found, stripe.StripeObject) else found
    return told if told and told.get("id") else None
