"""Invoices and payments depend on each other's sums: what does not fit yet is tried again after the rest moved."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from django.db import transaction

from portico.domain.billing import imported, imported_payments
from portico.domain.billing.enums import PaymentState
from portico.foundation.tenancy import sourced
from portico.importer import check, sql
from portico.importer.check import Staged
from portico.importer.entities import accounting
from portico.importer.entities.accounting import Bill, Paid
from portico.importer.faults import Refused
from portico.importer.fields import Fields, Ref, Setting
from portico.importer.lookups import Lookups
from portico.importer.registry import Entity
from portico.importer.report import Report

AT_ONCE = 1000
STATES = {
    "Success": PaymentState.SUCCEEDED,
    "Pending": PaymentState.PROCESSING,
    "Fail": PaymentState.FAILED,
}
BY_DATE = """SELECT id FROM importer_stagedrecord WHERE id = ANY(%(ids)s) ORDER BY record->>'date', source_id"""
IN_FOLDER = "SELECT source_id FROM folder_id WHERE entity = 'accounting/invoices' ORDER BY source_id"
BALANCES = """SELECT source_id, record FROM importer_stagedrecord WHERE company_id = %(company)s
  AND entity = 'accounting/invoices' AND source_id = ANY(%(ids)s) AND state = 'applied' ORDER BY source_id"""

Done = Callable[[Entity, sourced.Written, Mapping[int, int], Report], None]


def apply(invoices: Entity, payments: Entity, setting: Setting, report: Report, *, done: Done) -> None:
    """Apply all open invoices and payments; at the end refuse those for which there is no room."""
    while True:
        moved = 0
        refused: dict[int, str] = {}
        for entity in (invoices, payments):
            for group in check.depth_order(entity, _ordered(entity, check.open_ids(entity))):
                for number, batch in enumerate(check.open_records(entity, group, at_once=AT_ONCE), start=1):
                    with transaction.atomic():
                        written, reasons = _write(batch, entity, setting)
                        done(entity, written, {staged.source_id: staged.id for staged in batch}, report)
                    if sql.is_power_of_two(number):
                        sql.refresh_statistics(*entity.tables)
                    moved += len(written.created) + len(written.updated)
                    refused |= reasons
        if not moved or not refused:
            check.refuse(refused)
            return


def report_differences(setting: Setting, report: Report) -> None:
    """Name each invoice whose amount due here is not the balance in the file."""
    ids = [source_id for (source_id,) in sql.rows(IN_FOLDER)]
    for at in range(0, len(ids), AT_ONCE):
        found = sql.rows(BALANCES, ids=ids[at : at + AT_ONCE])
        due = imported.due_by_source([source_id for source_id, _ in found])
        for source_id, record in found:
            said = accounting.balance_minor(Fields(json.loads(record), setting))
            if said is not None and due.get(source_id) != said:
                report.differ(source_id, said, due.get(source_id), setting.currency)


def _ordered(entity: Entity, ids: list[int]) -> list[int]:
    if entity.name != "accounting/payments":
        return ids
    return [staged for (staged,) in sql.rows(BY_DATE, ids=ids)]


def _write(batch: list[Staged], entity: Entity, setting: Setting) -> tuple[sourced.Written, dict[int, str]]:
    """Write one batch; the reasons of what did not fit are by stage id."""
    parsed = [(staged, entity.parse(Fields(staged.record, setting))) for staged in batch]
    lookups = Lookups()
    for _, said in parsed:
        lookups.want(_wanted(said))
    lookups.find()
    bills: list[imported.ImportedInvoice] = []
    paid: list[imported_payments.ImportedPayment] = []
    reasons: dict[int, str] = {}
    for staged, said in parsed:
        try:
            if isinstance(said, Bill):
                bills.append(_invoice(staged.source_id, said, lookups, setting))
            else:
                paid.append(_payment(staged.source_id, said, lookups, setting))
        except Refused as refused:
            reasons[staged.id] = str(refused)
    written = imported_payments.write_payments(payments=paid) if paid else imported.write_invoices(invoices=bills)
    stage_ids = {staged.source_id: staged.id for staged in batch}
    return written, reasons | {stage_ids[source_id]: why for source_id, why in written.refused}


def _wanted(said: Bill | Paid) -> list[Ref | None]:
    if isinstance(said, Bill):
        return [said.customer, said.location, said.job, said.business_unit, said.adjusts]
    return [said.customer, *(share.invoice for share in said.shares)]


def _invoice(source_id: int, bill: Bill, lookups: Lookups, setting: Setting) -> imported.ImportedInvoice:
    return imported.ImportedInvoice(
        source_id=source_id,
        number=bill.number,
        customer_id=lookups.key(bill.customer),
        location_id=lookups.key(bill.location),
        job_id=lookups.key(bill.job),
        business_unit_id=lookups.key(bill.business_unit),
        adjusts_id=lookups.key(bill.adjusts),
        title=bill.title,
        term_name=bill.term_name,
        issued_on=bill.issued_on,
        due_on=bill.due_on,
        currency=setting.currency,
        subtotal_minor=bill.subtotal_minor,
        tax_minor=bill.tax_minor,
        total_minor=bill.total_minor,
        sync_status=bill.sync_status,
        created_at=bill.created_at,
        membership_source_id=bill.membership.id if bill.membership else None,
        items=bill.items,
    )


def _payment(source_id: int, paid: Paid, lookups: Lookups, setting: Setting) -> imported_payments.ImportedPayment:
    return imported_payments.ImportedPayment(
        source_id=source_id,
        customer_id=lookups.key(paid.customer),
        amount_minor=paid.amount_minor,
        currency=setting.currency,
        method=paid.method,
        method_label=paid.method_label,
        state=PaymentState.CANCELED if paid.is_voided else STATES[paid.status],
        paid_on=paid.paid_on,
        at=paid.at,
        reference=paid.reference,
        memo=paid.memo,
        shares=tuple(
            imported_payments.ImportedShare(lookups.key(share.invoice), share.amount_minor, share.applied_on)
            for share in paid.shares
        ),
    )
