"""Where the gateway's cash and our books differ; found from the rows, told by comparison.py."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, F, Q, Sum
from django.utils.translation import gettext as _

from portico.domain.billing.enums import REFUND_VAIN, DisputeState, EntryKind, MovementKind, RefundState
from portico.domain.billing.models import Dispute, GatewayMovement, LedgerEntry, Payment, PaymentAttempt, Refund
from portico.domain.billing.operations import posting
from portico.foundation.tenancy.scope import reading
from portico.kernel import formats

NOT_IN_BOOKS, NOT_AT_GATEWAY, AMOUNT, TWICE = "not_in_books", "not_at_gateway", "amount", "charged_twice"
KINDS = frozenset({NOT_IN_BOOKS, NOT_AT_GATEWAY, AMOUNT, TWICE})
HELD = (DisputeState.OPEN, DisputeState.UNDER_REVIEW, DisputeState.LOST)


@dataclass(frozen=True, slots=True)
class Difference:
    """One of them. `movement` is the gateway's name of the cash movement, empty where there is none."""

    kind: str
    ref: str
    payment: UUID | None
    amount_minor: int
    note: str
    movement: str = ""

    @property
    def subject(self) -> str:
        return f"{self.kind}:{self.ref}"


@dataclass(frozen=True, slots=True)
class Ours:
    """Cash that our books know: what the gateway must know too."""

    kind: MovementKind
    ref: str
    payment: UUID
    amount_minor: int


@reading
def our_cash(*, account_id: int, before: datetime) -> list[Ours]:
    """Charges by intent, refunds and disputes by their own names, that were entered before a moment."""
    entered = LedgerEntry.objects.filter(kind=EntryKind.PAYMENT_IN, source_type=posting.SOURCE, at__lt=before)
    intents = PaymentAttempt.objects.filter(account_id=account_id, intent_ref__isnull=False).values("intent_ref")
    charges = entered.filter(source_ref__in=intents).values_list("source_ref", "payment__public_id", "amount_minor")
    sent = Refund.objects.filter(account_id=account_id, state=RefundState.SUCCEEDED, succeeded_at__lt=before)
    refunds = sent.filter(ref__isnull=False).values_list("ref", "payment__public_id", "amount_minor")
    held = Dispute.objects.filter(account_id=account_id, state__in=HELD, opened_at__lt=before)
    disputes = held.values_list("ref", "payment__public_id", "amount_minor")
    return [
        *(Ours(MovementKind.CHARGE, *row) for row in charges),
        *(Ours(MovementKind.REFUND, ref or "", payment, amount) for ref, payment, amount in refunds),
        *(Ours(MovementKind.DISPUTE, *row) for row in disputes),
    ]


@reading
def find(*, account_id: int, refs: Iterable[str], ours: Iterable[Ours]) -> list[Difference]:
    """Every difference: in the movements named or told before, in our books, and payments that were charged twice."""
    mirror = GatewayMovement.objects.filter(account_id=account_id)
    rows = mirror.filter(Q(ref__in=list(refs)) | ~Q(difference="")).select_related("payment").order_by("at", "pk")
    there = [found for row in rows if (found := of_movement(row)) is not None]
    return [*there, *_not_at_gateway(account_id, ours), *_charged_twice(account_id)]


def of_movement(row: GatewayMovement) -> Difference | None:
    """How a movement of the gateway differs from our books; None when it does not."""
    kind = MovementKind(row.kind)
    known = _known(row, kind)
    if known is None:
        words = _("At the payment provider, not in these books: %(amount)s.")
        return _difference(NOT_IN_BOOKS, row, words % {"amount": formats.money(row.amount_minor, row.currency)})
    if known != (row.amount_minor, row.currency):
        words = _("The payment provider says %(theirs)s, these books say %(ours)s.")
        told = {"theirs": formats.money(row.amount_minor, row.currency), "ours": formats.money(*known)}
        return _difference(AMOUNT, row, words % told)
    return None


