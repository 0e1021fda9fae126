"""Webhooks and events: what Stripe tells by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import stripe

from portico.adapters.stripe import snapshots
from portico.adapters.stripe.calls import Body, Calls, believable
from portico.adapters.stripe.failures import classified
from portico.domain.billing.ports import Event, Forged

TOLERANCE = 300
TYPES_AT_ONCE = 20
KINDS_AT_ONCE = 20
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
    "payment_method.attached",
    "payment_method.detached",
    "payment_method.automatically_updated",
    "payment_method.updated",
    "mandate.updated",
    "setup_intent.succeeded",
    "setup_intent.setup_failed",
    "charge.refunded",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
    "refund.created",
    "refund.updated",
    "refund.failed",
)


class News(Calls):
    """The account's events, however they reach us."""

    def parse_webhook(self, raw: bytes, signature: str, *, secrets: Sequence[str]) -> Event:
        """Verify the signature with any of the secrets; an empty secret never fits."""
        for secret in filter(None, secrets):
            try:
                event = self._client.construct_event(raw, signature, secret, TOLERANCE)
            except (stripe.SignatureVerificationError, UnicodeDecodeError):
                continue
            except ValueError as error:
                raise Forged("signed, but no event") from error
            return believable(snapshots.of_event, event.to_dict())
        raise Forged("no secret of ours fits")

    def events_since(self, moment: datetime) -> Iterator[Event]:
        """The account's events of the kinds we act on. Stripe takes only so many kinds at once."""
        found = [event for kinds in _parted(EVENTS) for event in self._events(moment, kinds)]
        found.sort(key=lambda event: int(event["created"]))
        return iter([believable(snapshots.of_event, event) for event in found])

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

    def _events(self, moment: datetime, kinds: Sequence[str]) -> list[Body]:
        """Oldest first."""
        asked = {"created": {"gte": int(moment.timestamp())}, "types": list(kinds), "limit": 100}
        with classified():
            return [event.to_dict() for event in self._v1.events.list(asked).auto_paging_iter()][::-1]

    def _endpoints(self, url: str) -> list[str]:
        with classified():
            every = self._v1.webhook_endpoints.list({"limit": 100}).auto_paging_iter()
            return [endpoint.id for endpoint in every if endpoint.url == url]


def _parted(kinds: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(kinds), KINDS_AT_ONCE):
        yield kinds[start : start + KINDS_AT_ONCE]
