"""Shifts, events, zones, windows and hours stand here as the files say."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from portico.domain.capacity.models import (
    ArrivalWindow,
    BusinessHours,
    NonJobAppointment,
    Technician,
    TechnicianShift,
    Zone,
)
from portico.importer.entities import dispatch
from portico.importer.faults import Refused
from portico.importer.fields import Fields, Setting
from tests.importer import folders

pytestmark = pytest.mark.django_db

SETTING = Setting("USD", datetime.fromisoformat("2026-11-22T13:00:00Z"))
Rows = dict[int, dict[str, Any]]


def accepted(export: Path, entity: str, refused: set[tuple[str, int | None]]) -> Rows:
    rows = folders.newest(export, f"dispatch/{entity}")
    return {key: row for key, row in rows.items() if (f"dispatch/{entity}.jsonl", key) not in refused}


def minutes(clock: str) -> int:
    hours, rest = clock.split(":")[:2]
    return 60 * int(hours) + int(rest)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_working_time_is_what_the_files_say(export: Path) -> None:
    report = folders.take(export)
    refused = {(row["file"], row["id"]) for row in report.refused}
    shifts, events, zones, windows, hours = (
        accepted(export, entity, refused)
        for entity in ("technician-shifts", "non-job-appointments", "zones", "arrival-windows", "business-hours")
    )
    assert all((shifts, events, zones, windows, hours))
    with folders.inside(export):
        assert {
            row.source_id: (row.technician.source_id, row.type, row.starts_at, row.ends_at, row.is_active)
            for row in TechnicianShift.objects.select_related("technician")
        } == {
            key: (
                row["technicianId"],
                row["shiftType"],
                moment(row["start"]),
                moment(row["end"]),
                row.get("active", True),
            )
            for key, row in shifts.items()
        }
        assert {
            row.source_id: (row.technician.source_id, row.starts_at, row.minutes, row.is_all_day, row.is_capacity_taken)
            for row in NonJobAppointment.objects.select_related("technician")
        } == {
            key: (
                row["technicianId"],
                moment(row["start"]),
                minutes(row["duration"]),
                row.get("allDay", False),
                row.get("removeTechnicianFromCapacityPlanning", True),
            )
            for key, row in events.items()
        }
        assert {
            row.source_id: (
                row.zips,
                set(row.units.values_list("business_unit__source_id", flat=True)),
                set(row.technicians.values_list("technician__source_id", flat=True)),
            )
            for row in Zone.objects.all()
        } == {key: (row["zips"], set(row["businessUnits"]), set(row["technicians"])) for key, row in zones.items()}
        assert {
            row.source_id: (
                row.start_minute,
                row.minutes,
                set(row.units.values_list("business_unit__source_id", flat=True)),
            )
            for row in ArrivalWindow.objects.all()
        } == {
            key: (minutes(row["start"]), minutes(row["duration"]), set(row["businessUnitIds"]))
            for key, row in windows.items()
        }
        assert {row.source_id: (row.weekdays, row.saturday, row.sunday) for row in BusinessHours.objects.all()} == {
            key: tuple(
                [[60 * span["fromHour"], 60 * span["toHour"]] for span in row[day]]
                for day in ("weekdays", "saturday", "sunday")
            )
            for key, row in hours.items()
        }


def test_technician_keeps_the_zones_of_the_record(export: Path) -> None:
    folders.take(export)
    said = folders.newest(export, "settings/technicians")
    with folders.inside(export):
        kept = {row.source_id: row.zone_source_ids for row in Technician.objects.all()}
    assert any(kept.values())
    assert kept == {key: said[key].get("zoneIds", []) for key in kept}


def test_zone_loses_whoever_left_it(small: Path) -> None:
    folders.take(small)
    zone = next(iter(folders.newest(small, "dispatch/zones").values()))
    left = zone["technicians"][1:]
    folders.change(small, "dispatch/zones", zone, technicians=left)
    folders.take(small)
    with folders.inside(small):
        found = Zone.objects.get(source_id=zone["id"]).technicians.values_list("technician__source_id", flat=True)
        assert set(found) == set(left)


@pytest.mark.parametrize(
    ("parse", "record", "reason"),
    (
        (dispatch.shift, {"start": "2026-11-22T13:00:00Z", "end": "2026-11-22T13:00:00Z"}, "end is not after start"),
        (dispatch.shift, {"start": "soon", "end": "2026-11-22T13:00:00Z"}, "not a moment"),
        (dispatch.non_job_appointment, {"start": "2026-11-22T13:00:00Z", "technicianId": 1}, "duration is missing"),
        (dispatch.non_job_appointment, {"duration": "1h", "technicianId": 1}, "not a clock time"),
        (dispatch.arrival_window, {"start": "22:00:00", "duration": "04:00:00"}, "beyond midnight"),
        (dispatch.arrival_window, {"start": "25:00:00", "duration": "01:00:00"}, "not a clock time"),
        (dispatch.arrival_window, {"start": "08:00:00"}, "duration is missing"),
        (dispatch.business_hours, {"weekdays": [{"fromHour": 19, "toHour": 7}]}, "toHour is not after fromHour"),
        (dispatch.business_hours, {"saturday": [{"fromHour": 7, "toHour": 25}]}, "beyond midnight"),
        (dispatch.business_hours, {"sunday": [{"fromHour": 7}]}, "toHour is missing"),
    ),
)
def test_time_that_cannot_be_is_refused_with_its_reason(parse: Any, record: dict[str, Any], reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        parse(Fields({"id": 1} | record, SETTING))


def test_hours_may_be_clock_times_and_end_at_midnight() -> None:
    fields = Fields({"id": 1, "weekdays": [{"fromHour": "07:30", "toHour": 24}]}, SETTING)
    assert dispatch.business_hours(fields)["weekdays"] == [[450, 1440]]


def test_event_of_a_whole_day_needs_no_length() -> None:
    fields = Fields({"id": 1, "technicianId": 2, "start": "2026-11-22T13:00:00Z", "allDay": True}, SETTING)
    found = dispatch.non_job_appointment(fields)
    assert (found["is_all_day"], found["minutes"]) == (True, 0)
