"""memberships/…: kinds of memberships, who has one, and the visits that come with it."""

from __future__ import annotations

from typing import Any

from portico.domain.memberships.enums import EventStatus, MembershipStatus
from portico.importer.fields import Fields


def recurring_service_type(fields: Fields) -> dict[str, Any]:
    """A visit that a membership may include."""
    fields.ref("businessUnitId", "settings/business-units")
    return {
        "name": fields.text("name", 200) or f"Visit {fields.record['id']}",
        "recurrence": fields.text("recurrenceType", 40),
        "months": fields.texts("recurrenceMonths", 20),
        "job_type_id": fields.ref("jobTypeId", "jpm/job-types"),
        "is_active": fields.flag("active", default=True),
    }


def membership_type(fields: Fields) -> dict[str, Any]:
    """What customers join, and the visits that it includes."""
    services = []
    for service in fields.rows("recurringServices"):
        service.ref("membershipTypeId", "memberships/membership-types")
        services.append(service.ref("recurringServiceTypeId", "memberships/recurring-service-types"))
    name = fields.text("name", 200) or f"Membership type {fields.record['id']}"
    return {
        "name": name,
        "display_name": fields.text("displayName", 200).strip() or name,
        "discount_percent": fields.fraction("discount", digits=3),
        "billing": [_terms(row) for row in fields.rows("durationBilling")],
        "is_active": fields.flag("active", default=True),
        "service_ids": [service for service in services if service is not None],
    }


def membership(fields: Fields) -> dict[str, Any]:
    """A membership: moments are midnights of the branch, the next bill is a calendar date as it stands."""
    starts_at, created_at = fields.moment_or_none("from"), fields.created_at()
    return {
        "customer_id": fields.needed("customerId", "crm/customers"),
        "location_id": fields.ref("locationId", "crm/locations"),
        "type_id": fields.needed("membershipTypeId", "memberships/membership-types"),
        "business_unit_id": fields.ref("businessUnitId", "settings/business-units"),
        "status": fields.choice("status", MembershipStatus.values),
        "starts_at": starts_at,
        "ends_at": fields.moment_or_none("to"),
        "listed_at": starts_at or created_at,
        "duration_months": fields.whole("duration"),
        "billing_frequency": fields.text("billingFrequency", 40),
        "next_bill_on": fields.day_or_none("nextScheduledBillDate"),
        "canceled_at": fields.moment_or_none("cancellationDate"),
        "memo": fields.text("memo"),
        "created_at": created_at,
    }


def recurring_service_event(fields: Fields) -> dict[str, Any]:
    """A visit that is due, under the name that customers read."""
    return {
        "membership_id": fields.needed("membershipId", "memberships/memberships"),
        "name": fields.text("locationRecurringServiceName", 200),
        "due_at": fields.moment("date"),
        "status": fields.choice("status", EventStatus.values),
        "job_id": fields.ref("jobId", "jpm/jobs"),
    }


def _terms(fields: Fields) -> dict[str, Any]:
    price = fields.amount("billingPrice") if fields.record.get("billingPrice") is not None else None
    return {
        "months": fields.whole("duration"),
        "frequency": fields.text("billingFrequency", 40),
        "price_minor": price,
    }
