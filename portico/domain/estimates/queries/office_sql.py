"""The statements behind office.py. Lists are ranges of one index each: state and day, or the day on which it ends."""

from __future__ import annotations

from portico.domain.estimates.queries.member_sql import IS_MEMBER
from portico.domain.estimates.queries.portal_sql import ADDRESS
from portico.domain.estimates.queries.undo_sql import FACTS as UNDO_FACTS
from portico.domain.jobs.queries.office_job_sql import JOB as JOB_BELOW

LAST = "9223372036854775807"
OPTIONS = """(SELECT coalesce(json_agg(json_build_object('id', x.public_id, 'name', x.name, 'number', x.number,
    'status', x.status, 'is_other_chosen', x.is_other_chosen, 'is_recommended', x.is_recommended,
    'is_active', x.is_active, 'expires_at', x.expires_at, 'total', x.total_minor, 'currency', x.currency,
    'owner', x.owner_name, 'time_zone', b.time_zone) ORDER BY x.position, x.id), '[]')
  FROM (SELECT x.* FROM estimates_estimate x WHERE x.proposal_id = p.id ORDER BY x.position, x.id LIMIT 20) x
  JOIN tenancy_branch b ON b.id = x.branch_id)"""
ROW = f"""json_build_object('id', p.public_id, 'state', p.state, 'open_until', p.open_until, 'listed_at', p.listed_at,
    'customer', c.public_id, 'customer_name', c.name, 'job', j.public_id, 'job_number', j.number,
    'options', {OPTIONS})"""
BESIDE = "JOIN jobs_job j ON j.id = p.job_id JOIN customers_customer c ON c.id = p.customer_id"
AFTER = """
SELECT json_build_object('listed_at', a.listed_at, 'open_until', a.open_until, 'key', a.id)
FROM estimates_proposal a WHERE a.company_id = %(company)s AND a.public_id = %(after)s::uuid
"""
WAITING = f"""
SELECT coalesce(json_agg({ROW} ORDER BY p.open_until, p.id), '[]') FROM (
  (SELECT p.* FROM estimates_proposal p WHERE p.company_id = %(company)s AND p.state = 'open'
     AND (p.open_until, p.id) > (%(at)s::timestamptz, %(key)s::bigint)
   ORDER BY p.open_until, p.id LIMIT %(limit)s::bigint)
  UNION ALL
  (SELECT p.* FROM estimates_proposal p WHERE p.company_id = %(company)s AND p.state = 'open'
     AND p.open_until IS NULL AND p.id > %(endless)s::bigint
   ORDER BY p.open_until, p.id LIMIT %(limit)s::bigint)
  ORDER BY open_until, id LIMIT %(limit)s::bigint) p
{BESIDE}
"""
EXPIRED = f"""
SELECT coalesce(json_agg({ROW} ORDER BY p.open_until DESC, p.id DESC), '[]') FROM (
  SELECT p.* FROM estimates_proposal p WHERE p.company_id = %(company)s AND p.state = 'open'
    AND (p.open_until, p.id) < (%(at)s::timestamptz, %(key)s::bigint)
  ORDER BY p.open_until DESC, p.id DESC LIMIT %(limit)s::bigint) p
{BESIDE}
"""
IN_STATE = f"""
SELECT coalesce(json_agg({ROW} ORDER BY p.listed_at DESC, p.id DESC), '[]') FROM (
  SELECT p.* FROM estimates_proposal p WHERE p.company_id = %(company)s AND p.state = %(state)s
    AND (p.listed_at, p.id) < (%(at)s::timestamptz, %(key)s::bigint)
  ORDER BY p.listed_at DESC, p.id DESC LIMIT %(limit)s::bigint) p
{BESIDE}
"""
AFTER_QUESTION = """
SELECT to_json(m.id) FROM estimates_estimatemessage m
WHERE m.company_id = %(company)s AND m.public_id = %(after)s::uuid
"""
QUESTIONS = """
SELECT coalesce(json_agg(json_build_object('id', m.public_id, 'kind', m.kind, 'text', m.text, 'item', m.item_name,
    'author', m.author_name, 'at', m.at, 'estimate', x.public_id, 'number', x.number, 'name', x.name,
    'customer', c.public_id, 'customer_name', c.name, 'time_zone', b.time_zone) ORDER BY m.id), '[]')
FROM (SELECT m.* FROM estimates_estimatemessage m WHERE m.company_id = %(company)s AND m.side = 'customer'
    AND m.answered_at IS NULL AND m.id > %(key)s::bigint ORDER BY m.id LIMIT %(limit)s::bigint) m
JOIN estimates_estimate x ON x.id = m.estimate_id JOIN estimates_proposal p ON p.id = x.proposal_id
JOIN customers_customer c ON c.id = p.customer_id JOIN tenancy_branch b ON b.id = x.branch_id
"""
OF_JOB = f"""
SELECT coalesce(json_agg({ROW} ORDER BY p.id DESC), '[]') FROM (
  SELECT p.* FROM jobs_job j JOIN estimates_proposal p ON p.job_id = j.id
  WHERE j.company_id = %(company)s AND j.public_id = %(job)s::uuid ORDER BY p.id DESC LIMIT 20) p
{BESIDE}
"""
OF_CUSTOMER = f"""
SELECT coalesce(json_agg({ROW} ORDER BY p.listed_at DESC, p.id DESC), '[]') FROM (
  SELECT p.* FROM customers_customer k CROSS JOIN unnest(%(states)s::text[]) s (state)
  CROSS JOIN LATERAL (SELECT p.* FROM estimates_proposal p
    WHERE p.company_id = k.company_id AND p.customer_id = k.id AND p.state = s.state
    ORDER BY p.listed_at DESC, p.id DESC LIMIT %(limit)s::bigint) p
  WHERE k.company_id = %(company)s AND k.public_id = %(customer)s::uuid
  ORDER BY p.listed_at DESC, p.id DESC LIMIT %(limit)s::bigint) p
{BESIDE}
"""
JOB_PAGE = f"SELECT json_build_object('job', ({JOB_BELOW}), 'estimates', ({OF_JOB}))"
ITEMS = """(SELECT coalesce(json_agg(json_build_object('ref', i.public_id, 'name', i.name,
    'description', i.description, 'quantity', i.quantity::text, 'price', i.price_minor, 'total', i.total_minor,
    'member_price', i.member_price_minor, 'is_optional', i.is_optional, 'is_suggested', i.is_suggested,
    'is_taxable', i.is_taxable, 'sku', i.sku) ORDER BY i.position), '[]')
  FROM estimates_estimateitem i WHERE i.estimate_id = e.id)"""
