"""Billing what was accepted."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from portico.domain.billing.enums import InvoiceState
from portico.domain.billing.lines import InvoiceLine
from portico.domain.billing.models import Invoice
from portico.domain.billing.operations import deposits, issuing
from portico.domain.estimates import proof_rules, rules
from portico.domain.estimates.enums import EstimateStatus, EventKind
from portico.domain.estimates.errors import NothingToBill
from portico.domain.estimates.models import Estimate, EstimateItem, EstimateVersion
from portico.domain.estimates.operations import proposals, standing, story
from portico.domain.estimates.rules import Line
from portico.foundation.audit.operations import Actor
from portico.foundation.tenancy.sql import fetch_json

JOB_OF_WORK = """
SELECT coalesce((SELECT to_json(o.job_id) FROM booking_booking k JOIN jobs_appointment o ON o.id = k.appointment_id
  WHERE k.company_id = %(company)s AND k.estimate_id = %(estimate)s::bigint AND o.status <> 'Canceled'
  ORDER BY k.id DESC LIMIT 1), to_json(%(own)s::bigint))
"""


@transaction.atomic
def make_invoice(*, estimate: UUID, by: Actor) -> UUID:
    """Issue the invoice of an accepted estimate, once while it is not void; its public id.

    It bills what was signed: the lines and the tax of the approval. One that another system says is accepted is billed
    without its optional lines. It is of the job on which the work is done, and what is kept for the work pays it.
    """
    row = proposals.locked(estimate)
    if row.status != EstimateStatus.SOLD:
        raise NothingToBill(_("Only an accepted estimate can be billed."))
    if row.invoice is not None and row.invoice.state != InvoiceState.VOID:
        return UUID(str(row.invoice.public_id))
    lines, tax_minor = _agreed(row)
    job_id = _job_of_work(row)
    approval = standing.approval_of(row)
    if approval is not None:
        deposits.move_to_job(approval_ref=approval.public_id, job_id=job_id, by=by)
    bill = issuing.bill_of_job(
        job_id=job_id,
        estimate_ref=row.public_id,
        title=row.name,
        lines=tuple(_invoice_line(line, item) for line, item in _with_items(row, lines)),
        tax_minor=tax_minor,
        currency=row.currency,
    )
    issued = issuing.issue_invoice(bill=bill, by=by)
    row.invoice = Invoice.objects.get(public_id=issued)
    row.save(update_fields=["invoice"])
    story.note(row, EventKind.INVOICED, by=by, text=row.invoice.number)
    story.record("estimate.invoiced", row, by=by, note=f"{row.number} {row.invoice.number}", invoice=str(issued))
    return issued


def _job_of_work(row: Estimate) -> int:
    """The estimate's own job, or the one that was made for the visit that was booked for it last."""
    found: int = fetch_json(JOB_OF_WORK, estimate=row.pk, own=row.proposal.job_id)
    return found


def _agreed(row: Estimate) -> tuple[tuple[Line, ...], int]:
    approval = standing.approval_of(row)
    if approval is not None:
        agreed = proof_rules.read(approval.snapshot)
        return agreed.lines, agreed.totals.tax_minor
    content = EstimateVersion.objects.values_list("content", flat=True).get(estimate=row, n=row.version)
    offered = rules.offer(content, is_member=False, terms_n=0)
    return rules.included(offered, ()), row.tax_minor


def _with_items(row: Estimate, lines: tuple[Line, ...]) -> list[tuple[Line, EstimateItem | None]]:
    items = {str(item.public_id): item for item in EstimateItem.objects.filter(estimate=row)}
    return [(line, items.get(line.ref)) for line in lines]


def _invoice_line(line: Line, item: EstimateItem | None) -> InvoiceLine:
    return InvoiceLine(
        name=line.name,
        quantity=Decimal(line.quantity),
        price_minor=line.price_minor,
        total_minor=line.total_minor,
        description=line.description,
        type=item.type if item else "",
        sku=item.sku if item else "",
        cost=item.cost if item else None,
        cost_account=item.cost_account if item else "",
    )
