"""Invoices by hand: written, changed, issued once, never edited after that."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.domain.billing import draft_rules
from portico.domain.billing.draft_rules import WrittenInvoice, WrittenLine
from portico.domain.billing.errors import BadInvoice, DraftChanged, MissingDraft
from portico.domain.billing.models import Invoice, InvoiceDraft, PaymentTerm
from portico.domain.billing.operations import drafting
from portico.domain.billing.queries import drafts
from portico.domain.customers.models import Customer
from portico.domain.jobs.models import Job
from portico.foundation.audit.enums import ActorKind
from portico.foundation.audit.models import AuditEntry
from portico.foundation.audit.operations import Actor
from portico.kernel import clock
from tests.factories import people
from tests.factories.customers import make_customer
from tests.factories.visits import make_job

CLERK = Actor(ActorKind.STAFF, name="Carl Clerk")
LINES = (WrittenLine("Labor", Decimal("1.5"), 9999), WrittenLine("Permit", Decimal(1), 5000, is_taxable=False))
WRITTEN = WrittenInvoice(LINES, title="Repair", tax_rate=Decimal("0.0825"))


@pytest.fixture
def job(db: None) -> Job:
    with people.inside(people.make_company("demo")):
        yield make_job(make_customer("Ana Sample", "ana@example.com"))


@pytest.fixture
def ana(job: Job) -> Customer:
    return job.customer


def save(customer: Customer, written: WrittenInvoice = WRITTEN, draft: UUID | None = None) -> UUID:
    return drafting.save_draft(customer=customer.public_id, draft=draft, written=written, by=CLERK)


def issue(customer: Customer, draft: UUID, version: int = 1) -> Invoice:
    issued = drafting.issue_draft(customer=customer.public_id, draft=draft, version=version, by=CLERK)
    return Invoice.objects.get(public_id=issued)


def test_issued_invoice_says_what_was_written(ana, job):
    invoice = issue(ana, save(ana, replace(WRITTEN, job_number=job.number)))
    assert (invoice.number, invoice.title, invoice.source_id, invoice.estimate_ref) == ("P-1001", "Repair", None, None)
    assert (invoice.job, invoice.location, invoice.business_unit) == (job, job.location, job.business_unit)
    # 1.5 × 99.99 is 149.985, rounded 149.99; tax on that alone: 12.374, rounded 12.37.
    assert (invoice.subtotal_minor, invoice.tax_minor, invoice.total_minor) == (19999, 1237, 21236)
    items = invoice.items.order_by("position").values_list("name", "total_minor")
    assert list(items) == [("Labor", 14999), ("Permit", 5000)]
    assert (invoice.was_ever_positive, invoice.is_settled, invoice.state) == (True, False, "issued")
    noted = list(
        AuditEntry.objects.filter(verb__startswith="invoice.").order_by("id").values_list("verb", "actor_name")
    )
    assert noted == [("invoice.draft_written", "Carl Clerk"), ("invoice.issued", "Carl Clerk")]


def test_draft_is_issued_once_however_often_it_is_asked_for(ana):
    draft = save(ana)
    first, again = issue(ana, draft), issue(ana, draft)
    assert (first.pk, Invoice.objects.count()) == (again.pk, 1)
    assert drafts.drafts_of(ana.public_id) == []


def test_invoice_without_a_job_is_of_the_customers_branch(ana):
    invoice = issue(ana, save(ana))
    assert (invoice.job_id, invoice.location_id, invoice.business_unit_id) == (None, None, None)
    assert invoice.branch_id == ana.branch_id


def test_location_and_unit_count_where_there_is_no_job(ana, job):
    written = replace(WRITTEN, location=job.location.public_id, business_unit=job.business_unit.public_id)
    invoice = issue(ana, save(ana, written))
    assert (invoice.location_id, invoice.business_unit_id) == (job.location_id, job.business_unit_id)


def test_job_of_somebody_else_is_billed_to_who_pays(job):
    payer = make_customer("Tina Tenant", "tina@example.com")
    invoice = issue(payer, save(payer, replace(WRITTEN, job_number=job.number)))
    assert (invoice.customer_id, invoice.job_id) == (payer.pk, job.pk)


def test_due_day_is_the_written_one_else_by_the_term(ana):
    today = clock.today(ana.branch.time_zone)
    PaymentTerm.objects.create(name="Net 30", source_id=5, due_day_type="DaysAfterInvoice", due_day=30)
    Customer.objects.filter(pk=ana.pk).update(payment_term_source_id=5)
    by_term, by_hand = issue(ana, save(ana)), issue(ana, save(ana, replace(WRITTEN, due_on=today + timedelta(days=3))))
    assert (by_term.due_on - today, by_term.term_name) == (timedelta(days=30), "Net 30")
    assert (by_hand.due_on - today, by_hand.term_name) == (timedelta(days=3), "")


def test_invoice_whose_due_day_went_by_is_not_issued(ana):
    draft = save(ana, replace(WRITTEN, due_on=date(2020, 1, 1)))
    with pytest.raises(BadInvoice, match="This day is over") as refused:
        issue(ana, draft)
    assert (refused.value.field, Invoice.objects.count()) == ("due_on", 0)


def test_draft_is_changed_by_who_saw_it_last(ana):
    draft = save(ana)
    save(ana, replace(WRITTEN, title="Second", seen_version=1), draft)
    with pytest.raises(DraftChanged):
        save(ana, replace(WRITTEN, title="Third", seen_version=1), draft)
    with pytest.raises(DraftChanged):
        issue(ana, draft, version=1)
    kept = InvoiceDraft.objects.get(public_id=draft)
    assert (kept.title, kept.version, Invoice.objects.count()) == ("Second", 2, 0)


def test_issued_draft_is_neither_changed_nor_removed(ana):
    draft = save(ana)
    issue(ana, draft)
    with pytest.raises(DraftChanged):
        save(ana, replace(WRITTEN, title="Late", seen_version=1), draft)
    with pytest.raises(DraftChanged):
        drafting.remove_draft(customer=ana.public_id, draft=draft, by=CLERK)
    assert Invoice.objects.get().title == "Repair"


def test_removed_draft_is_gone(ana):
    draft = save(ana)
    drafting.remove_draft(customer=ana.public_id, draft=draft, by=CLERK)
    assert not InvoiceDraft.objects.exists()
    with pytest.raises(MissingDraft):
        issue(ana, draft)
    assert AuditEntry.objects.filter(verb="invoice.draft_removed").count() == 1


def test_draft_of_another_customer_is_not_found(ana):
    ben, draft = make_customer("Ben Sample", "ben@example.com"), save(ana)
    for act in (
        lambda: issue(ben, draft),
        lambda: save(ben, replace(WRITTEN, seen_version=1), draft),
        lambda: drafting.remove_draft(customer=ben.public_id, draft=draft, by=CLERK),
    ):
        with pytest.raises(MissingDraft):
            act()
    assert drafts.draft_of(ben.public_id, draft) is None


def test_numbers_never_clash_with_imported_ones(ana):
    issue(ana, save(ana))
    Invoice.objects.update(source_id=77)
    Invoice.objects.update(number="P-1002")
    assert issue(ana, save(ana)).number == "P-1003"


@pytest.mark.parametrize(
    ("written", "field", "line"),
    (
        (replace(WRITTEN, lines=()), "name", 0),
        (replace(WRITTEN, lines=(WrittenLine(" ", Decimal(1), 100),)), "name", 0),
        (replace(WRITTEN, lines=(*LINES, WrittenLine("Air", Decimal(0), 100))), "quantity", 2),
        (replace(WRITTEN, lines=(WrittenLine("Gold", Decimal(100_000), 10**9),)), "price", 0),
        (replace(WRITTEN, lines=(WrittenLine("Gift", Decimal(1), 0),)), "price", 0),
        (replace(WRITTEN, lines=(*LINES, WrittenLine("Rebate", Decimal(1), -10**6))), "price", 0),
        (replace(WRITTEN, lines=LINES * 21), "lines", -1),
        (replace(WRITTEN, tax_rate=Decimal(1)), "tax_percent", -1),
        (replace(WRITTEN, tax_rate=Decimal("-0.1")), "tax_percent", -1),
        (replace(WRITTEN, title="x" * 301), "title", -1),
        (replace(WRITTEN, job_number="nothing"), "job_number", -1),
        (replace(WRITTEN, location=uuid4()), "location", -1),
        (replace(WRITTEN, business_unit=uuid4()), "business_unit", -1),
    ),
)  # fmt: skip
def test_what_cannot_be_is_named_and_nothing_is_kept(ana, written, field, line):
    with pytest.raises(BadInvoice) as refused:
        save(ana, written)
    assert (refused.value.field, refused.value.line) == (field, line)
    assert not InvoiceDraft.objects.exists()


AMOUNTS = st.integers(-(10**7), 10**7)
QUANTITIES = st.decimals("0.0001", "500", places=4)
ROWS = st.builds(WrittenLine, st.just("Item"), QUANTITIES, AMOUNTS, is_taxable=st.booleans())


@given(st.lists(ROWS, min_size=1, max_size=6), st.decimals("0", "0.2", places=6))
def test_sum_is_that_of_rounded_lines_and_tax_rounded_once(rows, rate):
    found = draft_rules.sum_of(rows, rate)
    exact = [line.quantity * line.price_minor for line in rows]
    assert all(abs(line.total_minor - amount) <= Decimal("0.5") for line, amount in zip(rows, exact, strict=True))
    assert found.subtotal_minor == sum(line.total_minor for line in rows)
    taxed = sum(line.total_minor for line in rows if line.is_taxable)
    assert abs(found.tax_minor - rate * taxed) <= Decimal("0.5")
    assert found.total_minor == found.subtotal_minor + found.tax_minor


@given(st.lists(ROWS, max_size=4))
def test_lines_are_read_as_they_were_kept(rows):
    assert draft_rules.read(draft_rules.kept(rows)) == tuple(rows)
