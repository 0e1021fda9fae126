"""Business units and the kinds of visits, for the office."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from portico.domain.catalog.models import BusinessUnit, JobType, JobTypeUnit
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


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A trade in a branch: its columns as its form names them."""

    id: UUID
    branch_name: str
    columns: Mapping[str, Any]


@reading
def units() -> list[UnitRow]:
    """All business units, by branch and name."""
    rows = BusinessUnit.objects.select_related("branch").order_by("-branch__is_main", "branch__name", "name", "pk")
    return [_unit(row) for row in rows]


@reading
def unit(public_id: UUID) -> UnitRow | None:
    """One of them; None where there is none such."""
    row = BusinessUnit.objects.select_related("branch").filter(public_id=public_id).first()
    return _unit(row) if row else None


@reading
def job_type_columns(public_id: UUID) -> dict[str, Any]:
    """What a kind of visit is called and who does it, as its form names it."""
    row = JobType.objects.get(public_id=public_id)
    units = JobTypeUnit.objects.filter(job_type=row, business_unit__is_active=True)
    told = {name: getattr(row, name) for name in ("name", "job_class", "is_no_charge", "is_active")}
    return told | {"units": [str(key) for key in units.values_list("business_unit__public_id", flat=True)]}


def _unit(row: BusinessUnit) -> UnitRow:
    names = ("name", "official_name", "phone", "trade", "tax_rate", "is_active")
    told = {name: getattr(row, name) for name in names}
    return UnitRow(row.public_id, row.branch.name, told | {"branch": str(row.branch.public_id)})
