"""Saved cards and bank accounts, and the hosted page that adds one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portico.adapters.stripe import method_snapshots
from portico.adapters.stripe.calls import Body, Calls, believable
from portico.adapters.stripe.charges import allowed
from portico.adapters.stripe.failures import classified
from portico.domain.billing.ports import MandateSnapshot, MethodSnapshot, Refused, Setup, SetupSnapshot

WITH_SETUP = ["setup_intent"]


class Methods(Calls):
    """PaymentMethods, mandates, and Checkout Sessions in setup mode."""

    def setup_body(self, setup: Setup) -> Body:
        """The parameters of a session that saves a method and charges nothing."""
        return {
            "mode": "setup",
            **allowed(setup.kind),
            "currency": setup.currency.lower(),
            "customer": setup.customer_ref,
            "client_reference_id": str(setup.setup),
            "setup_intent_data": {"metadata": {"setup": str(setup.setup)}},
            "success_url": setup.success_url,
            "cancel_url": setup.cancel_url,
            "expires_at": int(setup.expires_at.timestamp()),
        }

    def start_setup(self, body: Mapping[str, Any], *, key: str) -> SetupSnapshot:
        """Create the session under our own key."""
        wanted = {**body, "expand": WITH_SETUP}
        made = self._call(lambda v1: v1.checkout.sessions.create(wanted, {"idempotency_key": key}))
        return believable(method_snapshots.of_setup_session, made)

    def fetch_setup(self, session_ref: str) -> SetupSnapshot:
        """The session with its SetupIntent."""
        found = self._call(lambda v1: v1.checkout.sessions.retrieve(session_ref, {"expand": WITH_SETUP}))
        return believable(method_snapshots.of_setup_session, found)

    def fetch_setup_intent(self, intent_ref: str) -> SetupSnapshot:
        """The SetupIntent alone, when news is of it."""
        found = self._call(lambda v1: v1.setup_intents.retrieve(intent_ref))
        return believable(method_snapshots.of_setup_intent, found)

    def expire_setup(self, session_ref: str) -> SetupSnapshot:
        """End an open session; one that is over already is fetched instead."""
        try:
            self._call(lambda v1: v1.checkout.sessions.expire(session_ref))
        except Refused as refused:
            if refused.is_account:
                raise
        return self.fetch_setup(session_ref)

    def methods(self, customer_ref: str) -> list[MethodSnapshot]:
        """All cards and bank accounts that hang on the customer."""
        with classified():
            every = self._v1.payment_methods.list({"customer": customer_ref, "limit": 100}).auto_paging_iter()
            found = [method.to_dict() for method in every]
        return [believable(method_snapshots.of_method, one) for one in found if method_snapshots.is_ours(one)]

    def method(self, method_ref: str) -> tuple[MethodSnapshot, str | None]:
        """One method and its customer."""
        found = self._call(lambda v1: v1.payment_methods.retrieve(method_ref))
        return believable(method_snapshots.of_method, found), found.get("customer")

    def mandate(self, mandate_ref: str) -> MandateSnapshot:
        """The payer's permission to debit a bank account."""
        found = self._call(lambda v1: v1.mandates.retrieve(mandate_ref))
        return believable(method_snapshots.of_mandate, found)

    def detach(self, method_ref: str) -> None:
        """Detach it; one that hangs on nobody, or is not there at all, is gone already."""
        try:
            self._call(lambda v1: v1.payment_methods.detach(method_ref))
        except Refused as refused:
            if refused.is_account or self._hangs_on_somebody(method_ref):
                raise

    def _hangs_on_somebody(self, method_ref: str) -> bool:
        try:
            return self.method(method_ref)[1] is not None
        except Refused as refused:
            if refused.code != "resource_missing":
                raise
            return False
