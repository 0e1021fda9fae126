"""sales/: staged and checked here, applied with the pages that show them."""

from __future__ import annotations

from typing import Any

from portico.importer.faults import Refused
from portico.importer.fields import Fields

ESTIMATE_STATES = (0, 1, 2)


def estimate(fields: Fields) -> dict[str, Any]:
    fields.ref("jobId", "jpm/jobs")
    fields.ref("customerId", "crm/customers")
    fields.ref("locationId", "crm/locations")
    fields.ref("businessUnitId", "settings/business-units")
    if fields.inner("status").whole("value") not in ESTIMATE_STATES:
        raise Refused("status.value is none of 0, 1 and 2.")
    fields.moment_or_none("expiresOn")
    fields.moment_or_none("soldOn")
    return {"items": [item.text("description") for item in fields.rows("items")]}
