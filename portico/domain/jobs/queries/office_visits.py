"""Visits of a day, of a job, and one by one, for the office."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from portico.domain.jobs import rules
from portico.domain.jobs.enums import AppointmentStatus
from portico.domain.jobs.queries import office_visit_sql as sql
from portico.domain.jobs.visit_words import visit_label, visit_tone
from portico.foundation.tenancy.scope import reading
from portico.foundation.tenancy.sql import fetch_json

PAGE = 50
OF_ONE_JOB = 50
CHANGEABLE = (AppointmentStatus.SCHEDULED, AppointmentStatus.HOLD)


@dataclass(frozen=True, slots=True)
class Step:
    """What a visit was set to, when and by whom."""

    status: str
    at: datetime
    who: str

    @property
    def label(self) -> str:
        return visit_label(self.status)


@dataclass(frozen=True, slots=True)
class OfficeVisit:
    """A visit with what the office may set it to next."""

    id: UUID
    number: str
    status: str
    title: str
    starts_at: datetime
    ends_at: datetime
    instructions: str
    job: UUID
    job_number: str
    customer: UUID
    customer_name: str
    address: str
    branch: str
    time_zone: str
    technicians: list[str]
    steps: list[Step]
    next_statuses: tuple[AppointmentStatus, ...]

    @property
    def label(self) -> str:
        return visit_label(self.status)

    @property
    def tone(self) -> str:
        return visit_tone(self.status)

    @property
    def may_change(self) -> bool:
        """Whether it can still be moved or canceled: nobody is on the way yet."""
        return bool(self.next_statuses) and self.status in CHANGEABLE

    @property
    def acts(self) -> list[tuple[str, str]]:
        """What it may be set to: the value to send, and the button's text."""
        return [
            (status.value, _("Hold") if status == AppointmentStatus.HOLD else visit_label(status))
            for status in self.next_statuses
        ]

    @classmethod
    def of(cls, row: dict[str, Any]) -> OfficeVisit:
        """From the JSON object of ROW."""
        alike = (
            "number",
            "status",
            "title",
            "instructions",
            "job_number",
            "customer_name",
            "address",
            "branch",
            "time_zone",
            "technicians",
        )
        return cls(
            id=UUID(row["id"]),
            job=UUID(row["job"]),
            customer=UUID(row["customer"]),
            starts_at=datetime.fromisoformat(row["starts_at"]),
            ends_at=datetime.fromisoformat(row["ends_at"]),
            **{name: row[name] for name in alike},
            steps=[Step(each["status"], datetime.fromisoformat(each["at"]), each["who"]) for each in row["steps"]],
            next_statuses=() if row["is_job_canceled"] else rules.next_statuses(row["status"]),
        )


@dataclass(frozen=True, slots=True)
class BranchRow:
    """A branch by which the list can be narrowed."""

    id: UUID
    name: str
    time_zone: str


@reading
def visits_of_day(
    *, since: datetime, until: datetime, branch: UUID | None = None, status: str = "", after: UUID | None = None
) -> list[OfficeVisit]:
    """A page of the visits that start between two moments; one more than a page where there are more."""
    given = {"since": since, "until": until, "branch": branch, "status": status, "after": after}
    found = fetch_json(sql.OF_DAY, **given, limit=PAGE + 1)
    return [OfficeVisit.of(row | _named(row, found)) for row in found["visits"]]


@reading
def office_visit(appointment: UUID) -> OfficeVisit | None:
    """One visit; None where the company has none such."""
    row = fetch_json(sql.ONE, appointment=appointment)
    return OfficeVisit.of(row) if row else None


@reading
def office_visits_of_job(job: UUID) -> list[OfficeVisit]:
    """The visits of a job in their order, the newest of very many."""
    return [OfficeVisit.of(row) for row in fetch_json(sql.OF_JOB, job=job, limit=OF_ONE_JOB)]


@reading
def branches() -> list[BranchRow]:
    """The company's branches, the main one first."""
    return [BranchRow(UUID(public_id), name, zone) for public_id, name, zone in fetch_json(sql.BRANCHES)]


def _named(row: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """What a line of OF_DAY names by keys; JSON knows them as texts."""
    branch, time_zone = found["units"][str(row["business_unit_id"])]
    return {
        "title": found["types"][str(row["job_type_id"])],
        "branch": branch,
        "time_zone": time_zone,
        "technicians": sorted({found["technicians"][str(key)] for key in row["technician_ids"]}),
    }
