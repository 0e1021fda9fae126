"""The statements behind portal.py. Each names the customer-facing columns and no other.

A list walks an index by day, newest first, and stops after %(seen)s documents of a customer, home, job or unit even
where nothing fits: the row it stopped at comes along as its `end`.
"""

from __future__ import annotations

from portico.foundation.tenancy.brands import BRAND_SQL

ADDRESS = (
    """concat_ws(', ', nullif(concat_ws(' ', nullif(l.street, ''), nullif(l.unit, '')), ''), nullif(l.city, ''))"""
)
SCOPE = "unnest(%(customers)s::bigint[], %(locations)s::bigint[]) AS s(customer_id, location_id)"
IN_SCOPE = f"""EXISTS (SELECT FROM {SCOPE}
  WHERE d.customer_id = s.customer_id AND (s.location_id IS NULL OR d.location_id = s.location_id))"""
# A canceled job does not exist for its customer, unless the company shows those; nor do its documents.
# The status is asked for, not EXISTS: that could be answered by reading every job of the company at once.
JOB_IS_SHOWN = """(d.job_id IS NULL OR (SELECT n.status FROM jobs_job n WHERE n.id = d.job_id) <> 'Canceled'
  OR EXISTS (SELECT FROM tenancy_company k WHERE k.id = %(company)s AND k.is_canceled_job_shown))"""

# The pairs of the scope, or the one home that the list is narrowed to.
PAIRS = f"""pairs AS MATERIALIZED (
  SELECT s.customer_id, s.location_id FROM {SCOPE} WHERE %(location)s::uuid IS NULL
  UNION
  SELECT s.customer_id, l.id FROM {SCOPE} JOIN customers_location l
    ON l.customer_id = s.customer_id AND (s.location_id IS NULL OR l.id = s.location_id)
  WHERE l.company_id = %(company)s AND l.public_id = %(location)s::uuid)"""

# A whole sub-select each: a coalesce() around one would count as leaky, and row-level security refuse it the index.
CURSOR = """(SELECT coalesce(max(a.{0}), {1}) FROM documents_document a
  WHERE a.company_id = %(company)s AND a.public_id = %(before)s::uuid
    AND a.customer_id = ANY(%(customers)s::bigint[]))"""
BEFORE = "(d.created_at, d.id) < ({}, {})".format(
    CURSOR.format("created_at", "timestamptz 'infinity'"), CURSOR.format("id", (1 << 63) - 1)
)
HAS_KIND = "(%(kind)s::text = '' OR d.kind = %(kind)s::text)"

# What the company has few of is read once beside a page, not once for each line of it.
OF_COMPANY = "(SELECT jsonb_object_agg({0}) FROM {1} WHERE {2}.company_id = %(company)s)"
TYPES = OF_COMPANY.format("t.id, t.name", "catalog_jobtype t", "t")
ZONES = OF_COMPANY.format(
    "u.id, b.time_zone", "catalog_businessunit u JOIN tenancy_branch b ON b.id = u.branch_id", "u"
)
MAIN_ZONES = OF_COMPANY.format("b.id, b.time_zone", "tenancy_branch b", "b")

ROW = f"""d.public_id AS id, d.kind, d.name, d.created_at,
  coalesce({ZONES} ->> j.business_unit_id::text, {MAIN_ZONES} ->> c.branch_id::text) AS time_zone,
  j.public_id AS job, j.number AS job_number, {TYPES} ->> j.job_type_id::text AS job_type,
  j.happens_at AS job_at, {ADDRESS} AS address, coalesce(f.content_type, '') AS content_type,
  coalesce(f.size, 0) AS size, f.width, f.height, d.kind = 'form' OR coalesce(f.stored_as, '') <> '' AS is_ready,
  coalesce(f.picture_state, '') AS picture_state"""
BESIDE = """JOIN customers_customer c ON c.id = d.customer_id
  LEFT JOIN jobs_job j ON j.id = d.job_id
  LEFT JOIN customers_location l ON l.id = d.location_id LEFT JOIN documents_storedfile f ON f.id = d.file_id"""
BRANCH = """LEFT JOIN catalog_businessunit u ON u.id = j.business_unit_id
  JOIN tenancy_branch b ON b.id = coalesce(u.branch_id, c.branch_id)"""


def _walk(*, of: str, also: str) -> str:
    """Of one customer, home, job or unit. The numbered rows come one by one, so that a full page ends the walk."""
    return f"""
    SELECT {ROW}, d.fits, d.is_end, d.id AS key FROM (
      SELECT d.* FROM (
        SELECT d.*, d.nth = %(seen)s::bigint AS is_end, {also} AND {HAS_KIND} AND {JOB_IS_SHOWN} AS fits
        FROM (
          SELECT d.*, row_number() OVER (ORDER BY d.created_at DESC, d.id DESC) AS nth FROM documents_document d
          WHERE {of} AND {BEFORE} ORDER BY d.created_at DESC, d.id DESC LIMIT %(seen)s::bigint) d OFFSET 0) d
      WHERE d.fits OR d.is_end ORDER BY d.created_at DESC, d.id DESC LIMIT %(limit)s::bigint) d
    {BESIDE}"""


def _rows(walked: str) -> str:
    return f"""(SELECT coalesce(json_agg(to_json(p) ORDER BY p.created_at DESC, p.key DESC), '[]') FROM (
    SELECT p.* FROM ({walked}) p ORDER BY p.created_at DESC, p.key DESC LIMIT %(limit)s::bigint) p)"""


