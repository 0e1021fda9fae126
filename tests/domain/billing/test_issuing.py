"""Invoices that are written here, and deposits that are asked for."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from portico.domain.billing import errors, rules
from portico.domain.billing.lines import InvoiceLine
from portico.domain.billing.models import Deposit, Invoice, PaymentTerm
from portico.domain.billing.operations import corrections, deposits, issuing
from portico.domain.jobs.models import Job
from portico.foundation.audit.enums import ActorKind
from portico.foundation.audit.models import AuditEntry
from portico.foundation.audit.operations import Actor
from portico.kernel import clock
from tests.factories import people
from tests.factories.billing import make_credit, make_invoice
from tests.factories.customers import make_customer
from tests.factories.visits import make_job

CLERK = Actor(ActorKind.STAFF, name="Carl Clerk")
LINES = (
    InvoiceLine("Furnace", Decimal(1), 300000, 300000, description="96 %", sku="F-96"),
    InvoiceLine("Filter", Decimal(4), 2500, 10000),
)


@pytest.fixture
def job(db: None) -> Job:
    with people.inside(people.make_company("demo")):
        yield make_job(make_customer("Ana Sample", "ana@example.com"))


def issue(job: Job, *, tax: int = 0, estimate: UUID | None = None, lines: tuple[InvoiceLine, ...] = LINES) -> Invoice:
    bill = issuing.bill_of_job(
        job_id=job.pk, estimate_ref=estimate or uuid4(), title="New furnace", lines=lines, tax_minor=tax, currency="USD"
    )
    return Invoice.objects.get(public_id=issuing.issue_invoice(bill=bill, by=CLERK))


def ask(job: Job, amount: int = 50000, ref: UUID | None = None) -> Deposit:
    told = {"customer_id": job.customer_id, "job_id": job.pk, "title": "New furnace", "currency": "USD"}
    asked = deposits.ask(approval_ref=ref or uuid4(), amount_minor=amount, by=CLERK, **told)
    return Deposit.objects.get(public_id=asked)


def test_invoice_has_lines_tax_and_a_number_of_ours(job: Job):
    invoice = issue(job, tax=24800)
    assert (invoice.number, invoice.title, invoice.state) == ("P-1001", "New furnace", "issued")
    assert (invoice.subtotal_minor, invoice.tax_minor, invoice.total_minor) == (310000, 24800, 334800)
    assert (invoice.customer_id, invoice.location_id, invoice.job_id) == (job.customer_id, job.location_id, job.pk)
    items = [(item.position, item.name, item.total_minor, item.sku) for item in invoice.items.order_by("position")]
    assert items == [(1, "Furnace", 300000, "F-96"), (2, "Filter", 10000, "")]
    entry = AuditEntry.objects.get(verb="invoice.issued")
    assert (entry.note, entry.facts["amount_minor"], entry.actor_name) == ("P-1001", 334800, "Carl Clerk")


def test_numbers_count_on_and_leave_out_what_was_imported(job: Job):
    make_invoice(job.customer, number="P-1002", source_id=77)
    assert [issue(job).number for _ in range(3)] == ["P-1001", "P-1003", "P-1004"]


def test_estimate_is_invoiced_once_and_again_when_the_invoice_is_void(job: Job):
    estimate = uuid4()
    first, again = issue(job, estimate=estimate), issue(job, estimate=estimate)
    assert (first.pk, Invoice.objects.count()) == (again.pk, 1)
    corrections.void_invoice(invoice=first.public_id, version=first.version, reason="Wrong lines", by=CLERK)
    assert issue(job, estimate=estimate).number == "P-1002"


def test_invoice_is_due_by_the_term_of_its_customer(job: Job):
    PaymentTerm.objects.create(source_id=33, name="Net 15", due_day_type="NumberOfDays", due_day=15)
    job.customer.payment_term_source_id = 33
    job.customer.save()
    invoice, today = issue(job), clock.today(job.business_unit.branch.time_zone)
    assert (invoice.term_name, invoice.issued_on, invoice.due_on) == ("Net 15", today, today + timedelta(days=15))


def test_invoice_without_a_term_is_due_at_once(job: Job):
    assert (issue(job).term_name, issue(job).due_on) == ("", clock.today(job.business_unit.branch.time_zone))


@pytest.mark.parametrize(
    ("issued_on", "kind", "day", "due"),
    (
        (date(2026, 1, 31), "NumberOfDays", 30, date(2026, 3, 2)),
        (date(2026, 1, 5), "", 0, date(2026, 1, 5)),
        (date(2026, 1, 31), "CertainDayOfFollowingMonth", 31, date(2026, 2, 28)),
        (date(2026, 12, 3), "CertainDayOfFollowingMonth", 10, date(2027, 1, 10)),
        (date(2026, 12, 3), "CertainDayOfFollowingMonth", 0, date(2027, 1, 1)),
    ),
)
def test_due_day_follows_the_kind_of_the_term(issued_on: date, kind: str, day: int, due: date):
    assert rules.due_on(issued_on, kind=kind, day=day) == due


def test_deposit_is_asked_once_for_an_approval(job: Job):
    ref = uuid4()
    first, again = ask(job, ref=ref), ask(job, 99999, ref=ref)
    assert (first.pk, again.amount_minor, Deposit.objects.count()) == (again.pk, 50000, 1)
    assert AuditEntry.objects.filter(verb="deposit.asked").count() == 1


def test_deposit_that_nobody_paid_can_be_canceled(job: Job):
    deposit = ask(job)
    deposits.cancel(approval_ref=deposit.approval_ref, by=CLERK)
    deposits.cancel(approval_ref=deposit.approval_ref, by=CLERK)
    deposits.cancel(approval_ref=uuid4(), by=CLERK)
    deposit.refresh_from_db()
    assert (deposit.canceled_at is not None, AuditEntry.objects.filter(verb="deposit.canceled").count()) == (True, 1)


def test_deposit_whose_money_is_here_cannot_be_canceled(job: Job):
    deposit = ask(job)
    deposit.payment = make_credit(job.customer, 50000, deposit=deposit)
    deposit.save()
    with pytest.raises(errors.DepositNotFree, match=r"The deposit of \$500.00 is paid"):
        deposits.cancel(approval_ref=deposit.approval_ref, by=CLERK)


def test_second_payment_of_a_deposit_cannot_go_on(job: Job):
    deposit = ask(job)
    columns = {"state": "open", "receipt_number": None, "deposit": deposit}
    make_credit(job.customer, 50000, **columns)
    with pytest.raises(Exception, match="one_payment_of_a_deposit_goes_on"), transaction.atomic():
        make_credit(job.customer, 50000, **columns)
