"""jpm/…: job types, jobs, their visits and notes."""

from __future__ import annotations

from typing import Any

from portico.domain.jobs.enums import AppointmentStatus, JobStatus
from portico.importer.faults import Refused
from portico.importer.fields import Fields


def job_type(fields: Fields) -> dict[str, Any]:
    seconds = fields.whole("duration")
    fields.refs_in("tagTypeIds", "settings/tag-types")
    return {
        "name": fields.text("name", 200) or f"Job type {fields.record['id']}",
        "job_class": fields.text("class", 80),
        "priority": fields.text("priority", 20),
        "summary": fields.text("summary"),
        "duration_minutes": None if seconds is None else -(-seconds // 60),
        "skills": fields.texts("skills", 120),
        "is_no_charge": fields.flag("noCharge", default=False),
        "is_active": fields.flag("active", default=True),
        "unit_ids": fields.refs_in("businessUnitIds", "settings/business-units"),
    }


def job(fields: Fields) -> dict[str, Any]:
    fields.ref("invoiceId", "accounting/invoices")
    fields.ref("firstAppointmentId", "jpm/appointments")
    fields.ref("lastAppointmentId", "jpm/appointments")
    return {
        "customer_id": fields.needed("customerId", "crm/customers"),
        "location_id": fields.needed("locationId", "crm/locations"),
        "business_unit_id": fields.needed("businessUnitId", "settings/business-units"),
        "job_type_id": fields.needed("jobTypeId", "jpm/job-types"),
        "number": fields.text("jobNumber", 40) or str(fields.record["id"]),
        "status": fields.choice("jobStatus", JobStatus.values),
        "priority": fields.text("priority", 20),
        "summary": fields.text("summary"),
        "completed_at": fields.moment_or_none("completedOn"),
        "created_at": fields.created_at(),
        "is_no_charge": fields.flag("noCharge", default=False),
        "cancel_reason": fields.inner("cancelReason").record or None,
        "hold_reason": fields.inner("holdReason").record or None,
        "tag_source_ids": [tag.id for tag in fields.refs_in("tagTypeIds", "settings/tag-types")],
    }


def appointment(fields: Fields) -> dict[str, Any]:
    start, end = fields.moment("start"), fields.moment("end")
    if end <= start:
        raise Refused("end is not after start.")
    return {
        "job_id": fields.needed("jobId", "jpm/jobs"),
        "number": fields.text("appointmentNumber", 60),
        "status": fields.choice("status", AppointmentStatus.values),
        "starts_at": start,
        "ends_at": end,
        "window_starts_at": fields.moment_or_none("arrivalWindowStart") or start,
        "window_ends_at": fields.moment_or_none("arrivalWindowEnd") or end,
        "special_instructions": fields.text("specialInstructions"),
        "is_confirmed": fields.flag("isConfirmed", default=False),
        "changed_at": fields.moment_or_none("modifiedOn") or fields.setting.exported_at,
    }


def job_note(fields: Fields) -> dict[str, Any]:
    return {
        "job_id": fields.needed("jobId", "jpm/jobs"),
        "text": fields.text("text"),
        "is_pinned": fields.flag("isPinned", default=False),
        "is_active": fields.flag("active", default=True),
        "created_at": fields.created_at(),
    }