EVERYWHERE = f"""
  SELECT p.* FROM pairs s CROSS JOIN LATERAL ({
    _walk(of="d.customer_id = s.customer_id AND d.is_shared", also="true")
}) p WHERE s.location_id IS NULL
  UNION ALL
  SELECT p.* FROM pairs s CROSS JOIN LATERAL ({
    _walk(of="d.location_id = s.location_id AND d.is_shared", also="d.customer_id = s.customer_id")
}) p WHERE s.location_id IS NOT NULL"""

LIST = f"""WITH {PAIRS}
SELECT json_build_object(
  'rows', {_rows(EVERYWHERE)},
  'is_place_known', EXISTS (SELECT FROM pairs),
  'places', (SELECT coalesce(json_agg(to_json(p) ORDER BY p.address, p.name, p.id), '[]') FROM (
    SELECT l.public_id AS id, l.name, {ADDRESS} AS address FROM {SCOPE} JOIN customers_location l
      ON l.customer_id = s.customer_id AND (s.location_id IS NULL OR l.id = s.location_id)
    WHERE l.merged_into_id IS NULL ORDER BY l.id LIMIT 100) p))
"""

JOB = f"""SELECT FROM jobs_job x WHERE x.company_id = %(company)s AND x.public_id = %(job)s::uuid
  AND (x.status <> 'Canceled' OR EXISTS (
    SELECT FROM tenancy_company k WHERE k.id = %(company)s AND k.is_canceled_job_shown))
  AND EXISTS (SELECT FROM {SCOPE}
    WHERE x.customer_id = s.customer_id AND (s.location_id IS NULL OR x.location_id = s.location_id))"""

# What is looked for may also be a document that may not be seen: it counts as walked and does not fit.
OF_JOB = f"""SELECT json_build_object('rows', {
    _rows(
        _walk(
            of="d.job_id = (SELECT o.id FROM jobs_job o WHERE o.company_id = %(company)s"
            " AND o.public_id = %(job)s::uuid)",
            also=f"d.is_shared AND {IN_SCOPE}",
        )
    )
}, 'is_place_known', EXISTS ({JOB}), 'places', json_build_array())
"""
OF_UNIT = f"""SELECT json_build_object('rows', {
    _rows(
        _walk(
            of="d.company_id = %(company)s AND d.equipment_id = %(unit)s::bigint",
            also=f"d.is_shared AND {IN_SCOPE}",
        )
    )
}, 'is_place_known', true, 'places', json_build_array())
"""

IS_THIS_ONE = f"""d.company_id = %(company)s AND d.public_id = %(document)s::uuid AND d.is_shared
  AND {IN_SCOPE} AND {JOB_IS_SHOWN}"""

# The photos beside a photo are those of its job, of the newest %(seen)s documents there.
ONE = f"""
SELECT (SELECT to_jsonb(p) FROM (SELECT {ROW}, d.answers, l.name AS place, {BRAND_SQL} AS brand,
    (SELECT coalesce(json_agg(x.public_id ORDER BY x.created_at DESC, x.id DESC), '[]') FROM (
      SELECT o.public_id, o.created_at, o.id, o.kind, o.is_shared, o.customer_id, o.location_id
      FROM documents_document o WHERE o.job_id = d.job_id ORDER BY o.created_at DESC, o.id DESC
      LIMIT %(seen)s::bigint) x
    WHERE d.kind = 'photo' AND x.kind = 'photo' AND x.is_shared AND x.customer_id = d.customer_id
      AND x.location_id IS NOT DISTINCT FROM d.location_id) AS photos
  FROM documents_document d {BESIDE} {BRANCH} WHERE {IS_THIS_ONE}) p)
"""

STORED = f"""
SELECT (SELECT json_build_object('name', d.name, 'content_type', f.content_type, 'size', f.size,
    'stored_as', f.stored_as, 'thumbnail_as', f.thumbnail_as, 'picture_state', f.picture_state)
  FROM documents_document d JOIN documents_storedfile f ON f.id = d.file_id WHERE {IS_THIS_ONE})
"""

# Everything of a job that goes into one archive; no list, and asked for by hand.
BUNDLE = f"""
SELECT json_build_object('number', j.number, 'brand', {BRAND_SQL},
  'entries', (SELECT coalesce(json_agg(to_json(e) ORDER BY e.created_at, e.key), '[]') FROM (
    SELECT d.public_id AS id, d.id AS key, d.kind, d.name, d.created_at, d.answers,
      coalesce(f.content_type, '') AS content_type, coalesce(f.size, 0) AS size, coalesce(f.stored_as, '') AS stored_as
    FROM documents_document d LEFT JOIN documents_storedfile f ON f.id = d.file_id
    WHERE d.company_id = %(company)s AND d.job_id = j.id AND d.is_shared AND {IN_SCOPE}
    ORDER BY d.created_at DESC, d.id DESC LIMIT %(limit)s::bigint) e),
  'type', t.name, 'address', {ADDRESS}, 'happens_at', j.happens_at)
FROM jobs_job j JOIN catalog_jobtype t ON t.id = j.job_type_id JOIN customers_location l ON l.id = j.location_id
  JOIN catalog_businessunit u ON u.id = j.business_unit_id JOIN tenancy_branch b ON b.id = u.branch_id
WHERE j.company_id = %(company)s AND j.public_id = %(job)s::uuid AND EXISTS ({JOB})
"""
