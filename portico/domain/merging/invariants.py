"""What must be true of merges, whatever happened."""

from __future__ import annotations

from django.db import connection

from portico.domain.merging.moving_sql import CUSTOMER_ROWS, PLACE_ROWS
from portico.foundation.tenancy.invariants import Violation
from portico.foundation.tenancy.scope import current_company_id, reading

RULES = {
    "a record merged away here leads to another one": """SELECT g.public_id FROM customers_merge g
  JOIN customers_customer c ON c.id = g.loser_id LEFT JOIN customers_location l ON l.id = g.losing_place_id
  WHERE g.company_id = %(company)s AND g.undone_at IS NULL
    AND CASE WHEN l.id IS NULL THEN c.merged_into_id ELSE l.merged_into_id END IS NULL""",
    **{
        f"nothing of {table} stands with a customer merged away here": f"""SELECT g.public_id FROM customers_merge g
  JOIN {table} t ON t.{column} = g.loser_id
  WHERE g.company_id = %(company)s AND g.undone_at IS NULL AND g.losing_place_id IS NULL"""  # noqa: S608 - our own text
        for table, (column, guard) in CUSTOMER_ROWS.items()
        if not guard
    },
    **{
        f"nothing of {table} stands at a location merged away here": f"""SELECT g.public_id FROM customers_merge g
  JOIN {table} t ON t.{column} = g.losing_place_id
  WHERE g.company_id = %(company)s AND g.undone_at IS NULL"""  # noqa: S608 - our own text
        for table, (column, guard) in PLACE_ROWS.items()
        if not guard
    },
}


@reading
def check() -> list[Violation]:
    """What merging left in the wrong place, by rule."""
    found = [_broken(rule, statement) for rule, statement in RULES.items()]
    return [violation for violation in found if violation.count]


def _broken(rule: str, statement: str) -> Violation:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*), coalesce(min(b.public_id::text), '') FROM ({statement}) AS b(public_id)",  # noqa: S608 - our own text
            {"company": current_company_id()},
        )
        count, example = cursor.fetchone()
    return Violation(rule, count, example)
