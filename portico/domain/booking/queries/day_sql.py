"""The one statement that reads everything about some days of a branch: who works, what is asked of them, the rows."""

from __future__ import annotations

from portico.domain.capacity.models import A_WEEK
from portico.domain.capacity.zone_sql import ZONE_HOLDS, ZONES_OF_TECHNICIAN

ZONES_OF_PLACE = f"ARRAY(SELECT z.id FROM capacity_zone z WHERE z.company_id = l.company_id AND {ZONE_HOLDS})"
ASSIGNED = """ARRAY(SELECT DISTINCT n.technician_id FROM jobs_appointmentassignment n
  WHERE n.appointment_id = a.id ORDER BY 1)"""
COUNTED = "('Scheduled', 'Dispatched', 'Working', 'Hold')"

PEOPLE = f"""
  SELECT t.id, t.business_unit_id AS unit, t.skills, {ZONES_OF_TECHNICIAN} AS zones
  FROM capacity_technician t JOIN catalog_businessunit u ON u.id = t.business_unit_id
  WHERE t.company_id = %(company)s AND t.is_active AND u.branch_id = %(branch)s"""

DAYS = f"""
WITH people AS MATERIALIZED ({PEOPLE})
SELECT json_build_object(
  'people', (SELECT json_agg(json_build_array(p.id, p.unit, p.skills, p.zones)) FROM people p),
  'shifts', (SELECT json_agg(json_build_array(s.technician_id, s.type, s.starts_at, s.ends_at)) FROM (
      SELECT * FROM capacity_technicianshift s
      WHERE s.company_id = %(company)s AND s.is_active AND s.type = 'Normal' AND s.starts_at < %(until)s::timestamptz
        AND s.ends_at > %(from)s::timestamptz - interval '1 day'
        AND s.ends_at < %(until)s::timestamptz + interval '2 days'
      UNION ALL
      SELECT * FROM capacity_technicianshift s
      WHERE s.company_id = %(company)s AND s.is_active AND s.type = 'TimeOff'
        AND s.ends_at > %(from)s::timestamptz AND s.starts_at < %(until)s::timestamptz) s
    WHERE s.technician_id = ANY(ARRAY(SELECT id FROM people))),
  'events', (SELECT json_agg(json_build_array(e.technician_id, e.starts_at, e.minutes, e.is_all_day)) FROM (
      SELECT * FROM capacity_nonjobappointment e
      WHERE e.company_id = %(company)s AND e.is_active AND e.is_capacity_taken AND e.minutes <= {A_WEEK}
        AND e.starts_at > %(from)s::timestamptz - interval '8 days' AND e.starts_at < %(until)s::timestamptz
      UNION ALL
      SELECT * FROM capacity_nonjobappointment e
      WHERE e.company_id = %(company)s AND e.is_active AND e.is_capacity_taken AND e.minutes > {A_WEEK}
        AND e.starts_at < %(until)s::timestamptz) e
    WHERE e.technician_id = ANY(ARRAY(SELECT id FROM people))),
  'visits', (SELECT json_agg(json_build_array(a.id, a.status, a.starts_at, a.ends_at, a.window_starts_at,
      a.window_ends_at, j.business_unit_id, coalesce(k.skills, t.skills), {ZONES_OF_PLACE}, {ASSIGNED},
      j.job_type_id))
    FROM jobs_appointment a
    JOIN jobs_job j ON j.id = a.job_id
    JOIN catalog_businessunit u ON u.id = j.business_unit_id
    JOIN catalog_jobtype t ON t.id = j.job_type_id
    JOIN customers_location l ON l.id = j.location_id
    LEFT JOIN booking_booking k ON k.appointment_id = a.id
    WHERE a.company_id = %(company)s AND a.status IN {COUNTED} AND j.status <> 'Canceled'
      AND u.branch_id = %(branch)s
      AND a.starts_at >= %(from)s::timestamptz - interval '1 day'
      AND a.starts_at < %(until)s::timestamptz + interval '1 day'
      AND a.window_starts_at >= %(from)s::timestamptz AND a.window_starts_at < %(until)s::timestamptz),
  'elsewhere', (SELECT json_agg(json_build_array(n.technician_id, a.starts_at, a.ends_at))
    FROM jobs_appointment a
    JOIN jobs_job j ON j.id = a.job_id
    JOIN catalog_businessunit u ON u.id = j.business_unit_id
    JOIN jobs_appointmentassignment n ON n.appointment_id = a.id
    WHERE a.company_id = %(company)s AND a.status IN {COUNTED} AND j.status <> 'Canceled'
      AND u.branch_id <> %(branch)s AND n.technician_id = ANY(ARRAY(SELECT id FROM people))
      AND a.starts_at >= %(from)s::timestamptz - interval '1 day' AND a.starts_at < %(until)s::timestamptz),
  'holds', (SELECT json_agg(json_build_array(h.id, h.day, h.minutes, h.window_starts_at, h.window_ends_at,
      h.business_unit_id, h.skills, {ZONES_OF_PLACE}, h.job_type_id))
    FROM booking_hold h
    JOIN catalog_businessunit u ON u.id = h.business_unit_id
    JOIN customers_location l ON l.id = h.location_id
    WHERE h.company_id = %(company)s AND h.state = 'live' AND h.expires_at > %(now)s::timestamptz
      AND u.branch_id = %(branch)s
      AND h.day >= %(first)s::date AND h.day <= %(last)s::date),
  'blocks', (SELECT json_agg(json_build_array(d.day, b.id, b.technician_id, b.appointment_id, b.hold_id))
    FROM booking_branchday d JOIN booking_planblock b ON b.branch_day_id = d.id
    WHERE d.company_id = %(company)s AND d.branch_id = %(branch)s
      AND d.day >= %(first)s::date AND d.day <= %(last)s::date),
  'rows', (SELECT json_agg(json_build_array(d.day, d.is_stale))
    FROM booking_branchday d
    WHERE d.company_id = %(company)s AND d.branch_id = %(branch)s
      AND d.day >= %(first)s::date AND d.day <= %(last)s::date),
  'windows', (SELECT json_agg(json_build_array(w.id, w.start_minute, w.minutes) ORDER BY w.id)
    FROM capacity_arrivalwindow w WHERE w.company_id = %(company)s AND w.is_active
      AND EXISTS (SELECT FROM capacity_arrivalwindowunit m JOIN catalog_businessunit u ON u.id = m.business_unit_id
        WHERE m.arrival_window_id = w.id AND u.branch_id = %(branch)s)),
  'zone', (SELECT b.time_zone FROM tenancy_branch b WHERE b.company_id = %(company)s AND b.id = %(branch)s))
"""

