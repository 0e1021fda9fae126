"""How Stripe is reached. The library is loaded with the first account that is opened: it takes 10 MiB."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import stripe

    from portico.adapters.stripe.gateway import StripeGateway

HOSTED = ("https://checkout.stripe.com", "https://hooks.stripe.com")
TIMEOUT = (3.0, 20.0)
RETRIES = 2


class Stripe:
    """How Stripe is reached; without `api_base` at the library's own address."""

    def __init__(self, *, api_base: str = "", timeout: tuple[float, float] = TIMEOUT, retries: int = RETRIES) -> None:
        self.api_base = api_base.rstrip("/")
        self._timeout = timeout
        self._retries = retries

    @property
    def is_sandbox(self) -> bool:
        return bool(self.api_base)

    def open(self, secret_key: str) -> StripeGateway:
        """The gateway as one account sees it."""
        from portico.adapters.stripe.gateway import StripeGateway

        return StripeGateway(self.client(secret_key))

    def client(self, secret_key: str) -> stripe.StripeClient:
        """The library's client for one account."""
        import stripe

        elsewhere: Any = {"base_addresses": {"api": self.api_base}} if self.api_base else {}
        http = stripe.RequestsClient(timeout=self._timeout)
        return stripe.StripeClient(secret_key, http_client=http, max_network_retries=self._retries, **elsewhere)

    def hosted_origins(self) -> tuple[str, ...]:
        """The origins of the hosted pages."""
        if not self.api_base:
            return HOSTED
        parts = urlsplit(self.api_base)
        return (f"{parts.scheme}://{parts.netloc}",)
