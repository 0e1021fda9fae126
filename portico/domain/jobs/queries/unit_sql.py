"""The statements behind units.py: what was and will be done at a unit, and at a home. Customer-facing columns only.

A unit's jobs are found from its newest SEEN ones, so that no page reads a whole history.
"""

from __future__ import annotations

from portico.domain.equipment.queries.unit_sql import SCOPE
from portico.domain.jobs.queries.job_sql import TYPE, TYPES

IN_SCOPE = (
    f"EXISTS (SELECT FROM {SCOPE} WHERE j.customer_id = s.customer_id AND j.location_id BETWEEN s.low AND s.high)"
)
IS_SHOWN = """(j.status <> 'Canceled' OR EXISTS (
  SELECT FROM tenancy_company k WHERE k.id = %(company)s AND k.is_canceled_job_shown))"""
JOB = "j.public_id AS id, j.number, t.name AS type, j.status, j.summary, j.happens_at, j.id AS key"

OF_UNIT = f"""
SELECT json_build_object(
  'jobs', (SELECT coalesce(json_agg(to_json(p) ORDER BY p.happens_at DESC, p.key DESC), '[]') FROM (
    SELECT {JOB} FROM (
      SELECT x.job_id FROM jobs_jobequipment x WHERE x.company_id = %(company)s AND x.equipment_id = %(unit)s
      ORDER BY x.job_id DESC LIMIT %(seen)s) x
    JOIN jobs_job j ON j.id = x.job_id JOIN catalog_jobtype t ON t.id = j.job_type_id
    WHERE {IN_SCOPE} AND {IS_SHOWN}
    ORDER BY j.happens_at DESC, j.id DESC LIMIT %(limit)s) p),
  'next', (SELECT to_json(p) FROM (
    SELECT j.public_id AS id, t.name AS type, a.window_starts_at AS starts_at, a.window_ends_at AS ends_at
    FROM (
      SELECT j.* FROM jobs_job j
      WHERE j.company_id = %(company)s AND j.location_id = %(location)s
        AND j.happens_at > %(now)s::timestamptz - interval '1 day'
      ORDER BY j.happens_at, j.id LIMIT %(seen)s) j
    JOIN jobs_appointment a ON a.job_id = j.id JOIN catalog_jobtype t ON t.id = j.job_type_id
    WHERE {IN_SCOPE} AND j.status IN ('Scheduled', 'Dispatched', 'InProgress')
      AND a.status IN ('Scheduled', 'Dispatched', 'Working') AND a.ends_at > %(now)s::timestamptz
    ORDER BY a.window_starts_at, a.id LIMIT 1) p))
"""

# The page is cut before anything is joined to it; EXISTS for the scope would become a join with the whole history.
AT_HOME = f"""
WITH page AS MATERIALIZED (
    SELECT j.* FROM {SCOPE} CROSS JOIN LATERAL (
      SELECT j.* FROM (
        SELECT j.* FROM jobs_job j WHERE j.location_id = %(location)s ORDER BY j.happens_at DESC, j.id DESC OFFSET 0) j
      WHERE j.customer_id = s.customer_id AND j.company_id = %(company)s AND {IS_SHOWN}
      ORDER BY j.happens_at DESC, j.id DESC LIMIT %(limit)s) j
    WHERE %(location)s BETWEEN s.low AND s.high
    ORDER BY j.happens_at DESC, j.id DESC LIMIT %(limit)s),
  {TYPES}
SELECT coalesce(json_agg(to_json(p) ORDER BY p.happens_at DESC, p.key DESC), '[]') FROM (
  SELECT j.public_id AS id, j.number, {TYPE.format("j")} AS type, j.status, j.summary, j.happens_at, j.id AS key
  FROM page j) p
"""
