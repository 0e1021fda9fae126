"""Visits of an export: each has the step that its record tells, and a second run adds none."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from portico.domain.jobs.models import Appointment, AppointmentStep
from tests.importer import folders

pytestmark = pytest.mark.django_db
Told = dict[int, list[tuple[str, datetime, str]]]


def steps(folder: Path) -> Told:
    with folders.inside(folder):
        found: Told = {source_id: [] for source_id in Appointment.objects.values_list("source_id", flat=True)}
        columns = ("appointment__source_id", "status", "at", "made_by_name")
        for source_id, *told in AppointmentStep.objects.order_by("pk").values_list(*columns):
            found[source_id].append(tuple(told))
    return found


def test_every_visit_has_the_step_that_its_record_tells_however_often_it_is_imported(export: Path) -> None:
    report = folders.take(export)
    gone = {row["id"] for row in report.refused if row["file"] == "jpm/appointments.jsonl"}
    records = folders.newest(export, "jpm/appointments")
    expected = {
        key: [(row["status"], datetime.fromisoformat(row["modifiedOn"]), "Import")]
        for key, row in records.items()
        if key not in gone
    }
    assert steps(export) == expected
    folders.take(export)
    assert steps(export) == expected
    assert len(expected) > 20


def test_changed_status_at_the_source_is_one_more_step(small: Path) -> None:
    folders.take(small)
    before = steps(small)
    records = folders.newest(small, "jpm/appointments")
    visit = next(row for key, row in records.items() if key in before and row["status"] == "Scheduled")
    changed = folders.change(small, "jpm/appointments", visit, status="Working")
    folders.take(small)
    moment = datetime.fromisoformat(changed["modifiedOn"])
    assert steps(small) == before | {visit["id"]: [*before[visit["id"]], ("Working", moment, "Import")]}
