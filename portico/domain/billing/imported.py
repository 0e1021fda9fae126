"""Terms, types and invoices as another system keeps them, written in bulk; the run is the audit entry."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction

from portico.domain.billing.lines import InvoiceLine, item_of
from portico.domain.billing.models import Invoice, InvoiceItem, PaymentTerm, PaymentType
from portico.domain.billing.operations import deposits
from portico.domain.catalog.models import BusinessUnit
from portico.domain.customers.models import Customer
from portico.foundation.audit.operations import IMPORT
from portico.foundation.tenancy import sourced
from portico.foundation.tenancy.scope import reading
from portico.kernel import locks
from portico.kernel.formats import money


@dataclass(frozen=True, slots=True)
class ImportedInvoice:
    """An invoice of the source; the `…_id` are primary keys here. Its amounts add up."""

    source_id: int
    number: str
    customer_id: int
    location_id: int | None
    job_id: int | None
    business_unit_id: int | None
    adjusts_id: int | None
    title: str
    term_name: str
    issued_on: date
    due_on: date
    currency: str
    subtotal_minor: int
    tax_minor: int
    total_minor: int
    sync_status: str
    created_at: datetime
    membership_source_id: int | None = None
    items: tuple[InvoiceLine, ...] = field(default=())


COLUMNS = tuple(name for name in ImportedInvoice.__slots__ if name != "items")


@transaction.atomic
def write_terms(*, changes: Sequence[sourced.Change]) -> sourced.Written:
    """Create or update payment terms."""
    return sourced.write(PaymentTerm, changes)


@transaction.atomic
def write_types(*, changes: Sequence[sourced.Change]) -> sourced.Written:
    """Create or update payment types."""
    return sourced.write(PaymentType, changes)


@transaction.atomic
def write_invoices(*, invoices: Sequence[ImportedInvoice]) -> sourced.Written:
    """Create invoices with their items, or bring them to what the source says now.

    A total below what is paid and reserved here is refused. What is held as a deposit of their jobs is put on them.
    """
    written = sourced.Written()
    waiting = deposits.lock_of_jobs(invoice.job_id for invoice in invoices)
    found = {
        row.source_id: row
        for row in locks.lock_all(Invoice.objects.filter(source_id__in=[invoice.source_id for invoice in invoices]))
    }
    branches = _branches(invoices)
    new: list[Invoice] = []
    itemised: list[tuple[Invoice, ImportedInvoice]] = []
    for invoice in invoices:
        row = found.get(invoice.source_id)
        if row is None:
            row = _new(invoice, branches[invoice.source_id])
            new.append(row)
            written.created.append(invoice.source_id)
        elif not fits(total=invoice.total_minor, taken=row.paid_minor + row.reserved_minor):
            written.refused.append((invoice.source_id, _too_low(invoice, row)))
            continue
        else:
            _change(row, invoice, branches[invoice.source_id])
            written.updated.append(invoice.source_id)
        itemised.append((row, invoice))
    InvoiceItem.objects.filter(invoice_id__in=[found[source_id].pk for source_id in written.updated]).delete()
    Invoice.objects.bulk_create(new)
    InvoiceItem.objects.bulk_create(_items(itemised), batch_size=2000)
    deposits.use(waiting, [row for row, _said in itemised], by=IMPORT)
    return written


def fits(*, total: int, taken: int) -> bool:
    """Whether so much may be paid and reserved on an invoice; a credit memo's amounts are negative."""
    return 0 <= taken <= total or total <= taken <= 0


def invoices_by_source(ids: Collection[int]) -> dict[int, int]:
    """Primary keys by source id."""
    return sourced.keys(Invoice, ids)


@transaction.atomic
def name_memberships(*, memberships: Mapping[int, int]) -> None:
    """Say which membership invoices belong to, both by source id: for those that were imported before this was kept."""
    rows = Invoice.objects.filter(source_id__in=memberships, membership_source_id=None)
    for row in locks.lock_all(rows):
        if row.source_id is not None:
            row.membership_source_id = memberships[row.source_id]
            row.save(update_fields=["membership_source_id"])


@reading
def due_by_source(ids: Collection[int]) -> dict[int, int]:
    """What is still due, total − posted − reserved, by source id."""
    columns = ("source_id", "total_minor", "paid_minor", "reserved_minor")
    found = Invoice.objects.filter(source_id__in=ids).values_list(*columns)
    return {source_id: total - paid - reserved for source_id, total, paid, reserved in found if source_id is not None}


def _new(invoice: ImportedInvoice, branch_id: int) -> Invoice:
    row = Invoice(**{name: getattr(invoice, name) for name in COLUMNS}, branch_id=branch_id)
    row.is_settled = row.total_minor == 0
    row.was_ever_positive = row.total_minor > 0
    return row


def _change(row: Invoice, invoice: ImportedInvoice, branch_id: int) -> None:
    for name in COLUMNS:
        if name != "created_at":
            setattr(row, name, getattr(invoice, name))
    row.branch_id = branch_id
    row.is_settled = row.total_minor == row.paid_minor
    row.was_ever_positive = row.was_ever_positive or row.total_minor > 0
    row.version += 1
    row.save()


def _too_low(invoice: ImportedInvoice, row: Invoice) -> str:
    total = money(invoice.total_minor, invoice.currency)
    taken = money(row.paid_minor + row.reserved_minor, invoice.currency)
    return f"total says {total}, but {taken} of this invoice is paid or being paid here."


def _branches(invoices: Sequence[ImportedInvoice]) -> dict[int, int]:
    """The branch of the business unit, else the customer's, by the invoice's source id."""
    units = BusinessUnit.objects.filter(pk__in={invoice.business_unit_id for invoice in invoices})
    of_unit = dict(units.values_list("pk", "branch_id"))
    payers = Customer.objects.filter(pk__in={invoice.customer_id for invoice in invoices})
    of_customer = dict(payers.values_list("pk", "branch_id"))
    return {
        invoice.source_id: of_unit[invoice.business_unit_id]
        if invoice.business_unit_id is not None
        else of_customer[invoice.customer_id]
        for invoice in invoices
    }


def _items(itemised: Iterable[tuple[Invoice, ImportedInvoice]]) -> list[InvoiceItem]:
    return [
        item_of(row, position, item)
        for row, invoice in itemised
        for position, item in enumerate(invoice.items, start=1)
    ]
