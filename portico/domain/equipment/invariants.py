"""What must be true of equipment, whatever happened."""

from __future__ import annotations

from django.db import connection

from portico.foundation.tenancy.invariants import Violation
from portico.foundation.tenancy.scope import current_company_id, reading

RULES = {
    "a unit belongs to the customer of its location": """FROM equipment_installedequipment e
  JOIN customers_location l ON l.id = e.location_id
  WHERE e.company_id = %(company)s AND e.customer_id <> l.customer_id""",
    "a unit stands at a location that was not merged away": """FROM equipment_installedequipment e
  JOIN customers_location l ON l.id = e.location_id
  WHERE e.company_id = %(company)s AND l.merged_into_id IS NOT NULL""",
}


@reading
def check() -> list[Violation]:
    """Units in the wrong place, by rule."""
    found = [_broken(rule, where) for rule, where in RULES.items()]
    return [violation for violation in found if violation.count]


def _broken(rule: str, where: str) -> Violation:
    statement = f"SELECT count(*), coalesce(min(e.public_id::text), '') {where}"
    with connection.cursor() as cursor:
        cursor.execute(statement, {"company": current_company_id()})
        count, example = cursor.fetchone()
    return Violation(rule, count, example)
