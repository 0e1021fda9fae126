"""Technicians, shifts, zones, windows and hours entered in the office, and what the portal then offers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from portico.domain.booking.operations import rebuilding
from portico.domain.booking.queries.available import available
from portico.domain.booking.queries.unplanned import unplanned_count
from portico.domain.capacity.models import (
    ArrivalWindow,
    BusinessHours,
    JobTypeScheduling,
    NonJobAppointment,
    SchedulingPolicy,
    Technician,
    TechnicianShift,
    Zone,
)
from portico.domain.catalog.models import BusinessUnit
from portico.foundation.audit.models import AuditEntry
from portico.foundation.people.roles import StaffRole
from portico.foundation.tenancy.models import Branch
from portico.foundation.tenancy.scope import company_scope
from portico.kernel import clock
from tests.counting import statements
from tests.factories import people, read
from tests.factories import scheduling as make
from tests.factories.town import Town

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = "/settings/scheduling"
EVERY_DAY = [str(number) for number in range(7)]


@pytest.fixture
def inside(company: Any) -> Callable[[], Any]:
    return lambda: people.inside(company)


@pytest.fixture
def manager(staff: Any) -> Client:
    client: Client = staff(StaffRole.MANAGER)
    return client


@pytest.fixture
def town(company: Any) -> Any:
    with people.inside(company):
        town = Town()
    with company_scope(company.id):
        yield town


def person(town: Town) -> str:
    return f"{ROOT}/people/{town.technician.public_id}/"


def shifts(day: date, **typed: Any) -> dict[str, Any]:
    told = {"type": "Normal", "first": day.isoformat(), "last": day.isoformat(), "weekdays": EVERY_DAY}
    return told | {"start": "08:00", "end": "17:00"} | typed


def verbs(inside: Any) -> list[str]:
    with inside():
        rows = AuditEntry.objects.filter(verb__startswith="scheduling.").order_by("pk")
        return list(rows.values_list("verb", flat=True))


# --- From nothing -------------------------------------------------------------------------------------------------


def test_branch_with_nothing_is_set_up_by_its_pages_and_then_offers_what_fits(
    company: Any, manager: Client, inside: Callable[[], Any]
) -> None:
    with inside():
        branch = Branch.objects.get(is_main=True)
        unit = BusinessUnit.objects.create(name="Plumbing", branch=branch)
        kind = make.make_job_type(unit, minutes=120)
        JobTypeScheduling.objects.create(job_type=kind, is_self_schedulable=True, lead_hours=0)
        SchedulingPolicy.objects.create(online_percent=100)
        home = make.make_home()
        day = clock.today(branch.time_zone) + timedelta(days=5)
    key, units = unit.public_id, [str(unit.public_id)]

    def offered() -> list[str]:
        with company_scope(company.id):
            found = available(
                customer_id=home.customer_id, location_id=home.pk, job_type_id=kind.pk, answers={}, first=day, days=1
            )
        assert found is not None
        return [f"{one.starts_at.astimezone(branch_zone):%H:%M}" for one in found.open]

    branch_zone = ZoneInfo(branch.time_zone)
    assert offered() == []
    steps = (
        (f"{ROOT}/zones/add/", {"name": "Center", "zips": make.ZIP, "units": units, "is_active": "on"}),
        (f"{ROOT}/windows/add/", {"start": "08:00", "end": "10:00", "units": units, "is_active": "on"}),
        (f"{ROOT}/windows/add/", {"start": "15:00", "end": "17:00", "units": units, "is_active": "on"}),
        (f"{ROOT}/windows/add/", {"start": "19:00", "end": "20:00", "units": units, "is_active": "on"}),
        (
            f"{ROOT}/hours/add/",
            {"weekdays": "7:00-18:00", "saturday": "7:00-18:00", "sunday": "7:00-18:00", "units": units},
        ),
    )
    for address, typed in steps:
        assert manager.post(address, typed).status_code == 303, address
    added = manager.post(f"{ROOT}/people/add/", {"name": "Tom Turner", "business_unit": key, "is_active": "on"})
    assert added.status_code == 303
    assert offered() == []
    assert manager.post(f"{added.headers['location']}shifts/", shifts(day)).status_code == 303
    assert offered() == ["08:00", "15:00"]


# --- Shifts ---------------------------------------------------------------------------------------------------------


def test_shifts_of_weekdays_are_written_once_and_leave_one_audit_entry(
    town: Town, manager: Client, inside: Callable[[], Any]
) -> None:
    first = town.day + timedelta(days=10)
    typed = shifts(first, last=(first + timedelta(days=13)).isoformat(), weekdays=["0", "2"])
    said = read(manager.post(f"{person(town)}shifts/", typed, follow=True)).text
    assert "4 shifts were added." in said
    assert "These shifts stood there already." in read(manager.post(f"{person(town)}shifts/", typed, follow=True)).text
    with inside():
        rows = list(TechnicianShift.objects.filter(starts_at__gt=clock.now() + timedelta(days=12)))
        zone = town.unit.branch.time_zone
        assert {row.starts_at.astimezone(ZoneInfo(zone)).weekday() for row in rows} == {0, 2}
    assert verbs(inside) == ["scheduling.shifts_added"]


@pytest.mark.parametrize(
    ("typed", "said"),
    (
        ({"start": "12:00", "end": "20:00"}, "These hours overlap others on"),
        ({"end": "07:00"}, "It ends before it begins."),
        ({"start": "soon"}, "Enter a time such as 08:00."),
        ({"weekdays": []}, "Choose at least one weekday."),
        ({"last": "2020-01-01"}, "It ends before it begins."),
        ({"last": "2029-01-01"}, "Enter at most a year at once."),
        (
            {"first": "2027-03-14", "last": "2027-03-14", "start": "02:10", "end": "02:50"},
            "On Sunday, March 14 the clocks leave these hours out.",
        ),
    ),
)
def test_shifts_that_cannot_be_are_refused_at_their_field_and_kept(
    town: Town, manager: Client, inside: Callable[[], Any], typed: dict[str, Any], said: str
) -> None:
    answer = manager.post(f"{person(town)}shifts/", shifts(town.day, **typed))
    page = read(answer)
    assert (answer.status_code, said in page.text) == (422, True)
    assert page.one(id="shift-first")["value"] == typed.get("first", town.day.isoformat())
    with inside():
        assert TechnicianShift.objects.count() == 1


def test_shift_that_goes_leaves_its_visits_without_a_technician(
    town: Town, manager: Client, inside: Callable[[], Any]
) -> None:
    town.book(480)
    page = read(manager.get(person(town)))
    (shift,) = page.rows("shift")
    assert manager.post(f"{person(town)}shifts/{shift}/").status_code == 303
    assert town.offered() == []
    rebuilding.catch_up()
    with inside():
        assert rebuilding.differences() == []
    assert unplanned_count() == 1
    assert manager.post(f"{person(town)}shifts/{shift}/").status_code == 404
    assert manager.post(f"{person(town)}shifts/", shifts(town.day)).status_code == 303
    rebuilding.catch_up()
    assert unplanned_count() == 0


def test_time_off_and_meetings_take_time_away(town: Town, manager: Client) -> None:
    assert town.offered() == [480, 600, 780, 900]
    assert manager.post(f"{person(town)}shifts/", shifts(town.day, type="TimeOff", end="12:00")).status_code == 303
    assert town.offered() == [780, 900]
    event = {"name": "Training", "day": town.day.isoformat(), "start": "12:00", "minutes": "180"}
    assert manager.post(f"{person(town)}events/", event).status_code == 303
    assert town.offered() == [900]
    (row,) = read(manager.get(person(town))).rows("event")
    assert manager.post(f"{person(town)}events/{row}/").status_code == 303
    assert town.offered() == [780, 900]


# --- People -----------------------------------------------------------------------------------------------------------


def test_skills_and_activity_decide_who_comes(town: Town, manager: Client, inside: Callable[[], Any]) -> None:
    with inside():
        town.kind.skills = ["Gas"]
        town.kind.save()
    assert town.offered() == []
    record = {"name": "Tom Turner", "business_unit": town.unit.public_id, "skills": "Gas\nWater", "is_active": "on"}
    assert manager.post(person(town), record).status_code == 303
    assert town.offered() == [480, 600, 780, 900]
    del record["is_active"]
    assert manager.post(person(town), record).status_code == 303
    assert town.offered() == []
    with inside():
        assert Technician.objects.get().skills == ["Gas", "Water"]
    assert set(verbs(inside)) == {"scheduling.technician_changed"}


def test_technician_without_a_name_or_unit_is_refused(town: Town, manager: Client) -> None:
    answer = manager.post(f"{ROOT}/people/add/", {"name": " ", "skills": "Gas"})
    said = read(answer).text
    assert (answer.status_code, "Give it a name." in said, "Choose a business unit." in said) == (422, True, True)


def test_zones_of_a_technician_narrow_where_they_go(town: Town, manager: Client, inside: Callable[[], Any]) -> None:
    with inside():
        far = Zone.objects.create(name="Far", zips=["99999"])
    record = {"name": "Tom Turner", "business_unit": town.unit.public_id, "zones": [far.public_id], "is_active": "on"}
    assert manager.post(person(town), record).status_code == 303
    assert town.offered() == []
    page = read(manager.get(person(town)))
    assert [box["value"] for box in page.all("input", name="zones") if "checked" in box.attributes] == [
        str(far.public_id)
    ]


# --- Areas ------------------------------------------------------------------------------------------------------------


def test_window_zone_and_hours_are_changed(town: Town, manager: Client, inside: Callable[[], Any]) -> None:
    units = [str(town.unit.public_id)]
    with inside():
        window = ArrivalWindow.objects.get(start_minute=480)
        zone, hours = Zone.objects.get(), BusinessHours.objects.get()
    shown = read(manager.get(f"{ROOT}/windows/{window.public_id}/"))
    assert (shown.one(name="start")["value"], shown.one(name="end")["value"]) == ("08:00", "10:00")
    late = {"start": "22:00", "end": "00:00", "units": units, "is_active": "on"}
    assert manager.post(f"{ROOT}/windows/{window.public_id}/", late).status_code == 303
    with inside():
        window.refresh_from_db()
        assert (window.start_minute, window.minutes) == (1320, 120)
    assert town.offered() == [600, 780, 900]
    closed = {"weekdays": "12:00-19:00", "saturday": "12:00-19:00", "sunday": "12:00-19:00", "units": units}
    assert manager.post(f"{ROOT}/hours/{hours.public_id}/", closed).status_code == 303
    assert town.offered() == [780, 900]
    elsewhere = {"name": "Center", "zips": "99999", "units": units, "is_active": "on"}
    assert manager.post(f"{ROOT}/zones/{zone.public_id}/", elsewhere).status_code == 303
    assert town.offered() == []
    page = read(manager.get(f"{ROOT}/areas/"))
    assert (page.rows("zone"), "12:00–19:00" in page.text, len(page.rows("window"))) == (["Center"], True, 4)
    assert verbs(inside) == ["scheduling.window_changed", "scheduling.hours_changed", "scheduling.zone_changed"]


@pytest.mark.parametrize(
    ("page", "typed", "said"),
    (
        ("zones/add/", {"name": "North", "zips": ""}, "Enter at least one ZIP code."),
        ("zones/add/", {"name": "North", "zips": "85003\nnorth"}, "“NORTH” is not a ZIP code."),
        ("windows/add/", {"start": "10:00", "end": "09:00"}, "It ends before it begins."),
        ("hours/add/", {"weekdays": "8-5"}, "Enter hours such as 8:00-12:00."),
        ("hours/add/", {"saturday": "8:00-12:00, 11:00-13:00"}, "The hours overlap"),
    ),
)
def test_what_cannot_be_is_said_at_its_field(
    town: Town, manager: Client, page: str, typed: dict[str, str], said: str
) -> None:
    answer = manager.post(f"{ROOT}/{page}", typed)
    assert (answer.status_code, said in read(answer).text) == (422, True)


def test_shift_may_end_at_midnight_and_a_longer_code_counts_by_its_first_part(
    town: Town, manager: Client, inside: Callable[[], Any]
) -> None:
    late = shifts(town.day + timedelta(days=20), start="16:00", end="00:00")
    assert manager.post(f"{person(town)}shifts/", late).status_code == 303
    zone = {"name": "North", "zips": "85004-1234, 85004", "is_active": "on"}
    assert manager.post(f"{ROOT}/zones/add/", zone).status_code == 303
    with inside():
        shift = TechnicianShift.objects.order_by("-starts_at")[0]
        assert shift.ends_at - shift.starts_at == timedelta(hours=8)
        assert Zone.objects.get(name="North").zips == ["85004"]


def test_what_is_not_in_use_keeps_its_links(town: Town, manager: Client, inside: Callable[[], Any]) -> None:
    with inside():
        old = Zone.objects.create(name="Old", zips=["85005"], is_active=False)
        old.technicians.create(technician=town.technician)
        closed = BusinessUnit.objects.create(name="Closed", branch=town.unit.branch, is_active=False)
        zone = Zone.objects.get(name="Center")
        zone.units.create(business_unit=closed)
    record = {"name": "Tom Tanner", "business_unit": town.unit.public_id, "is_active": "on"}
    assert manager.post(person(town), record).status_code == 303
    kept = {"name": "Center", "zips": make.ZIP, "units": [str(town.unit.public_id)], "is_active": "on"}
    assert manager.post(f"{ROOT}/zones/{zone.public_id}/", kept).status_code == 303
    with inside():
        assert old.technicians.count() == 1
        assert sorted(zone.units.values_list("business_unit__name", flat=True)) == ["Closed", "HVAC"]


def test_unit_keeps_one_set_of_hours(town: Town, manager: Client, inside: Callable[[], Any]) -> None:
    units = [str(town.unit.public_id)]
    assert manager.post(f"{ROOT}/hours/add/", {"weekdays": "9:00-10:00", "units": units}).status_code == 303
    with inside():
        first, second = BusinessHours.objects.order_by("pk")
        assert [list(row.units.values_list("business_unit", flat=True)) for row in (first, second)] == [
            [],
            [town.unit.pk],
        ]


@pytest.mark.parametrize("count", (1, 30))
def test_lists_take_as_many_statements_however_long(
    town: Town, manager: Client, inside: Callable[[], Any], count: int
) -> None:
    with inside():
        for number in range(count):
            one = make.make_technician(town.unit, f"T {number}")
            make.make_shift(town.technician, town.day + timedelta(days=number + 1))
            make.make_shift(one, town.day)
            NonJobAppointment.objects.create(
                technician=town.technician, starts_at=clock.now() + timedelta(days=1), minutes=5
            )
            Zone.objects.create(name=f"Z {number}", zips=[str(number)])
            ArrivalWindow.objects.create(start_minute=number, minutes=60)
            BusinessHours.objects.create()
    for address, count_of in ((f"{ROOT}/people/", 2), (person(town), 7), (f"{ROOT}/areas/", 7)):
        manager.get(address)
        with statements(count_of):
            assert manager.get(address).status_code == 200


def test_dispatcher_does_not_edit_it(town: Town, staff: Any) -> None:
    clerk = staff(StaffRole.DISPATCHER)
    for address in (f"{ROOT}/people/", person(town), f"{ROOT}/areas/", f"{ROOT}/zones/add/"):
        assert clerk.get(address).status_code == 403
