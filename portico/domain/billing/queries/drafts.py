"""What the pages on which invoices are written show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet

from portico.domain.billing import draft_rules
from portico.domain.billing.draft_rules import WrittenLine
from portico.domain.billing.models import InvoiceDraft
from portico.domain.catalog.models import BusinessUnit
from portico.domain.customers.models import Location
from portico.domain.jobs.models import Job
from portico.foundation.tenancy.scope import reading
from portico.kernel.money import Money

MOST_DRAFTS = 20


@dataclass(frozen=True, slots=True)
class Places:
    """What a new invoice may be about: locations of the customer, and business units, each by id and name."""

    locations: list[tuple[UUID, str]]
    units: list[tuple[UUID, str]]


@dataclass(frozen=True, slots=True)
class DraftPage:
    """A draft as it stands. `job` is the job that it bills and the customer on whose record that stands."""

    id: UUID
    version: int
    title: str
    job_number: str
    job: tuple[UUID, UUID] | None
    location: UUID | None
    place: str
    business_unit: UUID | None
    unit: str
    due_on: date | None
    tax_rate: Decimal
    currency: str
    lines: tuple[WrittenLine, ...]
    issued: UUID | None
    changed_at: datetime

    @property
    def subtotal(self) -> Money:
        return Money(self._sum.subtotal_minor, self.currency)

    @property
    def tax(self) -> Money:
        return Money(self._sum.tax_minor, self.currency)

    @property
    def total(self) -> Money:
        return Money(self._sum.total_minor, self.currency)

    @property
    def _sum(self) -> draft_rules.Sum:
        return draft_rules.sum_of(self.lines, self.tax_rate)


@reading
def places(customer: UUID) -> Places:
    """Two statements, however many there are."""
    homes = Location.objects.filter(customer__public_id=customer, is_active=True).order_by("name", "pk")
    units = BusinessUnit.objects.filter(is_active=True).order_by("name", "pk")
    return Places([(home.public_id, _place(home)) for home in homes], [(unit.public_id, unit.name) for unit in units])


@reading
def job_number(customer: UUID, job: UUID) -> str:
    """The number of a job on this customer's record; empty for one that is not there."""
    found = Job.objects.filter(public_id=job, customer__public_id=customer).values_list("number", flat=True).first()
    return found or ""


@reading
def draft_of(customer: UUID, draft: UUID) -> DraftPage | None:
    """One draft of this customer, also one that was issued."""
    row = _drafts().filter(public_id=draft, customer__public_id=customer).first()
    return _page(row) if row else None


@reading
def drafts_of(customer: UUID) -> list[DraftPage]:
    """What waits to be issued to this customer, last changed first."""
    rows = _drafts().filter(customer__public_id=customer, issued_ref=None).order_by("-changed_at")
    return [_page(row) for row in rows[:MOST_DRAFTS]]


def _drafts() -> QuerySet[InvoiceDraft]:
    return InvoiceDraft.objects.select_related("job__customer", "location", "business_unit")


def _page(row: InvoiceDraft) -> DraftPage:
    return DraftPage(
        id=row.public_id,
        version=row.version,
        title=row.title,
        job_number=row.job.number if row.job else "",
        job=(row.job.customer.public_id, row.job.public_id) if row.job else None,
        location=row.location.public_id if row.location else None,
        place=_place(row.location) if row.location else "",
        business_unit=row.business_unit.public_id if row.business_unit else None,
        unit=row.business_unit.name if row.business_unit else "",
        due_on=row.due_on,
        tax_rate=row.tax_rate,
        currency=row.currency,
        lines=draft_rules.read(row.lines),
        issued=row.issued_ref,
        changed_at=row.changed_at,
    )


def _place(location: Location) -> str:
    return location.one_line() or location.name
