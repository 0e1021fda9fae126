"""What stands in homes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from portico.domain.customers.models import Location
from portico.domain.equipment.models import InstalledEquipment
from portico.domain.jobs.models import Job, JobEquipment
from portico.kernel import clock

_numbers = count(1)


def make_unit(location: Location, name: str = "", *jobs: Job, **columns: Any) -> InstalledEquipment:
    """A unit in use at this location, with everything known of it, and the jobs in which it was worked on."""
    number = next(_numbers)
    wanted = {
        "name": name or f"Heat pump {number}",
        "type": "Heat Pump",
        "manufacturer": "Trane",
        "model": f"HP-{number}",
        "serial_number": f"E{number:09}",
        "installed_on": date(2020, 5, 4),
        "manufacturer_warranty_start": date(2020, 5, 4),
        "manufacturer_warranty_end": date(2040, 5, 4),
        "service_provider_warranty_start": date(2020, 5, 4),
        "service_provider_warranty_end": date(2022, 5, 4),
        "status": "Installed",
        "cost": Decimal("1234.5"),
        "memo": "bought from another dealer",
        "created_at": clock.real_now(),
    }
    unit = InstalledEquipment.objects.create(customer=location.customer, location=location, **(wanted | columns))
    JobEquipment.objects.bulk_create([JobEquipment(job=job, equipment=unit) for job in jobs])
    return unit
