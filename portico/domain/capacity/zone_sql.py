"""Which zones hold a place, and which a technician serves: the one text of each for every statement.

The zone is `z`, the location `l`, the technician `t`.
"""

from __future__ import annotations

ZONE_HOLDS = """z.is_active AND (z.source_id = l.zone_source_id
  OR l.postal_code <> '' AND split_part(l.postal_code, '-', 1) = ANY(z.zips))"""
ZONES_OF_TECHNICIAN = """ARRAY(SELECT z.id FROM capacity_zone z WHERE z.company_id = t.company_id AND z.is_active
  AND (z.source_id = ANY(t.zone_source_ids)
       OR EXISTS (SELECT FROM capacity_zonetechnician m WHERE m.zone_id = z.id AND m.technician_id = t.id)))"""
