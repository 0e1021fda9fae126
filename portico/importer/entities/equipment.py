"""equipmentsystems/…: what stands in the homes."""

from __future__ import annotations

from typing import Any

from portico.importer.fields import Fields


def installed(fields: Fields) -> dict[str, Any]:
    """A unit. Whose it is, its location says; the customer that the record names must exist, no more."""
    fields.ref("customerId", "crm/customers")
    kind = _type(fields)
    return {
        "location_id": fields.needed("locationId", "crm/locations"),
        "name": fields.text("name", 300).strip() or kind or f"Unit {fields.record['id']}",
        "type": kind,
        "manufacturer": fields.text("manufacturer", 200),
        "model": fields.text("model", 200),
        "serial_number": fields.text("serialNumber", 200),
        "installed_on": fields.day_or_none("installedOn"),
        "manufacturer_warranty_start": fields.day_or_none("manufacturerWarrantyStart"),
        "manufacturer_warranty_end": fields.day_or_none("manufacturerWarrantyEnd"),
        "service_provider_warranty_start": fields.day_or_none("serviceProviderWarrantyStart"),
        "service_provider_warranty_end": fields.day_or_none("serviceProviderWarrantyEnd"),
        "status": fields.text("status", 40),
        "cost": fields.fraction("cost"),
        "memo": fields.text("memo"),
        "is_active": fields.flag("active", default=True),
        "created_at": fields.created_at(),
    }


def _type(fields: Fields) -> str:
    """An object with a name; older systems write the name alone."""
    if isinstance(fields.record.get("type"), str):
        return fields.text("type", 200)
    return fields.inner("type").text("name", 200)
