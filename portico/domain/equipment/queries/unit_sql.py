"""The statements behind units.py. Each names the customer-facing columns and no other.

A pair of the scope is a range of locations (`low` … `high`), so that one index, by customer and location, answers for
whole customers and for single homes alike; lists are keyset pages in its order.
"""

from __future__ import annotations

from portico.foundation.tenancy.brands import BRAND_SQL

# CASE, not coalesce(): the latter counts as leaky, and row-level security would refuse it the index.
SCOPE = """(SELECT s.customer_id, CASE WHEN s.location_id IS NULL THEN 0 ELSE s.location_id END AS low,
    CASE WHEN s.location_id IS NULL THEN 9223372036854775807 ELSE s.location_id END AS high
  FROM unnest(%(customers)s::bigint[], %(locations)s::bigint[]) AS s(customer_id, location_id) OFFSET 0) s"""
IN_SCOPE = "e.customer_id = s.customer_id AND e.is_active AND e.location_id BETWEEN s.low AND s.high"

ADDRESS = """concat_ws(', ', nullif(concat_ws(' ', nullif(l.street, ''), nullif(l.unit, '')), ''),
  nullif(l.city, ''), nullif(concat_ws(' ', nullif(l.region, ''), nullif(l.postal_code, '')), ''))"""
UNIT = f"""e.public_id AS id, e.name, e.type, e.manufacturer, e.model, e.serial_number, e.installed_on,
  e.manufacturer_warranty_start, e.manufacturer_warranty_end, e.service_provider_warranty_start,
  e.service_provider_warranty_end, (%(now)s::timestamptz AT TIME ZONE b.time_zone)::date AS today,
  l.public_id AS location, l.name AS location_name, {ADDRESS} AS address,
  c.public_id AS customer, c.name AS customer_name,
  e.location_id AS place_key, e.id AS key"""
BESIDE = """JOIN customers_location l ON l.id = e.location_id JOIN customers_customer c ON c.id = e.customer_id
  JOIN tenancy_branch b ON b.id = c.branch_id"""

CURSOR = """(SELECT coalesce(max(a.{0}), 0) FROM equipment_installedequipment a
  WHERE a.company_id = %(company)s AND a.public_id = %(after)s::uuid
    AND a.customer_id = ANY(%(customers)s::bigint[]))"""
AFTER = "(e.location_id, e.id) > ({}, {})".format(CURSOR.format("location_id"), CURSOR.format("id"))

# OFFSET 0: else the whole company's locations would be read in order, to save a sort of one page.
UNITS = f"""
SELECT coalesce(json_agg(to_json(p) ORDER BY p.place_key, p.key), '[]') FROM (
  SELECT p.* FROM {SCOPE} CROSS JOIN LATERAL (
    SELECT {UNIT} FROM (
      SELECT e.* FROM equipment_installedequipment e WHERE {IN_SCOPE} AND {AFTER}
      ORDER BY e.location_id, e.id LIMIT %(limit)s) e
    {BESIDE} OFFSET 0) p
  ORDER BY p.place_key, p.key LIMIT %(limit)s) p
"""

ONE_UNIT = f"""
SELECT json_build_object('unit', to_json(p), 'brand', p.brand) FROM (
  SELECT {UNIT}, {BRAND_SQL} AS brand FROM equipment_installedequipment e {BESIDE}
  WHERE e.company_id = %(company)s AND e.public_id = %(unit)s::uuid
    AND EXISTS (SELECT FROM {SCOPE} WHERE {IN_SCOPE})) p
"""

HOME = f"""
SELECT json_build_object('name', l.name, 'address', {ADDRESS}, 'customer_name', c.name, 'key', l.id,
  'today', (%(now)s::timestamptz AT TIME ZONE b.time_zone)::date, 'brand', {BRAND_SQL},
  'units', (SELECT coalesce(json_agg(to_json(p) ORDER BY p.name, p.key), '[]') FROM (
    SELECT {UNIT} FROM (
      SELECT e.* FROM equipment_installedequipment e
      WHERE e.customer_id = l.customer_id AND e.is_active AND e.location_id = l.id ORDER BY e.id LIMIT %(limit)s) e
    {BESIDE}) p))
FROM customers_location l JOIN customers_customer c ON c.id = l.customer_id JOIN tenancy_branch b ON b.id = c.branch_id
WHERE l.company_id = %(company)s AND l.public_id = %(location)s::uuid
  AND EXISTS (SELECT FROM {SCOPE} WHERE l.customer_id = s.customer_id AND l.id BETWEEN s.low AND s.high)
"""