# A hold of the asker; what is kept for an offer of the office is only the own of who moves its visit.
OWN_HOLD = """CASE WHEN h.visit_offer_id IS NULL THEN h.customer_id = %(own)s::bigint
  ELSE h.visit_offer_id = (SELECT o.id FROM booking_visitoffer o WHERE o.company_id = %(company)s
    AND o.appointment_id = %(moving)s::bigint AND o.state = 'open') END"""

# The stored tables of some days, who works at the branch, and which days nobody may take as they are stored: a hold
# there is over, or is the asker's own (%(own)s), or the visit to be moved (%(moving)s) is planned there.
TABLES = f"""
WITH people AS MATERIALIZED ({PEOPLE})
SELECT json_build_object(
  'people', (SELECT json_agg(json_build_array(p.id, p.unit, p.skills, p.zones)) FROM people p),
  'rows', (SELECT json_agg(json_build_array(d.day, encode(d.table, 'base64'), d.technician_ids, d.window_ids,
      d.window_spans, d.provided, d.consumed, d.closed_ids, d.version, d.is_stale
      OR %(moving)s::bigint = ANY(d.unplanned_ids)
      OR d.id = ANY(ARRAY(SELECT b.branch_day_id FROM booking_planblock b
        WHERE b.company_id = %(company)s AND b.appointment_id = %(moving)s::bigint))
      OR EXISTS (SELECT FROM booking_hold h JOIN catalog_businessunit u ON u.id = h.business_unit_id
        WHERE h.company_id = %(company)s AND h.day = d.day AND h.state = 'live' AND u.branch_id = %(branch)s
          AND ({OWN_HOLD} OR h.expires_at <= %(now)s::timestamptz))))
    FROM booking_branchday d
    WHERE d.company_id = %(company)s AND d.branch_id = %(branch)s
      AND d.day >= %(first)s::date AND d.day <= %(last)s::date),
  'windows', (SELECT json_agg(json_build_array(w.id, w.start_minute, w.minutes) ORDER BY w.id)
    FROM capacity_arrivalwindow w WHERE w.company_id = %(company)s AND w.is_active
      AND EXISTS (SELECT FROM capacity_arrivalwindowunit m JOIN catalog_businessunit u ON u.id = m.business_unit_id
        WHERE m.arrival_window_id = w.id AND u.branch_id = %(branch)s)),
  'holds', (SELECT json_agg(h.id) FROM booking_hold h
    WHERE h.company_id = %(company)s AND h.customer_id = %(own)s::bigint AND h.state = 'live' AND {OWN_HOLD}))
"""
