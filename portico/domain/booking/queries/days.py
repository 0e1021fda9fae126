"""Days of a branch as the engine takes them: who works when, what is asked of them, and how it was planned."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from portico.domain.booking import day_rules
from portico.domain.booking.day_rules import DayPlan, Wanted
from portico.domain.booking.queries import day_sql as sql
from portico.domain.capacity import eligibility_rules, working_rules
from portico.domain.capacity.availability_rules import DayLoad, Load
from portico.domain.capacity.axis_rules import Axis, day_of
from portico.domain.capacity.eligibility_rules import Person
from portico.domain.capacity.engine.boards import Worker
from portico.domain.capacity.engine.rows import Span
from portico.domain.capacity.terms import Policy, WindowTerms
from portico.domain.jobs.enums import AppointmentStatus
from portico.foundation.tenancy.scope import reading
from portico.foundation.tenancy.sql import fetch_json
from portico.kernel import clock

STARTED = (AppointmentStatus.DISPATCHED, AppointmentStatus.WORKING)


@dataclass(frozen=True, slots=True)
class Block:
    """Where something stands in the stored plan: `name` is what it is called in a plan, whoever of several it is."""

    id: int
    technician: int
    name: str


@dataclass(slots=True)
class Day:
    """One day of a branch: who works, and everything that needs a place. `row` is None before it was ever planned."""

    axis: Axis
    windows: Sequence[WindowTerms]
    workers: dict[int, Worker] = field(default_factory=dict)
    units: dict[int, int] = field(default_factory=dict)
    wanted: list[Wanted] = field(default_factory=list)
    loads: dict[str, Load] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)
    is_stale: bool = True

    @property
    def spans(self) -> list[Span]:
        """The windows on the day's axis."""
        return [self.axis.window(window.start_minute, window.minutes) for window in self.windows]

    def plan(self, *, without: Iterable[str] = ()) -> DayPlan:
        """As it was planned, where that still holds; else anew. `without` leaves some of it out."""
        gone = frozenset(without)
        wanted = [one for one in self.wanted if visit_of(one.key) not in gone]
        taken_up = None if self.is_stale else day_rules.take_up(self.workers, wanted)
        return taken_up or day_rules.plan(self.workers, wanted)

    def load(self, plan: DayPlan, unit: int) -> DayLoad:
        """What a unit has on this day, as its limits count it."""
        there = {visit_of(key) for key in (*plan.wanted, *(one.key for one in plan.unplanned))}
        loads = [load for key, load in self.loads.items() if key in there]
        return DayLoad(self.provided().get(unit, 0), plan.consumed().get(unit, 0), loads)

    def provided(self) -> dict[int, int]:
        """Minutes in which something could be done, by business unit."""
        found: dict[int, int] = {}
        for technician, worker in self.workers.items():
            unit = self.units[technician]
            found[unit] = found.get(unit, 0) + working_rules.provided(worker)
        return found


@dataclass(slots=True)
class Days:
    """Some days of a branch, in order, and everybody who works there."""

    branch_id: int
    zone: str
    people: dict[int, Person]
    by_date: dict[date, Day]


def visit_key(appointment_id: int, technician: int | None = None) -> str:
    """What a visit is called in a plan; with the technician where several come."""
    return f"v{appointment_id}" if technician is None else f"v{appointment_id}:{technician}"


def hold_key(hold_id: int) -> str:
    """What a hold is called in a plan."""
    return f"h{hold_id}"


def visit_of(key: str) -> str:
    """The visit's own name, whoever of several it is."""
    return key.partition(":")[0]


def number_of(key: str) -> int | None:
    """The visit's key in the database; None for a hold."""
    return int(visit_of(key)[1:]) if key.startswith("v") else None


@reading
def load_days(*, branch_id: int, first: date, last: date, pace: Policy, now: datetime | None = None) -> Days:
    """Every day from the first to the last; `now` is the real moment by which holds end."""
    zone = _zone(branch_id)
    found = fetch_json(
        sql.DAYS,
        branch=branch_id,
        first=first,
        last=last,
        until=Axis(last, zone).ends_at,
        now=now or clock.real_now(),
        **{"from": Axis(first, zone).starts_at},
    )
    people = [
        Person(key, unit, frozenset(skills), frozenset(zones)) for key, unit, skills, zones in _rows(found, "people")
    ]
    windows = [WindowTerms(*row) for row in _rows(found, "windows")]
    length = (last - first).days + 1
    dates = [first + timedelta(days=number) for number in range(length)]
    loaded = Days(
        branch_id, zone, {person.id: person for person in people}, {day: Day(Axis(day, zone), windows) for day in dates}
    )
    _read_rows(loaded, found)
    _read_workers(loaded, found)
    _read_wanted(loaded, found, pace)
    return loaded


def _zone(branch_id: int) -> str:
    found: str = fetch_json(
        "SELECT to_json(time_zone) FROM tenancy_branch WHERE company_id = %(company)s AND id = %(branch)s",
        branch=branch_id,
    )
    return found


def _rows(found: dict[str, Any], name: str) -> list[Any]:
    return found[name] or []


