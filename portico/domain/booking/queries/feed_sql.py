"""The statement behind feed.py. It names the customer-facing columns and no other."""

from __future__ import annotations

from portico.domain.jobs.queries.visit_sql import BESIDE_VISIT, IS_SHOWN, SCOPE, VISIT_FACTS

# A visit of a hidden canceled job stands here, canceled, where the customer was told of it by mail.
FEED = f"""
SELECT coalesce(json_agg({VISIT_FACTS} ORDER BY a.window_starts_at, a.id), '[]')
FROM (
  SELECT v.id FROM {SCOPE} CROSS JOIN LATERAL (
    SELECT j.* FROM jobs_job j WHERE j.customer_id = s.customer_id AND j.happens_at > %(since)s::timestamptz
      AND (s.location_id IS NULL OR j.location_id = s.location_id)
    ORDER BY j.happens_at DESC, j.id DESC LIMIT %(limit)s) j
  JOIN jobs_appointment v ON v.job_id = j.id
  WHERE v.window_starts_at > %(since)s::timestamptz AND ({IS_SHOWN} OR EXISTS (
    SELECT FROM booking_bookingstep x WHERE x.appointment_id = v.id AND x.kind = 'canceled'))
  GROUP BY v.id, v.window_starts_at ORDER BY v.window_starts_at DESC, v.id DESC LIMIT %(limit)s) w
JOIN jobs_appointment a ON a.id = w.id
{BESIDE_VISIT}
"""
