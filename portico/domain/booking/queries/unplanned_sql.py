"""Visits to come that found no place in the plan, and for each who should come why they cannot."""

from __future__ import annotations

from portico.domain.booking.queries.day_sql import ZONES_OF_PLACE
from portico.domain.capacity.models import A_WEEK
from portico.domain.capacity.zone_sql import ZONES_OF_TECHNICIAN

# Days that are being planned anew are left out: a minute later it is known again.
LOST = """booking_branchday d
  CROSS JOIN LATERAL unnest(d.unplanned_ids) AS u(id)
  JOIN jobs_appointment v ON v.id = u.id AND v.company_id = d.company_id
  WHERE d.company_id = %(company)s AND d.day >= %(first)s::date AND NOT d.is_stale AND d.unplanned_ids <> '{}'
    AND v.window_ends_at > %(now)s::timestamptz"""

COUNT = f"SELECT to_json(count(*)) FROM (SELECT FROM {LOST} LIMIT %(limit)s) x"

# Shifts belong to the local day on which they begin. What is away is cut out of them, step by step, until there is no
# stretch left in which the visit could begin in its window and be done: that step is the cause.
SHIFTS = """coalesce((SELECT range_agg(tstzrange(s.starts_at, s.ends_at)) FROM capacity_technicianshift s
  WHERE s.company_id = f.company_id AND s.technician_id = t.id AND s.is_active AND s.type = 'Normal'
    AND s.ends_at > f.window_starts_at - interval '1 day' AND s.ends_at < f.window_starts_at + interval '3 days'
    AND (s.starts_at AT TIME ZONE f.zone)::date = f.day), '{}'::tstzmultirange)"""
TIME_OFF = """coalesce((SELECT range_agg(tstzrange(s.starts_at, s.ends_at)) FROM capacity_technicianshift s
  WHERE s.company_id = f.company_id AND s.technician_id = t.id AND s.is_active AND s.type = 'TimeOff'
    AND s.ends_at > f.window_starts_at AND s.starts_at < f.last + f.length), '{}'::tstzmultirange)"""
EVENT = """SELECT tstzrange(x.starts_at, x.starts_at + make_interval(mins => x.minutes)) AS span
    FROM (SELECT e.minutes, e.starts_at FROM capacity_nonjobappointment e
      WHERE e.company_id = f.company_id AND e.technician_id = t.id AND e.is_active AND e.is_capacity_taken
        AND NOT e.is_all_day AND {0}) x"""
SHORT = f"""e.minutes <= {A_WEEK} AND e.starts_at > f.window_starts_at - interval '7 days'
        AND e.starts_at < f.last + f.length"""
LONG = f"e.minutes > {A_WEEK} AND e.starts_at < f.last + f.length"
ALL_DAY = """SELECT tstzrange((e.starts_at AT TIME ZONE f.zone)::date::timestamp AT TIME ZONE f.zone,
        greatest(((e.starts_at AT TIME ZONE f.zone)::date + 1)::timestamp AT TIME ZONE f.zone,
          e.starts_at + make_interval(mins => e.minutes)))
    FROM capacity_nonjobappointment e WHERE e.company_id = f.company_id AND e.technician_id = t.id AND e.is_active
      AND e.is_capacity_taken AND e.is_all_day AND e.starts_at > f.window_starts_at - interval '8 days'
      AND e.starts_at < f.last + f.length"""
EVENTS = f"""coalesce((SELECT range_agg(y.span) FROM ({EVENT.format(SHORT)} UNION ALL {EVENT.format(LONG)}
    UNION ALL {ALL_DAY}) y), '{{}}'::tstzmultirange)"""


def _has_room(free: str) -> str:
    return f"""EXISTS (SELECT FROM unnest({free}) r
      WHERE greatest(lower(r), f.window_starts_at) < f.last
        AND greatest(lower(r), f.window_starts_at) + f.length <= upper(r))"""


CAUSE = f"""CASE
    WHEN NOT t.is_active THEN 'inactive'
    WHEN w.branch_id IS DISTINCT FROM f.branch_id THEN 'elsewhere'
    WHEN isempty(k.shifts) THEN 'no_shift'
    WHEN NOT {_has_room("k.shifts")} THEN 'short_shift'
    WHEN NOT {_has_room("k.shifts - k.gone")} THEN 'time_off'
    WHEN NOT {_has_room("k.shifts - k.gone - k.events")} THEN 'event'
    ELSE 'taken' END"""

