"""Later exports: what changed at the source, what was changed here, and money that moves on."""

from pathlib import Path

import pytest

from portico.domain.billing.models import Invoice, LedgerEntry, Payment
from portico.domain.billing.operations import corrections
from portico.domain.customers.models import Contact, Customer, Location
from portico.domain.jobs.models import Job
from portico.foundation.audit.operations import SYSTEM
from portico.foundation.tenancy.models import Branch, Company
from tests.importer import folders

pytestmark = pytest.mark.django_db


def _customer(folder: Path, name: str) -> dict[str, object]:
    return next(row for row in folders.newest(folder, "crm/customers").values() if row["name"] == name)


def _payment(folder: Path, **wanted: object) -> dict[str, object]:
    rows = sorted(folders.newest(folder, "accounting/payments").values(), key=lambda row: row["id"])
    taken = Payment.objects.values_list("source_id", flat=True)
    return next(row for row in rows if wanted.items() <= row.items() and row["appliedTo"] and row["id"] in set(taken))


def _sums(invoice: object) -> tuple[int, int, int]:
    row = Invoice.objects.get(source_id=invoice)
    return row.total_minor, row.paid_minor, row.reserved_minor


def _owners(folder: Path) -> list[tuple[str, int, int]]:
    """Whose each record is."""
    with folders.inside(folder):
        return sorted(
            (model.__name__, source, customer)
            for model in (Location, Job, Invoice, Payment)
            for source, customer in model.objects.values_list("source_id", "customer__source_id")
        )


def test_changed_record_is_updated(small: Path) -> None:
    folders.take(small)
    folders.change(small, "crm/customers", _customer(small, "Iris Hall"), name="Iris Hall-Moore")

    report = folders.take(small)

    assert report.entities["crm/customers"]["updated"] == 1
    assert report.total("updated") == 1
    with folders.inside(small):
        assert Customer.objects.filter(name="Iris Hall-Moore", sort_key="iris hall-moore").count() == 1


def test_older_line_never_replaces_a_newer_one(small: Path) -> None:
    iris = _customer(small, "Iris Hall")
    folders.take(small)
    (small / "crm/customers.jsonl").write_bytes(b"")
    folders.change(small, "crm/customers", iris, on="2001-01-01T00:00:00Z", name="Iris Old")

    report = folders.take(small)

    assert report.entities["crm/customers"]["superseded"] == 1
    with folders.inside(small):
        assert Customer.objects.get(source_id=iris["id"]).name == "Iris Hall"


def test_field_changed_here_stays_while_the_source_keeps_its_own(small: Path) -> None:
    iris = _customer(small, "Iris Hall")
    folders.take(small)
    with folders.inside(small):
        Customer.objects.filter(source_id=iris["id"]).update(name="Iris Here")
    folders.change(small, "crm/customers", iris, doNotService=True)

    report = folders.take(small)

    with folders.inside(small):
        found = Customer.objects.get(source_id=iris["id"])
        assert (found.name, found.do_not_service) == ("Iris Here", True)
    assert report.overruled == []


def test_field_changed_on_both_sides_is_the_sources_and_reported(small: Path) -> None:
    iris = _customer(small, "Iris Hall")
    folders.take(small)
    with folders.inside(small):
        Customer.objects.filter(source_id=iris["id"]).update(name="Iris Here")
    folders.change(small, "crm/customers", iris, name="Iris There")

    report = folders.take(small)

    with folders.inside(small):
        assert Customer.objects.get(source_id=iris["id"]).name == "Iris There"
    assert report.overruled == [{"entity": "crm/customers", "id": iris["id"], "field": "name"}]


