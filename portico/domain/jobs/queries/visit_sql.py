"""The statements behind visits.py. Each names the customer-facing columns and no other.

Coming visits are found through the partial index of open jobs, of which a customer never has many, and joined with
names after LIMIT.
"""

from __future__ import annotations

from portico.foundation.tenancy.brands import BRAND_SQL

SCOPE = "unnest(%(customers)s::bigint[], %(locations)s::bigint[]) AS s(customer_id, location_id)"
# A job that was canceled exists for customers only where the company shows such jobs.
IS_SHOWN = """(j.status <> 'Canceled' OR EXISTS (
  SELECT FROM tenancy_company k WHERE k.id = %(company)s AND k.is_canceled_job_shown))"""
# One that is on its way or at work is not over because it is late; one on hold waits for a new day.
IS_COMING = """(a.status = 'Hold'
  OR a.status = 'Scheduled' AND greatest(a.ends_at, a.window_ends_at) > %(now)s::timestamptz
  OR a.status IN ('Dispatched', 'Working') AND a.ends_at > %(now)s::timestamptz - interval '1 day')"""
ADDRESS = """concat_ws(', ', nullif(concat_ws(' ', nullif(l.street, ''), nullif(l.unit, '')), ''), nullif(l.city, ''),
  nullif(concat_ws(' ', nullif(l.region, ''), nullif(l.postal_code, '')), ''))"""
TECHNICIANS = """(SELECT coalesce(json_agg(json_build_object('name', w.name, 'bio', w.bio) ORDER BY w.first), '[]')
  FROM (SELECT t.id, t.name, t.bio, min(n.id) AS first FROM jobs_appointmentassignment n
    JOIN capacity_technician t ON t.id = n.technician_id WHERE n.appointment_id = a.id GROUP BY t.id) w)"""
CURSOR = """(SELECT coalesce(max(a.{0}), {1}) FROM jobs_appointment a JOIN jobs_job k ON k.id = a.job_id
  WHERE a.company_id = %(company)s AND a.public_id = %(after)s::uuid
    AND k.customer_id = ANY(%(customers)s::bigint[]))"""
AFTER = "(a.window_starts_at, a.id) > ({}, {})".format(
    CURSOR.format("window_starts_at", "timestamptz '-infinity'"), CURSOR.format("id", 0)
)

COMING = f"""
SELECT coalesce(json_agg(json_build_object('id', p.id, 'title', t.name, 'starts_at', p.starts_at, 'ends_at', p.ends_at,
    'status', p.status, 'address', {ADDRESS}, 'time_zone', b.time_zone, 'phone', b.phone)
    ORDER BY p.starts_at, p.key), '[]')
FROM (
  SELECT v.* FROM {SCOPE} CROSS JOIN LATERAL (
    SELECT a.id AS key, a.public_id AS id, a.status, a.window_starts_at AS starts_at, a.window_ends_at AS ends_at,
           j.job_type_id, j.location_id AS place, j.business_unit_id
    FROM (
      SELECT j.* FROM jobs_job j WHERE j.customer_id = s.customer_id
        AND j.status IN ('Scheduled', 'Dispatched', 'InProgress', 'Hold') OFFSET 0) j
    JOIN jobs_appointment a ON a.job_id = j.id
    WHERE (s.location_id IS NULL OR j.location_id = s.location_id) AND {IS_COMING} AND {AFTER}
    ORDER BY a.window_starts_at, a.id LIMIT %(limit)s) v
  ORDER BY v.starts_at, v.key LIMIT %(limit)s) p
JOIN catalog_jobtype t ON t.id = p.job_type_id
JOIN customers_location l ON l.id = p.place
JOIN catalog_businessunit u ON u.id = p.business_unit_id
JOIN tenancy_branch b ON b.id = u.branch_id
"""

# Everything that the page of a visit and its calendar file show: VISIT_FACTS of a row of BESIDE_VISIT.
VISIT_FACTS = f"""json_build_object(
  'id', a.public_id, 'status', CASE WHEN j.status = 'Canceled' THEN j.status ELSE a.status END,
  'title', t.name, 'preparation', t.preparation,
  'starts_at', a.window_starts_at, 'ends_at', a.window_ends_at, 'address', {ADDRESS},
  'job', j.public_id, 'job_number', j.number,
  'findings', CASE WHEN a.status = 'Done' THEN j.summary ELSE '' END,
  'technicians', {TECHNICIANS},
  'steps', (SELECT coalesce(json_agg(json_build_array(x.status, x.at) ORDER BY x.id), '[]')
    FROM jobs_appointmentstep x WHERE x.appointment_id = a.id),
  'brand', {BRAND_SQL})"""
BESIDE_VISIT = """JOIN jobs_job j ON j.id = a.job_id
JOIN catalog_jobtype t ON t.id = j.job_type_id
JOIN customers_location l ON l.id = j.location_id
JOIN catalog_businessunit u ON u.id = j.business_unit_id
JOIN tenancy_branch b ON b.id = u.branch_id"""
VISIT = f"""
SELECT {VISIT_FACTS}
FROM jobs_appointment a
{BESIDE_VISIT}
WHERE a.company_id = %(company)s AND a.public_id = %(appointment)s::uuid AND {IS_SHOWN}
  AND EXISTS (SELECT FROM {SCOPE}
    WHERE j.customer_id = s.customer_id AND (s.location_id IS NULL OR j.location_id = s.location_id))
"""
