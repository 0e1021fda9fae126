"""Who may reach what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from portico.foundation.tenancy.brands import BRAND_SQL, BrandFacts
from portico.foundation.tenancy.scope import reading
from portico.foundation.tenancy.sql import fetch_json


@dataclass(frozen=True, slots=True)
class Reach:
    """One customer that a login reaches today. `location_ids` is None where the whole customer is reached."""

    customer_id: int
    customer: UUID
    name: str
    address: str
    has_billing: bool
    location_ids: tuple[int, ...] | None
    brand: BrandFacts


@dataclass(frozen=True, slots=True)
class Scope:
    """Pairs for SQL: `unnest(customer_ids, location_ids)`; a location of None means all of that customer."""

    customer_ids: list[int]
    location_ids: list[int | None]

    @classmethod
    def of(cls, reached: list[Reach]) -> Scope:
        pairs: list[tuple[int, int | None]] = []
        for reach in reached:
            if reach.location_ids is None:
                pairs.append((reach.customer_id, None))
            else:
                pairs.extend((reach.customer_id, location) for location in reach.location_ids)
        return cls([customer for customer, _ in pairs], [location for _, location in pairs])

    def as_parameters(self) -> dict[str, Any]:
        return {"customers": self.customer_ids, "locations": self.location_ids}


REACH = f"""
SELECT coalesce(jsonb_agg(r ORDER BY r->>'name', r->>'customer'), '[]') FROM (
  SELECT jsonb_build_object(
    'customer_id', c.id, 'customer', c.public_id, 'name', c.name,
    'address', concat_ws(', ', nullif(c.street, ''), nullif(c.city, '')),
    'has_billing', p.billing = 'billing',
    'location_ids', CASE WHEN p.is_on_customer OR p.is_widened THEN NULL ELSE
      (SELECT coalesce(jsonb_agg(l.location_id), '[]') FROM customers_portalcontactlocation l
        WHERE l.portal_contact_id = p.id) END,
    'brand', {BRAND_SQL}) AS r
  FROM customers_portalcontact p
  JOIN customers_emailaddress a ON a.id = p.address_id
  JOIN customers_customer c ON c.id = p.customer_id
  JOIN tenancy_branch b ON b.id = c.branch_id
  WHERE p.email = %(email)s AND p.is_present AND p.revoked_at IS NULL
    AND NOT a.is_placeholder AND c.merged_into_id IS NULL) reached
"""


@reading
def reach_of(email: str) -> list[Reach]:
    """Every customer that an enrolled address reaches today (product.md §1.0), by name."""
    return [
        Reach(
            **row
            | {
                "customer": UUID(row["customer"]),
                "location_ids": None if row["location_ids"] is None else tuple(row["location_ids"]),
                "brand": BrandFacts.of(row["brand"]),
            }
        )
        for row in fetch_json(REACH, email=email)
    ]
