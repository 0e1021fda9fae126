"""The statements behind errands.py. Each names the customer-facing columns and no other."""

from __future__ import annotations

from portico.domain.jobs.queries.visit_sql import ADDRESS, SCOPE

# A visit that a membership includes has the name of its kind; where the names differ, the only kind of the membership.
KIND = """(SELECT t.public_id FROM memberships_membershiptypeservice x
  JOIN memberships_recurringservicetype r ON r.id = x.service_id
  JOIN catalog_jobtype t ON t.id = r.job_type_id
  WHERE x.membership_type_id = m.type_id AND (r.name = e.name OR NOT EXISTS (
    SELECT FROM memberships_membershiptypeservice o
    WHERE o.membership_type_id = m.type_id AND o.service_id <> x.service_id))
  ORDER BY r.name = e.name DESC, x.id LIMIT 1)"""

DUE = f"""
SELECT json_build_object('id', e.public_id, 'key', e.id, 'name', e.name, 'membership', m.public_id,
  'customer', c.public_id, 'customer_key', m.customer_id, 'location', l.public_id, 'location_key', l.id,
  'job_type', {KIND}, 'is_due', m.status = 'Active' AND (m.ends_at IS NULL OR m.ends_at > %(now)s::timestamptz)
    AND e.status IN ('NotAttempted', 'Unreachable', 'Contacted')
    AND e.due_at < %(now)s::timestamptz + interval '31 days'
    AND NOT EXISTS (SELECT FROM jobs_job j WHERE j.id IN (e.job_id, e.booked_as_id) AND j.status <> 'Canceled'))
FROM {SCOPE}
JOIN memberships_membership m ON m.customer_id = s.customer_id
  AND (s.location_id IS NULL OR m.location_id = s.location_id)
JOIN memberships_recurringserviceevent e ON e.membership_id = m.id
JOIN customers_customer c ON c.id = m.customer_id
LEFT JOIN customers_location l ON l.id = m.location_id
WHERE m.company_id = %(company)s AND e.public_id = %(event)s::uuid AND m.status <> 'Deleted' LIMIT 1
"""

# Visits of the estimate's own job, and those that were booked for it.
VISITS = """(SELECT coalesce(json_agg(json_build_object('id', a.public_id, 'status', a.status,
    'starts_at', a.window_starts_at) ORDER BY a.window_starts_at, a.id), '[]')
  FROM (SELECT o.id FROM jobs_appointment o WHERE o.job_id = j.id
    UNION SELECT k.appointment_id FROM booking_booking k WHERE k.estimate_id = e.id) v
  JOIN jobs_appointment a ON a.id = v.id)"""

FACTS = f"""json_build_object('id', e.public_id, 'key', e.id, 'title', e.name, 'status', e.status,
  'decided_at', e.decided_at, 'has_bill', e.invoice_id IS NOT NULL, 'customer_key', p.customer_id,
  'location', l.public_id, 'location_key', l.id, 'address', {ADDRESS}, 'job_type', t.public_id, 'visits', {VISITS},
  'is_offered', l.is_active AND t.is_active AND t.duration_minutes > 0 AND EXISTS (
    SELECT FROM capacity_jobtypescheduling g WHERE g.job_type_id = t.id AND g.is_self_schedulable),
  'approval', (SELECT q.public_id FROM estimates_approval q WHERE q.estimate_id = e.id AND NOT EXISTS (
    SELECT FROM estimates_approvalundo u WHERE u.approval_id = q.id) ORDER BY q.id DESC LIMIT 1))"""
BESIDE = """JOIN jobs_job j ON j.id = p.job_id
JOIN catalog_jobtype t ON t.id = j.job_type_id
JOIN customers_location l ON l.id = p.location_id"""

WORK = f"""
SELECT {FACTS}
FROM {SCOPE}
JOIN estimates_proposal p ON p.customer_id = s.customer_id AND (s.location_id IS NULL OR p.location_id = s.location_id)
JOIN estimates_estimate e ON e.proposal_id = p.id
{BESIDE}
WHERE p.company_id = %(company)s AND e.public_id = %(estimate)s::uuid LIMIT 1
"""

# The newest that were accepted; older ones are asked about on their pages.
RECENT = f"""
SELECT coalesce(json_agg({FACTS} ORDER BY e.decided_at DESC, e.id DESC), '[]')
FROM (
  SELECT p.* FROM {SCOPE} CROSS JOIN LATERAL (
    SELECT p.* FROM estimates_proposal p WHERE p.customer_id = s.customer_id AND p.state = 'accepted'
      AND (s.location_id IS NULL OR p.location_id = s.location_id)
      AND (%(only)s::uuid IS NULL OR p.customer_id = (SELECT c.id FROM customers_customer c
        WHERE c.company_id = %(company)s AND c.public_id = %(only)s::uuid))
    ORDER BY p.listed_at DESC, p.id DESC LIMIT %(limit)s) p
  ORDER BY p.listed_at DESC, p.id DESC LIMIT %(limit)s) p
JOIN estimates_estimate e ON e.proposal_id = p.id
{BESIDE}
WHERE p.company_id = %(company)s AND e.status = 'Sold' AND e.decided_at > %(since)s::timestamptz
"""
