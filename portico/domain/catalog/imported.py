"""Business units, job types and tags as another system keeps them, written in bulk; the run is the audit entry."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from django.db import transaction

from portico.domain.catalog.models import BusinessUnit, JobType, JobTypeUnit, TagType
from portico.foundation.tenancy import sourced


@transaction.atomic
def write_business_units(*, changes: Sequence[sourced.Change]) -> sourced.Written:
    """Create or update business units; each change is bound to its branch."""
    return sourced.write(BusinessUnit, changes)


@transaction.atomic
def write_job_types(*, changes: Sequence[sourced.Change], units: Mapping[int, Sequence[int]]) -> sourced.Written:
    """Create or update job types and the business units that do them, by the job type's source id."""
    written = sourced.write(JobType, changes)
    keys = job_types_by_source([change.source_id for change in changes])
    JobTypeUnit.objects.filter(job_type_id__in=keys.values()).delete()
    JobTypeUnit.objects.bulk_create(
        JobTypeUnit(job_type_id=keys[source_id], business_unit_id=unit)
        for source_id in sorted(keys)
        for unit in dict.fromkeys(units.get(source_id, ()))
    )
    return written


@transaction.atomic
def write_tag_types(*, changes: Sequence[sourced.Change]) -> sourced.Written:
    """Create or update the marks of the office."""
    return sourced.write(TagType, changes)


def business_units_by_source(ids: Collection[int]) -> dict[int, int]:
    """Primary keys by source id."""
    return sourced.keys(BusinessUnit, ids)


def job_types_by_source(ids: Collection[int]) -> dict[int, int]:
    """Primary keys by source id."""
    return sourced.keys(JobType, ids)
