"""What billing needs from a payment gateway; config wires an adapter in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from portico.domain.billing.enums import (
    AttemptState,
    DisputeState,
    MethodKind,
    MethodState,
    MovementKind,
    RefundState,
    SetupState,
)


class Unknown(Exception):
    """No answer, or none that can be believed: it may have happened or not. Never a failure."""


class Refused(Exception):
    """A definite no: nothing happened. `code` is the gateway's."""

    def __init__(self, code: str, message: str = "", *, is_account: bool = False) -> None:
        super().__init__(f"{code}: {message}" if message else code)
        self.code = code
        self.is_account = is_account


class NotAPayment(Exception):
    """The page that was asked for charges nothing: it adds a method."""


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
    """One try to pay on a hosted page; with `may_save` the page asks whether to save the method."""

    attempt: UUID
    customer_ref: str
    lines: tuple[Line, ...]
    currency: str
    success_url: str
    cancel_url: str
    expires_at: datetime
    kind: MethodKind = MethodKind.CARD
    may_save: bool = False


@dataclass(frozen=True, slots=True)
class Charge:
    """One try to pay with a saved method, while its owner is there. `return_url` is where 3-D Secure leads back to."""

    attempt: UUID
    customer_ref: str
    method_ref: str
    kind: MethodKind
    mandate_ref: str
    amount_minor: int
    currency: str
    return_url: str
    label: str


@dataclass(frozen=True, slots=True)
class Setup:
    """One visit to the hosted page to add a method."""

    setup: UUID
    customer_ref: str
    kind: MethodKind
    currency: str
    success_url: str
    cancel_url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class SetupSnapshot:
    """How such a visit stands. `verify_url` is where the small amounts of a bank account are entered."""

    state: SetupState
    session_ref: str
    setup: UUID | None
    url: str = ""
    method_ref: str | None = None
    mandate_ref: str = ""
    verify_url: str = ""
    failure_code: str = ""


@dataclass(frozen=True, slots=True)
class MandateSnapshot:
    """The permission to debit a saved bank account; without it the account cannot be used."""

    ref: str
    method_ref: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class MethodSnapshot:
    """A saved card or bank account. `brand` is the network or the bank; month and year of expiry are the card's."""

    ref: str
    kind: MethodKind
    state: MethodState
    brand: str
    last4: str
    fingerprint: str = ""
    exp_month: int | None = None
    exp_year: int | None = None
    mandate_ref: str = ""


@dataclass(frozen=True, slots=True)
class RefundWanted:
    """Money to give back to the method that it came from."""

    refund: UUID
    intent_ref: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class RefundSnapshot:
    """What the gateway says about a refund; `refund` is ours, None for one that was made at the gateway itself."""

    state: RefundState
    ref: str
    refund: UUID | None
    intent_ref: str | None
    amount_minor: int
    currency: str
    created_at: datetime
    failure_code: str = ""


@dataclass(frozen=True, slots=True)
class DisputeSnapshot:
    """What the gateway says about money that the bank asks back."""

    state: DisputeState
    ref: str
    intent_ref: str | None
    amount_minor: int
    currency: str
    reason: str
    opened_at: datetime
    evidence_due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Movement:
    """Cash that moved at the gateway, signed: in +, out −. `object_ref` is the charge, refund or dispute."""

    ref: str
    kind: MovementKind
    object_ref: str
    intent_ref: str | None
    amount_minor: int
    currency: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What a key opens, told when it is entered. `ref` is the same for every key of one account."""

    ref: str
    name: str
    is_live: bool
    takes_cards: bool
    takes_ach: bool


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the gateway says about one attempt, now. `state` SENT means that the hosted page is open.

    `url` is that page, or where the bank of a saved card asks its holder; `brand` is the network or the bank.
    """

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
    kind: MethodKind | None = None
    brand: str = ""
    last4: str = ""
    failure_code: str = ""
    verify_url: str = ""
    mandate_ref: str = ""
    method_ref: str | None = None


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
        """How a hosted page stands; NotAPayment for one that adds a method."""

    def fetch_intent(self, intent_ref: str) -> Snapshot:
        """How a payment stands, by the gateway's own name of it."""

    def find(self, attempt: UUID, *, customer_ref: str, since: datetime) -> Snapshot | None:
        """The hosted page of an attempt whose answer was lost; None when there is none."""

    def charge_body(self, charge: Charge) -> dict[str, Any]:
        """What charge will send, to be stored before it is sent."""

    def charge(self, body: Mapping[str, Any], *, key: str) -> Snapshot:
        """Charge a saved method; a decline is a snapshot that failed. The same key and body charge once."""

    def cancel(self, intent_ref: str) -> Snapshot:
        """End a payment that is not decided, and say how it ended: it may have been paid already."""

    def find_charge(self, attempt: UUID, *, customer_ref: str, since: datetime) -> Snapshot | None:
        """The charge of an attempt whose answer was lost; None when there is none."""

    def setup_body(self, setup: Setup) -> dict[str, Any]:
        """What start_setup will send, to be stored before it is sent."""

    def start_setup(self, body: Mapping[str, Any], *, key: str) -> SetupSnapshot:
        """Open a hosted page that adds a method; the same key and body open the same one."""

    def fetch_setup(self, session_ref: str) -> SetupSnapshot:
        """How a visit to add a method stands."""

    def fetch_setup_intent(self, intent_ref: str) -> SetupSnapshot:
        """The same by what the page made, when news is of that."""

    def expire_setup(self, session_ref: str) -> SetupSnapshot:
        """Close such a page, and say how it ended."""

    def methods(self, customer_ref: str) -> list[MethodSnapshot]:
        """What the customer has saved."""

    def method(self, method_ref: str) -> tuple[MethodSnapshot, str | None]:
        """One method, and the customer it is saved for; none once it is detached."""

    def mandate(self, mandate_ref: str) -> MandateSnapshot:
        """The permission to debit a bank account."""

    def detach(self, method_ref: str) -> None:
        """Forget a method; one that is forgotten already is fine."""

    def refund_body(self, wanted: RefundWanted) -> dict[str, Any]:
        """What refund will send, to be stored before it is sent."""

    def refund(self, body: Mapping[str, Any], *, key: str) -> RefundSnapshot:
        """Give money back; the same key and body give it once."""

    def fetch_refund(self, refund_ref: str) -> RefundSnapshot:
        """How a refund stands."""

    def refunds_of(self, intent_ref: str) -> list[RefundSnapshot]:
        """Every refund of a payment, also those made at the gateway itself."""

    def intent_of_charge(self, charge_ref: str) -> str | None:
        """The payment that a charge belongs to."""

    def fetch_dispute(self, dispute_ref: str) -> DisputeSnapshot:
        """How a dispute stands."""

    def movements_since(self, moment: datetime) -> Iterator[Movement]:
        """All cash that moved, oldest first."""

    def facts(self) -> AccountFacts:
        """What the account is; Refused for a key that opens nothing."""

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