EVENTS = """(SELECT coalesce(json_agg(json_build_object('kind', v.kind, 'by', v.made_by_name, 'note', v.note,
    'at', v.at, 'version', v.version_n) ORDER BY v.id DESC), '[]')
  FROM (SELECT v.* FROM estimates_estimateevent v WHERE v.company_id = e.company_id AND v.estimate_id = e.id
    ORDER BY v.id DESC LIMIT 100) v)"""
MESSAGES = """(SELECT coalesce(json_agg(json_build_object('id', m.public_id, 'kind', m.kind, 'side', m.side,
    'item', m.item_name, 'text', m.text, 'author', m.author_name, 'at', m.at,
    'is_open', m.side = 'customer' AND m.answered_at IS NULL) ORDER BY m.id), '[]')
  FROM (SELECT m.* FROM estimates_estimatemessage m WHERE m.company_id = e.company_id AND m.estimate_id = e.id
    ORDER BY m.id DESC LIMIT 100) m)"""
APPROVAL = """(SELECT json_build_object('id', a.public_id, 'at', a.at, 'signer', a.signer_name, 'channel', a.channel,
    'total', a.total_minor, 'deposit', a.deposit_minor, 'note', a.note, 'recorded_by', a.recorded_by_name,
    'has_paper', EXISTS (SELECT FROM estimates_approvalpaper r WHERE r.approval_id = a.id))
  FROM estimates_approval a WHERE a.company_id = e.company_id AND a.estimate_id = e.id
    AND NOT EXISTS (SELECT FROM estimates_approvalundo u WHERE u.approval_id = a.id) ORDER BY a.id DESC LIMIT 1)"""
