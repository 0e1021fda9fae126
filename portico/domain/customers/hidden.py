"""What the owner of an address does not see, for staff who look as them: which records, how many, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from portico.domain.customers.queries import Reach, Scope
from portico.foundation.tenancy.scope import reading
from portico.foundation.tenancy.sql import fetch_json
from portico.kernel import clock, ids

MOST = 100  # more are told as "more than 100": the page is for reasons, not for statistics


@dataclass(frozen=True, slots=True)
class Hidden:
    """So many records of a customer are hidden for one reason."""

    customer: UUID
    customer_name: str
    reason: str
    count: int

    @property
    def is_more(self) -> bool:
        return self.count > MOST


def in_scope(record: str) -> str:
    """SQL: the record of this alias is within the scope given."""
    return f"""EXISTS (
      SELECT FROM unnest(%(customers)s::bigint[], %(locations)s::bigint[]) AS s(customer_id, location_id)
      WHERE {record}.customer_id = s.customer_id AND (s.location_id IS NULL OR {record}.location_id = s.location_id))"""


def counting(reasons: Mapping[str, str]) -> str:
    """A statement that counts, for each customer c that is reached, what each reason's FROM … WHERE … finds."""
    counted = ", ".join(f"('{reason}', {_count(found)})" for reason, found in reasons.items())
    return f"""
SELECT coalesce(jsonb_agg(jsonb_build_object('customer', c.public_id, 'name', c.name, 'reason', h.reason,
    'count', h.count) ORDER BY c.name, c.id, h.reason), '[]')
  FROM customers_customer c CROSS JOIN LATERAL (VALUES {counted}) AS h(reason, count)
 WHERE c.company_id = %(company)s AND c.id = ANY(%(reached)s::bigint[]) AND h.count > 0
"""  # noqa: S608 - put together of our own texts only


def _count(found: str) -> str:
    return f"(SELECT count(*) FROM (SELECT {found} LIMIT {MOST + 1}) x)"  # noqa: S608 - as above


@reading
def counted(statement: str, *, reached: list[Reach], scope: Scope, **values: Any) -> list[Hidden]:
    """What a statement of `counting` finds."""
    keys = [reach.customer_id for reach in reached]
    return hidden_of(fetch_json(statement, reached=keys, **scope.as_parameters(), **values))


def hidden_of(rows: list[dict[str, Any]]) -> list[Hidden]:
    """From the JSON of such a statement."""
    return [Hidden(ids.public_id(row["customer"]), row["name"], row["reason"], row["count"]) for row in rows]


# Why an address that stands, or stood, on a customer does not reach it, or not all of it.
ACCESS = """
SELECT coalesce(jsonb_agg(jsonb_build_object('customer', c.public_id, 'name', c.name, 'reason', f.reason,
    'count', f.count) ORDER BY c.name, c.id, f.reason), '[]')
  FROM (
    SELECT p.customer_id, w.reason, w.count
      FROM customers_portalcontact p JOIN customers_emailaddress a ON a.id = p.address_id
      CROSS JOIN LATERAL (VALUES
        ('removed', CASE WHEN NOT p.is_present THEN 1 ELSE 0 END),
        ('revoked', CASE WHEN p.revoked_at IS NOT NULL THEN 1 ELSE 0 END),
        ('placeholder', CASE WHEN a.is_placeholder THEN 1 ELSE 0 END),
        ('no_billing', CASE WHEN p.billing = 'none' THEN 1 ELSE 0 END),
        ('merged_away', (SELECT count(*) FROM customers_customer o WHERE o.merged_into_id = p.customer_id)),
        ('other_places', CASE WHEN p.is_on_customer OR p.is_widened THEN 0 ELSE (
          SELECT count(*) FROM customers_location l
           WHERE l.customer_id = p.customer_id AND l.merged_into_id IS NULL AND NOT EXISTS (
             SELECT FROM customers_portalcontactlocation t
              WHERE t.portal_contact_id = p.id AND t.location_id = l.id)) END)) AS w(reason, count)
     WHERE p.company_id = %(company)s AND p.email = %(email)s
    UNION ALL
    SELECT m.customer_id, CASE WHEN m.revoked_at IS NOT NULL THEN 'household_revoked'
        WHEN m.left_at IS NOT NULL THEN 'household_left' WHEN m.accepted_at IS NULL THEN 'household_waiting'
        WHEN m.ends_on < (%(now)s::timestamptz AT TIME ZONE z.time_zone)::date THEN 'household_ended'
        WHEN NOT m.customer_id = ANY(%(reached)s::bigint[]) THEN 'household_on_hold' END, 1
      FROM customers_householdmember m
      JOIN customers_customer h ON h.id = m.customer_id
      JOIN tenancy_branch z ON z.id = h.branch_id
     WHERE m.company_id = %(company)s AND m.email = %(email)s) f
  JOIN customers_customer c ON c.id = f.customer_id
 WHERE f.count > 0 AND f.reason IS NOT NULL AND c.merged_into_id IS NULL
"""


@reading
def hidden_access(email: str, *, reached: list[Reach]) -> list[Hidden]:
    """Which customers an address does not reach, or not all of them, and why."""
    keys = [reach.customer_id for reach in reached]
    return hidden_of(fetch_json(ACCESS, email=email, reached=keys, now=clock.now()))
