"""Equipment as another system keeps it, written in bulk; the run is the audit entry."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from django.db import connection, transaction

from portico.domain.customers.models import Location
from portico.domain.equipment.models import InstalledEquipment
from portico.foundation.tenancy import sourced
from portico.foundation.tenancy.scope import current_company_id

FOLLOW = """UPDATE equipment_installedequipment e SET customer_id = l.customer_id FROM customers_location l
  WHERE e.company_id = %(company)s AND l.id = e.location_id AND e.customer_id <> l.customer_id"""


@transaction.atomic
def write_equipment(*, changes: Sequence[sourced.Change]) -> sourced.Written:
    """Create or update units; whoever the source says owns one, its customer is its location's."""
    places = {change.bound["location_id"] for change in changes}
    owners = dict(Location.objects.filter(pk__in=places).values_list("pk", "customer_id"))
    placed = [
        replace(change, bound={**change.bound, "customer_id": owners[change.bound["location_id"]]})
        for change in changes
    ]
    return sourced.write(InstalledEquipment, placed)


def follow_locations() -> None:
    """Units go to the customer whom their location went to; run after each import."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(FOLLOW, {"company": current_company_id()})


def equipment_by_source(ids: Collection[int]) -> dict[int, int]:
    """Primary keys by source id."""
    return sourced.keys(InstalledEquipment, ids)
