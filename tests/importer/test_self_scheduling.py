"""What customers may book stands here as branch.json says, and what the office changed since stays."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from portico.domain.capacity.models import JobTypeScheduling
from tests.importer import folders

pytestmark = pytest.mark.django_db

FIELDS = {
    "is_self_schedulable": ("enabled", False),
    "lead_hours": ("leadHours", 24),
    "horizon_days": ("horizonDays", 60),
    "reschedule_cutoff_hours": ("rescheduleCutoffHours", None),
    "cancel_cutoff_hours": ("cancelCutoffHours", None),
}


def said(folder: Path) -> dict[int, dict[str, Any]]:
    rows = json.loads((folder / "branch.json").read_text())["portal"]["selfScheduling"]
    return {row["jobTypeId"]: row for row in rows}


def say(folder: Path, job_type: int, **more: Any) -> None:
    sheet = json.loads((folder / "branch.json").read_text())
    for row in sheet["portal"]["selfScheduling"]:
        row.update(more if row["jobTypeId"] == job_type else {})
    (folder / "branch.json").write_text(json.dumps(sheet))


def bookable(folder: Path) -> int:
    return next(key for key, row in said(folder).items() if row["enabled"])


def test_every_job_type_may_be_booked_as_the_file_says(export: Path) -> None:
    folders.take(export)
    wanted = {
        key: {column: row.get(name, default) for column, (name, default) in FIELDS.items()}
        for key, row in said(export).items()
    }
    assert any(row["is_self_schedulable"] for row in wanted.values())
    with folders.inside(export):
        rows = JobTypeScheduling.objects.select_related("job_type")
        assert {row.job_type.source_id: {name: getattr(row, name) for name in FIELDS} for row in rows} == wanted


def test_what_the_office_changed_stays_until_the_file_says_something_new(small: Path) -> None:
    folders.take(small)
    job_type = bookable(small)
    with folders.inside(small):
        JobTypeScheduling.objects.filter(job_type__source_id=job_type).update(lead_hours=72)
    say(small, job_type, horizonDays=45)
    report = folders.take(small)
    with folders.inside(small):
        row = JobTypeScheduling.objects.get(job_type__source_id=job_type)
        assert (row.lead_hours, row.horizon_days) == (72, 45)
    assert report.overruled == []


def test_what_the_file_says_anew_wins_and_is_reported(small: Path) -> None:
    folders.take(small)
    job_type = bookable(small)
    with folders.inside(small):
        JobTypeScheduling.objects.filter(job_type__source_id=job_type).update(lead_hours=72)
    say(small, job_type, leadHours=48)
    report = folders.take(small)
    with folders.inside(small):
        assert JobTypeScheduling.objects.get(job_type__source_id=job_type).lead_hours == 48
    assert [(row["id"], row["field"]) for row in report.overruled] == [(job_type, "portal.selfScheduling.lead_hours")]