def test_contact_corrected_here_stays_corrected(small: Path) -> None:
    row = next(each for each in folders.lines(small, "crm/customer-contacts") if each["value"] == "john@@example.com")
    folders.take(small)
    with folders.inside(small):
        right = {"value": "john@example.com", "email": "john@example.com"}
        Contact.objects.filter(source="customer", source_id=row["id"]).update(**right)
    folders.change(small, "crm/customer-contacts", row, memo="called twice")

    folders.take(small)

    with folders.inside(small):
        found = Contact.objects.get(source="customer", source_id=row["id"])
        assert (found.value, found.email, found.memo) == ("john@example.com", "john@example.com", "called twice")


@pytest.mark.parametrize(("value", "count"), ((None, 0), ("new@example.com", 1)))
def test_contact_removed_here_comes_back_only_with_another_value(small: Path, value: str | None, count: int) -> None:
    row = next(each for each in folders.lines(small, "crm/customer-contacts") if each["value"] == "john@@example.com")
    folders.take(small)
    with folders.inside(small):
        Contact.objects.filter(source="customer", source_id=row["id"]).delete()
    folders.change(small, "crm/customer-contacts", row, memo="called twice", value=value or row["value"])

    folders.take(small)

    with folders.inside(small):
        assert Contact.objects.filter(source="customer", source_id=row["id"]).count() == count


def test_pending_payment_that_settles_is_posted(small: Path) -> None:
    folders.take(small)
    with folders.inside(small):
        payment = _payment(small, transactionStatus="Pending")
        invoice = payment["appliedTo"][0]["appliedTo"]
        total, paid, reserved = _sums(invoice)
    folders.change(small, "accounting/payments", payment, transactionStatus="Success")

    folders.take(small)

    with folders.inside(small):
        assert _sums(invoice) == (total, paid + reserved, 0)
        entries = LedgerEntry.objects.filter(payment__source_id=payment["id"]).values_list("kind", "amount_minor")
        assert sorted(entries) == [("allocate", -reserved), ("payment_in", reserved)]
    assert folders.money_faults(small) == []


def test_pending_payment_that_fails_is_due_again(small: Path) -> None:
    folders.take(small)
    with folders.inside(small):
        payment = _payment(small, transactionStatus="Pending")
        invoice = payment["appliedTo"][0]["appliedTo"]
        total, paid, _ = _sums(invoice)
    folders.change(
        small, "accounting/payments", payment, transactionStatus="Fail", appliedTo=[], unappliedAmount="0.00"
    )

    folders.take(small)

    with folders.inside(small):
        assert _sums(invoice) == (total, paid, 0)
        found = Payment.objects.get(source_id=payment["id"])
        assert (found.state, found.received_minor, found.entries.count()) == ("failed", 0, 0)
        assert [row.state for row in found.allocations.all()] == ["released"]
    assert folders.money_faults(small) == []


def test_posted_payment_that_is_voided_is_taken_back_by_new_entries(small: Path) -> None:
    folders.take(small)
    with folders.inside(small):
        payment = _payment(small, transactionStatus="Success", total="50.00")
        invoice = payment["appliedTo"][0]["appliedTo"]
        total, paid, reserved = _sums(invoice)
        before = LedgerEntry.objects.filter(payment__source_id=payment["id"]).count()
    folders.change(small, "accounting/payments", payment, active=False)

    folders.take(small)

    with folders.inside(small):
        found = Payment.objects.get(source_id=payment["id"])
        assert (found.state, found.is_voided, found.received_minor) == ("canceled", True, 0)
        assert _sums(invoice) == (total, paid - found.amount_minor, reserved)
        assert found.entries.count() == 2 * before
        assert sum(found.entries.values_list("amount_minor", flat=True)) == 0
    assert folders.money_faults(small) == []


