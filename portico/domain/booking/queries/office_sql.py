"""The statements behind office.py: bookings as the office sees them. A page is cut before anything is joined to it."""

from __future__ import annotations

from portico.domain.jobs.queries.visit_sql import ADDRESS

CURSOR = """(SELECT coalesce(max(x.{0}), {1}) FROM {2} x
  WHERE x.company_id = %(company)s AND x.public_id = %(after)s::uuid)"""
# Each by its key (LATERAL with OFFSET 0): as plain joins they may become a walk through all visits.
VISIT = """CROSS JOIN LATERAL (SELECT a.* FROM jobs_appointment a WHERE a.id = p.appointment_id OFFSET 0) a
CROSS JOIN LATERAL (SELECT j.* FROM jobs_job j WHERE j.id = a.job_id OFFSET 0) j
CROSS JOIN LATERAL (SELECT c.* FROM customers_customer c WHERE c.id = j.customer_id OFFSET 0) c
CROSS JOIN LATERAL (SELECT l.* FROM customers_location l WHERE l.id = j.location_id OFFSET 0) l
JOIN catalog_jobtype t ON t.id = j.job_type_id
JOIN catalog_businessunit u ON u.id = j.business_unit_id
JOIN tenancy_branch b ON b.id = u.branch_id"""
TOLD = f"""'visit', a.public_id, 'number', a.number, 'status', a.status, 'title', t.name, 'job', j.public_id,
    'customer', c.public_id, 'customer_name', c.name, 'address', {ADDRESS}, 'branch', b.display_name,
    'zone', b.time_zone"""


def _newest_first(table: str, at: str) -> str:
    """From after a row on; from the newest where none is named."""
    moment = CURSOR.format(at, "timestamptz 'infinity'", table)
    key = CURSOR.format("id", "9223372036854775807", table)
    return f"(p.{at}, p.id) < ({moment}, {key})"


# How it came about: for the work of an estimate, for a visit of a membership, or from the line of who waited.
VIA = """CASE WHEN p.estimate_id IS NOT NULL THEN 'estimate'
    WHEN EXISTS (SELECT FROM booking_waitlistentry w WHERE w.hold_id = p.hold_id) THEN 'waiting'
    WHEN EXISTS (SELECT FROM booking_hold h WHERE h.id = p.hold_id AND h.service_event_id IS NOT NULL)
      THEN 'membership' ELSE '' END"""
IS_NEW = "p.{0} > %(since)s::timestamptz AND NOT (%(is_new)s AND p.is_by_office)"
EVERY_BOOKING = "booking_booking p"
# Of the day on which the visit begins. Each by its key: as a plain join it may become a walk through all bookings.
OF_DAY = """(SELECT a.id FROM jobs_appointment a WHERE a.company_id = %(company)s
    AND a.starts_at >= %(first)s::timestamptz AND a.starts_at < %(last)s::timestamptz) d
  CROSS JOIN LATERAL (SELECT p.* FROM booking_booking p WHERE p.appointment_id = d.id OFFSET 0) p"""
# Of these customers, or of a job with one of these numbers.
IS_WANTED = """(p.customer_id = ANY(%(customers)s::bigint[]) OR (SELECT j.number FROM jobs_appointment a
    JOIN jobs_job j ON j.id = a.job_id WHERE a.id = p.appointment_id) = ANY(%(numbers)s::text[]))"""
OF_WANTED = """(SELECT p.id FROM unnest(%(customers)s::bigint[]) c(id)
    CROSS JOIN LATERAL (SELECT p.id FROM booking_booking p WHERE p.customer_id = c.id
      ORDER BY p.made_at DESC LIMIT %(most)s) p
  UNION SELECT p.id FROM (SELECT j.id FROM jobs_job j
      WHERE j.company_id = %(company)s AND j.number = ANY(%(numbers)s::text[]) LIMIT %(most)s) j
    CROSS JOIN LATERAL (SELECT a.id FROM jobs_appointment a WHERE a.job_id = j.id
      ORDER BY a.starts_at DESC LIMIT %(most)s) a
    CROSS JOIN LATERAL (SELECT p.id FROM booking_booking p WHERE p.appointment_id = a.id OFFSET 0) p) d
  CROSS JOIN LATERAL (SELECT p.* FROM booking_booking p WHERE p.id = d.id OFFSET 0) p"""


def _booked(source: str, condition: str = "") -> str:
    return f"""
SELECT coalesce(json_agg(json_build_object('id', p.public_id, 'at', p.made_at, 'kind', 'booked', 'who', p.made_by_name,
    'is_by_office', p.is_by_office, 'starts_at', a.window_starts_at, 'ends_at', a.window_ends_at, {TOLD},
    'answers', p.answers, 'notes', p.notes, 'contact', concat_ws(', ', nullif(p.contact_name, ''),
      nullif(p.contact_phone, ''), nullif(p.contact_email, '')), 'via', {VIA})
  ORDER BY p.made_at DESC, p.id DESC), '[]')
FROM (SELECT p.* FROM {source}
  WHERE p.company_id = %(company)s AND {IS_NEW.format("made_at")} {condition}
    AND {_newest_first("booking_booking", "made_at")}
  ORDER BY p.made_at DESC, p.id DESC LIMIT %(limit)s) p
{VISIT}
"""


