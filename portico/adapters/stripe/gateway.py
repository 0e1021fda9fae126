"""StripeGateway: the official library against Stripe, or against the bundled sandbox when an API base is set."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit
from uuid import UUID

import stripe

from portico.adapters.stripe import snapshots
from portico.adapters.stripe.failures import classified
from portico.domain.billing.ports import Checkout, Event, Forged, Payer, Refused, Snapshot, Unknown
from portico.kernel import ids

HOSTED = ("https://checkout.stripe.com", "https://hooks.stripe.com")
TIMEOUT = (3.0, 20.0)
TOLERANCE = 300
RETRIES = 2
WITH_INTENT = ["payment_intent.latest_charge"]
EVENTS = (
    "payment_intent.succeeded",
    "payment_intent.processing",
    "payment_intent.payment_failed",
    "payment_intent.canceled",
    "payment_intent.requires_action",
    "checkout.session.completed",
    "checkout.session.expired",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
)

T = TypeVar("T")
Body = dict[str, Any]


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
        return StripeGateway(self.client(secret_key))

    def client(self, secret_key: str) -> stripe.StripeClient:
        """The library's client for one account."""
        elsewhere: Any = {"base_addresses": {"api": self.api_base}} if self.api_base else {}
        http = stripe.RequestsClient(timeout=self._timeout)
        return stripe.StripeClient(secret_key, http_client=http, max_network_retries=self._retries, **elsewhere)

    def hosted_origins(self) -> tuple[str, ...]:
        """The origins of the hosted pages."""
        if not self.api_base:
            return HOSTED
        parts = urlsplit(self.api_base)
        return (f"{parts.scheme}://{parts.netloc}",)


class StripeGateway:
    """One account. Implements billing.ports.Gateway."""

    def __init__(self, client: stripe.StripeClient) -> None:
        self._client = client

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
        return _believable(snapshots.of_intent, found)

    def find(self, attempt: UUID, *, customer_ref: str, since: datetime) -> Snapshot | None:
        """By the customer's sessions, never by `search`, which is indexed late."""
        asked = {"customer": customer_ref, "created": {"gte": int(since.timestamp())}, "limit": 100}
        with classified():
            for session in self._v1.checkout.sessions.list(asked).auto_paging_iter():
                if session.client_reference_id == str(attempt):
                    return self.fetch(session.id)
        return None

    def parse_webhook(self, raw: bytes, signature: str, *, secrets: Sequence[str]) -> Event:
        """Verify the signature with any of the secrets; an empty secret never fits."""
        for secret in filter(None, secrets):
            try:
                event = self._client.construct_event(raw, signature, secret, TOLERANCE)
            except (stripe.SignatureVerificationError, UnicodeDecodeError):
                continue
            except ValueError as error:
                raise Forged("signed, but no event") from error
            return _believable(snapshots.of_event, event.to_dict())
        raise Forged("no secret of ours fits")

    def events_since(self, moment: datetime) -> Iterator[Event]:
        """The account's events of the kinds we act on."""
        asked = {"created": {"gte": int(moment.timestamp())}, "types": list(EVENTS), "limit": 100}
        with classified():
            found = [event.to_dict() for event in self._v1.events.list(asked).auto_paging_iter()]
        return iter([_believable(snapshots.of_event, event) for event in reversed(found)])

    def has_webhook(self, url: str) -> bool:
        """Whether an endpoint of this address stands at the account."""
        return bool(self._endpoints(url))

    def register_webhook(self, url: str) -> str:
        """One endpoint for this address; the secret is told only now."""
        with classified():
            for older in self._endpoints(url):
                self._v1.webhook_endpoints.delete(older)
        wanted = {"url": url, "enabled_events": list(EVENTS)}
        return str(self._call(lambda v1: v1.webhook_endpoints.create(wanted))["secret"])

    def _endpoints(self, url: str) -> list[str]:
        with classified():
            every = self._v1.webhook_endpoints.list({"limit": 100}).auto_paging_iter()
            return [endpoint.id for endpoint in every if endpoint.url == url]

    @property
    def _v1(self) -> Any:
        return cast("Any", self._client.v1)  # the parameters are plain dictionaries, checked by the sandbox

    def _session(self, call: Callable[[Any], Any]) -> Snapshot:
        return _believable(snapshots.of_session, self._call(call))

    def _call(self, call: Callable[[Any], Any]) -> Body:
        with classified():
            found: Body = call(self._v1).to_dict()
        return found


def _believable(read: Callable[[Body], T], body: Body) -> T:
    """What an answer says, or Unknown when it lacks what Stripe always sends."""
    try:
        return read(body)
    except (KeyError, TypeError, AttributeError) as error:
        raise Unknown(f"an answer that cannot be read: {type(error).__name__}") from error
