"""In which zones a location lies, as the office is told on its page."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from portico.domain.capacity.zone_sql import ZONE_HOLDS
from portico.foundation.tenancy.scope import reading
from portico.foundation.tenancy.sql import fetch_json

AREA_OF = f"""
SELECT jsonb_build_object(
  'zones', (SELECT coalesce(jsonb_agg(z.name ORDER BY z.name, z.id), '[]')
              FROM customers_location l JOIN capacity_zone z ON z.company_id = l.company_id AND ({ZONE_HOLDS})
             WHERE l.company_id = %(company)s AND l.public_id = %(location)s),
  'has_zones', EXISTS (SELECT FROM capacity_zone z WHERE z.company_id = %(company)s AND z.is_active))
"""  # noqa: S608 - put together of our own texts only


@dataclass(frozen=True, slots=True)
class Area:
    """The zones that hold a place; without any zone in the company every address is served."""

    zones: tuple[str, ...]
    has_zones: bool

    @property
    def is_served(self) -> bool:
        return bool(self.zones) or not self.has_zones


@reading
def area_of(location: UUID) -> Area:
    """The zones of a location, found by its postal code or named by its source."""
    found = fetch_json(AREA_OF, location=location)
    return Area(tuple(found["zones"]), has_zones=found["has_zones"])
