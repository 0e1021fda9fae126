"""The statement behind office_jobs.py, with what customers never see."""

from __future__ import annotations

from portico.domain.jobs.queries.job_sql import ADDRESS

JOB = f"""
SELECT json_build_object(
  'id', j.public_id, 'number', j.number, 'type', t.name, 'status', j.status, 'summary', j.summary,
  'priority', j.priority, 'is_no_charge', j.is_no_charge, 'created_at', j.created_at, 'completed_at', j.completed_at,
  'cancel_reason', j.cancel_reason, 'hold_reason', j.hold_reason, 'unit', u.name, 'branch', b.display_name,
  'time_zone', b.time_zone, 'place', l.name, 'address', {ADDRESS}, 'location', l.public_id,
  'tags', (SELECT coalesce(json_agg(coalesce(g.name, '#' || x.tag) ORDER BY x.nth), '[]')
    FROM jsonb_array_elements_text(CASE WHEN jsonb_typeof(j.tag_source_ids) = 'array' THEN j.tag_source_ids
      ELSE '[]' END) WITH ORDINALITY AS x(tag, nth)
    LEFT JOIN catalog_tagtype g ON g.company_id = %(company)s AND g.source_id::text = x.tag),
  'notes', (SELECT coalesce(json_agg(to_json(n) ORDER BY n.is_pinned DESC, n.at DESC, n.key DESC), '[]') FROM (
    SELECT n.text, n.is_pinned, n.created_at AS at, n.id AS key FROM jobs_jobnote n
    WHERE n.job_id = j.id AND n.is_active ORDER BY n.created_at DESC, n.id DESC LIMIT %(many)s::bigint) n),
  'units', (SELECT coalesce(json_agg(to_json(m) ORDER BY m.name, m.id), '[]') FROM (
    SELECT e.public_id AS id, e.name, concat_ws(' ', nullif(e.manufacturer, ''), nullif(e.model, '')) AS model,
      EXISTS (SELECT FROM jobs_jobequipment x WHERE x.job_id = j.id AND x.equipment_id = e.id) AS is_touched
    FROM equipment_installedequipment e WHERE e.location_id = j.location_id AND e.customer_id = j.customer_id
      AND e.is_active ORDER BY e.id LIMIT %(many)s::bigint) m))
FROM jobs_job j JOIN customers_customer c ON c.id = j.customer_id JOIN catalog_jobtype t ON t.id = j.job_type_id
  JOIN customers_location l ON l.id = j.location_id JOIN catalog_businessunit u ON u.id = j.business_unit_id
  JOIN tenancy_branch b ON b.id = u.branch_id
WHERE j.company_id = %(company)s AND j.public_id = %(job)s::uuid AND c.public_id = %(customer)s::uuid
"""
