"""The statements behind office_visits.py: visits as the office sees them."""

from __future__ import annotations

from portico.domain.jobs.queries.visit_sql import ADDRESS

WHO = """(SELECT coalesce(json_agg(DISTINCT w.name), '[]') FROM jobs_appointmentassignment n
  JOIN capacity_technician w ON w.id = n.technician_id WHERE n.appointment_id = a.id)"""
STEPS = """(SELECT coalesce(json_agg(json_build_object('status', x.status, 'at', x.at, 'who', x.made_by_name)
    ORDER BY x.id), '[]') FROM jobs_appointmentstep x WHERE x.appointment_id = a.id)"""
ROW = f"""json_build_object('id', a.public_id, 'number', a.number, 'status', a.status, 'is_job_canceled',
    j.status = 'Canceled', 'title', t.name, 'starts_at', a.window_starts_at, 'ends_at', a.window_ends_at,
    'instructions', a.special_instructions, 'job', j.public_id, 'job_number', j.number, 'customer', c.public_id,
    'customer_name', c.name, 'address', {ADDRESS}, 'branch', b.display_name, 'time_zone', b.time_zone,
    'technicians', {WHO}, 'steps', {STEPS})"""
NAMES = """JOIN catalog_jobtype t ON t.id = j.job_type_id
JOIN customers_customer c ON c.id = j.customer_id
JOIN customers_location l ON l.id = j.location_id
JOIN catalog_businessunit u ON u.id = j.business_unit_id
JOIN tenancy_branch b ON b.id = u.branch_id"""

CURSOR = """(SELECT coalesce(max(a.{0}), {1}) FROM jobs_appointment a
  WHERE a.company_id = %(company)s AND a.public_id = %(after)s::uuid)"""
AFTER = "(a.starts_at, a.id) > ({}, {})".format(
    CURSOR.format("starts_at", "timestamptz '-infinity'"), CURSOR.format("id", 0)
)

# Under OR it stays a question about each visit that is read; as a join it would lose the order of the index.
IN_BRANCH = """(%(branch)s::uuid IS NULL OR EXISTS (
      SELECT FROM jobs_job j JOIN catalog_businessunit u ON u.id = j.business_unit_id
      JOIN tenancy_branch b ON b.id = u.branch_id WHERE j.id = a.job_id AND b.public_id = %(branch)s::uuid))"""

# A day is a range of the index that orders it: a page stops reading where it ends, and each visit's job is looked up by
# its key (LATERAL with OFFSET 0). What the company has few of comes once beside the page, not once for each line.
OF_DAY = f"""
WITH page AS MATERIALIZED (
  SELECT a.id AS key, a.starts_at AS planned_at, a.public_id AS id, a.number, a.status, a.window_starts_at AS starts_at,
    a.window_ends_at AS ends_at, a.special_instructions AS instructions, j.status = 'Canceled' AS is_job_canceled,
    j.public_id AS job, j.number AS job_number, c.public_id AS customer, c.name AS customer_name,
    {ADDRESS} AS address, {STEPS} AS steps, j.job_type_id, j.business_unit_id,
    ARRAY(SELECT n.technician_id FROM jobs_appointmentassignment n WHERE n.appointment_id = a.id) AS technician_ids
  FROM (
    SELECT a.* FROM jobs_appointment a
    WHERE a.company_id = %(company)s
      AND a.starts_at >= %(since)s::timestamptz AND a.starts_at < %(until)s::timestamptz
      AND {AFTER} AND (%(status)s::text = '' OR a.status = %(status)s::text) AND {IN_BRANCH}
    ORDER BY a.starts_at, a.id LIMIT %(limit)s) a
  CROSS JOIN LATERAL (SELECT j.* FROM jobs_job j WHERE j.id = a.job_id OFFSET 0) j
  CROSS JOIN LATERAL (SELECT c.* FROM customers_customer c WHERE c.id = j.customer_id OFFSET 0) c
  CROSS JOIN LATERAL (SELECT l.* FROM customers_location l WHERE l.id = j.location_id OFFSET 0) l)
SELECT json_build_object(
  'visits', (SELECT coalesce(json_agg(to_json(p) ORDER BY p.planned_at, p.key), '[]') FROM page p),
  'types', (SELECT coalesce(json_object_agg(t.id, t.name), '{{}}') FROM catalog_jobtype t
    WHERE t.id = ANY(ARRAY(SELECT p.job_type_id FROM page p))),
  'units', (SELECT coalesce(json_object_agg(u.id, json_build_array(b.display_name, b.time_zone)), '{{}}')
    FROM catalog_businessunit u JOIN tenancy_branch b ON b.id = u.branch_id
    WHERE u.id = ANY(ARRAY(SELECT p.business_unit_id FROM page p))),
  'technicians', (SELECT coalesce(json_object_agg(w.id, w.name), '{{}}') FROM capacity_technician w
    WHERE w.id = ANY(ARRAY(SELECT unnest(p.technician_ids) FROM page p))))
"""
ONE = f"""
SELECT {ROW} FROM jobs_appointment a JOIN jobs_job j ON j.id = a.job_id {NAMES}
WHERE a.company_id = %(company)s AND a.public_id = %(appointment)s::uuid
"""
OF_JOB = f"""
SELECT coalesce(json_agg({ROW} ORDER BY a.starts_at, a.id), '[]')
FROM (SELECT j.* FROM jobs_job j WHERE j.company_id = %(company)s AND j.public_id = %(job)s::uuid) j
CROSS JOIN LATERAL (SELECT a.* FROM jobs_appointment a WHERE a.job_id = j.id
  ORDER BY a.starts_at DESC, a.id DESC LIMIT %(limit)s) a {NAMES}
"""
BRANCHES = """
SELECT coalesce(json_agg(json_build_array(b.public_id, b.display_name, b.time_zone)
  ORDER BY NOT b.is_main, b.display_name, b.id), '[]') FROM tenancy_branch b WHERE b.company_id = %(company)s
"""
