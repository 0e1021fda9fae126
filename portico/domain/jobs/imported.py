"""Jobs, visits and assignments as another system keeps them, written in bulk; the run is the audit entry."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from portico.domain.jobs import operations
from portico.domain.jobs.models import Appointment, AppointmentAssignment, Job, JobNote
from portico.domain.jobs.ports import PORTS
from portico.domain.jobs.queries.branch_sql import MISPLACED
from portico.domain.jobs.rules import Standing
from portico.foundation.audit.operations import IMPORT
from portico.foundation.tenancy import sourced
from portico.foundation.tenancy.scope import current_company_id
from portico.kernel import locks


@transaction.atomic
def write_jobs(*, changes: Sequence[sourced.Change]) -> sourced.Written:
    """Create or update jobs."""
    written = sourced.write(Job, changes)
    PORTS.many_visits_changed(_keys(Appointment.objects.filter(job__source_id__in=written.updated)))
    return written


@transaction.atomic
def write_appointments(*, changes: Sequence[sourced.Change], changed_at: Mapping[int, datetime]) -> sourced.Written:
    """Create or update visits, with a step for each that is new or stands otherwise since `changed_at`."""
    ids = [change.source_id for change in changes]
    _lock_jobs(ids, {change.bound["job_id"] for change in changes})
    before = {source_id: standing for source_id, (_key, standing) in _standing(ids).items()}
    written = sourced.write(Appointment, changes)
    after = _standing(ids)
    operations.record_steps(before=before, after=after, at=changed_at, by=IMPORT)
    PORTS.many_visits_changed([key for key, _standing in after.values()])
    return written


@transaction.atomic
def write_assignments(*, changes: Sequence[sourced.Change]) -> sourced.Written:
    """Create or update who comes to a visit; the visits are locked first, as a click of the office does."""
    had = AppointmentAssignment.objects.filter(source_id__in=[change.source_id for change in changes])
    visits = {change.bound["appointment_id"] for change in changes} | set(had.values_list("appointment_id", flat=True))
    locks.lock_all(Appointment.objects.filter(pk__in=visits))
    written = sourced.write(AppointmentAssignment, changes)
    PORTS.many_visits_changed(visits)
    return written


@transaction.atomic
def write_notes(*, changes: Sequence[sourced.Change]) -> sourced.Written:
    """Create or update what the office wrote down about jobs."""
    return sourced.write(JobNote, changes)


def misplaced_customers() -> dict[int, int]:
    """Customers whose branch is not the one that their jobs and zones say, with that one."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(MISPLACED, {"company": current_company_id()})
        return dict(cursor.fetchall())


def jobs_by_source(ids: Collection[int]) -> dict[int, int]:
    """Primary keys by source id."""
    return sourced.keys(Job, ids)


def appointments_by_source(ids: Collection[int]) -> dict[int, int]:
    """Primary keys by source id."""
    return sourced.keys(Appointment, ids)


def _keys(visits: QuerySet[Appointment]) -> list[int]:
    return list(visits.values_list("pk", flat=True))


def _lock_jobs(visits: Collection[int], jobs: Collection[int]) -> None:
    """Jobs before their visits, in the order of every writer: those that the visits had and those that they get."""
    had = Appointment.objects.filter(source_id__in=visits).values("job_id")
    list(Job.objects.filter(Q(pk__in=jobs) | Q(pk__in=had)).select_for_update(of=("self",)).order_by("pk").values("pk"))


def _standing(ids: Collection[int]) -> dict[int, tuple[int, Standing]]:
    columns = ("source_id", "pk", "status", "window_starts_at", "window_ends_at")
    rows = Appointment.objects.filter(source_id__in=ids).values_list(*columns)
    return {source_id: (key, Standing(*told)) for source_id, key, *told in rows if source_id is not None}
