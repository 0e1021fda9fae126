"""The statements behind office.py: units with what customers never see of them."""

from __future__ import annotations

from portico.domain.equipment.queries.unit_sql import BESIDE, UNIT
from portico.foundation.tenancy.brands import BRAND_SQL

AFTER = """(e.location_id, e.id) > (
  (SELECT coalesce(max(a.location_id), 0) FROM equipment_installedequipment a
    WHERE a.company_id = %(company)s AND a.public_id = %(after)s::uuid),
  (SELECT coalesce(max(a.id), 0) FROM equipment_installedequipment a
    WHERE a.company_id = %(company)s AND a.public_id = %(after)s::uuid))"""
INTERNAL = "e.status, e.cost::text, e.memo, e.is_active, e.source_id"

OF_CUSTOMER = f"""
SELECT json_build_object(
  'units', (SELECT coalesce(json_agg(to_json(p) ORDER BY p.place_key, p.key), '[]') FROM (
    SELECT {UNIT}, {INTERNAL} FROM (
      SELECT e.* FROM equipment_installedequipment e
      WHERE e.customer_id = k.id AND e.is_active = NOT %(gone)s::boolean AND {AFTER}
      ORDER BY e.location_id, e.id LIMIT %(limit)s) e
    {BESIDE}) p),
  'has_gone', EXISTS (SELECT FROM equipment_installedequipment e WHERE e.customer_id = k.id AND NOT e.is_active))
FROM customers_customer k WHERE k.company_id = %(company)s AND k.public_id = %(customer)s::uuid
"""

ONE_UNIT = f"""
SELECT json_build_object('unit', to_json(p), 'brand', p.brand) FROM (
  SELECT {UNIT}, {INTERNAL}, {BRAND_SQL} AS brand FROM equipment_installedequipment e {BESIDE}
  WHERE e.company_id = %(company)s AND e.public_id = %(unit)s::uuid AND c.public_id = %(customer)s::uuid) p
"""
