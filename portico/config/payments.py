"""Which way payments go, and which settings about them nobody can mean."""

from django.conf import settings

from portico.adapters.stripe.kind import Stripe
from portico.config import env
from portico.domain.billing import ports

STRIPE, SANDBOX = "stripe", "sandbox"


def wire() -> None:
    """Name the adapter. With an API base it is the bundled sandbox, without one Stripe; nothing else differs."""
    _refuse_nonsense()
    ports.GATEWAYS.clear()
    if settings.STRIPE_API_BASE:
        ports.GATEWAYS[SANDBOX] = Stripe(api_base=settings.STRIPE_API_BASE)
    else:
        ports.GATEWAYS[STRIPE] = Stripe()


def _refuse_nonsense() -> None:
    key, base = settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE
    if base and "_live_" in key:
        raise env.BadSetting("STRIPE_SECRET_KEY is a live key and STRIPE_API_BASE leads elsewhere: unset one of them.")
    if base and not settings.PORTICO_ALLOW_SANDBOX:
        raise env.BadSetting("STRIPE_API_BASE is for trying things out; set PORTICO_ALLOW_SANDBOX=1 if you mean it.")
    if key and not base and not settings.STRIPE_WEBHOOK_SECRET:
        raise env.BadSetting("STRIPE_SECRET_KEY needs STRIPE_WEBHOOK_SECRET beside it, or no webhook can be believed.")
