"""What decides about booking a kind of visit at a place, and what may be booked at all: one statement each."""

from __future__ import annotations

from portico.domain.capacity.zone_sql import ZONE_HOLDS

JOB_TYPE = """json_build_object(
  'id', t.id, 'public_id', t.public_id, 'name', t.name, 'duration_minutes', t.duration_minutes, 'skills', t.skills,
  'own', (SELECT to_json(s) FROM capacity_jobtypescheduling s WHERE s.job_type_id = t.id),
  'questions', (SELECT json_agg(json_build_object(
      'id', q.public_id, 'kind', q.kind, 'wording', q.wording, 'hint', q.hint, 'is_required', q.is_required,
      'options', (SELECT json_agg(json_build_object('id', o.public_id, 'label', o.label, 'effect', o.effect,
          'minutes', o.minutes, 'skill', o.skill, 'job_type', o.job_type_id, 'text', o.text) ORDER BY o.position, o.id)
        FROM capacity_answeroption o WHERE o.question_id = q.id)) ORDER BY q.position, q.id)
    FROM capacity_question q WHERE q.job_type_id = t.id))"""

ZONES = f"""
  SELECT z.id FROM capacity_zone z JOIN customers_location l ON l.company_id = z.company_id
  WHERE z.company_id = %(company)s AND l.id = %(location)s AND {ZONE_HOLDS}"""

UNITS = """
  SELECT u.id, u.name, u.branch_id, b.time_zone FROM catalog_jobtypeunit m
    JOIN catalog_businessunit u ON u.id = m.business_unit_id
    JOIN tenancy_branch b ON b.id = u.branch_id
  WHERE m.company_id = %(company)s AND m.job_type_id = %(job_type)s AND u.is_active"""

POLICY = "(SELECT to_json(p) FROM capacity_schedulingpolicy p WHERE p.company_id = %(company)s)"

UNIT_LIST = """(SELECT json_agg(json_build_object(
      'id', u.id, 'name', u.name, 'branch', u.branch_id, 'zone', u.time_zone,
      'windows', (SELECT json_agg(json_build_array(w.id, w.start_minute, w.minutes) ORDER BY w.start_minute, w.id)
        FROM capacity_arrivalwindowunit m JOIN capacity_arrivalwindow w ON w.id = m.arrival_window_id
        WHERE m.business_unit_id = u.id AND w.is_active),
      'hours', (SELECT json_build_object('weekdays', h.weekdays, 'saturday', h.saturday, 'sunday', h.sunday)
        FROM capacity_businesshoursunit m JOIN capacity_businesshours h ON h.id = m.hours_id
        WHERE m.business_unit_id = u.id ORDER BY h.id LIMIT 1),
      'holidays', (SELECT json_agg(json_build_array(d.day, d.spans) ORDER BY d.branch_id NULLS FIRST)
        FROM capacity_holiday d WHERE d.company_id = %(company)s AND (d.branch_id IS NULL OR d.branch_id = u.branch_id)
          AND d.day >= %(today)s::date - 1)
    ) ORDER BY u.id) FROM units u)"""

RULE_LIST = """json_agg(json_build_object(
      'id', r.public_id, 'name', r.name, 'kind', r.kind, 'channel', r.channel, 'amount', r.amount,
      'unit', r.business_unit_id, 'job_type', r.job_type_id, 'window', r.arrival_window_id, 'zone', r.zone_id,
      'weekdays', r.weekdays, 'from_day', r.from_day, 'until_day', r.until_day,
      'from_days_ahead', r.from_days_ahead, 'until_days_ahead', r.until_days_ahead) ORDER BY r.id)"""

TERMS = f"""
WITH units AS MATERIALIZED ({UNITS}), zones AS MATERIALIZED ({ZONES})
SELECT json_build_object(
  'policy', {POLICY},
  'job_type', (SELECT {JOB_TYPE} FROM catalog_jobtype t
    WHERE t.company_id = %(company)s AND t.id = %(job_type)s AND t.is_active),
  'has_zones', EXISTS (SELECT FROM capacity_zone z WHERE z.company_id = %(company)s AND z.is_active),
  'zones', (SELECT json_agg(json_build_array(z.id,
      ARRAY(SELECT m.business_unit_id FROM capacity_zoneunit m WHERE m.zone_id = z.id))) FROM zones z),
  'units', {UNIT_LIST},
  'rules', (SELECT {RULE_LIST}
    FROM capacity_capacityrule r WHERE r.company_id = %(company)s AND r.is_active
      AND (r.until_day IS NULL OR r.until_day >= %(today)s::date - 1)
      AND (r.job_type_id IS NULL OR r.job_type_id = %(job_type)s)
      AND (r.business_unit_id IS NULL OR r.business_unit_id IN (SELECT id FROM units))))
"""

OFFERED = f"""
SELECT json_agg({JOB_TYPE} ORDER BY t.name, t.id)
FROM catalog_jobtype t JOIN capacity_jobtypescheduling s ON s.job_type_id = t.id
WHERE t.company_id = %(company)s AND t.is_active AND s.is_self_schedulable AND t.duration_minutes > 0
  AND (%(only)s::uuid IS NULL OR t.public_id = %(only)s::uuid)
"""

IN_USE = f"""
SELECT {JOB_TYPE} FROM catalog_jobtype t
WHERE t.company_id = %(company)s AND t.is_active AND t.public_id = %(job_type)s::uuid
"""

IN_USE_BY_KEY = f"""
SELECT {JOB_TYPE} FROM catalog_jobtype t WHERE t.company_id = %(company)s AND t.is_active AND t.id = %(key)s
"""

POLICY_ALONE = f"SELECT {POLICY}"

EVERY_UNIT = """
  SELECT u.id, u.name, u.branch_id, b.time_zone FROM catalog_businessunit u JOIN tenancy_branch b ON b.id = u.branch_id
  WHERE u.company_id = %(company)s AND u.is_active"""

UNITS_OF_TYPE = """ARRAY(SELECT m.business_unit_id FROM catalog_jobtypeunit m
  WHERE m.job_type_id = t.id AND m.business_unit_id IN (SELECT id FROM units) ORDER BY 1)"""

EVERYTHING = f"""
WITH units AS MATERIALIZED ({EVERY_UNIT})
SELECT json_build_object(
  'policy', {POLICY},
  'job_types', (SELECT json_agg(json_build_array({JOB_TYPE}, {UNITS_OF_TYPE}) ORDER BY t.name, t.id)
    FROM catalog_jobtype t WHERE t.company_id = %(company)s AND t.is_active),
  'units', {UNIT_LIST},
  'rules', (SELECT {RULE_LIST}
    FROM capacity_capacityrule r WHERE r.company_id = %(company)s AND r.is_active))
"""
