"""Money that came in, put on the invoices it was meant for; what does not fit becomes the customer's credit."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date

from portico.domain.billing.enums import AllocationState, AttemptState, EntryKind, InvoiceState
from portico.domain.billing.models import Allocation, Invoice, LedgerEntry, Payment
from portico.domain.billing.operations import locking
from portico.domain.billing.ports import Snapshot
from portico.kernel import clock

SOURCE = "intent"
LETTERS = "ABCDEFGHJKLMNPQRSTVWXYZ23456789"  # no look-alikes


def is_new_money(snapshot: Snapshot) -> bool:
    """Whether the gateway has money of this intent that our ledger does not know."""
    if snapshot.state != AttemptState.SUCCEEDED or snapshot.intent_ref is None:
        return False
    return not LedgerEntry.objects.filter(
        source_type=SOURCE, source_ref=snapshot.intent_ref, kind=EntryKind.PAYMENT_IN
    ).exists()


def post(payment: Payment, snapshot: Snapshot) -> int:
    """Enter the money and put it on the payment's invoices; the surplus. The payment is locked and not yet saved."""
    left = snapshot.received_minor
    allocations = list(
        Allocation.objects.filter(payment=payment, state__in=[AllocationState.RESERVED, AllocationState.RELEASED])
    )
    invoices = locking.lock_invoices(allocation.invoice_id for allocation in allocations)
    _enter(payment, snapshot, EntryKind.PAYMENT_IN, snapshot.received_minor, invoice=None)
    zone = zone_of(payment, invoices)
    for allocation in sorted(allocations, key=lambda one: (invoices[one.invoice_id].due_on, one.invoice_id)):
        fits = _put(allocation, invoices[allocation.invoice_id], left, on=clock.today(zone))
        if fits:
            _enter(payment, snapshot, EntryKind.ALLOCATE, -fits, invoice=invoices[allocation.invoice_id])
        left -= fits
    _note_on(payment, snapshot, on=clock.today(zone))
    return left


def _put(allocation: Allocation, invoice: Invoice, left: int, *, on: date) -> int:
    """How much of the allocation fits on its invoice now; after a late success that may be less than was held."""
    if allocation.state == AllocationState.RESERVED:
        invoice.reserved_minor -= allocation.amount_minor
    room = max(0, invoice.total_minor - invoice.paid_minor - invoice.reserved_minor)
    fits = min(allocation.amount_minor, room, left) if invoice.state == InvoiceState.ISSUED else 0
    invoice.paid_minor += fits
    invoice.is_settled = invoice.paid_minor == invoice.total_minor
    invoice.save(update_fields=["reserved_minor", "paid_minor", "is_settled"])
    allocation.state = AllocationState.POSTED if fits else AllocationState.RELEASED
    allocation.posted_minor = fits
    allocation.applied_on = on if fits else None
    allocation.save(update_fields=["state", "posted_minor", "applied_on"])
    return fits


def _enter(payment: Payment, snapshot: Snapshot, kind: EntryKind, amount: int, *, invoice: Invoice | None) -> None:
    """One line of the ledger; the database refuses to take the same one twice."""
    LedgerEntry.objects.create(
        kind=kind,
        customer_id=payment.customer_id,
        invoice=invoice,
        payment=payment,
        amount_minor=amount,
        currency=payment.currency,
        source_type=SOURCE,
        source_ref=snapshot.intent_ref or "",
        at=clock.now(),
    )


def _note_on(payment: Payment, snapshot: Snapshot, *, on: date) -> None:
    payment.received_minor += snapshot.received_minor
    payment.reference = payment.reference or (snapshot.intent_ref or "")
    payment.succeeded_at = payment.succeeded_at or clock.now()
    payment.paid_on = payment.paid_on or on
    payment.receipt_number = payment.receipt_number or receipt_number(on)


def receipt_number(on: date) -> str:
    """The day and five random letters: easy to say on the phone, tells nobody how many there are."""
    while True:
        number = f"R{on:%y%m%d}-{''.join(secrets.choice(LETTERS) for _ in range(5))}"
        if not Payment.objects.filter(receipt_number=number).exists():
            return number


def zone_of(payment: Payment, invoices: Mapping[int, Invoice]) -> str:
    """The time zone of the branch whose day it is."""
    branches = {invoice.branch_id for invoice in invoices.values()}
    branch = next(iter(invoices.values())).branch if len(branches) == 1 else payment.customer.branch
    return str(branch.time_zone)
