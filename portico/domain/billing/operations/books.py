"""The moves of money between a payment, invoices and credit. Payment and invoices are locked by the caller."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Sum

from portico.domain.billing import return_rules
from portico.domain.billing.enums import (
    AllocationState,
    DisputeState,
    EntryKind,
    InvoiceState,
    MethodKind,
    PaymentState,
)
from portico.domain.billing.models import Allocation, Dispute, Invoice, LedgerEntry, Payment
from portico.domain.billing.operations import locking, posting
from portico.domain.billing.return_rules import Standing
from portico.kernel import clock

Parts = Mapping[int, int]  # invoice by key: amount


@dataclass(frozen=True, slots=True)
class Source:
    """Why an entry is made. With kind and invoice it is unique, so that nothing is entered twice."""

    type: str
    ref: str


def enter(payment: Payment, kind: EntryKind, amount: int, source: Source, *, invoice_id: int | None = None) -> None:
    """One line of the ledger."""
    LedgerEntry.objects.create(
        kind=kind,
        customer_id=payment.customer_id,
        invoice_id=invoice_id,
        payment=payment,
        amount_minor=amount,
        currency=payment.currency,
        source_type=source.type,
        source_ref=source.ref,
        at=clock.now(),
    )


def left_of(payment: Payment) -> int:
    """What of a payment lies on no invoice: its part of the customer's credit."""
    total: int | None = LedgerEntry.objects.filter(payment=payment).aggregate(Sum("amount_minor"))["amount_minor__sum"]
    return total or 0


def posted_of(payment: Payment) -> dict[int, int]:
    """What of a payment lies on which invoice, the newest posting first."""
    rows = Allocation.objects.filter(payment=payment, state=AllocationState.POSTED, posted_minor__gt=0)
    return dict(rows.order_by("-applied_on", "-pk").values_list("invoice_id", "posted_minor"))


def lock_invoices_of(payment: Payment, more: Iterable[int] = ()) -> dict[int, Invoice]:
    """Every invoice that the payment covers or covered, locked."""
    covered = Allocation.objects.filter(payment=payment).values_list("invoice_id", flat=True)
    return locking.lock_invoices({*covered, *more})


def take_off(payment: Payment, parts: Parts, source: Source, invoices: Mapping[int, Invoice]) -> None:
    """Take posted money off invoices: they are due again, the money is the payment's unapplied rest."""
    rows = {row.invoice_id: row for row in Allocation.objects.filter(payment=payment, invoice__in=parts)}
    for invoice_id, amount in sorted(parts.items()):
        allocation = rows[invoice_id]
        _change_paid(invoices[invoice_id], -amount)
        allocation.posted_minor -= amount
        if allocation.posted_minor == 0:
            allocation.state = AllocationState.REVERSED
        allocation.save(update_fields=["posted_minor", "state"])
        enter(payment, EntryKind.UNAPPLY, amount, source, invoice_id=invoice_id)


def put_on(payment: Payment, parts: Parts, source: Source, invoices: Mapping[int, Invoice]) -> int:
    """Put a payment's rest on invoices as far as they have room; what was put there."""
    rows = {row.invoice_id: row for row in Allocation.objects.filter(payment=payment, invoice__in=parts)}
    put = 0
    for invoice_id, amount in sorted(parts.items()):
        fits = min(amount, room_on(invoices[invoice_id]))
        if fits > 0:
            _change_paid(invoices[invoice_id], fits)
            _grow(payment, rows.get(invoice_id), invoices[invoice_id], fits)
            enter(payment, EntryKind.ALLOCATE, -fits, source, invoice_id=invoice_id)
            put += fits
    return put


def room_on(invoice: Invoice) -> int:
    """What can be put on an invoice now."""
    if invoice.state != InvoiceState.ISSUED:
        return 0
    room: int = invoice.total_minor - invoice.paid_minor - invoice.reserved_minor
    return max(0, room)


def release(allocations: Iterable[Allocation], invoices: Mapping[int, Invoice]) -> None:
    """Let go what reservations hold, while their payments may go on."""
    for allocation in allocations:
        invoice = invoices[allocation.invoice_id]
        invoice.reserved_minor -= allocation.amount_minor
        invoice.save(update_fields=["reserved_minor"])
        allocation.state = AllocationState.RELEASED
        allocation.save(update_fields=["state"])


def standing_of(payment: Payment) -> Standing:
    """What became of a payment's money so far."""
    disputes = list(Dispute.objects.filter(payment=payment).values_list("state", "amount_minor"))
    return Standing(
        state=PaymentState(payment.state),
        method=MethodKind(payment.method),
        received=payment.received_minor,
        refunded=payment.refunded_minor,
        taken=sum(amount for state, amount in disputes if state == DisputeState.LOST),
        is_disputed=any(state in return_rules.DISPUTED_NOW for state, _amount in disputes),
        succeeded_at=payment.succeeded_at,
    )


def settled_state(payment: Payment) -> PaymentState:
    """The state of a payment whose money came, by what has gone back of it."""
    found = standing_of(payment)
    return return_rules.state_of(
        received=found.received, refunded=found.refunded, taken=found.taken, is_disputed=found.is_disputed
    )


def _change_paid(invoice: Invoice, amount: int) -> None:
    invoice.paid_minor += amount
    invoice.is_settled = invoice.paid_minor == invoice.total_minor
    invoice.save(update_fields=["paid_minor", "is_settled"])


def _grow(payment: Payment, allocation: Allocation | None, invoice: Invoice, fits: int) -> None:
    """A payment covers an invoice once: the row there is grows, or comes back to life."""
    on = clock.today(posting.zone_of(payment, {invoice.pk: invoice}))
    if allocation is None:
        Allocation.objects.create(
            payment=payment,
            invoice=invoice,
            amount_minor=fits,
            posted_minor=fits,
            state=AllocationState.POSTED,
            applied_on=on,
        )
        return
    allocation.posted_minor += fits
    allocation.amount_minor = max(allocation.amount_minor, allocation.posted_minor)
    allocation.state, allocation.applied_on = AllocationState.POSTED, on
    allocation.save(update_fields=["posted_minor", "amount_minor", "state", "applied_on"])
