"""Disputes, cash that moved, and what the account is."""

from __future__ import annotations

from portico.adapters.stripe.calls import Calls


class Movements(Calls):
    """Disputes, cash that moved, and what the account is."""
