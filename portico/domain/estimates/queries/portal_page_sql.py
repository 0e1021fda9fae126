"""The statement behind a proposal's page: everything about its options, in one go.

Content is read whole, for its words are for every reader; portal.py takes the amounts out where prices are not shown.
What was signed, billed and put down as deposit is read for readers with prices and for no others.
"""

from __future__ import annotations

from portico.domain.estimates.queries.member_sql import IS_MEMBER
from portico.domain.estimates.queries.portal_sql import (
    ADDRESS,
    BILLING,
    CONTENT,
    IN_SCOPE,
    IS_LISTED,
    IS_PRICED,
    IS_VISIBLE,
    SCOPE,
    SHOWS_CANCELED,
)
from portico.domain.estimates.queries.undo_sql import FACTS as UNDO_FACTS
from portico.foundation.tenancy.brands import BRAND_SQL

APPROVAL = """(SELECT json_build_object('id', a.public_id, 'at', a.at, 'signer_name', a.signer_name,
    'channel', a.channel, 'total', a.total_minor, 'deposit', a.deposit_minor, 'snapshot', a.snapshot,
    'has_paper', EXISTS (SELECT FROM estimates_approvalpaper r WHERE r.approval_id = a.id))
  FROM estimates_approval a WHERE a.estimate_id = x.id
    AND NOT EXISTS (SELECT FROM estimates_approvalundo u WHERE u.approval_id = a.id) ORDER BY a.id DESC LIMIT 1)"""
# Only whom it is billed to reads of a bill, as everywhere.
INVOICE = f"""(SELECT json_build_object('id', i.public_id, 'number', i.number) FROM billing_invoice i
  WHERE i.id = x.invoice_id AND i.company_id = x.company_id AND i.state = 'issued' AND i.was_ever_positive
    AND EXISTS (SELECT FROM {BILLING} WHERE i.customer_id = s.customer_id AND (s.location_id IS NULL OR EXISTS (
      SELECT FROM jobs_job o WHERE o.id = i.job_id AND o.location_id = s.location_id))))"""
OPTIONS = f"""(SELECT coalesce(json_agg(json_build_object('id', x.public_id, 'status', x.status,
    'is_other_chosen', x.is_other_chosen, 'is_recommended', x.is_recommended, 'expires_at', x.expires_at,
    'decided_at', x.decided_at, 'content', {CONTENT}, 'has_invoice', x.invoice_id IS NOT NULL,
    'approval', CASE WHEN w.is_priced AND x.status = 'Sold' THEN {APPROVAL} END,
    'undo', CASE WHEN w.is_priced AND x.status = 'Sold' THEN {UNDO_FACTS} END,
    'invoice', CASE WHEN w.is_priced THEN {INVOICE} END) ORDER BY x.position, x.id), '[]')
  FROM (SELECT x.* FROM estimates_estimate x WHERE x.proposal_id = p.id ORDER BY x.position, x.id LIMIT 20) x
  WHERE {IS_VISIBLE})"""
MESSAGES = f"""(SELECT coalesce(json_agg(json_build_object('estimate', m.estimate, 'kind', m.kind, 'side', m.side,
    'item_name', m.item_name, 'text', m.text, 'author_name', m.author_name, 'at', m.at) ORDER BY m.id), '[]')
  FROM (SELECT m.*, x.public_id AS estimate FROM estimates_estimate x
    JOIN estimates_estimatemessage m ON m.estimate_id = x.id
    WHERE x.proposal_id = p.id AND {IS_VISIBLE} ORDER BY m.id DESC LIMIT 100) m)"""
TERMS = """(SELECT json_build_object('n', n.n, 'text', n.text) FROM estimates_estimateterms n
  WHERE n.company_id = e.company_id ORDER BY n.n DESC LIMIT 1)"""
POLICY = """(SELECT json_build_object('undo_hours', y.undo_hours, 'reasons', y.decline_reasons)
  FROM estimates_estimatepolicy y WHERE y.company_id = e.company_id)"""
IS_SEEN = f"""NOT EXISTS (SELECT FROM estimates_estimate x WHERE x.proposal_id = p.id AND {IS_LISTED}
  AND NOT EXISTS (SELECT FROM estimates_estimateevent v WHERE v.company_id = x.company_id AND v.estimate_id = x.id
    AND v.kind = 'viewed' AND v.login = %(login)s::uuid AND v.version_n = x.version))"""

PAGE = f"""
SELECT json_build_object('asked', e.public_id, 'proposal', p.public_id, 'title', t.name, 'customer', c.public_id,
  'customer_name', c.name, 'location_key', p.location_id, 'place', l.name, 'address', {ADDRESS},
  'brand', {BRAND_SQL}, 'is_member', {IS_MEMBER}, 'is_priced', w.is_priced, 'is_seen', {IS_SEEN},
  'job', json_build_object('id', j.public_id, 'number', j.number, 'status', j.status,
    'completed_at', j.completed_at, 'is_shown', j.status <> 'Canceled' OR {SHOWS_CANCELED}),
  'terms', {TERMS}, 'policy', {POLICY}, 'options', {OPTIONS}, 'messages', {MESSAGES})
FROM (SELECT e.* FROM estimates_estimate e
  WHERE e.company_id = %(company)s AND e.public_id = %(estimate)s::uuid) e
JOIN estimates_proposal p ON p.id = e.proposal_id JOIN tenancy_branch b ON b.id = e.branch_id
JOIN jobs_job j ON j.id = p.job_id JOIN catalog_jobtype t ON t.id = j.job_type_id
JOIN customers_customer c ON c.id = p.customer_id JOIN customers_location l ON l.id = p.location_id
CROSS JOIN LATERAL (SELECT {IS_PRICED} AS is_priced) w
WHERE {IS_VISIBLE.replace("x.", "e.")} AND EXISTS (SELECT FROM {SCOPE} WHERE {IN_SCOPE})
"""
