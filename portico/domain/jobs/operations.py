"""What happens to a visit on its day, which units a job was about, and which jobs customers see."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from portico.domain.customers.models import Customer
from portico.domain.equipment.models import InstalledEquipment
from portico.domain.jobs import rules
from portico.domain.jobs.enums import AppointmentStatus, JobStatus
from portico.domain.jobs.errors import MissingJob, MissingVisit, VisitOver
from portico.domain.jobs.models import Appointment, AppointmentAssignment, AppointmentStep, Job, JobEquipment
from portico.domain.jobs.ports import PORTS
from portico.domain.jobs.rules import Standing
from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import Actor
from portico.foundation.tenancy.companies import current_company
from portico.foundation.tenancy.models import Company
from portico.kernel import clock, locks


@transaction.atomic
def set_appointment_status(*, appointment: UUID, status: str, by: Actor, at: datetime | None = None) -> bool:
    """Say how a visit stands; its technicians and its job follow. False when it stood so already.

    The job is locked before its visit, so that two clicks, and two visits of one job, come one after the other.
    """
    job, visit = _locked(appointment)
    before = visit.status
    if not rules.changes_status(before=before, after=status):
        return False
    if job.status == JobStatus.CANCELED:
        raise VisitOver.canceled_with_its_job()
    moment = at or clock.now()
    visit.status = status
    visit.save(update_fields=["status"])
    AppointmentStep.objects.create(appointment=visit, status=status, at=moment, made_by_name=by.name)
    _tell_technicians(visit)
    _tell_job(job, at=moment)
    PORTS.visits_changed([visit.pk])
    customer = Customer.objects.values_list("public_id", flat=True).get(pk=job.customer_id)
    audit.record("visit.status_set", visit, by=by, customer=customer, note=visit.number, before=before, after=status)
    return True


def record_steps(
    *, before: Mapping[int, Standing], after: Mapping[int, tuple[int, Standing]], at: Mapping[int, datetime], by: Actor
) -> None:
    """Write the steps of many visits that another system changed, in its transaction; keyed by source id.

    `after` holds the visits' keys too; `at` says when the other system changed each.
    """
    AppointmentStep.objects.bulk_create(
        AppointmentStep(appointment_id=key, status=standing.status, at=at[source_id], made_by_name=by.name)
        for source_id, (key, standing) in after.items()
        if rules.is_step(before.get(source_id), standing)
    )


def _locked(appointment: UUID) -> tuple[Job, Appointment]:
    found = Appointment.objects.filter(public_id=appointment)
    job = Job.objects.filter(pk__in=found.values("job_id")).select_for_update(of=("self",)).first()
    visit = found.filter(job=job).select_for_update(of=("self",)).first() if job else None
    if job is None or visit is None:
        raise MissingVisit(_("There is no such visit."))
    return job, visit


def _tell_technicians(visit: Appointment) -> None:
    status = rules.ASSIGNMENT.get(AppointmentStatus(visit.status))
    if status is not None:
        locks.lock_all(AppointmentAssignment.objects.filter(appointment=visit))
        AppointmentAssignment.objects.filter(appointment=visit).update(status=status)


def _tell_job(job: Job, *, at: datetime) -> None:
    visits = Appointment.objects.filter(job=job).values_list("status", flat=True)
    job.status = rules.job_status(set(visits), now=job.status)
    if job.status == JobStatus.COMPLETED and job.completed_at is None:
        job.completed_at = at
    elif job.status != JobStatus.COMPLETED:
        job.completed_at = None
    job.save(update_fields=["status", "completed_at"])


@transaction.atomic
def set_equipment(*, job: UUID, units: Collection[UUID], by: Actor) -> None:
    """Say which units of its home a job was about; links to units that stand elsewhere by now stay."""
    one = Job.objects.filter(public_id=job).select_for_update(of=("self",)).first()
    if one is None:
        raise MissingJob(_("There is no such job."))
    offered = InstalledEquipment.objects.filter(location=one.location_id, customer=one.customer_id, is_active=True)
    names = {unit.pk: unit for unit in offered}
    wanted = {unit.pk for unit in offered if unit.public_id in units}
    linked = JobEquipment.objects.filter(job=one, equipment__in=names)
    had = set(linked.values_list("equipment_id", flat=True))
    if wanted == had:
        return
    linked.exclude(equipment__in=wanted).delete()
    JobEquipment.objects.bulk_create(JobEquipment(job=one, equipment_id=key) for key in sorted(wanted - had))
    customer = Customer.objects.values_list("public_id", flat=True).get(pk=one.customer_id)
    said = ", ".join(sorted(names[key].name for key in wanted))
    facts = {"before": _ids(names, had), "after": _ids(names, wanted)}
    audit.record("job.units_set", one, by=by, customer=customer, note=f"{one.number}: {said}".rstrip(": "), **facts)


@transaction.atomic
def show_canceled_jobs(*, is_shown: bool, by: Actor) -> bool:
    """Let customers see jobs that were canceled, or hide them; False when it was so already."""
    company = locks.lock_one(Company.objects.filter(pk=current_company().pk))
    if company.is_canceled_job_shown == is_shown:
        return False
    company.is_canceled_job_shown = is_shown
    company.save(update_fields=["is_canceled_job_shown"])
    audit.record("portal.settings_changed", company, by=by, is_canceled_job_shown=is_shown)
    return True


def _ids(units: Mapping[int, InstalledEquipment], keys: Collection[int]) -> list[str]:
    return sorted(str(units[key].public_id) for key in keys)
