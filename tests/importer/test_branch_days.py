"""A whole export planned: the booked load is what the files say, and nobody is in two places."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from portico.domain.booking.day_rules import DayPlan, Wanted
from portico.domain.booking.models import BranchDay, PlanBlock
from portico.domain.booking.operations import days as operations
from portico.domain.booking.operations import rebuilding
from portico.domain.booking.queries.available import Availability, available
from portico.domain.booking.queries.days import Day, load_days
from portico.domain.catalog.models import JobType
from portico.domain.customers.models import Location
from portico.foundation.tenancy.models import Branch
from portico.kernel import clock
from tests.importer import folders

pytestmark = pytest.mark.django_db(transaction=True)
LENGTH = 30
COUNTED = {"Scheduled", "Dispatched", "Working", "Hold"}


def test_booked_load_of_thirty_days_is_what_the_files_say(export: Path, record_property: Any) -> None:
    report = folders.take(export)
    said = load_of_files(export, {(row["file"], row["id"]) for row in report.refused})
    found: dict[tuple[str, date], int] = {}
    unplanned = blocks = 0
    with folders.inside(export):
        for branch in Branch.objects.all():
            first = exported_on(export).astimezone(ZoneInfo(branch.time_zone)).date()
            for number in range(LENGTH):
                day = first + timedelta(days=number)
                unplanned += operations.rebuild_day(branch_id=branch.pk, day=day)
                row = BranchDay.objects.get(branch=branch, day=day)
                if row.consumed:
                    found[branch.name, day] = sum(row.consumed.values())
        assert found == said
        for technician in set(PlanBlock.objects.values_list("technician_id", flat=True)):
            mine = list(PlanBlock.objects.filter(technician=technician).order_by("starts_at"))
            blocks += len(mine)
            assert all(before.ends_at <= after.starts_at for before, after in pairwise(mine))
    record_property(
        "throughput",
        f"{export.name}: {len(said)} branch days, {sum(said.values())} minutes, {blocks} blocks, {unplanned} unplanned",
    )


def test_every_offered_window_of_thirty_days_is_proven_by_its_plan(
    export: Path, record_property: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked as customers of each branch ask, at the export's own moment; each yes is planned and looked at."""
    folders.take(export)
    monkeypatch.setattr(clock, "_shift", exported_on(export) - clock.real_now())
    asked = offered = 0
    reasons: Counter[str] = Counter()
    with folders.inside(export):
        rebuilding.rebuild_all()
        for home, kind in questions():
            found = available(customer_id=home.customer_id, location_id=home.pk, job_type_id=kind.pk, answers={})
            if found is None or not found.wish.is_possible:
                continue
            asked += len(found.windows)
            offered += len(found.open)
            reasons.update(str(one.reason) for one in found.windows if one.reason)
            assert_proven(found)
    assert asked > 0
    told = f"{asked} windows asked, {offered} offered and proven, closed: {dict(reasons)}"
    record_property("throughput", f"{export.name}: {told}")


def questions() -> Iterator[tuple[Location, JobType]]:
    """Every kind that customers may book, at the first home of a customer in each zone."""
    homes = Location.objects.filter(is_active=True, customer__merged_into=None, customer__do_not_service=False)
    firsts = {home.zone_source_id: home for home in homes.order_by("-pk")}
    for kind in JobType.objects.filter(scheduling__is_self_schedulable=True).order_by("pk"):
        yield from ((home, kind) for home in firsts.values())


def assert_proven(found: Availability) -> None:
    """Give each offered window to somebody, then look at everybody's day without the engine."""
    wish = found.wish
    first, last = found.windows[0].day, found.windows[-1].day
    loaded = load_days(branch_id=wish.unit.branch, first=first, last=last, pace=wish.terms.policy)
    for one in found.open:
        day = loaded.by_date[one.day]
        plan = day.plan()
        span = day.axis.span(one.starts_at, one.ends_at)
        wanted = Wanted("asked", wish.minutes, span, wish.eligible(loaded.people), wish.unit.id)
        assert plan.add(wanted), one
        who, starts, _ends = plan.blocks(range(len(plan.technicians)))["asked"]
        person = loaded.people[who]
        assert (person.unit, wish.skills <= person.skills) == (wish.unit.id, True)
        assert one.starts_at <= day.axis.moment(starts) < one.ends_at
        assert_kept(day, plan)


def assert_kept(day: Day, plan: DayPlan) -> None:
    """Everything that is planned is done by one who can, begun in its window, within the shift, one thing at a time."""
    busy: dict[int, list[tuple[int, int]]] = {}
    for key, (who, starts, ends) in plan.blocks(range(len(plan.technicians))).items():
        one = plan.wanted[key]
        assert (who in one.eligible, ends - starts) == (True, one.minutes)
        assert one.window.start <= starts < one.window.end
        busy.setdefault(who, []).append((starts, ends))
    for who, times in busy.items():
        worker = day.workers[who]
        times += [(item.earliest, item.earliest + item.minutes) for item in worker.fixed]
        assert worker.shift.start <= min(times)[0]
        assert max(end for _start, end in times) <= worker.shift.end
        assert all(before[1] <= after[0] for before, after in pairwise(sorted(times)))


def load_of_files(export: Path, refused: set[tuple[str, int | None]]) -> dict[tuple[str, date], int]:
    """Minutes of every branch and local day, straight from the files, in steps of five."""
    about = json.loads((export / "branch.json").read_text())
    of_unit = {unit: branch for branch in about["branches"] for unit in branch["businessUnitIds"]}
    jobs = folders.newest(export, "jpm/jobs")
    several: dict[int, set[int]] = {}
    for row in folders.newest(export, "dispatch/appointment-assignments").values():
        if ("dispatch/appointment-assignments.jsonl", row["id"]) not in refused:
            several.setdefault(row["appointmentId"], set()).add(row["technicianId"])
    said: dict[tuple[str, date], int] = {}
    for row in folders.newest(export, "jpm/appointments").values():
        if ("jpm/appointments.jsonl", row["id"]) in refused or row["status"] not in COUNTED:
            continue
        job = jobs[row["jobId"]]
        if job["jobStatus"] == "Canceled":
            continue
        branch = of_unit[job["businessUnitId"]]
        zone = ZoneInfo(branch["timeZone"])
        day = datetime.fromisoformat(row["arrivalWindowStart"]).astimezone(zone).date()
        first = exported_on(export).astimezone(zone).date()
        if not first <= day < first + timedelta(days=LENGTH):
            continue
        minutes = (datetime.fromisoformat(row["end"]) - datetime.fromisoformat(row["start"])).total_seconds() / 60
        times = max(1, len(several.get(row["id"], ())))
        key = branch["name"], day
        said[key] = said.get(key, 0) + times * -(-int(minutes) // 5) * 5
    return said


def exported_on(export: Path) -> datetime:
    return datetime.fromisoformat(json.loads((export / "branch.json").read_text())["exportedOn"]).astimezone(UTC)
