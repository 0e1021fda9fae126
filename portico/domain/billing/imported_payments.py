"""Payments as another system keeps them: what they reserve or post on invoices, and the ledger entries of that.

A payment that was posted and changes at the source is never edited in the ledger: the difference is appended.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import Count

from portico.domain.billing.enums import AllocationState, Channel, EntryKind, InvoiceState, MethodKind, PaymentState
from portico.domain.billing.imported import fits
from portico.domain.billing.models import Allocation, Deposit, Invoice, LedgerEntry, Payment
from portico.domain.customers.models import Customer
from portico.foundation.tenancy import sourced
from portico.foundation.tenancy.scope import current_company_id
from portico.kernel import locks
from portico.kernel.formats import money

WRITE_SUMS = """
UPDATE billing_invoice i SET paid_minor = u.paid, reserved_minor = u.reserved, is_settled = (i.total_minor = u.paid)
FROM unnest(%(ids)s::bigint[], %(paid)s::bigint[], %(reserved)s::bigint[]) AS u (id, paid, reserved)
WHERE i.company_id = %(company)s AND i.id = u.id
"""
SETTLED = frozenset({PaymentState.SUCCEEDED})
UNDER_WAY = (PaymentState.OPEN, PaymentState.VERIFYING, PaymentState.PROCESSING)


@dataclass(frozen=True, slots=True)
class ImportedShare:
    """The part of a payment that covers an invoice (a primary key)."""

    invoice_id: int
    amount_minor: int
    applied_on: date | None


@dataclass(frozen=True, slots=True)
class ImportedPayment:
    """A payment of the source. `state` is succeeded, processing, failed or canceled (voided)."""

    source_id: int
    customer_id: int
    amount_minor: int
    currency: str
    method: MethodKind
    method_label: str
    state: PaymentState
    paid_on: date
    at: datetime
    reference: str
    memo: str
    shares: tuple[ImportedShare, ...]

    @property
    def received_minor(self) -> int:
        return self.amount_minor if self.state in SETTLED else 0

    def posted(self) -> dict[int, int]:
        return self._shares() if self.state in SETTLED else {}

    def reserved(self) -> dict[int, int]:
        return self._shares() if self.state == PaymentState.PROCESSING else {}

    def _shares(self) -> dict[int, int]:
        return {share.invoice_id: share.amount_minor for share in self.shares}


@dataclass(slots=True)
class _Book:
    """What a batch writes in the end."""

    invoices: dict[int, Invoice]
    entry_counts: Mapping[int, int]
    payments: list[Payment] = field(default_factory=list)
    allocations: list[Allocation] = field(default_factory=list)
    entries: list[LedgerEntry] = field(default_factory=list)

    def write(self) -> None:
        Payment.objects.bulk_create(self.payments)
        Allocation.objects.bulk_create(self.allocations, batch_size=2000)
        LedgerEntry.objects.bulk_create(self.entries, batch_size=2000)
        with connection.cursor() as cursor:
            cursor.execute(
                WRITE_SUMS,
                {
                    "company": current_company_id(),
                    "ids": list(self.invoices),
                    "paid": [invoice.paid_minor for invoice in self.invoices.values()],
                    "reserved": [invoice.reserved_minor for invoice in self.invoices.values()],
                },
            )


@transaction.atomic
def write_payments(*, payments: Sequence[ImportedPayment]) -> sourced.Written:
    """Create payments with their allocations and ledger entries, or bring them to what the source says now.

    A payment that would take an invoice beyond its total is refused and leaves nothing behind.
    """
    written = sourced.Written()
    found = _locked_payments(payments)
    allocated = _allocations(found.values())
    book = _Book(_locked_invoices(payments, allocated), _entry_counts(found.values()))
    for payment in payments:
        row = found.get(payment.source_id)
        before = allocated.get(row.pk, {}) if row else {}
        refusal = _refusal(row) or _move(book.invoices, before, payment)
        if refusal:
            written.refused.append((payment.source_id, refusal))
        elif row is None:
            _create(book, payment)
            written.created.append(payment.source_id)
        else:
            _revise(book, row, before, payment)
            written.updated.append(payment.source_id)
    book.write()
    return written


@transaction.atomic
def follow_merges() -> None:
    """Payments made here by a customer that was merged away go to the survivor, with what is left of them.

    Deposits go with their payments: one that is being paid stays until that is decided.
    """
    _move_deposits()
    made_here = Payment.objects.filter(source_id=None, customer__merged_into__isnull=False)
    for row in locks.lock_all(made_here.exclude(state__in=UNDER_WAY)):
        survivor = Customer.objects.filter(pk=row.customer_id).values_list("merged_into_id", flat=True).get()
        left = sum(LedgerEntry.objects.filter(payment=row).values_list("amount_minor", flat=True))
        ref = f"merge:{row.public_id}:{row.customer_id}"
        moves = [_entry(row, EntryKind.CREDIT, -left, None, f"{ref}:out")]
        row.customer_id = survivor
        row.save(update_fields=["customer"])
        moves.append(_entry(row, EntryKind.CREDIT, left, None, f"{ref}:in"))
        LedgerEntry.objects.bulk_create(moves if left else [])


def _move_deposits() -> None:
    left_behind = Deposit.objects.filter(customer__merged_into__isnull=False)
    for deposit in locks.lock_all(left_behind):
        if not Payment.objects.filter(deposit=deposit, state__in=UNDER_WAY).exists():
            deposit.customer_id = Customer.objects.values_list("merged_into_id", flat=True).get(pk=deposit.customer_id)
            deposit.save(update_fields=["customer"])


def _locked_payments(payments: Sequence[ImportedPayment]) -> dict[int, Payment]:
    rows = locks.lock_all(Payment.objects.filter(source_id__in=[payment.source_id for payment in payments]))
    return {row.source_id: row for row in rows if row.source_id is not None}


def _allocations(payments: Iterable[Payment]) -> dict[int, dict[int, Allocation]]:
    found: dict[int, dict[int, Allocation]] = {}
    for row in Allocation.objects.filter(payment__in=[payment.pk for payment in payments]).order_by("pk"):
        found.setdefault(row.payment_id, {})[row.invoice_id] = row
    return found


def _locked_invoices(
    payments: Sequence[ImportedPayment], allocated: Mapping[int, Mapping[int, Allocation]]
) -> dict[int, Invoice]:
    wanted = {share.invoice_id for payment in payments for share in payment.shares}
    wanted |= {invoice for rows in allocated.values() for invoice in rows}
    return {invoice.pk: invoice for invoice in locks.lock_all(Invoice.objects.filter(pk__in=wanted))}


def _entry_counts(payments: Iterable[Payment]) -> dict[int, int]:
    entries = LedgerEntry.objects.filter(payment__in=[payment.pk for payment in payments])
    return dict(entries.values_list("payment").annotate(Count("pk")).order_by())


def _refusal(row: Payment | None) -> str:
    is_given_back = row is not None and (row.refunded_minor != 0 or row.disputed_minor != 0)
    return "Money of this payment was given back here; change it here too." if is_given_back else ""


def _move(invoices: Mapping[int, Invoice], before: Mapping[int, Allocation], payment: ImportedPayment) -> str:
    """Take the invoices to their new sums, all of them or none; why not, in words."""
    paid, reserved = Counter(payment.posted()), Counter(payment.reserved())
    for invoice_id, row in before.items():
        paid[invoice_id] -= row.posted_minor
        reserved[invoice_id] -= row.amount_minor if row.state == AllocationState.RESERVED else 0
    for invoice_id in sorted(paid.keys() | reserved.keys()):
        invoice = invoices[invoice_id]
        sums = (invoice.paid_minor + paid[invoice_id], invoice.reserved_minor + reserved[invoice_id])
        moves = paid[invoice_id] or reserved[invoice_id]
        if invoice.state == InvoiceState.VOID and (paid[invoice_id] > 0 or reserved[invoice_id] > 0):
            return f"Invoice {invoice.number} was voided here; void it at the source too."
        if moves and not (fits(total=invoice.total_minor, taken=sum(sums)) and sums[0] * sums[1] >= 0):
            left = invoice.total_minor - invoice.paid_minor - invoice.reserved_minor
            return f"It covers more of invoice {invoice.number} than the {money(left, invoice.currency)} left on it."
    for invoice_id in paid.keys() | reserved.keys():
        invoices[invoice_id].paid_minor += paid[invoice_id]
        invoices[invoice_id].reserved_minor += reserved[invoice_id]
    return ""


def _create(book: _Book, payment: ImportedPayment) -> None:
    row = Payment(source_id=payment.source_id, channel=Channel.IMPORT, created_at=payment.at, currency=payment.currency)
    _fill(row, payment)
    book.payments.append(row)
    for share in payment.shares:
        allocation = Allocation(payment=row, invoice_id=share.invoice_id)
        _fill_allocation(allocation, share, payment)
        book.allocations.append(allocation)
    _enter(book, row, received=payment.received_minor, posted=payment.posted(), ref=f"payment:{payment.source_id}")


def _revise(book: _Book, row: Payment, before: Mapping[int, Allocation], payment: ImportedPayment) -> None:
    entered = book.entry_counts.get(row.pk, 0)
    received, posted = row.received_minor, {invoice: old.posted_minor for invoice, old in before.items()}
    if row.customer_id != payment.customer_id and entered:
        back = {invoice: -amount for invoice, amount in posted.items()}
        _enter(book, row, received=-received, posted=back, ref=_ref(payment, entered))
        received, posted, entered = 0, {}, entered + 1
    _fill(row, payment)
    row.save()
    _revise_allocations(book, row, before, payment)
    more = Counter(payment.posted())
    more.subtract(posted)
    _enter(book, row, received=payment.received_minor - received, posted=more, ref=_ref(payment, entered))


def _revise_allocations(book: _Book, row: Payment, before: Mapping[int, Allocation], payment: ImportedPayment) -> None:
    shares = {share.invoice_id: share for share in payment.shares}
    for invoice_id, old in before.items():
        if invoice_id in shares:
            _fill_allocation(old, shares[invoice_id], payment)
        else:
            old.state = AllocationState.REVERSED if old.posted_minor else AllocationState.RELEASED
            old.posted_minor = 0
        old.save()
    for share in payment.shares:
        if share.invoice_id not in before:
            allocation = Allocation(payment=row, invoice_id=share.invoice_id)
            _fill_allocation(allocation, share, payment)
            book.allocations.append(allocation)


def _ref(payment: ImportedPayment, entered: int) -> str:
    return f"payment:{payment.source_id}:{entered}" if entered else f"payment:{payment.source_id}"


def _fill(row: Payment, payment: ImportedPayment) -> None:
    row.customer_id = payment.customer_id
    row.amount_minor = payment.amount_minor
    row.received_minor = payment.received_minor
    row.method, row.method_label = payment.method, payment.method_label
    row.state, row.is_voided = payment.state, payment.state == PaymentState.CANCELED
    row.paid_on, row.reference, row.memo = payment.paid_on, payment.reference, payment.memo
    row.succeeded_at = payment.at if payment.state in SETTLED else None


def _fill_allocation(row: Allocation, share: ImportedShare, payment: ImportedPayment) -> None:
    is_posted = payment.state in SETTLED
    row.amount_minor, row.applied_on = share.amount_minor, share.applied_on
    row.posted_minor = share.amount_minor if is_posted else 0
    if is_posted:
        row.state = AllocationState.POSTED
    elif payment.state == PaymentState.PROCESSING:
        row.state = AllocationState.RESERVED
    else:
        row.state = AllocationState.RELEASED


def _enter(book: _Book, row: Payment, *, received: int, posted: Mapping[int, int], ref: str) -> None:
    """Append what came in and what went onto invoices; negative amounts take back."""
    if received:
        book.entries.append(_entry(row, EntryKind.PAYMENT_IN, received, None, ref))
    for invoice_id, amount in posted.items():
        if amount:
            takes_back = (amount > 0) != (row.amount_minor > 0)
            kind = EntryKind.UNAPPLY if takes_back else EntryKind.ALLOCATE
            book.entries.append(_entry(row, kind, -amount, invoice_id, ref))


def _entry(row: Payment, kind: EntryKind, amount: int, invoice_id: int | None, ref: str) -> LedgerEntry:
    return LedgerEntry(
        kind=kind,
        customer_id=row.customer_id,
        invoice_id=invoice_id,
        payment=row,
        amount_minor=amount,
        currency=row.currency,
        source_type="import",
        source_ref=ref,
        at=datetime.combine(row.paid_on, row.created_at.timetz()) if row.paid_on else row.created_at,
    )