def test_invoice_and_its_payment_may_both_become_smaller(small: Path) -> None:
    folders.take(small)
    with folders.inside(small):
        taken = set(Payment.objects.values_list("source_id", flat=True))
        payment = next(
            row
            for row in folders.newest(small, "accounting/payments").values()
            if row["id"] in taken and row["transactionStatus"] == "Success" and row["total"] == "219.00"
            if [share["appliedAmount"] for share in row["appliedTo"]] == ["219.00"]
        )
    invoice = folders.newest(small, "accounting/invoices")[payment["appliedTo"][0]["appliedTo"]]
    item = {**invoice["items"][0], "total": "100.00", "price": "100.00"}
    amounts = {"subTotal": "100.00", "salesTax": "0.00", "total": "100.00", "balance": "0.00"}
    folders.change(small, "accounting/invoices", invoice, items=[item], **amounts)
    part = {**payment["appliedTo"][0], "appliedAmount": "100.00"}
    folders.change(small, "accounting/payments", payment, appliedTo=[part], total="100.00", unappliedAmount="0.00")

    report = folders.take(small)

    assert [report.entities[f"accounting/{name}"]["updated"] for name in ("invoices", "payments")] == [1, 1]
    with folders.inside(small):
        assert _sums(invoice["id"]) == (10000, 10000, 0)
        assert Invoice.objects.get(source_id=invoice["id"]).items.count() == 1
    assert folders.money_faults(small) == []


def test_invoice_below_what_was_paid_is_refused(small: Path) -> None:
    folders.take(small)
    with folders.inside(small):
        row = Invoice.objects.filter(paid_minor__gt=10000, source_id__isnull=False).order_by("source_id").first()
        assert row is not None
        before = _sums(row.source_id)
    invoice = folders.newest(small, "accounting/invoices")[row.source_id]
    item = {**invoice["items"][0], "total": "1.00", "price": "1.00"}
    amounts = {"subTotal": "1.00", "salesTax": "0.00", "total": "1.00", "balance": "0.00"}
    folders.change(small, "accounting/invoices", invoice, items=[item], **amounts)

    report = folders.take(small)

    assert "is paid or being paid here" in next(r["reason"] for r in report.refused if r["id"] == row.source_id)
    with folders.inside(small):
        assert _sums(row.source_id) == before


def test_record_refused_once_is_taken_when_it_is_mended(small: Path) -> None:
    folders.take(small)
    broken = next(row for row in folders.lines(small, "jpm/jobs") if row["jobStatus"] == "Teleported")
    folders.change(small, "jpm/jobs", broken, jobStatus="Completed")

    folders.take(small)

    with folders.inside(small):
        assert Job.objects.get(source_id=broken["id"]).status == "Completed"


def test_record_refused_for_a_while_is_unchanged_when_it_is_as_before(small: Path) -> None:
    iris = _customer(small, "Iris Hall")
    first = folders.take(small)
    folders.change(small, "crm/customers", iris, on=str(iris["modifiedOn"]), type="Alien")
    folders.take(small)
    folders.change(small, "crm/customers", iris, on=str(iris["modifiedOn"]))

    report = folders.take(small)

    assert report.entities["crm/customers"]["unchanged"] == first.entities["crm/customers"]["created"]
    assert report.entities["crm/customers"]["waiting"] == 0


def test_merge_at_the_source_takes_everything_along(small: Path) -> None:
    gone, kept = _customer(small, "Una Applied"), _customer(small, "Iris Hall")
    folders.take(small)
    with folders.inside(small):
        credit = sum(LedgerEntry.objects.filter(customer__source_id=gone["id"]).values_list("amount_minor", flat=True))
    folders.change(small, "crm/customers", gone, active=False, mergedToId=kept["id"])

    folders.take(small)

    with folders.inside(small):
        survivor, merged = (Customer.objects.get(source_id=row["id"]) for row in (kept, gone))
        assert merged.merged_into_id == survivor.pk
        for model in (Location, Contact, Job, Invoice, Payment):
            assert not model.objects.filter(customer=merged).exists()
        assert sum(LedgerEntry.objects.filter(customer=merged).values_list("amount_minor", flat=True)) == 0
        assert sum(LedgerEntry.objects.filter(customer=survivor).values_list("amount_minor", flat=True)) == credit
    assert folders.money_faults(small) == []
    assert folders.take(small).total("updated") == 0


