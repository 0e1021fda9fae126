"""Invoices by hand: written as drafts that can be changed, issued once, and from then on never edited."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from portico.domain.billing import draft_rules
from portico.domain.billing.draft_rules import WrittenInvoice
from portico.domain.billing.errors import BadInvoice, DraftChanged, MissingDraft
from portico.domain.billing.lines import InvoiceLine
from portico.domain.billing.models import InvoiceDraft
from portico.domain.billing.operations import deposits, issuing, locking
from portico.domain.billing.operations.issuing import Bill
from portico.domain.catalog.models import BusinessUnit
from portico.domain.customers.models import Customer, Location
from portico.domain.jobs.models import Job
from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import Actor
from portico.foundation.tenancy.companies import current_company
from portico.foundation.tenancy.models import Branch
from portico.kernel import clock, locks


@transaction.atomic
def save_draft(*, customer: UUID, draft: UUID | None, written: WrittenInvoice, by: Actor) -> UUID:
    """Keep what was written, as a new draft or over an old one; its public id.

    BadInvoice names the field; DraftChanged when somebody else was faster; MissingDraft for a foreign one.
    """
    payer = _payer(customer)
    row = _locked(payer, draft) if draft else InvoiceDraft(customer=payer)
    if draft and (row.issued_ref or row.version != written.seen_version):
        raise DraftChanged(_("Somebody else changed this invoice meanwhile. Open it anew to see what it says now."))
    draft_rules.check(written)
    for name, value in _columns(payer, written).items():
        setattr(row, name, value)
    row.version = row.version + 1 if draft else 1
    row.save()
    total = draft_rules.sum_of(written.lines, written.tax_rate).total_minor
    verb = "invoice.draft_changed" if draft else "invoice.draft_written"
    audit.record(verb, row, by=by, customer=payer.public_id, note=row.title, amount_minor=total)
    saved: UUID = row.public_id
    return saved


@transaction.atomic
def remove_draft(*, customer: UUID, draft: UUID, by: Actor) -> None:
    """Throw a draft away; one that was issued stays."""
    payer = _payer(customer)
    row = _locked(payer, draft)
    if row.issued_ref:
        raise DraftChanged(_("This invoice was issued meanwhile. Void it instead."))
    audit.record("invoice.draft_removed", row, by=by, customer=payer.public_id, note=row.title)
    row.delete()


@locking.brief
def issue_draft(*, customer: UUID, draft: UUID, version: int, by: Actor) -> UUID:
    """Write the invoice that a draft says, once however often it is asked for; its public id.

    The customer sees and can pay it at once. What the job's deposit holds is put on it.
    """
    payer = _payer(customer)
    row = _locked(payer, draft)
    if row.issued_ref:
        return row.issued_ref
    if row.version != version:
        raise DraftChanged(_("Somebody else changed this invoice meanwhile. Look at it again before you issue it."))
    draft_rules.check_due(row.due_on, today=clock.today(_branch(payer, row).time_zone))
    waiting = deposits.lock_of_jobs([row.job_id] if row.job_id else [])
    issued = issuing.write(_bill(payer, row), by=by)
    deposits.use(waiting, [issued], by=by)
    row.issued_ref = issued.public_id
    row.save(update_fields=["issued_ref"])
    written: UUID = issued.public_id
    return written


def _payer(customer: UUID) -> Customer:
    found = Customer.objects.select_related("branch").filter(public_id=customer, merged_into=None).first()
    if found is None:
        raise MissingDraft(_("There is no such customer."))
    return found


def _locked(payer: Customer, draft: UUID) -> InvoiceDraft:
    rows = InvoiceDraft.objects.filter(public_id=draft, customer=payer)
    if not rows.exists():
        raise MissingDraft(_("There is no such invoice any more."))
    return locks.lock_one(rows)


def _columns(payer: Customer, written: WrittenInvoice) -> dict[str, Any]:
    job = _job(written.job_number.strip())
    unit = job.business_unit if job else _named(BusinessUnit, written.business_unit, "business_unit")
    return {
        "job": job,
        "location": job.location if job else _location(payer, written.location),
        "business_unit": unit,
        "title": written.title.strip(),
        "due_on": written.due_on,
        "currency": current_company().currency,
        "tax_rate": written.tax_rate,
        "lines": draft_rules.kept(written.lines),
        "changed_at": clock.real_now(),
    }


def _job(number: str) -> Job | None:
    """The job that is billed; also one of another customer, whose bill this customer pays."""
    if not number:
        return None
    found = list(Job.objects.select_related("business_unit", "location").filter(number=number)[:2])
    if len(found) != 1:
        told = _("There is no job of this number.") if not found else _("Several jobs have this number.")
        raise BadInvoice(told, field="job_number")
    return found[0]


def _location(payer: Customer, location: UUID | None) -> Location | None:
    if location is None:
        return None
    return _named(Location, location, "location", customer=payer)  # type: ignore[no-any-return]


def _named(model: Any, public_id: UUID | None, field: str, **more: Any) -> Any:
    if public_id is None:
        return None
    found = model.objects.filter(public_id=public_id, **more).first()
    if found is None:
        raise BadInvoice(_("This is no longer there: choose something else."), field=field)
    return found


def _branch(payer: Customer, row: InvoiceDraft) -> Branch:
    return row.business_unit.branch if row.business_unit else payer.branch


def _bill(payer: Customer, row: InvoiceDraft) -> Bill:
    lines = draft_rules.read(row.lines)
    found = draft_rules.sum_of(lines, row.tax_rate)
    return Bill(
        customer_id=payer.pk,
        location_id=row.location_id,
        job_id=row.job_id,
        business_unit_id=row.business_unit_id,
        branch_id=_branch(payer, row).pk,
        title=row.title,
        lines=tuple(
            InvoiceLine(line.name, line.quantity, line.price_minor, line.total_minor, line.description)
            for line in lines
        ),
        tax_minor=found.tax_minor,
        currency=row.currency,
        due_on=row.due_on,
    )
