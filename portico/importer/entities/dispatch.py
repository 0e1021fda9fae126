"""dispatch/…: who comes, and when there is time."""

from __future__ import annotations

import re
from typing import Any

from portico.domain.jobs.enums import AssignmentStatus
from portico.importer.faults import Refused
from portico.importer.fields import Fields

SHIFTS = ("Normal", "OnCall", "TimeOff")
_CLOCK = re.compile(r"\d{1,3}:[0-5]\d(:[0-5]\d)?", re.ASCII)


def assignment(fields: Fields) -> dict[str, Any]:
    fields.ref("jobId", "jpm/jobs")
    return {
        "appointment_id": fields.needed("appointmentId", "jpm/appointments"),
        "technician_id": fields.needed("technicianId", "settings/technicians"),
        "status": fields.choice("status", AssignmentStatus.values),
        "assigned_at": fields.moment_or_none("assignedOn"),
    }


def shift(fields: Fields) -> dict[str, Any]:
    fields.needed("technicianId", "settings/technicians")
    start, end = fields.moment("start"), fields.moment("end")
    if end <= start:
        raise Refused("end is not after start.")
    return {"type": fields.choice("shiftType", SHIFTS), "start": start, "end": end}


def non_job_appointment(fields: Fields) -> dict[str, Any]:
    fields.needed("technicianId", "settings/technicians")
    return {"start": fields.moment("start"), "duration": _clock(fields, "duration")}


def zone(fields: Fields) -> dict[str, Any]:
    fields.refs_in("businessUnits", "settings/business-units")
    fields.refs_in("technicians", "settings/technicians")
    return {"zips": fields.texts("zips", 20), "cities": fields.texts("cities", 120)}


def arrival_window(fields: Fields) -> dict[str, Any]:
    fields.refs_in("businessUnitIds", "settings/business-units")
    return {"start": _clock(fields, "start"), "duration": _clock(fields, "duration")}


def business_hours(fields: Fields) -> dict[str, Any]:
    fields.refs_in("businessUnitIds", "settings/business-units")
    days = ("weekdays", "saturday", "sunday")
    return {day: [(row.whole("fromHour"), row.whole("toHour")) for row in fields.rows(day)] for day in days}


def _clock(fields: Fields, name: str) -> str:
    said = fields.text(name)
    if said and not _CLOCK.fullmatch(said):
        raise Refused(f"{fields.path}{name} is “{said[:60]}”, which is not a clock time.")
    return said
