"""Money given back."""

from __future__ import annotations

from portico.adapters.stripe.calls import Calls


class Refunds(Calls):
    """Money given back."""