def _known(row: GatewayMovement, kind: MovementKind) -> tuple[int, str] | None:
    """What our books say about it, signed as the movement is."""
    if kind == MovementKind.CHARGE:
        entries = LedgerEntry.objects.filter(
            kind=EntryKind.PAYMENT_IN, source_type=posting.SOURCE, source_ref=row.intent_ref
        )
        return entries.values_list("amount_minor", "currency").first() if row.intent_ref else None
    if kind in (MovementKind.REFUND, MovementKind.REFUND_BACK):
        refunds = Refund.objects.filter(account_id=row.account_id, ref=row.object_ref)
        is_back = kind == MovementKind.REFUND_BACK
        if is_back:
            refunds = refunds.filter(state__in=REFUND_VAIN)
        return _signed(refunds.values_list("amount_minor", "currency").first(), 1 if is_back else -1)
    disputes = Dispute.objects.filter(account_id=row.account_id, ref=row.object_ref)
    is_back = kind == MovementKind.DISPUTE_BACK
    if is_back:
        disputes = disputes.filter(state=DisputeState.WON)
    return _signed(disputes.values_list("amount_minor", "currency").first(), 1 if is_back else -1)


def _signed(found: tuple[int, str] | None, sign: int) -> tuple[int, str] | None:
    return (found[0] * sign, found[1]) if found else None


def _difference(kind: str, row: GatewayMovement, note: str) -> Difference:
    payment = row.payment.public_id if row.payment else None
    return Difference(kind, row.object_ref, payment, row.amount_minor, note, row.ref)


def _not_at_gateway(account_id: int, ours: Iterable[Ours]) -> list[Difference]:
    mirror = GatewayMovement.objects.filter(account_id=account_id)
    charges = set(mirror.filter(kind=MovementKind.CHARGE).values_list("intent_ref", flat=True))
    others = set(mirror.exclude(kind=MovementKind.CHARGE).values_list("object_ref", flat=True))
    missing = [one for one in ours if one.ref not in (charges if one.kind == MovementKind.CHARGE else others)]
    note = _("In these books, not at the payment provider.")
    return [Difference(NOT_AT_GATEWAY, one.ref, one.payment, one.amount_minor, note) for one in missing]


def _charged_twice(account_id: int) -> list[Difference]:
    """Payments that several of the gateway's succeeded for, while more is kept than was to be paid."""
    rows = Payment.objects.filter(attempts__account_id=account_id, attempts__state="succeeded").annotate(
        successes=Count("attempts", distinct=True)
    )
    twice = rows.filter(
        successes__gt=1, received_minor__gt=F("amount_minor") + F("refunded_minor") + F("disputed_minor")
    )
    return [
        Difference(TWICE, str(row.public_id), row.public_id, row.received_minor - row.amount_minor, _("Charged twice."))
        for row in twice.order_by("pk")
    ]


@reading
def totals(*, account_id: int) -> tuple[dict[str, int], dict[str, int]]:
    """Cash by currency: as the mirror of the gateway has it, and as our books have it."""
    mirror = GatewayMovement.objects.filter(account_id=account_id).values_list("currency")
    gateway = dict(mirror.annotate(Sum("amount_minor")).order_by())
    ledger: Counter[str] = Counter()
    intents = PaymentAttempt.objects.filter(account_id=account_id, intent_ref__isnull=False).values("intent_ref")
    entered = LedgerEntry.objects.filter(kind=EntryKind.PAYMENT_IN, source_type=posting.SOURCE, source_ref__in=intents)
    back = Refund.objects.filter(account_id=account_id, ref__isnull=False).exclude(state__in=REFUND_VAIN)
    held = Dispute.objects.filter(account_id=account_id, state__in=HELD)
    for rows, sign in ((entered, 1), (back, -1), (held, -1)):
        for currency, amount in rows.values_list("currency").annotate(Sum("amount_minor")).order_by():
            ledger[currency] += sign * amount
    return gateway, dict(ledger)