def _read_rows(days: Days, found: dict[str, Any]) -> None:
    for day, is_stale in _rows(found, "rows"):
        days.by_date[date.fromisoformat(day)].is_stale = is_stale


def _read_workers(days: Days, found: dict[str, Any]) -> None:
    """A shift belongs to the local day on which it begins; what is away is so on every day that it touches."""
    shifts: dict[tuple[int, date], list[Span]] = {}
    away: dict[int, list[tuple[datetime, datetime]]] = {}
    for technician, kind, starts, ends in _rows(found, "shifts"):
        starts_at, ends_at = _moment(starts), _moment(ends)
        if kind == "TimeOff":
            away.setdefault(technician, []).append((starts_at, ends_at))
            continue
        axis = Axis(day_of(starts_at, days.zone), days.zone)
        shifts.setdefault((technician, axis.day), []).append(axis.inner_span(starts_at, ends_at))
    for technician, starts_at, ends_at in (*_events(days, found), *_elsewhere(found)):
        away.setdefault(technician, []).append((starts_at, ends_at))
    for (technician, date_), spans in shifts.items():
        day, person = days.by_date.get(date_), days.people[technician]
        if day is None:
            continue
        gone = [day.axis.span(*times) for times in away.get(technician, ())] + _of_yesterday(shifts, technician, day)
        worker = working_rules.worker(shifts=spans, away=gone, versatility=person.versatility)
        if worker is not None:
            day.workers[technician], day.units[technician] = worker, person.unit


def _of_yesterday(shifts: dict[tuple[int, date], list[Span]], technician: int, day: Day) -> list[Span]:
    """A shift of the night before that reaches into this day is that day's."""
    yesterday = Axis(day.axis.day - timedelta(days=1), day.axis.zone)
    length = yesterday.floor(day.axis.starts_at)
    before = shifts.get((technician, yesterday.day), ())
    return [Span(span.start - length, span.end - length) for span in before if span.end > length]


def _events(days: Days, found: dict[str, Any]) -> Iterator[tuple[int, datetime, datetime]]:
    for technician, starts, minutes, is_all_day in _rows(found, "events"):
        starts_at = _moment(starts)
        if is_all_day:
            axis = Axis(day_of(starts_at, days.zone), days.zone)
            yield technician, axis.starts_at, max(axis.ends_at, starts_at + timedelta(minutes=minutes))
        else:
            yield technician, starts_at, starts_at + timedelta(minutes=minutes)


def _elsewhere(found: dict[str, Any]) -> Iterator[tuple[int, datetime, datetime]]:
    for technician, starts, ends in _rows(found, "elsewhere"):
        yield technician, _moment(starts), _moment(ends)


def _read_wanted(days: Days, found: dict[str, Any], pace: Policy) -> None:
    had: dict[str, list[int]] = {}
    for of, key, technician, appointment, hold in _rows(found, "blocks"):
        block = Block(key, technician, visit_key(appointment) if appointment else hold_key(hold))
        days.by_date[date.fromisoformat(of)].blocks.append(block)
        had.setdefault(block.name, []).append(technician)
    for row in _rows(found, "visits"):
        day = days.by_date[day_of(_moment(row[4]), days.zone)]
        day.wanted += _visit(days, day, row, pace, had)
    for hold, of, minutes, starts, ends, unit, skills, zones, kind in _rows(found, "holds"):
        day, places = days.by_date[date.fromisoformat(of)], frozenset(zones)
        who = eligibility_rules.eligible(days.people.values(), unit=unit, skills=skills, zones=places or None)
        was = next(iter(had.get(hold_key(hold), ())), None)
        window = day.axis.span(_moment(starts), _moment(ends))
        day.wanted.append(Wanted(hold_key(hold), minutes, window, who, unit, was))
        day.loads[hold_key(hold)] = Load(unit, kind, minutes, _moment(starts), places)


def _visit(days: Days, day: Day, row: list[Any], pace: Policy, had: dict[str, list[int]]) -> list[Wanted]:
    """Once for whoever can do it, or for each who was told to come; several come together, at the time planned."""
    key, status, starts, ends, window_starts, window_ends, unit, skills, zones, assigned, kind = row
    starts_at, ends_at = _moment(starts), _moment(ends)
    minutes = pace.minutes((ends_at - starts_at).total_seconds() / 60)
    window = day.axis.span(_moment(window_starts), _moment(window_ends))
    day.loads[visit_key(key)] = Load(unit, kind, minutes, _moment(window_starts), frozenset(zones))
    if status in STARTED or len(assigned) > 1:
        window = Span(day.axis.floor(starts_at), day.axis.floor(starts_at) + 1)
    was = had.get(visit_key(key), [])
    if not assigned:
        who = eligibility_rules.eligible(days.people.values(), unit=unit, skills=skills, zones=frozenset(zones) or None)
        return [Wanted(visit_key(key), minutes, window, who, unit, next(iter(was), None))]
    names = [visit_key(key)] if len(assigned) == 1 else [visit_key(key, technician) for technician in assigned]
    return [
        Wanted(name, minutes, window, frozenset({who}), unit, who if who in was else None, is_pinned=True)
        for name, who in zip(names, assigned, strict=True)
    ]


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
