"""The one statement that reads who works when, and what belongs to nobody, as far as settings are judged by it."""

from __future__ import annotations

from portico.domain.booking.queries.day_sql import COUNTED
from portico.domain.capacity.zone_sql import ZONE_HOLDS, ZONES_OF_TECHNICIAN

MOST_CODES = 20

# Shifts and visits of the next weeks only: what is over says nothing about what can be booked.
SETUP = f"""
SELECT json_build_object(
  'hands', (SELECT json_agg(json_build_object('name', t.name, 'unit', t.business_unit_id, 'skills', t.skills,
      'zones', {ZONES_OF_TECHNICIAN},
      'shifts', coalesce(s.normal, 0), 'on_call', coalesce(s.on_call, 0), 'longest', coalesce(s.longest, 0),
      'visits', coalesce(v.visits, 0)) ORDER BY t.name, t.id)
    FROM capacity_technician t
    LEFT JOIN (SELECT s.technician_id, count(*) FILTER (WHERE s.type = 'Normal') AS normal,
        count(*) FILTER (WHERE s.type = 'OnCall') AS on_call,
        max(extract(epoch FROM s.ends_at - s.starts_at)::int / 60) FILTER (WHERE s.type = 'Normal') AS longest
      FROM capacity_technicianshift s
      WHERE s.company_id = %(company)s AND s.is_active AND s.ends_at > %(now)s::timestamptz
        AND s.starts_at < %(until)s::timestamptz
      GROUP BY s.technician_id) s ON s.technician_id = t.id
    LEFT JOIN (SELECT n.technician_id, count(DISTINCT a.id) AS visits
      FROM jobs_appointment a JOIN jobs_appointmentassignment n ON n.appointment_id = a.id
      WHERE a.company_id = %(company)s AND a.status IN {COUNTED} AND a.starts_at > %(now)s::timestamptz
        AND a.starts_at < %(until)s::timestamptz
      GROUP BY n.technician_id) v ON v.technician_id = t.id
    WHERE t.company_id = %(company)s AND t.is_active),
  'areas', (SELECT json_agg(json_build_object('id', z.id, 'name', z.name,
      'places', cardinality(z.zips) + cardinality(z.cities),
      'units', ARRAY(SELECT m.business_unit_id FROM capacity_zoneunit m WHERE m.zone_id = z.id)) ORDER BY z.name, z.id)
    FROM capacity_zone z WHERE z.company_id = %(company)s AND z.is_active),
  'lone_windows', (SELECT json_agg(json_build_array(w.start_minute, w.start_minute + w.minutes)
      ORDER BY w.start_minute, w.id)
    FROM capacity_arrivalwindow w WHERE w.company_id = %(company)s AND w.is_active
      AND NOT EXISTS (SELECT FROM capacity_arrivalwindowunit m WHERE m.arrival_window_id = w.id)),
  'lone_zips', (SELECT json_object_agg(c.code, c.places) FROM (
      SELECT split_part(l.postal_code, '-', 1) AS code, count(*) AS places
      FROM customers_location l WHERE l.company_id = %(company)s AND l.is_active AND l.postal_code <> ''
        AND EXISTS (SELECT FROM capacity_zone z WHERE z.company_id = %(company)s AND z.is_active)
        AND NOT EXISTS (SELECT FROM capacity_zone z WHERE z.company_id = %(company)s AND {ZONE_HOLDS})
      GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {MOST_CODES}) c))
"""
