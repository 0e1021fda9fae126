"""sales/, memberships/: staged and checked here, applied with the pages that show them."""

from __future__ import annotations

from typing import Any

from portico.importer.faults import Refused
from portico.importer.fields import Fields

ESTIMATE_STATES = (0, 1, 2)
MEMBERSHIP_STATES = ("Active", "Suspended", "Expired", "Canceled", "Deleted")
EVENT_STATES = ("NotAttempted", "Unreachable", "Contacted", "Won", "Dismissed")


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


def membership_type(fields: Fields) -> dict[str, Any]:
    for service in fields.rows("recurringServices"):
        service.ref("membershipTypeId", "memberships/membership-types")
        service.ref("recurringServiceTypeId", "memberships/recurring-service-types")
    return {"name": fields.text("name")}


def membership(fields: Fields) -> dict[str, Any]:
    fields.needed("customerId", "crm/customers")
    fields.ref("locationId", "crm/locations")
    fields.needed("membershipTypeId", "memberships/membership-types")
    fields.ref("businessUnitId", "settings/business-units")
    for name in ("from", "to", "cancellationDate"):
        fields.moment_or_none(name)
    fields.day_or_none("nextScheduledBillDate")
    return {"status": fields.choice("status", MEMBERSHIP_STATES)}


def recurring_service_type(fields: Fields) -> dict[str, Any]:
    fields.ref("jobTypeId", "jpm/job-types")
    fields.ref("businessUnitId", "settings/business-units")
    return {"months": fields.texts("recurrenceMonths", 20)}


def recurring_service_event(fields: Fields) -> dict[str, Any]:
    fields.needed("membershipId", "memberships/memberships")
    fields.ref("jobId", "jpm/jobs")
    return {"date": fields.moment("date"), "status": fields.choice("status", EVENT_STATES)}
