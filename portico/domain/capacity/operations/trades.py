"""Business units and job types, entered in the office. An import keeps the columns that were changed here until its
source says something new; which units an imported job type has is what its source says whenever it speaks of it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from portico.domain.capacity.errors import BadSetting
from portico.domain.capacity.operations import kept
from portico.domain.capacity.operations.job_types import BOUNDS, MOST_SKILLS
from portico.domain.capacity.ports import PORTS
from portico.domain.catalog.models import BusinessUnit, JobType, JobTypeUnit
from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import Actor
from portico.foundation.tenancy.models import Branch
from portico.foundation.tenancy.scope import current_company_id
from portico.kernel import ids

OF_UNIT = ("name", "official_name", "phone", "trade", "tax_rate", "is_active")
OF_JOB_TYPE = ("name", "job_class", "is_no_charge", "is_active")


@transaction.atomic
def add_unit(*, wanted: Mapping[str, Any], key: str, by: Actor) -> UUID:
    """A new trade in a branch; its public id. The same form sent again adds nothing."""
    public_id = ids.public_id_of_form(key, "unit", current_company_id(), _telling(wanted))
    if not BusinessUnit.objects.filter(public_id=public_id).exists():
        _put_unit(BusinessUnit(public_id=public_id), wanted, is_new=True, by=by)
    return public_id


@transaction.atomic
def change_unit(*, unit: UUID, wanted: Mapping[str, Any], by: Actor) -> None:
    """Write what differs. In another branch its technicians work by that branch's clock: days are planned anew."""
    _put_unit(kept.locked(BusinessUnit, unit), wanted, is_new=False, by=by)


@transaction.atomic
def add_job_type(*, wanted: Mapping[str, Any], key: str, by: Actor) -> UUID:
    """A new kind of visit with its length and skills; its public id. The same form sent again adds nothing."""
    public_id = ids.public_id_of_form(key, "job type", current_company_id(), _telling(wanted))
    if JobType.objects.filter(public_id=public_id).exists():
        return public_id
    kept.check_bounds(wanted, {"duration_minutes": BOUNDS["duration_minutes"]})
    if len(wanted["skills"]) > MOST_SKILLS:
        raise BadSetting(_("Enter at most %(n)s skills.") % {"n": MOST_SKILLS}, field="skills")
    row = JobType(public_id=public_id, duration_minutes=wanted["duration_minutes"], skills=wanted["skills"])
    _put_job_type(row, wanted, is_new=True, by=by)
    return public_id


@transaction.atomic
def change_job_type(*, job_type: UUID, wanted: Mapping[str, Any], by: Actor) -> None:
    """Write its name, class, units and whether it is used; length and skills are among the rules of booking."""
    _put_job_type(kept.locked(JobType, job_type), wanted, is_new=False, by=by)


def _put_unit(row: BusinessUnit, wanted: Mapping[str, Any], *, is_new: bool, by: Actor) -> None:
    branch = kept.named(Branch, wanted["branch"], "branch")
    if BusinessUnit.objects.filter(branch=branch, name=wanted["name"]).exclude(pk=row.pk).exists():
        raise BadSetting(_("There is a business unit of this name in this branch already."), field="name")
    has_moved = not is_new and row.branch_id != branch.pk
    columns = {name: wanted[name] for name in OF_UNIT} | {"branch": branch}
    kept.put(row, columns, is_new=is_new, what="unit", by=by)
    if has_moved:
        PORTS.working_time_changed()


def _put_job_type(row: JobType, wanted: Mapping[str, Any], *, is_new: bool, by: Actor) -> None:
    if JobType.objects.filter(name=wanted["name"]).exclude(pk=row.pk).exists():
        raise BadSetting(_("There is a job type of this name already."), field="name")
    kept.put(row, {name: wanted[name] for name in OF_JOB_TYPE}, is_new=is_new, what="job_type", by=by)
    _give_units(row, wanted["units"], by)


def _give_units(row: JobType, units: Collection[UUID], by: Actor) -> None:
    """The business units that were ticked, and no others that could be: one that is not in use stays."""
    wanted = {unit.pk: unit.name for unit in BusinessUnit.objects.filter(public_id__in=units)}
    offered = JobTypeUnit.objects.filter(job_type=row, business_unit__is_active=True)
    before = dict(offered.values_list("business_unit_id", "business_unit__name"))
    if wanted.keys() == before.keys():
        return
    offered.exclude(business_unit__in=wanted).delete()
    new = sorted(wanted.keys() - before.keys())
    JobTypeUnit.objects.bulk_create(JobTypeUnit(job_type=row, business_unit_id=key) for key in new)
    told = {"units": sorted(before.values())}, {"units": sorted(wanted.values())}
    audit.record("scheduling.job_type_changed", row, by=by, before=told[0], after=told[1])


def _telling(wanted: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in wanted.items()}