def test_merge_at_the_source_takes_payments_made_here_along(small: Path) -> None:
    gone, kept = _customer(small, "Una Applied"), _customer(small, "Iris Hall")
    folders.take(small)
    with folders.inside(small):
        old = Customer.objects.get(source_id=gone["id"])
        facts = {"customer": old, "amount_minor": 700, "currency": "USD", "created_at": folders.EXPORTED_ON}
        payment = Payment.objects.create(
            **facts, method="cash", channel="office", state="succeeded", received_minor=700, receipt_number="R1"
        )
        entry = {"kind": "payment_in", "customer": old, "payment": payment, "amount_minor": 700, "currency": "USD"}
        LedgerEntry.objects.create(**entry, source_type="test", source_ref="1", at=folders.EXPORTED_ON)
        credit = sum(LedgerEntry.objects.filter(customer=old).values_list("amount_minor", flat=True))
    folders.change(small, "crm/customers", gone, active=False, mergedToId=kept["id"])

    folders.take(small)

    with folders.inside(small):
        survivor = Customer.objects.get(source_id=kept["id"])
        assert Payment.objects.get(pk=payment.pk).customer_id == survivor.pk
        assert sum(LedgerEntry.objects.filter(customer=old).values_list("amount_minor", flat=True)) == 0
        assert sum(LedgerEntry.objects.filter(customer=survivor).values_list("amount_minor", flat=True)) == credit
    assert folders.money_faults(small) == []


def test_unmerge_at_the_source_gives_everything_back(small: Path) -> None:
    gone, kept = _customer(small, "Una Applied"), _customer(small, "Iris Hall")
    folders.take(small)
    clean = _owners(small)
    folders.change(small, "crm/customers", gone, active=False, mergedToId=kept["id"])
    folders.take(small)
    folders.change(small, "crm/customers", gone, on="2027-02-01T00:00:00Z")

    folders.take(small)

    with folders.inside(small):
        assert Customer.objects.get(source_id=gone["id"]).merged_into_id is None
        assert Payment.objects.filter(customer__source_id=gone["id"]).count() == 2
    assert _owners(small) == clean
    assert folders.money_faults(small) == []


def test_branch_settings_changed_here_stay(small: Path) -> None:
    folders.take(small)
    sheet = (small / "branch.json").read_text()
    with folders.inside(small):
        branch = Branch.objects.get(is_main=True)
        Branch.objects.filter(pk=branch.pk).update(phone="555-0142")
        Company.objects.filter(pk=branch.company_id).update(portal_state="test")
    (small / "branch.json").write_text(sheet.replace('"showCanceledJobs": false', '"showCanceledJobs": true'))

    report = folders.take(small)

    with folders.inside(small):
        company = Company.objects.get(pk=branch.company_id)
        assert (company.is_canceled_job_shown, company.portal_state) == (True, "test")
        assert Branch.objects.get(pk=branch.pk).phone == "555-0142"
    assert report.overruled == []


def test_payment_onto_an_invoice_voided_here_is_refused(small: Path) -> None:
    folders.take(small)
    with folders.inside(small):
        payment = _payment(small, transactionStatus="Pending")
        invoice = payment["appliedTo"][0]["appliedTo"]
    folders.change(
        small, "accounting/payments", payment, transactionStatus="Fail", appliedTo=[], unappliedAmount="0.00"
    )
    folders.take(small)
    with folders.inside(small):
        row = Invoice.objects.get(source_id=invoice)
        corrections.void_invoice(invoice=row.public_id, version=row.version, reason="Billed twice", by=SYSTEM)
    folders.change(small, "accounting/payments", payment, on="2030-01-01T00:00:00Z", transactionStatus="Success")

    report = folders.take(small)

    said = f"Invoice {row.number} was voided here; void it at the source too."
    assert [line["reason"] for line in report.refused if line["id"] == payment["id"]] == [said]
    assert folders.money_faults(small) == []
