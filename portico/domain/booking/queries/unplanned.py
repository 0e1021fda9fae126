"""Visits to come that found no place in the plan: somebody of the office has to look at them. Nothing is canceled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from portico.foundation.tenancy.scope import reading
from portico.foundation.tenancy.sql import fetch_json
from portico.kernel import clock

MOST = 100
UNPLANNED = """
SELECT coalesce(json_agg(json_build_object(
    'id', f.public_id, 'job', f.job, 'number', f.number, 'day', f.day, 'branch', f.branch, 'zone', f.zone,
    'starts_at', f.window_starts_at, 'ends_at', f.window_ends_at, 'title', f.title, 'customer', f.customer,
    'technicians', (SELECT coalesce(json_agg(DISTINCT t.name), '[]') FROM jobs_appointmentassignment n
      JOIN capacity_technician t ON t.id = n.technician_id WHERE n.appointment_id = f.id))
  ORDER BY f.window_starts_at, f.id), '[]')
FROM (
  SELECT v.id, v.public_id, v.number, v.window_starts_at, v.window_ends_at, d.day, b.display_name AS branch,
    b.time_zone AS zone, j.public_id AS job, y.name AS title, c.name AS customer
  FROM booking_branchday d
  CROSS JOIN LATERAL unnest(d.unplanned_ids) AS u(id)
  JOIN jobs_appointment v ON v.id = u.id AND v.company_id = d.company_id
  JOIN jobs_job j ON j.id = v.job_id
  JOIN catalog_jobtype y ON y.id = j.job_type_id
  JOIN customers_customer c ON c.id = j.customer_id
  JOIN tenancy_branch b ON b.id = d.branch_id
  WHERE d.company_id = %(company)s AND d.day >= %(first)s::date AND NOT d.is_stale AND d.unplanned_ids <> '{}'
  ORDER BY v.window_starts_at, v.id LIMIT %(limit)s) f
"""


@dataclass(frozen=True, slots=True)
class UnplannedVisit:
    """Who was told to come, if anybody was: they have no shift then, or too much to do."""

    id: UUID
    job: UUID
    number: str
    title: str
    customer: str
    branch: str
    zone: str
    day: date
    starts_at: datetime
    ends_at: datetime
    technicians: list[str]


@reading
def unplanned_visits(*, first: date | None = None, limit: int = MOST) -> list[UnplannedVisit]:
    """The next of them, from `first` (today) on; days that are being planned anew are left out."""
    rows = fetch_json(UNPLANNED, first=first or clock.today("UTC"), limit=limit)
    return [_visit(row) for row in rows]


def _visit(row: dict[str, Any]) -> UnplannedVisit:
    moments = {name: datetime.fromisoformat(row[name]) for name in ("starts_at", "ends_at")}
    keys = {name: UUID(row[name]) for name in ("id", "job")}
    return UnplannedVisit(**row | moments | keys | {"day": date.fromisoformat(row["day"])})
