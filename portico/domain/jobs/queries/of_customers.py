"""What customers' records ask about jobs, through their ports."""

from __future__ import annotations

from django.db import connection

from portico.domain.jobs.enums import JobStatus
from portico.domain.jobs.models import Job
from portico.domain.jobs.queries.branch_sql import BRANCH_OF_ONE
from portico.foundation.tenancy.scope import current_company_id, reading

OVER = (JobStatus.COMPLETED, JobStatus.CANCELED)


@reading
def branch_of_customer(customer_id: int) -> int:
    """The branch that its jobs, else its zones say, else the main one."""
    with connection.cursor() as cursor:
        cursor.execute(BRANCH_OF_ONE, {"company": current_company_id(), "customer": customer_id})
        return int(cursor.fetchone()[1])


@reading
def open_jobs(*, customer_id: int | None = None, location_id: int | None = None) -> int:
    """How many jobs are still to be done for a customer, or at a location whoever pays."""
    at = {"customer": customer_id} if customer_id is not None else {"location": location_id}
    return Job.objects.filter(**at).exclude(status__in=OVER).count()