INVOICE = """(SELECT json_build_object('id', i.public_id, 'number', i.number, 'customer', k.public_id)
  FROM billing_invoice i JOIN customers_customer k ON k.id = i.customer_id
  WHERE i.id = e.invoice_id AND i.company_id = e.company_id AND i.state <> 'void')"""
VERSIONS = """(SELECT coalesce(json_agg(json_build_object('n', v.n, 'content', v.content, 'by', v.made_by_name,
    'at', v.at) ORDER BY v.n DESC), '[]')
  FROM (SELECT v.* FROM estimates_estimateversion v WHERE v.company_id = e.company_id AND v.estimate_id = e.id
    ORDER BY v.n DESC LIMIT 20) v)"""
PAGE = f"""
SELECT json_build_object('id', e.public_id, 'number', e.number, 'name', e.name, 'summary', e.summary,
  'status', e.status, 'is_other_chosen', e.is_other_chosen, 'is_recommended', e.is_recommended,
  'is_active', e.is_active, 'is_imported', e.source_id IS NOT NULL, 'currency', e.currency,
  'tax_rate', e.tax_rate::text, 'subtotal', e.subtotal_minor, 'tax', e.tax_minor, 'total', e.total_minor,
  'deposit_kind', e.deposit_kind, 'deposit_minor', e.deposit_minor, 'deposit_percent', e.deposit_percent::text,
  'expires_at', e.expires_at, 'owner', e.owner_name, 'version', e.version, 'created_at', e.created_at,
  'time_zone', b.time_zone, 'branch', b.display_name, 'unit', u.name, 'proposal', p.public_id,
  'customer', c.public_id, 'customer_key', c.id, 'customer_name', c.name, 'location_key', p.location_id,
  'place', l.name, 'address', {ADDRESS}, 'job', j.public_id, 'job_number', j.number, 'job_status', j.status,
  'is_member', {IS_MEMBER}, 'options', {OPTIONS}, 'items', {ITEMS}, 'events', {EVENTS}, 'messages', {MESSAGES},
  'approval', {APPROVAL}, 'invoice', {INVOICE}, 'versions', {VERSIONS},
  'undo', CASE WHEN e.status = 'Sold' THEN {UNDO_FACTS.replace("x.", "e.")} END,
  'undo_hours', (SELECT y.undo_hours FROM estimates_estimatepolicy y WHERE y.company_id = e.company_id))
FROM (SELECT e.* FROM estimates_estimate e
  WHERE e.company_id = %(company)s AND e.public_id = %(estimate)s::uuid) e
JOIN estimates_proposal p ON p.id = e.proposal_id JOIN tenancy_branch b ON b.id = e.branch_id
JOIN catalog_businessunit u ON u.id = e.business_unit_id JOIN jobs_job j ON j.id = p.job_id
JOIN customers_customer c ON c.id = p.customer_id JOIN customers_location l ON l.id = p.location_id
"""
JOB = """
SELECT json_build_object('job', j.public_id, 'job_number', j.number, 'customer', c.public_id, 'customer_name', c.name,
  'time_zone', b.time_zone, 'currency', k.currency, 'tax_rate', u.tax_rate::text,
  'days', (SELECT y.expires_after_days FROM estimates_estimatepolicy y WHERE y.company_id = %(company)s),
  'proposal', (SELECT json_build_object('id', p.public_id, 'name', (SELECT string_agg(x.name, ', ' ORDER BY x.position)
      FROM estimates_estimate x WHERE x.proposal_id = p.id)) FROM estimates_proposal p
    WHERE p.company_id = %(company)s AND p.job_id = j.id AND p.public_id = %(proposal)s::uuid))
FROM jobs_job j JOIN customers_customer c ON c.id = j.customer_id
  JOIN catalog_businessunit u ON u.id = j.business_unit_id
  JOIN tenancy_branch b ON b.id = u.branch_id JOIN tenancy_company k ON k.id = j.company_id
WHERE j.company_id = %(company)s AND j.public_id = %(job)s::uuid
"""
