"""What must be true of branch days and bookings, whatever happened."""

from __future__ import annotations

from django.db import connection

from portico.domain.booking.operations import rebuilding
from portico.foundation.tenancy.invariants import Violation
from portico.foundation.tenancy.scope import current_company_id, reading

RULES = {
    "a technician is in one place at a time": """FROM booking_planblock a JOIN booking_planblock e
    ON e.technician_id = a.technician_id AND e.id > a.id AND e.starts_at < a.ends_at AND a.starts_at < e.ends_at
    WHERE e.company_id = %(company)s""",
    "what was booked here says so in its story": """FROM booking_booking e
    WHERE e.company_id = %(company)s AND NOT EXISTS (SELECT FROM booking_bookingstep s
      WHERE s.appointment_id = e.appointment_id AND s.kind = 'booked')""",
    "a hold that was used up or given back keeps no place": """FROM booking_planblock e
    JOIN booking_hold h ON h.id = e.hold_id
    WHERE e.company_id = %(company)s AND h.state IN ('consumed', 'released')""",
    "an offer that is over keeps no place": """FROM booking_hold e
    JOIN booking_visitoffer o ON o.id = e.visit_offer_id
    WHERE e.company_id = %(company)s AND e.state = 'live' AND o.state <> 'open'""",
    "an accepted offer moved its visit once, and no other did": """FROM booking_visitoffer e
    WHERE e.company_id = %(company)s AND (e.state = 'accepted')::int <> (SELECT count(*) FROM booking_bookingstep s
      WHERE s.visit_offer_id = e.id AND s.appointment_id = e.appointment_id AND s.kind = 'moved')""",
    "a canceled visit keeps no place": """FROM booking_planblock e
    JOIN booking_branchday d ON d.id = e.branch_day_id
    JOIN jobs_appointment v ON v.id = e.appointment_id
    WHERE e.company_id = %(company)s AND NOT d.is_stale AND v.status = 'Canceled'""",
}


@reading
def check() -> list[Violation]:
    """Plans that cannot be kept, places that nobody needs, and days to come whose row does not say the truth."""
    found = [_broken(rule, where) for rule, where in RULES.items()]
    differing = rebuilding.differences()
    example = f"{differing[0].branch}, {differing[0].day}: {differing[0].what}" if differing else ""
    found.append(Violation("a planned day says what its visits, shifts and holds say", len(differing), example))
    return [violation for violation in found if violation.count]


def _broken(rule: str, where: str) -> Violation:
    statement = f"SELECT count(*), coalesce(min(e.id)::text, '') {where}"
    with connection.cursor() as cursor:
        cursor.execute(statement, {"company": current_company_id()})
        count, example = cursor.fetchone()
    return Violation(rule, count, example)
