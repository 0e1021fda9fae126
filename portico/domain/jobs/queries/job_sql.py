"""The statements behind jobs.py. Each names the customer-facing columns and no other.

A page of past jobs walks the index by day, newest first, and stops after %(seen)s jobs of a customer or home even
where nothing fits: the row it stopped at comes along as its `end`. What is open is never much and is read whole.
"""

from __future__ import annotations

from portico.foundation.tenancy.brands import BRAND_SQL

SHOWS_CANCELED = "EXISTS (SELECT FROM tenancy_company k WHERE k.id = %(company)s AND k.is_canceled_job_shown)"
OPEN_STATES = "('Scheduled', 'Dispatched', 'InProgress', 'Hold')"
ADDRESS = """concat_ws(', ', nullif(concat_ws(' ', nullif(l.street, ''), nullif(l.unit, '')), ''),
  nullif(l.city, ''), nullif(concat_ws(' ', nullif(l.region, ''), nullif(l.postal_code, '')), ''))"""
SCOPE = "unnest(%(customers)s::bigint[], %(locations)s::bigint[]) AS s(customer_id, location_id)"
IN_SCOPE = "j.customer_id = s.customer_id AND (s.location_id IS NULL OR j.location_id = s.location_id)"

# The pairs of the scope, or the one home that the list is narrowed to.
PAIRS = f"""pairs AS MATERIALIZED (
  SELECT s.customer_id, s.location_id FROM {SCOPE} WHERE %(location)s::uuid IS NULL
  UNION
  SELECT s.customer_id, l.id FROM {SCOPE} JOIN customers_location l
    ON l.customer_id = s.customer_id AND (s.location_id IS NULL OR l.id = s.location_id)
  WHERE l.company_id = %(company)s AND l.public_id = %(location)s::uuid)"""

# A whole sub-select each: a coalesce() around one would count as leaky, and row-level security refuse it the index.
CURSOR = """(SELECT coalesce(max(a.{0}), {1}) FROM jobs_job a
  WHERE a.company_id = %(company)s AND a.public_id = %(after)s::uuid
    AND a.customer_id = ANY(%(customers)s::bigint[]))"""
BEFORE = "(j.happens_at, j.id) < ({}, {})".format(
    CURSOR.format("happens_at", "timestamptz 'infinity'"), CURSOR.format("id", (1 << 63) - 1)
)
IN_DAYS = "j.happens_at >= %(since)s::timestamptz AND j.happens_at < %(until)s::timestamptz"

HAS_TRADE = """CASE WHEN %(trade)s::text = '' THEN true ELSE EXISTS (
  SELECT FROM catalog_businessunit u WHERE u.id = j.business_unit_id AND u.trade = %(trade)s::text) END"""
# Types that fit are found once; asked of every job they would be read as often as there are jobs.
HAS_WORDS = f"""CASE WHEN %(words)s::text = '' THEN true ELSE strpos(lower(concat_ws(' ', j.number, j.summary,
  (SELECT concat_ws(' ', l.name, {ADDRESS}) FROM customers_location l WHERE l.id = j.location_id))),
  lower(%(words)s::text)) > 0 OR j.job_type_id IN (SELECT t.id FROM catalog_jobtype t
    WHERE t.company_id = %(company)s AND strpos(lower(t.name), lower(%(words)s::text)) > 0) END"""

ROW = f"""j.public_id AS id, j.number, j.job_type_id, j.status, j.summary, j.happens_at, j.business_unit_id,
  {ADDRESS} AS address, l.name AS place, j.fits, j.is_end, j.id AS key"""
BESIDE = "JOIN customers_location l ON l.id = j.location_id"

# What the company has few of comes once beside a page, not once for each line of it.
TYPES = """types AS MATERIALIZED (SELECT jsonb_object_agg(t.id, t.name) AS by_id FROM catalog_jobtype t
    WHERE t.company_id = %(company)s AND t.id = ANY(ARRAY(SELECT p.job_type_id FROM page p)))"""
ZONES = """zones AS MATERIALIZED (SELECT jsonb_object_agg(u.id, b.time_zone) AS by_id
    FROM catalog_businessunit u JOIN tenancy_branch b ON b.id = u.branch_id
    WHERE u.company_id = %(company)s AND u.id = ANY(ARRAY(SELECT p.business_unit_id FROM page p)))"""
TYPE = "(SELECT by_id FROM types) ->> {}.job_type_id::text"
ZONE = "(SELECT by_id FROM zones) ->> {}.business_unit_id::text"


def _past(*, of: str, when: str, also: str) -> str:
    """Of one customer or home. The numbered rows come one by one, so that a full page ends the walk."""
    return f"""
    SELECT {ROW} FROM (
      SELECT j.* FROM (
        SELECT j.*, j.nth = %(seen)s::bigint AS is_end,
          (j.status = 'Completed' OR j.status = 'Canceled' AND {SHOWS_CANCELED}) AND {also}
            AND {HAS_TRADE} AND {HAS_WORDS} AS fits
        FROM (
          SELECT j.*, row_number() OVER (ORDER BY j.happens_at DESC, j.id DESC) AS nth FROM jobs_job j
          WHERE {of} AND {when} ORDER BY j.happens_at DESC, j.id DESC LIMIT %(seen)s::bigint) j
        ORDER BY j.happens_at DESC, j.id DESC OFFSET 0) j
      WHERE j.fits OR j.is_end ORDER BY j.happens_at DESC, j.id DESC LIMIT %(limit)s::bigint) j
    {BESIDE}"""


