"""Saved cards and bank accounts, and the hosted page that adds one."""

from __future__ import annotations

from portico.adapters.stripe.calls import Calls


class Methods(Calls):
    """Saved cards and bank accounts, and the hosted page that adds one."""
