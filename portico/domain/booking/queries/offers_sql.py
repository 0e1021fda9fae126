"""The statements behind offers.py. Each names the columns that its reader may see and no other."""

from __future__ import annotations

from portico.domain.jobs.queries.visit_sql import ADDRESS, IS_SHOWN, SCOPE
from portico.foundation.tenancy.brands import BRAND_SQL

TIMES = """(SELECT coalesce(json_agg(json_build_object('hold', h.public_id, 'starts_at', h.window_starts_at,
    'ends_at', h.window_ends_at, 'is_kept', h.state = 'live' AND h.expires_at > %(now)s::timestamptz,
    'is_taken', h.state = 'consumed') ORDER BY h.window_starts_at, h.id), '[]')
  FROM booking_hold h WHERE h.visit_offer_id = o.id)"""

OFFER = f"""
SELECT json_build_object('id', o.public_id, 'state', o.state, 'message', o.message, 'expires_at', o.expires_at,
  'visit', a.public_id, 'status', CASE WHEN j.status = 'Canceled' THEN j.status ELSE a.status END, 'title', t.name,
  'starts_at', a.window_starts_at, 'ends_at', a.window_ends_at, 'address', {ADDRESS}, 'brand', {BRAND_SQL},
  'times', {TIMES})
FROM booking_visitoffer o
JOIN jobs_appointment a ON a.id = o.appointment_id
JOIN jobs_job j ON j.id = a.job_id
JOIN {SCOPE} ON j.customer_id = s.customer_id AND (s.location_id IS NULL OR j.location_id = s.location_id)
JOIN catalog_jobtype t ON t.id = j.job_type_id
JOIN customers_location l ON l.id = j.location_id
JOIN catalog_businessunit u ON u.id = j.business_unit_id
JOIN tenancy_branch b ON b.id = u.branch_id
WHERE o.company_id = %(company)s AND o.public_id = %(offer)s::uuid AND {IS_SHOWN} LIMIT 1
"""

OPEN_FOR_VISIT = f"""
SELECT json_build_object('id', o.public_id, 'expires_at', o.expires_at)
FROM booking_visitoffer o
JOIN jobs_appointment a ON a.id = o.appointment_id
JOIN jobs_job j ON j.id = a.job_id
JOIN {SCOPE} ON j.customer_id = s.customer_id AND (s.location_id IS NULL OR j.location_id = s.location_id)
WHERE o.company_id = %(company)s AND a.public_id = %(appointment)s::uuid AND o.state = 'open'
  AND o.expires_at > %(now)s::timestamptz LIMIT 1
"""

OF_VISIT = f"""
SELECT coalesce(json_agg(p.row ORDER BY p.id DESC), '[]') FROM (
  SELECT o.id, json_build_object('id', o.public_id, 'state', o.state, 'message', o.message,
    'expires_at', o.expires_at, 'made_at', o.made_at, 'made_by_name', o.made_by_name, 'ended_at', o.ended_at,
    'ended_by_name', o.ended_by_name, 'times', {TIMES}) AS row
  FROM booking_visitoffer o JOIN jobs_appointment a ON a.id = o.appointment_id
  WHERE o.company_id = %(company)s AND a.public_id = %(appointment)s::uuid
  ORDER BY o.id DESC LIMIT %(limit)s) p
"""

# Open offers whose time is over, for which nothing is kept, or whose visit is not what it was.
PERHAPS_OVER = """
SELECT coalesce(json_agg(o.public_id ORDER BY o.id), '[]')
FROM booking_visitoffer o
JOIN jobs_appointment a ON a.id = o.appointment_id
JOIN jobs_job j ON j.id = a.job_id
WHERE o.company_id = %(company)s AND o.state = 'open' AND (
  o.expires_at <= %(now)s::timestamptz OR a.status NOT IN ('Scheduled', 'Hold') OR j.status = 'Canceled'
  OR (a.window_starts_at, a.window_ends_at) IS DISTINCT FROM (o.was_starts_at, o.was_ends_at)
  OR NOT EXISTS (SELECT FROM booking_hold h WHERE h.visit_offer_id = o.id AND h.state = 'live'))
"""
