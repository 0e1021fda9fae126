"""The bills and payments of the world, each state once for each customer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING

from portico.domain.billing.draft_rules import WrittenInvoice, WrittenLine
from portico.domain.billing.models import (
    Allocation,
    Invoice,
    InvoiceItem,
    LedgerEntry,
    Payment,
)
from portico.domain.billing.operations import drafting
from portico.domain.customers.models import Customer, Location
from portico.domain.jobs.models import Job
from tests.factories import people
from tests.factories.billing import make_saved_card

if TYPE_CHECKING:
    from tests.factories.world import Firm

TODAY = datetime.now(UTC).date()
_amounts = count(100_03, 13)  # every amount of the world is another one


def fill_bills(firm: Firm) -> None:
    alma, rental, carl, dora = (firm.customers[who] for who in ("alma", "rental", "carl", "dora"))
    firm.invoices["open"] = _invoice(firm, "open", alma, due_in=9)
    firm.invoices["overdue"] = _invoice(firm, "overdue", alma, due_in=-9)
    for kind, share, state in (("paid", 1.0, "succeeded"), ("part", 0.4, "succeeded"), ("pending", 1.0, "processing")):
        invoice = firm.invoices[kind] = _invoice(firm, kind, alma, due_in=4)
        firm.payments[kind] = _payment(alma, {invoice: int(invoice.total_minor * share)}, state=state)
    firm.payments["failed"] = _payment(alma, {firm.invoices["open"]: 5000}, state="failed", channel="portal")
    firm.invoices["cottage"] = _invoice(firm, "cottage", alma, due_in=6, at="Cottage")
    firm.payments["cottage"] = _payment(alma, {firm.invoices["cottage"]: 1234}, state="succeeded")
    firm.invoices["rental"] = _invoice(firm, "rental", rental, due_in=6)
    firm.invoices["carl"] = _invoice(firm, "carl", carl, due_in=2)
    firm.payments["carl"] = _payment(carl, {firm.invoices["carl"]: 777}, state="succeeded")
    firm.invoices["dora"] = _invoice(firm, "dora", dora, due_in=2, job_of=carl)
    firm.payments["dora"] = _payment(dora, {firm.invoices["dora"]: 555}, state="succeeded")
    for customer in (alma, carl, dora):
        make_saved_card(customer)
        written = WrittenInvoice(
            (WrittenLine("Labor", Decimal(2), next(_amounts)),), title=f"Not issued, {customer.name}"
        )
        drafting.save_draft(customer=customer.public_id, draft=None, written=written, by=people.OFFICE)


def _invoice(
    firm: Firm, kind: str, customer: Customer, *, due_in: int, at: str = "", job_of: Customer | None = None
) -> Invoice:
    """An invoice of a finished job at the customer's home, at the place named `at`, or at somebody else's."""
    places = Location.objects.filter(customer=job_of or customer, name__startswith=at or "").order_by("pk")
    job = Job.objects.filter(location=places[0], status="Completed").get()
    subtotal, tax = next(_amounts), next(_amounts) // 12
    invoice = Invoice.objects.create(
        number=f"INV-{kind}-{9100 + len(firm.invoices)}",
        customer=customer,
        location=job.location,
        job=job,
        business_unit=job.business_unit,
        branch=customer.branch,
        title=f"Work for {kind}",
        term_name="Net 15",
        issued_on=TODAY - timedelta(days=15),
        due_on=TODAY + timedelta(days=due_in),
        subtotal_minor=subtotal,
        tax_minor=tax,
        total_minor=subtotal + tax,
        was_ever_positive=True,
        created_at=datetime.now(UTC),
    )
    for position, part in enumerate((subtotal // 3, subtotal - subtotal // 3), 1):
        InvoiceItem.objects.create(
            invoice=invoice,
            position=position,
            name=f"Part {position} of {kind}",
            quantity=1,
            price_minor=part,
            total_minor=part,
        )
    return invoice


def _payment(customer: Customer, covers: dict[Invoice, int], *, state: str, channel: str = "import") -> Payment:
    """A payment with what it covers, in the books as its state says."""
    amount = sum(covers.values())
    has_money = state == "succeeded"
    payment = Payment.objects.create(
        customer=customer,
        amount_minor=amount,
        received_minor=amount if has_money else 0,
        method="card",
        method_label="Visa ending 4242",
        channel=channel,
        state=state,
        receipt_number=f"R{Payment.objects.count() + 1:05}" if has_money else None,
        receipt_email="alma@example.com",
        made_by_name=f"Payer {customer.name}",
        paid_on=TODAY - timedelta(days=2) if has_money else None,
        created_at=datetime.now(UTC) - timedelta(days=2),
        succeeded_at=datetime.now(UTC) - timedelta(days=2) if has_money else None,
        failure_text="Your card was declined." if state == "failed" else "",
    )
    if has_money:
        _enter(payment, "payment_in", amount, None)
    for invoice, part in covers.items():
        _cover(payment, invoice, part)
    return payment


def _cover(payment: Payment, invoice: Invoice, part: int) -> None:
    state = {"succeeded": "posted", "processing": "reserved"}.get(payment.state, "released")
    Allocation.objects.create(
        payment=payment,
        invoice=invoice,
        amount_minor=part,
        posted_minor=part if state == "posted" else 0,
        state=state,
        applied_on=payment.paid_on,
    )
    if state == "posted":
        invoice.paid_minor += part
        invoice.is_settled = invoice.paid_minor == invoice.total_minor
        _enter(payment, "allocate", -part, invoice)
    elif state == "reserved":
        invoice.reserved_minor += part
    invoice.save()


def _enter(payment: Payment, kind: str, amount: int, invoice: Invoice | None) -> None:
    LedgerEntry.objects.create(
        kind=kind,
        customer=payment.customer,
        invoice=invoice,
        payment=payment,
        amount_minor=amount,
        source_type="import",
        source_ref=f"payment:{payment.pk}",
        at=payment.created_at,
    )
