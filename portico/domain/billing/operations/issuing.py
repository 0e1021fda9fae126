"""Invoices that are written here: numbered, due by the customer's term, and paid by the job's deposit at once."""

from __future__ import annotations

from dataclasses import dataclass
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
from portico.kernel import clock, locks

OURS = "P-"


@dataclass(frozen=True, slots=True)
class Bill:
    """What is billed for a job, to the job's customer. `estimate_ref` is the estimate that it is made of."""

    job_id: int
    estimate_ref: UUID
    title: str
    lines: tuple[InvoiceLine, ...]
    tax_minor: int
    currency: str

    @property
    def subtotal_minor(self) -> int:
        return sum(line.total_minor for line in self.lines)


@locking.brief
def issue_invoice(*, bill: Bill, by: Actor) -> UUID:
    """Write an invoice, one an estimate while it is not void; its public id. What the job's deposit holds is put on it.

    The caller holds the lock of the estimate's proposal.
    """
    waiting = deposits.lock_of_jobs([bill.job_id])
    numbers = _lock_numbers()
    found = Invoice.objects.filter(estimate_ref=bill.estimate_ref, state=InvoiceState.ISSUED).first()
    if found is None:
        found = _write(bill, _next_number(numbers))
        _record(found, by)
        deposits.use(waiting, [found], by=by)
    issued: UUID = found.public_id
    return issued


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
    job = Job.objects.select_related("customer", "business_unit__branch").get(pk=bill.job_id)
    branch = job.business_unit.branch
    today, term = clock.today(branch.time_zone), _term_of(job.customer)
    total = bill.subtotal_minor + bill.tax_minor
    invoice = Invoice.objects.create(
        number=number,
        customer=job.customer,
        location_id=job.location_id,
        job=job,
        business_unit=job.business_unit,
        branch=branch,
        estimate_ref=bill.estimate_ref,
        title=bill.title[:300],
        term_name=term.name if term else "",
        issued_on=today,
        due_on=rules.due_on(today, kind=term.due_day_type, day=term.due_day or 0) if term else today,
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
    audit.record(
        "invoice.issued",
        invoice,
        by=by,
        customer=invoice.customer.public_id,
        note=invoice.number,
        amount_minor=invoice.total_minor,
        estimate=str(invoice.estimate_ref),
    )
