"""The statements behind portal.py. Each names the customer-facing columns and no other."""

from __future__ import annotations

from portico.domain.jobs.queries.visit_sql import ADDRESS, SCOPE
from portico.foundation.tenancy.brands import BRAND_SQL

PLACES = f"""
SELECT coalesce(json_agg(p.place ORDER BY p.customer, p.address, p.key), '[]') FROM (
  SELECT l.id AS key, c.name AS customer, {ADDRESS} AS address, json_build_object(
    'id', l.public_id, 'key', l.id, 'customer', c.public_id, 'customer_key', c.id, 'customer_name', c.name,
    'name', l.name, 'address', {ADDRESS}, 'brand', {BRAND_SQL}) AS place
  FROM {SCOPE}
  JOIN customers_customer c ON c.id = s.customer_id
  JOIN customers_location l ON l.customer_id = c.id AND (s.location_id IS NULL OR l.id = s.location_id)
  JOIN tenancy_branch b ON b.id = c.branch_id
  WHERE c.company_id = %(company)s AND l.is_active AND l.merged_into_id IS NULL
    AND (%(only)s::uuid IS NULL OR l.public_id = %(only)s::uuid)
  ORDER BY c.name, address, l.id LIMIT %(limit)s) p
"""

HELD = f"""
SELECT json_build_object('id', h.public_id, 'state', h.state, 'expires_at', h.expires_at, 'day', h.day,
  'window_key', h.window_id, 'starts_at', h.window_starts_at, 'ends_at', h.window_ends_at, 'answers', h.answers,
  'title', t.name, 'job_type', t.public_id, 'job_type_key', t.id, 'customer_key', h.customer_id,
  'location', l.public_id, 'location_key', l.id, 'address', {ADDRESS}, 'brand', {BRAND_SQL},
  'service_event_key', h.service_event_id, 'estimate_key', h.estimate_id,
  'service_event', (SELECT e.public_id FROM memberships_recurringserviceevent e WHERE e.id = h.service_event_id),
  'estimate', (SELECT e.public_id FROM estimates_estimate e WHERE e.id = h.estimate_id),
  'visit', (SELECT a.public_id FROM booking_booking k JOIN jobs_appointment a ON a.id = k.appointment_id
    WHERE k.hold_id = h.id),
  'photos', (SELECT coalesce(json_agg(json_build_object('id', f.public_id, 'name', f.name) ORDER BY f.id), '[]')
    FROM booking_holdphoto f WHERE f.hold_id = h.id))
FROM {SCOPE}
JOIN booking_hold h ON h.customer_id = s.customer_id AND (s.location_id IS NULL OR h.location_id = s.location_id)
JOIN catalog_jobtype t ON t.id = h.job_type_id
JOIN customers_location l ON l.id = h.location_id
JOIN catalog_businessunit u ON u.id = h.business_unit_id
JOIN tenancy_branch b ON b.id = u.branch_id
WHERE h.company_id = %(company)s AND h.public_id = %(hold)s::uuid AND h.visit_offer_id IS NULL LIMIT 1
"""
