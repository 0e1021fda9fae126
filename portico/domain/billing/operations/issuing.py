"""Invoices that are written here: numbered, due by the customer's term, and paid by the job's deposit at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from portico.domain.billing import rules
from portico.domain.billing.enums import InvoiceState
from portico.domain.billing.lines import InvoiceLine, item_of
from portico.domain.billing.models import Invoice, InvoiceItem, InvoiceSequence, PaymentTerm
from portico.domain.billing.operations import deposits, locking
from portico.domain.customers.models import Customer
from portico.domain.jobs.models import Job
from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import Actor
from portico.foundation.tenancy.models import Branch
from portico.foundation.tenancy.scope import reading
from portico.kernel import clock, locks

OURS = "P-"


@dataclass(frozen=True, slots=True)
class Bill:
    """What is billed to a customer. `estimate_ref` is the estimate that it is made of.

    Without `due_on` the customer's payment term says when it is due.
    """

    customer_id: int
    location_id: int | None
    job_id: int | None
    business_unit_id: int | None
    branch_id: int
    title: str
    lines: tuple[InvoiceLine, ...]
    tax_minor: int
    currency: str
    due_on: date | None = None
    estimate_ref: UUID | None = None

    @property
    def subtotal_minor(self) -> int:
        return sum(line.total_minor for line in self.lines)


@reading
def bill_of_job(
    *, job_id: int, estimate_ref: UUID, title: str, lines: tuple[InvoiceLine, ...], tax_minor: int, currency: str
) -> Bill:
    """What an estimate says, billed for a job to the job's customer."""
    job = Job.objects.select_related("business_unit").get(pk=job_id)
    return Bill(
        customer_id=job.customer_id,
        location_id=job.location_id,
        job_id=job_id,
        business_unit_id=job.business_unit_id,
        branch_id=job.business_unit.branch_id,
        title=title,
        lines=lines,
        tax_minor=tax_minor,
        currency=currency,
        estimate_ref=estimate_ref,
    )


@locking.brief
def issue_invoice(*, bill: Bill, by: Actor) -> UUID:
    """Write an invoice, one an estimate while it is not void; its public id. What the job's deposit holds is put on it.

    The caller holds the lock of the estimate's proposal.
    """
    waiting = deposits.lock_of_jobs([bill.job_id] if bill.job_id else [])
    _lock_numbers()
    found = Invoice.objects.filter(estimate_ref=bill.estimate_ref, state=InvoiceState.ISSUED).first()
    if found is None:
        found = write(bill, by=by)
        deposits.use(waiting, [found], by=by)
    issued: UUID = found.public_id
    return issued


def write(bill: Bill, *, by: Actor) -> Invoice:
    """The invoice under the next number of ours; the caller holds the deposits of its job."""
    found = _write(bill, _next_number(_lock_numbers()))
    _record(found, by)
    return found


def _lock_numbers() -> InvoiceSequence:
    InvoiceSequence.objects.get_or_create()
    return locks.lock_one(InvoiceSequence.objects.all())


def _next_number(numbers: InvoiceSequence) -> str:
    """The next one that no invoice has, wherever that came from."""
    while True:
        numbers.last += 1
        number = f"{OURS}{numbers.last}"
        if not Invoice.objects.filter(number=number).exists():
            numbers.save(update_fields=["last"])
            return number


def _write(bill: Bill, number: str) -> Invoice:
    customer = Customer.objects.get(pk=bill.customer_id)
    today, term = clock.today(Branch.objects.get(pk=bill.branch_id).time_zone), _term_of(customer)
    by_term = rules.due_on(today, kind=term.due_day_type, day=term.due_day or 0) if term else today
    total = bill.subtotal_minor + bill.tax_minor
    invoice = Invoice.objects.create(
        number=number,
        customer=customer,
        location_id=bill.location_id,
        job_id=bill.job_id,
        business_unit_id=bill.business_unit_id,
        branch_id=bill.branch_id,
        estimate_ref=bill.estimate_ref,
        title=bill.title[:300],
        term_name=term.name if term and bill.due_on in (None, by_term) else "",
        issued_on=today,
        due_on=bill.due_on or by_term,
        currency=bill.currency,
        subtotal_minor=bill.subtotal_minor,
        tax_minor=bill.tax_minor,
        total_minor=total,
        is_settled=total == 0,
        was_ever_positive=total > 0,
        created_at=clock.now(),
    )
    InvoiceItem.objects.bulk_create(item_of(invoice, at, line) for at, line in enumerate(bill.lines, start=1))
    return invoice


def _term_of(customer: Customer) -> PaymentTerm | None:
    """The customer's payment term; without one an invoice is due on the day when it is written."""
    if customer.payment_term_source_id is None:
        return None
    return PaymentTerm.objects.filter(source_id=customer.payment_term_source_id).first()


def _record(invoice: Invoice, by: Actor) -> None:
    made_of = {"estimate": str(invoice.estimate_ref)} if invoice.estimate_ref else {}
    audit.record(
        "invoice.issued",
        invoice,
        by=by,
        customer=invoice.customer.public_id,
        note=invoice.number,
        amount_minor=invoice.total_minor,
        **made_of,
    )
