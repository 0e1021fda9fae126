"""What the owner of an address does not see, for staff who look as them: which records, how many, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from portico.domain.customers.queries import BACKED, OWNER, Reach, Scope
from portico.foundation.tenancy.scope import reading
from portico.foundation.tenancy.sql import fetch_json
from portico.kernel import clock, ids

SEEN = 150  # records of a kind that are looked at, newest first: the page is for reasons, not for statistics
SEEN_CUSTOMERS = 25  # the same for the customers of an address
OLDER = "older"  # the reason that says that no more were looked at


@dataclass(frozen=True, slots=True)
class Hidden:
    """So many records of a customer are hidden for one reason."""

    customer: UUID
    customer_name: str
    reason: str
    count: int


def in_scope(record: str) -> str:
    """SQL: the record of this alias is within the scope given."""
    return f"""EXISTS (
      SELECT FROM unnest(%(customers)s::bigint[], %(locations)s::bigint[]) AS s(customer_id, location_id)
      WHERE {record}.customer_id = s.customer_id AND (s.location_id IS NULL OR {record}.location_id = s.location_id))"""


def walking(newest: str, reasons: Mapping[str, str]) -> str:
    """A statement that walks the newest records of each customer c that is reached, and counts what fits each reason.

    `newest` gives them in the order of an index; it ends with LIMIT {SEEN}, so that no history is read as a whole.
    """
    counted = ", ".join(f"count(*) FILTER (WHERE {condition}) AS {reason}" for reason, condition in reasons.items())
    listed = ", ".join(f"('{reason}', w.{reason})" for reason in reasons)
    return f"""
SELECT coalesce(jsonb_agg(jsonb_build_object('customer', c.public_id, 'name', c.name, 'reason', h.reason,
    'count', h.count) ORDER BY c.name, c.id, h.reason = '{OLDER}', h.reason), '[]')
  FROM customers_customer c
  CROSS JOIN LATERAL (SELECT count(*) AS walked, {counted} FROM ({newest} LIMIT {SEEN}) r) w
  CROSS JOIN LATERAL (VALUES {listed}, ('{OLDER}', CASE WHEN w.walked = {SEEN} THEN {SEEN} END)) AS h(reason, count)
 WHERE c.company_id = %(company)s AND c.id = ANY(%(reached)s::bigint[]) AND h.count > 0
"""  # noqa: S608 - put together of our own texts only


@reading
def counted(statement: str, *, reached: list[Reach], scope: Scope, **values: Any) -> list[Hidden]:
    """What a statement of `walking` finds."""
    keys = [reach.customer_id for reach in reached]
    return hidden_of(fetch_json(statement, reached=keys, **scope.as_parameters(), **values))


def hidden_of(rows: list[dict[str, Any]]) -> list[Hidden]:
    """From the JSON of such a statement."""
    return [Hidden(ids.public_id(row["customer"]), row["name"], row["reason"], row["count"]) for row in rows]


# Fenced, as below the owner: looked up, and not made of the table of all customers.
THE_CUSTOMER = """SELECT c.id, c.public_id, c.name, c.branch_id FROM customers_customer c
  WHERE c.id = {0}.customer_id AND c.merged_into_id IS NULL OFFSET 0"""
# Why an address that stands, or stood, on a customer does not reach it, or not all of it.
ACCESS = f"""
SELECT coalesce(jsonb_agg(jsonb_build_object('customer', f.public_id, 'name', f.name, 'reason', f.reason,
    'count', f.count) ORDER BY f.reason = '{OLDER}', f.name, f.public_id, f.reason), '[]')
  FROM (
    SELECT c.public_id, c.name, w.reason, w.count
      FROM (SELECT p.*, row_number() OVER () AS nth FROM (
        SELECT p.* FROM customers_portalcontact p
         WHERE p.company_id = %(company)s AND p.email = %(email)s LIMIT {SEEN_CUSTOMERS}) p) p
      CROSS JOIN LATERAL ({THE_CUSTOMER.format("p")}) c
      CROSS JOIN LATERAL (VALUES
        ('removed', CASE WHEN NOT p.is_present THEN 1 END),
        ('revoked', CASE WHEN p.revoked_at IS NOT NULL THEN 1 END),
        ('placeholder', (SELECT 1 FROM customers_emailaddress a WHERE a.id = p.address_id AND a.is_placeholder)),
        ('no_billing', CASE WHEN p.billing = 'none' THEN 1 END),
        ('merged_away', (SELECT 1 FROM customers_customer o WHERE o.merged_into_id = p.customer_id LIMIT 1)),
        ('other_places', CASE WHEN NOT p.is_on_customer AND NOT p.is_widened THEN (
          SELECT count(*) FROM (
            SELECT l.id FROM customers_location l
             WHERE l.customer_id = p.customer_id AND l.merged_into_id IS NULL LIMIT {SEEN}) l
           WHERE NOT EXISTS (SELECT FROM customers_portalcontactlocation t
              WHERE t.portal_contact_id = p.id AND t.location_id = l.id)) END),
        ('{OLDER}', CASE WHEN p.nth = {SEEN_CUSTOMERS} THEN {SEEN_CUSTOMERS} END)) AS w(reason, count)
    UNION ALL
    SELECT c.public_id, c.name, CASE WHEN m.revoked_at IS NOT NULL THEN 'household_revoked'
        WHEN m.left_at IS NOT NULL THEN 'household_left' WHEN m.accepted_at IS NULL THEN 'household_waiting'
        WHEN m.ends_on < (%(now)s::timestamptz AT TIME ZONE z.time_zone)::date THEN 'household_ended'
        WHEN NOT k.is_backed THEN 'household_on_hold' END, 1
      FROM (SELECT m.* FROM customers_householdmember m
         WHERE m.company_id = %(company)s AND m.email = %(email)s LIMIT {SEEN_CUSTOMERS}) m
      CROSS JOIN LATERAL ({THE_CUSTOMER.format("m")}) c
      CROSS JOIN LATERAL (SELECT {BACKED} AS is_backed FROM (VALUES (true)) AS one {OWNER} OFFSET 0) k
      JOIN tenancy_branch z ON z.id = c.branch_id) f
 WHERE f.count > 0 AND f.reason IS NOT NULL
"""  # noqa: S608 - put together of our own texts only


@reading
def hidden_access(email: str) -> list[Hidden]:
    """Which customers an address does not reach, or not all of them, and why."""
    return hidden_of(fetch_json(ACCESS, email=email, now=clock.now()))
