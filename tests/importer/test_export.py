"""Whole exports: what the portal shows is what the files say, customer by customer, to the cent."""

import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from portico.domain.billing.models import Invoice, LedgerEntry
from portico.domain.billing.queries import invoices as portal
from portico.domain.customers.models import Customer
from portico.domain.customers.queries import Scope
from portico.kernel import clock
from tests.importer import folders

pytestmark = pytest.mark.django_db(transaction=True)  # commits batch by batch, as the command does

BUDGET_SECONDS = 60
EVERY = 100_000


@pytest.fixture
def books(export: Path) -> tuple[dict[int, dict[str, int]], dict[int, int]]:
    """After an import: open invoices (number → amount due) and unapplied credit of each customer, from the files."""
    report = folders.take(export)
    refused = {(row["file"], row["id"]) for row in report.refused}
    corrected = {row["invoice"]: row["here"] for row in report.differences}
    ends = _survivors(export, refused)
    due: dict[int, dict[str, int]] = {customer: {} for customer in set(ends.values())}
    for invoice in _accepted(export, "accounting/invoices", refused):
        left = _minor(corrected.get(invoice["id"], invoice["balance"]))
        if left > 0:
            due[ends[invoice["customer"]["id"]]][invoice["referenceNumber"]] = left
    credit = dict.fromkeys(due, 0)
    for payment in _accepted(export, "accounting/payments", refused):
        if payment["transactionStatus"] == "Success" and payment.get("active", True):
            credit[ends[payment["customer"]["id"]]] += _minor(payment["unappliedAmount"])
    return due, credit


def _accepted(export: Path, entity: str, refused: set[tuple[str, int | None]]) -> list[dict[str, Any]]:
    rows = folders.newest(export, entity)
    return [row for row in rows.values() if (f"{entity}.jsonl", row["id"]) not in refused]


def _survivors(export: Path, refused: set[tuple[str, int | None]]) -> dict[int, int]:
    rows = _accepted(export, "crm/customers", refused)
    leads = {row["id"]: row["mergedToId"] for row in rows if row.get("mergedToId") and not row.get("active", True)}
    ends = {row["id"]: row["id"] for row in rows}
    for customer in ends:
        while ends[customer] in leads:
            ends[customer] = leads[ends[customer]]
    return ends


def _minor(text: str) -> int:
    return int(Decimal(text) * 100)


def test_portal_lists_what_the_files_say_is_open_for_every_customer(
    export: Path, books: tuple[dict[int, dict[str, int]], dict[int, int]]
) -> None:
    due, credit = books
    found, totals, left = {}, {}, {}
    with folders.inside(export):
        for customer in Customer.objects.filter(merged_into=None):
            scope = Scope([customer.pk], [None])
            listed = portal.invoices(scope=scope, paid=False, currency="USD", now=clock.now(), limit=EVERY)
            rows, sums = listed.rows, listed.sums
            assert customer.source_id is not None
            found[customer.source_id] = {row.number: row.due.minor for row in rows if row.due.minor > 0}
            totals[customer.source_id] = sums.due.minor
            entries = LedgerEntry.objects.filter(customer=customer)
            left[customer.source_id] = sum(entries.values_list("amount_minor", flat=True))

    assert found == due
    assert totals == {customer: sum(invoices.values()) for customer, invoices in due.items()}
    assert left == credit


def test_import_is_quick_and_the_second_changes_nothing(export: Path) -> None:
    started = time.monotonic()
    first = folders.take(export)
    assert time.monotonic() - started < BUDGET_SECONDS

    second = folders.take(export)

    assert (second.total("created"), second.total("updated")) == (0, 0)
    assert second.total("unchanged") == first.total("created")
    assert second.as_json()["refused"] == first.as_json()["refused"]
    assert all(row["reason"] for row in first.refused)
    assert first.total("read") == sum(sum(counts.values()) - counts["read"] for counts in first.entities.values())


def test_import_agrees_with_the_file_on_every_invoice(export: Path) -> None:
    report = folders.take(export)

    said = {row["id"]: _minor(row["balance"]) for row in folders.newest(export, "accounting/invoices").values()}
    with folders.inside(export):
        rows = Invoice.objects.values_list("source_id", "total_minor", "paid_minor", "reserved_minor")
        differing = {invoice for invoice, total, paid, reserved in rows if said[invoice] != total - paid - reserved}
    assert differing == {row["invoice"] for row in report.differences}
    assert folders.money_faults(export) == []
