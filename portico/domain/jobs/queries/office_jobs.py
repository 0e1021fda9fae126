"""A job as the office sees it: why it waits or was canceled, its tags and notes, and the units it was about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

MANY = 100
ALIKE = ("number", "type", "status", "summary", "priority", "is_no_charge", "unit", "branch", "time_zone", "place")


@dataclass(frozen=True, slots=True)
class Note:
    """What was written down."""

    text: str
    is_pinned: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class UnitAtHome:
    """A unit of the job's home, and whether the job was about it."""

    id: UUID
    name: str
    model: str
    is_touched: bool


@dataclass(frozen=True, slots=True)
class OfficeJob:
    """Everything internal of a job."""

    id: UUID
    number: str
    type: str
    status: str
    summary: str
    priority: str
    is_no_charge: bool
    unit: str
    branch: str
    time_zone: str
    place: str
    address: str
    created_at: datetime
    completed_at: datetime | None
    cancel_reason: str
    hold_reason: str
    tags: list[str]
    notes: list[Note]
    units: list[UnitAtHome]


def job_of(row: dict[str, Any]) -> OfficeJob:
    """From what JOB brings."""
    return OfficeJob(
        **{name: row[name] for name in ALIKE},
        id=UUID(row["id"]),
        address=row["address"],
        created_at=datetime.fromisoformat(row["created_at"]),
        completed_at=datetime.fromisoformat(row["completed_at"]) if row["completed_at"] else None,
        cancel_reason=_reason(row["cancel_reason"]),
        hold_reason=_reason(row["hold_reason"]),
        tags=row["tags"],
        notes=[Note(note["text"], note["is_pinned"], datetime.fromisoformat(note["at"])) for note in row["notes"]],
        units=[UnitAtHome(UUID(one["id"]), one["name"], one["model"], one["is_touched"]) for one in row["units"]],
    )


def _reason(found: Any) -> str:
    """A reason as another system keeps it, in one line."""
    if not isinstance(found, dict):
        return str(found or "")
    said = [str(found[name]) for name in ("name", "text", "memo", "reason") if found.get(name)]
    return " – ".join(dict.fromkeys(said))
