"""The invoices of a job, for whoever may see its history: those they may see, and whether others stand beside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portico.domain.billing.queries import job_invoice_sql as sql
from portico.domain.billing.queries.invoices import InvoiceRow
from portico.domain.customers.queries import Scope
from portico.foundation.tenancy.scope import reading
from portico.foundation.tenancy.sql import fetch_json

MANY = 50


@dataclass(frozen=True, slots=True)
class JobInvoices:
    """What a job's page may say of its bills. Of one billed to somebody else nothing is known but that it exists."""

    rows: list[InvoiceRow]
    is_billed_elsewhere: bool


@reading
def invoices_of_job(*, scope: Scope, job: UUID, now: datetime) -> JobInvoices:
    """The invoices of a job that the billing scope holds, newest first."""
    found = fetch_json(sql.OF_JOB, **scope.as_parameters(), job=job, now=now, many=MANY)
    return JobInvoices([InvoiceRow.of(row) for row in found["rows"]], found["is_billed_elsewhere"])


@dataclass(frozen=True, slots=True)
class BilledTo:
    """An invoice of a job for the office, void ones too, with who is billed."""

    row: InvoiceRow
    payer: str


@reading
def office_invoices_of_job(job: UUID, *, now: datetime) -> list[BilledTo]:
    """All invoices of a job, newest first."""
    found = fetch_json(sql.OF_JOB_IN_OFFICE, job=job, now=now, many=MANY)
    return [BilledTo(InvoiceRow.of(row), row["payer"]) for row in found]
