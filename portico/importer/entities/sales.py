"""sales/…: what was offered, line by line. Amounts have to add up to the cent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from portico.domain.estimates.enums import EstimateStatus
from portico.domain.estimates.import_rules import ImportedItems, ImportedLine
from portico.importer.faults import Refused
from portico.importer.fields import Fields
from portico.kernel.money import Money

STATUSES = {0: EstimateStatus.OPEN, 1: EstimateStatus.SOLD, 2: EstimateStatus.DISMISSED}


def estimate(fields: Fields) -> dict[str, Any]:
    """An estimate; customer and location are its job's, so that those of the record only have to be here."""
    fields.ref("customerId", "crm/customers")
    fields.ref("locationId", "crm/locations")
    return {
        "job_id": fields.needed("jobId", "jpm/jobs"),
        "business_unit_id": fields.ref("businessUnitId", "settings/business-units"),
        "tag": fields.text("proposalTagName", 200),
        "name": fields.text("name", 300).strip() or f"Estimate {fields.record['id']}",
        "summary": fields.text("summary"),
        "status": _status(fields.inner("status")),
        "is_recommended": fields.flag("isRecommended", default=False),
        "is_active": fields.flag("active", default=True),
        "currency": fields.setting.currency,
        "items": _items(fields),
        "expires_at": fields.moment_or_none("expiresOn"),
        "decided_at": fields.moment_or_none("soldOn"),
        "created_at": fields.created_at(),
    }


def _status(fields: Fields) -> EstimateStatus:
    found = STATUSES.get(-1 if (value := fields.whole("value")) is None else value)
    if found is None:
        raise Refused("status.value is none of 0, 1 and 2.")
    return found


def _items(fields: Fields) -> ImportedItems:
    """The lines that are charged: the others are the contractor's own account of the work."""
    rows = [row for row in fields.rows("items") if row.flag("chargeable", default=True)]
    tax = 0 if fields.record.get("tax") is None else fields.amount("tax")
    items = ImportedItems(tuple(_line(row) for row in rows), tax)
    subtotal, currency = fields.amount("subtotal"), fields.setting.currency
    if items.subtotal_minor != subtotal:
        found, said = (Money(minor, currency).decimal() for minor in (items.subtotal_minor, subtotal))
        raise Refused(f"The items add up to {found}, subtotal says {said}.")
    return items


def _line(fields: Fields) -> ImportedLine:
    sku, quantity = fields.inner("sku"), fields.fraction("qty")
    description = fields.text("description")
    name = sku.text("displayName", 500).strip() or description[:500].strip() or "Item"
    return ImportedLine(
        name=name,
        description="" if description.strip() == name else description,
        type=sku.text("type", 20),
        quantity=Decimal(1) if quantity is None else quantity,
        price_minor=fields.amount("unitRate"),
        total_minor=fields.amount("total"),
        sku=sku.text("name", 120),
        cost=fields.fraction("unitCost"),
        cost_account=fields.text("skuAccount", 200),
    )
