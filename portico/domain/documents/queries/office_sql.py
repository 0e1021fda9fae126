"""The statements behind office.py: every document, shared or not, with what only the office may know."""

from __future__ import annotations

PLACE = """concat_ws(', ', nullif(concat_ws(' ', nullif(l.street, ''), nullif(l.unit, '')), ''), nullif(l.city, ''))"""

ROW = f"""json_build_object('id', d.public_id, 'customer', c.public_id, 'kind', d.kind, 'name', d.name,
  'job', j.public_id, 'job_number', j.number, 'place', {PLACE}, 'unit', e.name, 'zone', b.time_zone,
  'created_at', d.created_at, 'uploaded_by', d.uploaded_by_name, 'is_shared', d.is_shared,
  'shared_at', d.shared_at, 'shared_by', d.shared_by_name, 'is_imported', d.source <> '',
  'content_type', coalesce(f.content_type, ''), 'size', coalesce(f.size, 0), 'width', f.width, 'height', f.height,
  'is_ready', d.kind = 'form' OR coalesce(f.stored_as, '') <> '', 'picture_state', coalesce(f.picture_state, ''))"""
TABLES = """LEFT JOIN customers_customer c ON c.id = d.customer_id LEFT JOIN tenancy_branch b ON b.id = c.branch_id
  LEFT JOIN jobs_job j ON j.id = d.job_id LEFT JOIN customers_location l ON l.id = d.location_id
  LEFT JOIN equipment_installedequipment e ON e.id = d.equipment_id
  LEFT JOIN documents_storedfile f ON f.id = d.file_id"""

# A whole sub-select each: a coalesce() around one would count as leaky, and row-level security refuse it the index.
CURSOR = """(SELECT coalesce(max(a.{0}), {1}) FROM documents_document a
  WHERE a.company_id = %(company)s AND a.public_id = %(before)s::uuid)"""
BEFORE = "(d.created_at, d.id) < ({}, {})".format(
    CURSOR.format("created_at", "timestamptz 'infinity'"), CURSOR.format("id", (1 << 63) - 1)
)


def _page(condition: str) -> str:
    return f"""
SELECT coalesce(json_agg(p.row ORDER BY p.created_at DESC, p.id DESC), '[]') FROM (
  SELECT d.created_at, d.id, {ROW} AS row FROM (
    SELECT d.* FROM documents_document d WHERE d.company_id = %(company)s AND {condition} AND {BEFORE}
    ORDER BY d.created_at DESC, d.id DESC LIMIT %(limit)s) d
  {TABLES}) p"""


OF_CUSTOMER = _page(
    "d.customer_id = (SELECT o.id FROM customers_customer o"
    " WHERE o.company_id = %(company)s AND o.public_id = %(customer)s::uuid)"
)
OF_JOB = _page(
    "d.job_id = (SELECT o.id FROM jobs_job o WHERE o.company_id = %(company)s AND o.public_id = %(job)s::uuid)"
)

ONE = f"""
SELECT (SELECT {ROW}::jsonb || jsonb_build_object('answers', d.answers, 'form_status', d.form_status,
    'stored_as', coalesce(f.stored_as, ''), 'thumbnail_as', coalesce(f.thumbnail_as, ''))
  FROM documents_document d {TABLES}
  WHERE d.company_id = %(company)s AND d.public_id = %(document)s::uuid AND c.public_id = %(customer)s::uuid)"""

PLACES = f"""
SELECT json_build_object(
  'homes', (SELECT coalesce(json_agg(json_build_object('id', l.public_id, 'label', {PLACE}) ORDER BY l.id), '[]')
    FROM (SELECT l.* FROM customers_location l WHERE l.customer_id = c.id AND l.merged_into_id IS NULL
      ORDER BY l.id LIMIT 100) l),
  'jobs', (SELECT coalesce(json_agg(json_build_object('id', j.public_id, 'number', j.number, 'type', t.name,
      'at', j.happens_at) ORDER BY j.happens_at DESC, j.id DESC), '[]')
    FROM (SELECT j.* FROM jobs_job j WHERE j.customer_id = c.id ORDER BY j.happens_at DESC, j.id DESC LIMIT 50) j
    JOIN catalog_jobtype t ON t.id = j.job_type_id),
  'units', (SELECT coalesce(json_agg(json_build_object('id', e.public_id, 'name', e.name, 'label', {PLACE})
      ORDER BY e.name, e.id), '[]')
    FROM (SELECT e.* FROM equipment_installedequipment e WHERE e.customer_id = c.id AND e.is_active
      ORDER BY e.name, e.id LIMIT 100) e
    JOIN customers_location l ON l.id = e.location_id),
  'job', (SELECT json_build_object('id', j.public_id, 'number', j.number, 'type', t.name, 'at', j.happens_at)
    FROM jobs_job j JOIN catalog_jobtype t ON t.id = j.job_type_id
    WHERE j.company_id = %(company)s AND j.public_id = %(job)s::uuid AND j.customer_id = c.id))
FROM customers_customer c WHERE c.company_id = %(company)s AND c.public_id = %(customer)s::uuid"""
