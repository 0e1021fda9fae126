"""The statement behind office.py: memberships with what customers never see of them, deleted ones last."""

from __future__ import annotations

from portico.domain.memberships.queries.membership_sql import BESIDE, DAY, JOB_OF_EVENT, ROW

STAGES = """(VALUES ('Active', 0), ('Suspended', 1), ('Expired', 2), ('Canceled', 3), ('Deleted', 4))
  AS g(status, stage)"""
STAGE = """CASE a.status WHEN 'Active' THEN 0 WHEN 'Suspended' THEN 1 WHEN 'Expired' THEN 2 WHEN 'Canceled' THEN 3
  ELSE 4 END"""
CURSOR = """(SELECT {0} FROM memberships_membership a WHERE a.company_id = %(company)s
  AND a.public_id = %(after)s::uuid AND a.customer_id = k.id)"""
AFTER = """g.stage >= CASE WHEN w.stage IS NULL THEN 0 ELSE w.stage END
  AND (m.listed_at, m.id) < (
    CASE WHEN w.stage IS NULL OR g.stage > w.stage THEN timestamptz 'infinity' ELSE w.listed_at END,
    CASE WHEN w.stage IS NULL OR g.stage > w.stage THEN 9223372036854775807 ELSE w.id END)"""
VISITS = f"""(SELECT coalesce(json_agg(json_build_object('id', e.public_id, 'name', e.name, 'status', e.status,
    'due_on', {DAY.format("e.due_at")}, 'job', j.public_id, 'job_status', j.status) ORDER BY e.due_at, e.id), '[]')
  FROM (SELECT e.* FROM memberships_recurringserviceevent e WHERE e.membership_id = m.id
    ORDER BY e.due_at DESC, e.id DESC LIMIT 6) e
  {JOB_OF_EVENT})"""

OF_CUSTOMER = f"""
SELECT coalesce(json_agg(to_json(p) ORDER BY p.stage, p.listed_at DESC, p.key DESC), '[]') FROM (
  SELECT {ROW}, m.stage, m.listed_at, m.id AS key, {VISITS} AS visits, t.name AS type_name, m.memo,
    m.next_bill_on, m.billing_frequency, m.source_id
  FROM (
    SELECT m.* FROM customers_customer k
    CROSS JOIN LATERAL (SELECT {CURSOR.format(STAGE)} AS stage, {CURSOR.format("a.listed_at")} AS listed_at,
      {CURSOR.format("a.id")} AS id) w
    CROSS JOIN {STAGES} CROSS JOIN LATERAL (
      SELECT m.*, g.stage FROM memberships_membership m
      WHERE m.customer_id = k.id AND m.status = g.status AND {AFTER}
      ORDER BY m.listed_at DESC, m.id DESC LIMIT %(limit)s) m
    WHERE k.company_id = %(company)s AND k.public_id = %(customer)s::uuid
    ORDER BY m.stage, m.listed_at DESC, m.id DESC LIMIT %(limit)s) m
  {BESIDE}) p
"""
