"""What billing needs from a payment gateway; config wires an adapter in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from portico.domain.billing.enums import AttemptState


class Unknown(Exception):
    """No answer, or none that can be believed: it may have happened or not. Never a failure."""


class Refused(Exception):
    """A definite no: nothing happened. `code` is the gateway's."""

    def __init__(self, code: str, message: str = "", *, is_account: bool = False) -> None:
        super().__init__(f"{code}: {message}" if message else code)
        self.code = code
        self.is_account = is_account


class Forged(Exception):
    """A webhook that nobody with our secret has signed."""


@dataclass(frozen=True, slots=True)
class Payer:
    """The customer as the gateway gets to know it: one person or firm that pays."""

    public_id: UUID
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Line:
    """One invoice on the hosted page."""

    name: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Checkout:
    """One try to pay on a hosted page."""

    attempt: UUID
    customer_ref: str
    lines: tuple[Line, ...]
    currency: str
    success_url: str
    cancel_url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the gateway says about one attempt, now. `state` SENT means that the hosted page is open."""

    state: AttemptState
    amount_minor: int
    received_minor: int
    currency: str
    is_live: bool
    attempt: UUID | None
    session_ref: str | None = None
    intent_ref: str | None = None
    url: str = ""
    expires_at: datetime | None = None
    card_brand: str = ""
    last4: str = ""
    failure_code: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """News about an object: `kind` is its type, such as payment_intent or checkout.session."""

    event_id: str
    type: str
    kind: str
    object_ref: str
    is_live: bool


class Gateway(Protocol):
    """One account at the gateway. Every call may raise Unknown or Refused."""

    def ensure_customer(self, payer: Payer) -> str:
        """The gateway's name of this payer, made if need be."""

    def checkout_body(self, checkout: Checkout) -> dict[str, Any]:
        """What start_checkout will send, to be stored before it is sent."""

    def start_checkout(self, body: Mapping[str, Any], *, key: str) -> Snapshot:
        """Open a hosted page; the same key and body open the same one."""

    def expire(self, session_ref: str) -> Snapshot:
        """Close a hosted page, and say how it ended: it may have been paid already."""

    def fetch(self, session_ref: str) -> Snapshot:
        """How a hosted page stands."""

    def fetch_intent(self, intent_ref: str) -> Snapshot:
        """How a payment stands, by the gateway's own name of it."""

    def find(self, attempt: UUID, *, customer_ref: str, since: datetime) -> Snapshot | None:
        """The hosted page of an attempt whose answer was lost; None when there is none."""

    def parse_webhook(self, raw: bytes, signature: str, *, secrets: Sequence[str]) -> Event:
        """The event in a webhook, or Forged."""

    def events_since(self, moment: datetime) -> Iterator[Event]:
        """Everything that happened, oldest first, to find what no webhook told."""

    def has_webhook(self, url: str) -> bool:
        """Whether the account already tells this address."""

    def register_webhook(self, url: str) -> str:
        """Have the account's events told to this address; its secret. Older ones of the same address end."""


class GatewayKind(Protocol):
    """A way to reach a gateway; opens accounts by their secret key."""

    def open(self, secret_key: str) -> Gateway:
        """The gateway as this account sees it."""

    def hosted_origins(self) -> tuple[str, ...]:
        """Where a pay form may lead: for the page's form-action."""

    @property
    def is_sandbox(self) -> bool:
        """Whether no money moves, whatever the key."""


GATEWAYS: dict[str, GatewayKind] = {}