BOOKED = _booked(EVERY_BOOKING)
BOOKED_FOR_DAY = _booked(OF_DAY)
BOOKED_BY_WANTED = _booked(OF_WANTED)
BOOKED_FOR_DAY_BY_WANTED = _booked(OF_DAY, f"AND {IS_WANTED}")

CHANGED = f"""
SELECT coalesce(json_agg(json_build_object('id', p.public_id, 'at', p.at, 'kind', p.kind, 'who', p.made_by_name,
    'is_by_office', p.is_by_office, 'starts_at', coalesce(p.starts_at, a.window_starts_at),
    'ends_at', coalesce(p.ends_at, a.window_ends_at), 'was_starts_at', p.was_starts_at, 'was_ends_at', p.was_ends_at,
    'reason', p.reason, 'is_late', p.is_late, {TOLD})
  ORDER BY p.at DESC, p.id DESC), '[]')
FROM (SELECT p.* FROM booking_bookingstep p
  WHERE p.company_id = %(company)s AND p.kind <> 'booked' AND {IS_NEW.format("at")}
    AND {_newest_first("booking_bookingstep", "at")}
  ORDER BY p.at DESC, p.id DESC LIMIT %(limit)s) p
{VISIT}
"""

WAITING = f"""
SELECT coalesce(json_agg(json_build_object('id', p.public_id, 'at', p.made_at, 'from_day', p.from_day,
    'until_day', p.until_day, 'offers', p.offers, 'title', t.name, 'customer', c.public_id, 'customer_name', c.name,
    'address', {ADDRESS}, 'branch', b.display_name, 'zone', b.time_zone, 'offer', (
      SELECT json_build_object('starts_at', h.window_starts_at, 'ends_at', h.window_ends_at,
        'expires_at', h.expires_at, 'zone', k.time_zone)
      FROM booking_hold h JOIN catalog_businessunit v ON v.id = h.business_unit_id
      JOIN tenancy_branch k ON k.id = v.branch_id
      WHERE h.id = p.hold_id AND h.state = 'live' AND h.expires_at > %(now)s::timestamptz))
  ORDER BY p.line_at, p.id), '[]')
FROM (SELECT p.* FROM booking_waitlistentry p
  WHERE p.company_id = %(company)s AND p.state IN ('waiting', 'offered')
    AND (p.line_at, p.id) > ({CURSOR.format("line_at", "timestamptz '-infinity'", "booking_waitlistentry")},
      {CURSOR.format("id", "0", "booking_waitlistentry")})
  ORDER BY p.line_at, p.id LIMIT %(limit)s) p
CROSS JOIN LATERAL (SELECT c.* FROM customers_customer c WHERE c.id = p.customer_id OFFSET 0) c
CROSS JOIN LATERAL (SELECT l.* FROM customers_location l WHERE l.id = p.location_id OFFSET 0) l
JOIN catalog_jobtype t ON t.id = p.job_type_id
JOIN tenancy_branch b ON b.id = c.branch_id
"""

CONTACT = """coalesce((SELECT k.value FROM customers_contact k WHERE k.customer_id = c.id AND {0}
  ORDER BY (k.location_id IS NULL) DESC, k.id LIMIT 1), '')"""
CALLER = f"""
SELECT json_build_object('key', c.id, 'location_key', l.id, 'name', c.name, 'address', {ADDRESS},
  'postal_code', l.postal_code, 'zone', b.time_zone, 'do_not_service', c.do_not_service,
  'phone', {CONTACT.format("k.phone_digits <> ''")}, 'email', {CONTACT.format("k.email <> ''")})
FROM customers_customer c JOIN customers_location l ON l.customer_id = c.id
JOIN tenancy_branch b ON b.id = c.branch_id
WHERE c.company_id = %(company)s AND c.public_id = %(customer)s::uuid AND c.merged_into_id IS NULL
  AND l.public_id = %(location)s::uuid AND l.is_active AND l.merged_into_id IS NULL
"""

# What customers did since a moment, counted up to a hundred: beyond that the number says nothing more.
NEWS = """
SELECT json_build_object(
  'booked', (SELECT count(*) FROM (SELECT FROM booking_booking p
    WHERE p.company_id = %(company)s AND NOT p.is_by_office AND p.made_at > %(since)s::timestamptz LIMIT %(most)s) x),
  'changed', (SELECT count(*) FROM (SELECT FROM booking_bookingstep p
    WHERE p.company_id = %(company)s AND p.kind <> 'booked' AND NOT p.is_by_office AND p.at > %(since)s::timestamptz
    LIMIT %(most)s) x),
  'waiting', (SELECT count(*) FROM (SELECT FROM booking_waitlistentry p
    WHERE p.company_id = %(company)s AND p.state IN ('waiting', 'offered') LIMIT %(most)s) x))
"""
