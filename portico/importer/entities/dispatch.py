"""dispatch/…: who comes, and when there is time."""

from __future__ import annotations

import re
from typing import Any

from portico.domain.capacity.enums import ShiftType
from portico.domain.jobs.enums import AssignmentStatus
from portico.importer.faults import Refused
from portico.importer.fields import Fields

_CLOCK = re.compile(r"(\d{1,3}):([0-5]\d)(?::[0-5]\d)?", re.ASCII)
_DAY = 24 * 60
_LONGEST = 366 * _DAY


def assignment(fields: Fields) -> dict[str, Any]:
    fields.ref("jobId", "jpm/jobs")
    return {
        "appointment_id": fields.needed("appointmentId", "jpm/appointments"),
        "technician_id": fields.needed("technicianId", "settings/technicians"),
        "status": fields.choice("status", AssignmentStatus.values),
        "assigned_at": fields.moment_or_none("assignedOn"),
    }


def shift(fields: Fields) -> dict[str, Any]:
    """When a technician works; instants."""
    starts_at, ends_at = fields.moment("start"), fields.moment("end")
    if ends_at <= starts_at:
        raise Refused("end is not after start.")
    return {
        "technician_id": fields.needed("technicianId", "settings/technicians"),
        "type": fields.choice("shiftType", ShiftType.values),
        "starts_at": starts_at,
        "ends_at": ends_at,
        "title": fields.text("title", 200),
        "note": fields.text("note"),
        "is_active": fields.flag("active", default=True),
    }


def non_job_appointment(fields: Fields) -> dict[str, Any]:
    """What else a technician does; one without a length takes the whole day or is refused."""
    is_all_day = fields.flag("allDay", default=False)
    minutes = _minutes(fields, "duration", most=_LONGEST)
    if not minutes and not is_all_day:
        raise Refused("duration is missing.")
    return {
        "technician_id": fields.needed("technicianId", "settings/technicians"),
        "name": fields.text("name", 200),
        "summary": fields.text("summary"),
        "starts_at": fields.moment("start"),
        "minutes": minutes,
        "is_all_day": is_all_day,
        "is_capacity_taken": fields.flag("removeTechnicianFromCapacityPlanning", default=True),
        "is_active": fields.flag("active", default=True),
    }


def zone(fields: Fields) -> dict[str, Any]:
    """An area, and who serves it."""
    return {
        "name": fields.text("name", 200) or f"Zone {fields.record['id']}",
        "zips": [each.strip() for each in fields.texts("zips", 20)],
        "cities": fields.texts("cities", 120),
        "is_active": fields.flag("active", default=True),
        "unit_ids": fields.refs_in("businessUnits", "settings/business-units"),
        "technician_ids": fields.refs_in("technicians", "settings/technicians"),
    }


def arrival_window(fields: Fields) -> dict[str, Any]:
    """A window on the clock of the branch."""
    start, minutes = _minutes(fields, "start", most=_DAY), _minutes(fields, "duration", most=_DAY)
    if not minutes or start + minutes > _DAY:
        raise Refused("duration is missing or reaches beyond midnight.")
    return {
        "start_minute": start,
        "minutes": minutes,
        "is_active": fields.flag("active", default=True),
        "unit_ids": fields.refs_in("businessUnitIds", "settings/business-units"),
    }


def business_hours(fields: Fields) -> dict[str, Any]:
    """When business units are open, on the clock of the branch."""
    return {
        **{day: [_open(row) for row in fields.rows(day)] for day in ("weekdays", "saturday", "sunday")},
        "unit_ids": fields.refs_in("businessUnitIds", "settings/business-units"),
    }


def _open(fields: Fields) -> list[int]:
    start, end = _hour(fields, "fromHour"), _hour(fields, "toHour")
    if end <= start:
        raise Refused(f"{fields.path}toHour is not after fromHour.")
    return [start, end]


def _hour(fields: Fields, name: str) -> int:
    """A whole hour, or a clock time, in minutes."""
    said = fields.record.get(name)
    minutes = _minutes(fields, name, most=_DAY) if isinstance(said, str) else 60 * (fields.whole(name) or 0)
    if said is None or minutes > _DAY:
        raise Refused(f"{fields.path}{name} is missing or beyond midnight.")
    return minutes


def _minutes(fields: Fields, name: str, *, most: int) -> int:
    """A clock time or a length as minutes; 0 where nothing is said."""
    said = fields.text(name)
    found = _CLOCK.fullmatch(said)
    if said and (not found or int(found[1]) * 60 + int(found[2]) > most):
        raise Refused(f"{fields.path}{name} is “{said[:60]}”, which is not a clock time.")
    return int(found[1]) * 60 + int(found[2]) if found else 0
