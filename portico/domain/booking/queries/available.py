"""Which windows are open, day by day, and why the others are not. From the stored tables: one read of the rows.

A day that nobody may take as it is stored is planned here, from what stands in the database, and not written down.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from portico.domain.booking import day_rules
from portico.domain.booking.day_rules import DayPlan, Table, Wanted
from portico.domain.booking.queries import day_sql as sql
from portico.domain.booking.queries.days import Day, Days, hold_key, load_days, visit_key
from portico.domain.booking.queries.wishes import Wish, wish_of, wish_to_move
from portico.domain.booking.rules import OfferedWindow
from portico.domain.capacity.availability_rules import DayLoad, Reason, wants_loads, window_reason
from portico.domain.capacity.axis_rules import Axis
from portico.domain.capacity.eligibility_rules import Person
from portico.domain.capacity.engine.rows import NOTHING
from portico.domain.capacity.enums import Channel
from portico.domain.capacity.terms import WindowTerms
from portico.domain.jobs.models import Appointment
from portico.foundation.tenancy.scope import reading
from portico.foundation.tenancy.sql import fetch_json
from portico.kernel import clock

DAYS = 30
MOST_SEARCHED = 12  # people who could come, for a look deeper than the table
SEARCH_STEPS = 6_000  # trials of the search in one answer
STEPS_OF_A_WINDOW = 600
PERSON_DAYS = 120  # so many days of so many people are read again in one answer


@dataclass(frozen=True, slots=True)
class Availability:
    """What somebody can choose. `version` differs whenever the days may say something else."""

    wish: Wish
    windows: tuple[OfferedWindow, ...] = ()
    version: str = ""

    @property
    def open(self) -> list[OfferedWindow]:
        """What is offered."""
        return [window for window in self.windows if window.reason is None]

    @property
    def zone(self) -> str:
        """The time zone of the branch that would come; empty where none would."""
        return self.wish.unit.zone if self.wish.asked else ""


@dataclass(slots=True)
class StoredDay:
    """What a day can still take, and what it has."""

    technicians: list[int]
    table: Table
    window_ids: list[int]
    load: DayLoad
    closed: frozenset[int] = frozenset()
    version: int = 0
    plan: tuple[Day, DayPlan] | None = None


@dataclass(slots=True)
class Search:
    """How many days an answer may look at more closely, and how many trials it may still make."""

    days: int
    steps: int = SEARCH_STEPS
    planned: dict[date, tuple[Day, DayPlan]] = field(default_factory=dict)


@reading
def available(
    *,
    customer_id: int,
    location_id: int,
    job_type_id: int,
    answers: Mapping[str, str],
    first: date | None = None,
    days: int = DAYS,
    channel: Channel = Channel.SELF,
) -> Availability | None:
    """What can be chosen for a kind of visit at a place; None where there is no such job type or place."""
    wish = wish_of(
        customer_id=customer_id, location_id=location_id, job_type_id=job_type_id, answers=answers, channel=channel
    )
    return None if wish is None else available_for(wish, first=first, days=days)


@reading
def available_for_move(
    *, appointment: UUID, first: date | None = None, days: int = DAYS, channel: Channel = Channel.SELF
) -> Availability | None:
    """What can be chosen for a visit instead of its time; its own place counts as free."""
    found = Appointment.objects.select_related("job", "booking").filter(public_id=appointment).first()
    wish = None if found is None else wish_to_move(appointment=found, channel=channel)
    return None if wish is None else available_for(wish, first=first, days=days)


@reading
def available_for(wish: Wish, *, first: date | None = None, days: int = DAYS) -> Availability:
    """Every window of the days from `first` (today) on, each with the first reason against it."""
    if not wish.is_possible:
        return Availability(wish)
    start = first or clock.today(wish.unit.zone)
    found = _stored(wish, start, start + timedelta(days=days - 1))
    return _judged(wish, found, start, days)


def reason_of(wish: Wish, one: WindowTerms, axis: Axis, load: DayLoad) -> Reason | None:
    """Why the company's own rules keep this window from being offered."""
    return window_reason(wish.placed, one, axis, terms=wish.terms, day=load, now=clock.now())


