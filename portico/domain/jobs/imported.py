"""Jobs, visits and assignments as another system keeps them, written in bulk; the run is the audit entry."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db import connection, transaction

from portico.domain.jobs.models import Appointment, AppointmentAssignment, Job
from portico.foundation.tenancy import sourced
from portico.foundation.tenancy.scope import current_company_id

MISPLACED = """
SELECT c.id, coalesce(newest.branch_id, main.id)
FROM customers_customer c
JOIN tenancy_branch main ON main.company_id = c.company_id AND main.is_main
LEFT JOIN (
  SELECT DISTINCT ON (l.customer_id) l.customer_id, u.branch_id
  FROM jobs_job j
  JOIN customers_location l ON l.id = j.location_id
  JOIN catalog_businessunit u ON u.id = j.business_unit_id
  WHERE j.company_id = %(company)s
  ORDER BY l.customer_id, j.created_at DESC, j.source_id DESC NULLS FIRST, j.id DESC) newest
  ON newest.customer_id = c.id
WHERE c.company_id = %(company)s AND NOT c.is_branch_fixed AND c.branch_id <> coalesce(newest.branch_id, main.id)
"""


@transaction.atomic
def write_jobs(*, changes: Sequence[sourced.Change]) -> sourced.Written:
    """Create or update jobs."""
    return sourced.write(Job, changes)


@transaction.atomic
def write_appointments(*, changes: Sequence[sourced.Change]) -> sourced.Written:
    """Create or update visits."""
    return sourced.write(Appointment, changes)


@transaction.atomic
def write_assignments(*, changes: Sequence[sourced.Change]) -> sourced.Written:
    """Create or update who comes to a visit."""
    return sourced.write(AppointmentAssignment, changes)


def misplaced_customers() -> dict[int, int]:
    """Customers whose branch is not that of the newest job at their locations (else the main one), with that branch."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(MISPLACED, {"company": current_company_id()})
        return dict(cursor.fetchall())


def jobs_by_source(ids: Collection[int]) -> dict[int, int]:
    """Primary keys by source id."""
    return sourced.keys(Job, ids)


def appointments_by_source(ids: Collection[int]) -> dict[int, int]:
    """Primary keys by source id."""
    return sourced.keys(Appointment, ids)
