"""StripeGateway: the official library against Stripe, or against the bundled sandbox when an API base is set."""

from __future__ import annotations

from portico.adapters.stripe.charges import Charges
from portico.adapters.stripe.methods import Methods
from portico.adapters.stripe.movements import Movements
from portico.adapters.stripe.news import News
from portico.adapters.stripe.refunds import Refunds


class StripeGateway(Charges, Methods, Refunds, Movements, News):
    """One account. Implements billing.ports.Gateway."""