def _judged(wish: Wish, found: tuple[dict[int, Person], dict[date, StoredDay]], start: date, days: int) -> Availability:
    people, stored = found
    who, told = wish.eligible(people), []
    search = Search(days=PERSON_DAYS // max(1, len(people)))
    for number in range(days):
        axis = Axis(start + timedelta(days=number), wish.unit.zone)
        day = stored[axis.day]
        here = [place for place, technician in enumerate(day.technicians) if technician in who]
        for window in wish.unit.windows:
            span = axis.window(window.start_minute, window.minutes)
            reason = (
                _reason(wish, window, axis, day, here) if who else _reason_of_nobody(wish, window, axis, day, people)
            )
            told.append(OfferedWindow(axis.day, window.id, axis.moment(span.start), axis.moment(span.end), reason))
    told = _searched(wish, told, stored, who, search)
    version = "-".join(str(stored[day].version) for day in sorted(stored))
    return Availability(wish, tuple(told), version)


def _reason(wish: Wish, window: WindowTerms, axis: Axis, day: StoredDay, here: list[int]) -> Reason | None:
    """The first reason against a window, where some may do it; `here` are the places of those who work."""
    policy = reason_of(wish, window, axis, day.load)
    if policy is not None and policy is not Reason.HOLDBACK:
        return policy
    if not here or policy is not None:  # where nobody works nothing is held back
        return policy if here else Reason.SHIFT
    at = day.window_ids.index(window.id) if window.id in day.window_ids else None
    if at is not None and any(day.table[place][at] >= wish.minutes > NOTHING for place in here):
        return None
    return Reason.BROKEN if all(day.technicians[place] in day.closed for place in here) else Reason.FULL


def _reason_of_nobody(
    wish: Wish, window: WindowTerms, axis: Axis, day: StoredDay, people: Mapping[int, Person]
) -> Reason:
    policy = reason_of(wish, window, axis, day.load)
    if policy is not None and policy is not Reason.HOLDBACK:
        return policy
    return Reason.ZONE if wish.eligible(people, anywhere=True) else Reason.SKILL


def _searched(
    wish: Wish, told: list[OfferedWindow], stored: Mapping[date, StoredDay], who: frozenset[int], search: Search
) -> list[OfferedWindow]:
    """A look deeper where few could come: others may be moved, or all plans looked at, within the budget."""
    full = sorted({one.day for one in told if one.reason is Reason.FULL})
    if not full or not 0 < len(who) <= MOST_SEARCHED:
        return told
    full = [day for day in full if (day - full[0]).days < search.days]  # all of what lies between is read
    search.planned = _plans(wish, full, stored)
    looked_at = [one.reason is Reason.FULL and one.day in search.planned for one in told]
    return [_deeper(wish, one, who, search) if is_so else one for one, is_so in zip(told, looked_at, strict=True)]


def _plans(wish: Wish, days: list[date], stored: Mapping[date, StoredDay]) -> dict[date, tuple[Day, DayPlan]]:
    planned = {day: plan for day in days if (plan := stored[day].plan) is not None}
    missing = [day for day in days if day not in planned]
    loaded = _load(wish, missing).by_date if missing else {}
    return planned | {day: (loaded[day], loaded[day].plan()) for day in missing}


def _deeper(wish: Wish, one: OfferedWindow, who: frozenset[int], search: Search) -> OfferedWindow:
    day, plan = search.planned[one.day]
    wanted = Wanted("asked", wish.minutes, day.axis.span(one.starts_at, one.ends_at), who, wish.unit.id)
    if search.steps <= 0 or plan.closed() & plan.reached(wanted):
        return one
    steps = min(search.steps, STEPS_OF_A_WINDOW)
    search.steps -= steps
    if not plan.could_take(wanted, steps=steps):
        return one
    return OfferedWindow(one.day, one.window_id, one.starts_at, one.ends_at)


def _stored(wish: Wish, first: date, last: date) -> tuple[dict[int, Person], dict[date, StoredDay]]:
    found = fetch_json(
        sql.TABLES,
        branch=wish.unit.branch,
        first=first,
        last=last,
        now=clock.real_now(),
        own=wish.customer_id,
        moving=wish.moving,
    )
    rows = found["people"] or []
    people = {key: Person(key, unit, frozenset(skills), frozenset(zones)) for key, unit, skills, zones in rows}
    shape = [tuple(window) for window in found["windows"] or []]
    days = {date.fromisoformat(row[0]): _day(row, wish.unit.id) for row in found["rows"] or [] if _is_good(row, shape)}
    every = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    needs_loads = wants_loads(wish.placed, wish.terms.rules)
    missing = every if needs_loads else [day for day in every if day not in days]
    return people, days | _planned(wish, missing, found["holds"] or [])


def _is_good(row: list[Any], shape: list[tuple[int, int, int]]) -> bool:
    _day, _table, _technicians, window_ids, spans, *_rest, is_unusable = row
    said = list(zip(window_ids, spans[::2], spans[1::2], strict=True))
    return not is_unusable and said == shape


def _day(row: list[Any], unit: int) -> StoredDay:
    _of, table, technicians, window_ids, _spans, provided, consumed, closed, version, _unusable = row
    cells = day_rules.unpack(base64.b64decode(table), len(window_ids))
    load = DayLoad(provided.get(str(unit), 0), consumed.get(str(unit), 0))
    return StoredDay(technicians, cells, window_ids, load, frozenset(closed), version)


def _planned(wish: Wish, missing: list[date], own_holds: Iterable[int]) -> dict[date, StoredDay]:
    """Days planned here and now, without what is the asker's own."""
    if not missing:
        return {}
    loaded = _load(wish, missing)
    own = [hold_key(hold) for hold in own_holds]
    own += [visit_key(wish.moving)] if wish.moving else []
    return {day: _of_plan(loaded.by_date[day], wish.unit.id, own) for day in missing}


def _load(wish: Wish, days: list[date]) -> Days:
    return load_days(branch_id=wish.unit.branch, first=min(days), last=max(days), pace=wish.terms.policy)


def _of_plan(day: Day, unit: int, without: Iterable[str]) -> StoredDay:
    plan = day.plan(without=without)
    closed = frozenset(plan.technicians[place] for place in plan.closed())
    return StoredDay(
        plan.technicians,
        plan.table(day.spans),
        [window.id for window in day.windows],
        day.load(plan, unit),
        closed,
        plan=(day, plan),
    )