OF_TOLD = f"""(SELECT json_agg(json_build_object('name', t.name, 'cause', {CAUSE}) ORDER BY t.name, t.id)
  FROM (SELECT DISTINCT n.technician_id AS id FROM jobs_appointmentassignment n WHERE n.appointment_id = f.id) n
  JOIN capacity_technician t ON t.id = n.id
  LEFT JOIN catalog_businessunit w ON w.id = t.business_unit_id
  CROSS JOIN LATERAL (SELECT {SHIFTS} AS shifts, {TIME_OFF} AS gone, {EVENTS} AS events OFFSET 0) k)"""

# Nobody was told to come: whether anybody may do it, and whether one of them has a shift that is long enough.
OF_ANYBODY = f"""(SELECT CASE WHEN count(*) = 0 THEN 'nobody_may'
    WHEN count(*) FILTER (WHERE {_has_room("k.shifts")}) = 0 THEN 'nobody_works' ELSE 'all_taken' END
  FROM capacity_technician t
  CROSS JOIN LATERAL (SELECT {SHIFTS} AS shifts OFFSET 0) k
  WHERE t.company_id = f.company_id AND t.business_unit_id = f.unit AND t.is_active
    AND t.skills::text[] @> f.skills::text[]
    AND (f.zones = '{{}}' OR {ZONES_OF_TECHNICIAN} = '{{}}' OR {ZONES_OF_TECHNICIAN} && f.zones))"""

UNPLANNED = f"""
SELECT coalesce(json_agg(json_build_object(
    'id', f.public_id, 'job', f.job, 'number', f.number, 'day', f.day, 'branch', f.branch, 'branch_id', f.branch_key,
    'zone', f.zone, 'starts_at', f.window_starts_at, 'ends_at', f.window_ends_at, 'title', f.title,
    'customer', f.customer, 'customer_name', f.customer_name,
    'told', coalesce({OF_TOLD}, '[]'), 'cause', CASE WHEN f.is_told THEN '' ELSE {OF_ANYBODY} END)
  ORDER BY f.window_starts_at, f.id), '[]')
FROM (
  SELECT p.*, CASE WHEN p.is_exact THEN p.window_starts_at + interval '1 minute'
      ELSE greatest(p.window_ends_at, p.window_starts_at + interval '1 minute') END AS last
  FROM (
    SELECT v.id, v.company_id, v.public_id, v.number, v.window_starts_at, v.window_ends_at, d.day, d.branch_id,
      v.ends_at - v.starts_at AS length, b.display_name AS branch, b.public_id AS branch_key, b.time_zone AS zone,
      j.public_id AS job, j.business_unit_id AS unit, y.name AS title, coalesce(o.skills, y.skills) AS skills,
      c.public_id AS customer, c.name AS customer_name, {ZONES_OF_PLACE} AS zones, g.told > 0 AS is_told,
      v.status IN ('Dispatched', 'Working') OR g.told > 1 AS is_exact
    FROM (SELECT d.day, d.branch_id, v.* FROM {LOST}
        AND (%(after)s::uuid IS NULL OR (v.window_starts_at, v.id) > (SELECT a.window_starts_at, a.id
          FROM jobs_appointment a WHERE a.company_id = %(company)s AND a.public_id = %(after)s::uuid))
      ORDER BY v.window_starts_at, v.id LIMIT %(limit)s) v
    CROSS JOIN LATERAL (SELECT v.day, v.branch_id) d
    JOIN tenancy_branch b ON b.id = d.branch_id
    CROSS JOIN LATERAL (SELECT j.* FROM jobs_job j WHERE j.id = v.job_id OFFSET 0) j
    JOIN catalog_jobtype y ON y.id = j.job_type_id
    CROSS JOIN LATERAL (SELECT c.* FROM customers_customer c WHERE c.id = j.customer_id OFFSET 0) c
    CROSS JOIN LATERAL (SELECT l.* FROM customers_location l WHERE l.id = j.location_id OFFSET 0) l
    LEFT JOIN LATERAL (SELECT o.skills FROM booking_booking o WHERE o.appointment_id = v.id OFFSET 0) o ON TRUE
    CROSS JOIN LATERAL (SELECT count(DISTINCT n.technician_id) AS told FROM jobs_appointmentassignment n
      WHERE n.appointment_id = v.id) g) p) f
"""