PAST_ROWS = f"""(
  SELECT p.* FROM pairs s CROSS JOIN LATERAL ({
    _past(of="j.customer_id = s.customer_id", when=f"{BEFORE} AND {IN_DAYS}", also="true")
}) p WHERE s.location_id IS NULL
  UNION ALL
  SELECT p.* FROM pairs s CROSS JOIN LATERAL ({
    _past(of="j.location_id = s.location_id", when=f"{BEFORE} AND {IN_DAYS}", also="j.customer_id = s.customer_id")
}) p WHERE s.location_id IS NOT NULL)"""
OPEN_ROWS = f"""(
  SELECT p.* FROM pairs s CROSS JOIN LATERAL (
    SELECT {ROW} FROM (
      SELECT j.*, true AS fits, false AS is_end FROM (
        SELECT j.* FROM jobs_job j
        WHERE j.customer_id = s.customer_id AND j.status IN {OPEN_STATES}
        OFFSET 0) j
      WHERE (s.location_id IS NULL OR j.location_id = s.location_id)
        AND {BEFORE} AND {IN_DAYS} AND {HAS_TRADE} AND {HAS_WORDS}
      ORDER BY j.happens_at DESC, j.id DESC LIMIT %(limit)s::bigint) j
    {BESIDE}) p)"""


def _list(rows: str) -> str:
    return f"""WITH {PAIRS}, page AS MATERIALIZED (
    SELECT p.* FROM {rows} p ORDER BY p.happens_at DESC, p.key DESC LIMIT %(limit)s::bigint),
  {TYPES}, {ZONES}
SELECT json_build_object(
  'rows', (SELECT coalesce(json_agg(to_json(p) ORDER BY p.happens_at DESC, p.key DESC), '[]')
    FROM (SELECT p.*, {TYPE.format("p")} AS type, {ZONE.format("p")} AS time_zone FROM page p) p),
  'is_place_known', EXISTS (SELECT FROM pairs),
  'first', (SELECT min(f.happens_at) FROM {SCOPE} CROSS JOIN LATERAL (
    SELECT j.happens_at FROM jobs_job j WHERE j.customer_id = s.customer_id
    ORDER BY j.happens_at, j.id LIMIT 1) f),
  'places', (SELECT coalesce(json_agg(to_json(p) ORDER BY p.address, p.name, p.id), '[]') FROM (
    SELECT l.public_id AS id, l.name, {ADDRESS} AS address FROM {SCOPE} JOIN customers_location l
      ON l.customer_id = s.customer_id AND (s.location_id IS NULL OR l.id = s.location_id)
    WHERE l.merged_into_id IS NULL ORDER BY l.id LIMIT %(many)s::bigint) p),
  'trades', (SELECT coalesce(json_agg(DISTINCT u.trade ORDER BY u.trade), '[]') FROM catalog_businessunit u
    WHERE u.company_id = %(company)s AND u.trade <> ''))
"""


PAST_LIST = _list(PAST_ROWS)
OPEN_LIST = _list(OPEN_ROWS)

JOB = f"""
SELECT json_build_object(
  'id', j.public_id, 'number', j.number, 'type', t.name, 'status', j.status, 'summary', j.summary,
  'happens_at', j.happens_at, 'created_at', j.created_at, 'completed_at', j.completed_at,
  'place', l.name, 'address', {ADDRESS}, 'customer', c.public_id, 'brand', {BRAND_SQL},
  'visits', (SELECT coalesce(json_agg(to_json(v) ORDER BY v.starts_at DESC, v.key DESC), '[]') FROM (
    SELECT a.public_id AS id, a.number, a.status, a.window_starts_at AS starts_at, a.window_ends_at AS ends_at,
      a.id AS key, (SELECT coalesce(json_agg(DISTINCT e.name ORDER BY e.name), '[]')
        FROM jobs_appointmentassignment x JOIN capacity_technician e ON e.id = x.technician_id
        WHERE x.appointment_id = a.id) AS technicians
    FROM jobs_appointment a
    WHERE a.job_id = j.id AND (a.status <> 'Canceled' OR {SHOWS_CANCELED})
    ORDER BY a.starts_at DESC, a.id DESC LIMIT %(many)s::bigint) v),
  'technicians', (SELECT coalesce(json_agg(to_json(w) ORDER BY w.name, w.key), '[]') FROM (
    SELECT DISTINCT e.id AS key, e.name, e.bio FROM jobs_appointment a
    JOIN jobs_appointmentassignment x ON x.appointment_id = a.id JOIN capacity_technician e ON e.id = x.technician_id
    WHERE a.job_id = j.id AND a.status IN ('Working', 'Done') LIMIT %(many)s::bigint) w),
  'units', (SELECT coalesce(json_agg(to_json(m) ORDER BY m.name, m.id), '[]') FROM (
    SELECT e.public_id AS id, e.name, e.type, e.manufacturer, e.model FROM jobs_jobequipment x
    JOIN equipment_installedequipment e ON e.id = x.equipment_id
    WHERE x.job_id = j.id AND e.is_active AND EXISTS (SELECT FROM {SCOPE}
      WHERE e.customer_id = s.customer_id AND (s.location_id IS NULL OR e.location_id = s.location_id))
    ORDER BY e.id LIMIT %(many)s::bigint) m))
FROM jobs_job j JOIN catalog_jobtype t ON t.id = j.job_type_id JOIN customers_location l ON l.id = j.location_id
  JOIN customers_customer c ON c.id = j.customer_id
  JOIN catalog_businessunit u ON u.id = j.business_unit_id JOIN tenancy_branch b ON b.id = u.branch_id
WHERE j.company_id = %(company)s AND j.public_id = %(job)s::uuid
  AND (j.status <> 'Canceled' OR {SHOWS_CANCELED})
  AND EXISTS (SELECT FROM {SCOPE} WHERE {IN_SCOPE})
"""
