"""Which branch a customer is of (product.md, Words): that of the newest job at its locations, else of a zone that holds
one of them, else the main one. One text for the whole company and for one customer.
"""

from __future__ import annotations

from portico.domain.capacity.zone_sql import ZONE_HOLDS


def _branches(*, whose: str) -> str:
    return f"""
SELECT c.id, coalesce(newest.branch_id, zoned.branch_id, main.id)
FROM customers_customer c
JOIN tenancy_branch main ON main.company_id = c.company_id AND main.is_main
LEFT JOIN (
  SELECT DISTINCT ON (l.customer_id) l.customer_id, u.branch_id
  FROM jobs_job j
  JOIN customers_location l ON l.id = j.location_id
  JOIN catalog_businessunit u ON u.id = j.business_unit_id
  WHERE j.company_id = %(company)s AND {whose.format(customer="l.customer_id")}
  ORDER BY l.customer_id, j.created_at DESC, j.source_id DESC NULLS FIRST, j.id DESC) newest
  ON newest.customer_id = c.id
LEFT JOIN (
  SELECT DISTINCT ON (l.customer_id) l.customer_id, u.branch_id
  FROM customers_location l
  JOIN capacity_zone z ON z.company_id = l.company_id AND ({ZONE_HOLDS})
  JOIN capacity_zoneunit s ON s.zone_id = z.id
  JOIN catalog_businessunit u ON u.id = s.business_unit_id
  WHERE l.company_id = %(company)s AND {whose.format(customer="l.customer_id")} AND l.is_active AND u.is_active
    AND EXISTS (SELECT FROM tenancy_branch b WHERE b.company_id = %(company)s AND NOT b.is_main)
  ORDER BY l.customer_id, l.id, z.id, u.id) zoned
  ON zoned.customer_id = c.id
WHERE c.company_id = %(company)s AND {whose.format(customer="c.id")}"""


BRANCH_OF_ONE = _branches(whose="{customer} = %(customer)s")
MISPLACED = f"""{_branches(whose="true")}
  AND NOT c.is_branch_fixed AND c.branch_id <> coalesce(newest.branch_id, zoned.branch_id, main.id)
"""
