"""The small dirty export: exactly what was planted is refused, and the books come out to the cent."""

from decimal import Decimal
from pathlib import Path

import pytest
from django.db.models import F, Sum

from portico.domain.billing.models import Invoice, LedgerEntry, Payment
from portico.domain.customers.models import Contact, Customer, Location
from portico.importer.models import StagedFile
from portico.sandbox.exports import Planted
from tests.importer import dump, folders

pytestmark = pytest.mark.django_db


def _minor(text: str) -> int:
    return int(Decimal(text) * 100)


def test_import_refuses_exactly_what_was_planted(small: Path, planted: Planted) -> None:
    report = folders.take(small)

    found = {(row["file"], row["line"], row["id"]) for row in report.refused}
    assert found == {(row.file, row.line, row.id) for row in planted.refused}
    assert all(row["reason"] for row in report.refused)


def test_import_counts_every_line_once(small: Path, planted: Planted) -> None:
    report = folders.take(small)

    for entity, counts in report.entities.items():
        assert counts["read"] == planted.lines[entity], entity
        assert counts["superseded"] == planted.superseded[entity], entity
        accepted = counts["created"]
        assert accepted == planted.records[entity], entity
        assert counts["read"] == sum(counts.values()) - counts["read"], entity


def test_import_leaves_what_the_files_say_on_every_invoice(small: Path, planted: Planted) -> None:
    report = folders.take(small)

    with folders.inside(small):
        due = Invoice.objects.annotate(due=F("total_minor") - F("paid_minor") - F("reserved_minor"))
        found = dict(due.values_list("source_id", "due"))
    assert found == {invoice: _minor(balance) for invoice, balance in planted.invoice_balances.items()}
    assert report.differences == [
        {"invoice": row.invoice, "in_file": row.in_file, "here": row.computed} for row in planted.differences
    ]
    assert folders.money_faults(small) == []


def test_import_leaves_every_customer_with_its_credit(small: Path, planted: Planted) -> None:
    folders.take(small)

    with folders.inside(small):
        entries = LedgerEntry.objects.values("customer__source_id").annotate(credit=Sum("amount_minor")).order_by()
        found = {row["customer__source_id"]: row["credit"] for row in entries if row["credit"]}
    assert found == {
        customer: _minor(books.unapplied) for customer, books in planted.customers.items() if _minor(books.unapplied)
    }


def test_import_gives_merged_records_to_their_survivors(small: Path, planted: Planted) -> None:
    folders.take(small)

    with folders.inside(small):
        customers = Customer.objects.exclude(merged_into=None).values_list("source_id", "merged_into__source_id")
        locations = Location.objects.exclude(merged_into=None).values_list("source_id", "merged_into__source_id")
        assert dict(customers) == planted.merged_customers
        assert dict(locations) == planted.merged_locations
        for model in (Contact, Invoice, Payment):
            assert not model.objects.filter(customer__merged_into__isnull=False).exists()
        assert not Contact.objects.filter(location__merged_into__isnull=False).exists()


def test_import_keeps_unusable_addresses_as_they_were_typed(small: Path, planted: Planted) -> None:
    folders.take(small)

    with folders.inside(small):
        rows = Contact.objects.filter(source="customer", source_id__in=planted.unusable_contacts)
        found = {row.source_id: (row.value, row.email) for row in rows}
    assert found == {contact: (value, "") for contact, value in planted.unusable_contacts.items()}


def test_import_of_payments_that_moved_nothing_leaves_the_ledger_alone(small: Path, planted: Planted) -> None:
    folders.take(small)

    with folders.inside(small):
        still = (*planted.payments_that_moved_nothing, *planted.pending_payments)
        assert LedgerEntry.objects.filter(payment__source_id__in=still).count() == 0
        states = dict(Payment.objects.filter(source_id__in=still).values_list("source_id", "state"))
        assert {states[payment] for payment in planted.pending_payments} == {"processing"}
        assert {states[payment] for payment in planted.payments_that_moved_nothing} == {"failed", "canceled"}
        assert {row.attempts.count() for row in Payment.objects.all()} == {0}


def test_import_copies_the_files_of_accepted_attachments(small: Path) -> None:
    folders.take(small)

    paths = {record["path"] for record in folders.lines(small, "forms/attachments")}
    with folders.inside(small):
        kept = set(StagedFile.objects.values_list("path", flat=True))
    assert kept
    assert kept <= paths
    assert dump.stray_files(folders.host_of(small)) == set()


def test_second_import_changes_nothing(small: Path) -> None:
    first = folders.take(small)
    before = dump.dump(folders.host_of(small))

    second = folders.take(small)

    assert {(name, counts["created"], counts["updated"]) for name, counts in second.entities.items()} == {
        (name, 0, 0) for name in second.entities
    }
    assert {name: counts["unchanged"] for name, counts in second.entities.items()} == {
        name: counts["created"] for name, counts in first.entities.items()
    }
    assert second.as_json()["refused"] == first.as_json()["refused"]
    after = dump.dump(folders.host_of(small))
    ours = [row for row in after if not row.startswith(("importer_importrun", "audit_auditentry"))]
    assert ours == [row for row in before if not row.startswith(("importer_importrun", "audit_auditentry"))]
