"""What must be true of jobs, whatever happened."""

from __future__ import annotations

from django.db import connection

from portico.foundation.tenancy.invariants import Violation
from portico.foundation.tenancy.scope import current_company_id, reading

# Asked in other words than the trigger that keeps the day, so that a fault of its shows.
VISITS = "FROM jobs_appointment v WHERE v.job_id = j.id"
DAY_OF_VISITS = f"""CASE
  WHEN NOT EXISTS (SELECT {VISITS}) THEN j.created_at
  WHEN NOT EXISTS (SELECT {VISITS} AND v.status <> 'Canceled')
    THEN (SELECT v.starts_at {VISITS} ORDER BY v.starts_at DESC LIMIT 1)
  ELSE (SELECT v.starts_at {VISITS} AND v.status <> 'Canceled' ORDER BY v.starts_at DESC LIMIT 1) END"""
RULES = {
    "a job is listed under the day that its visits say": f"""FROM jobs_job e
  WHERE e.company_id = %(company)s AND e.happens_at <> (SELECT {DAY_OF_VISITS} FROM jobs_job j WHERE j.id = e.id)""",  # noqa: S608
}


@reading
def check() -> list[Violation]:
    """Jobs that lie under another day than that of their visits."""
    found = [_broken(rule, where) for rule, where in RULES.items()]
    return [violation for violation in found if violation.count]


def _broken(rule: str, where: str) -> Violation:
    statement = f"SELECT count(*), coalesce(min(e.public_id::text), '') {where}"
    with connection.cursor() as cursor:
        cursor.execute(statement, {"company": current_company_id()})
        count, example = cursor.fetchone()
    return Violation(rule, count, example)
