"""The kinds of visits, for the office."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from portico.domain.catalog.models import JobType
from portico.foundation.tenancy.scope import reading

PREPARATION_LIMIT = 2000
PAGE = 50


@dataclass(frozen=True, slots=True)
class JobTypeRow:
    """A kind of visit and what customers are told before one."""

    id: UUID
    name: str
    job_class: str
    preparation: str
    is_active: bool


@reading
def job_types(*, after: UUID | None = None) -> list[JobTypeRow]:
    """A page of the kinds of visits by name, one more than a page where there are more."""
    rows = JobType.objects.order_by("name", "pk")
    last = JobType.objects.filter(public_id=after).values_list("name", "pk").first() if after else None
    if last:
        rows = rows.filter(name__gte=last[0]).exclude(name=last[0], pk__lte=last[1])
    return [_row(found) for found in rows[: PAGE + 1]]


@reading
def job_type(public_id: UUID) -> JobTypeRow | None:
    """One kind of visit; None where there is none such."""
    found = JobType.objects.filter(public_id=public_id).first()
    return _row(found) if found else None


@reading
def job_types_named(names: Iterable[str]) -> dict[str, UUID]:
    """The kinds of visits with these names."""
    return dict(JobType.objects.filter(name__in=list(names), is_active=True).values_list("name", "public_id"))


def _row(found: JobType) -> JobTypeRow:
    return JobTypeRow(found.public_id, found.name, found.job_class, found.preparation, found.is_active)
