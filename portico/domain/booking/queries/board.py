"""What the days of a branch have and what is taken of it, by business unit, window and technician: for the office."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from portico.domain.booking import day_rules
from portico.domain.capacity.axis_rules import local_moment
from portico.domain.capacity.engine.rows import NOTHING
from portico.foundation.tenancy.scope import reading
from portico.foundation.tenancy.sql import fetch_json
from portico.kernel import clock

BOARD = """
SELECT json_build_object(
  'units', (SELECT json_agg(json_build_array(u.id, u.name, ARRAY(SELECT m.arrival_window_id
        FROM capacity_arrivalwindowunit m WHERE m.business_unit_id = u.id)) ORDER BY u.name, u.id)
    FROM catalog_businessunit u WHERE u.company_id = %(company)s AND u.branch_id = b.id AND u.is_active),
  'people', (SELECT json_agg(json_build_array(t.id, t.name, t.business_unit_id) ORDER BY t.name, t.id)
    FROM capacity_technician t JOIN catalog_businessunit u ON u.id = t.business_unit_id
    WHERE t.company_id = %(company)s AND u.branch_id = b.id),
  'windows', (SELECT json_agg(json_build_array(w.id, w.start_minute, w.minutes) ORDER BY w.start_minute, w.minutes)
    FROM capacity_arrivalwindow w WHERE w.company_id = %(company)s AND w.is_active),
  'days', (SELECT json_agg(json_build_array(d.day, d.is_stale, encode(d.table, 'base64'), d.technician_ids,
      d.window_ids, d.provided, d.consumed, cardinality(d.unplanned_ids),
      (SELECT json_agg(json_build_array(p.technician_id, extract(epoch FROM p.ends_at - p.starts_at)::int / 60,
          extract(epoch FROM coalesce(a.window_starts_at, h.window_starts_at))::bigint,
          coalesce(p.appointment_id, -p.hold_id)))
        FROM booking_planblock p
        LEFT JOIN jobs_appointment a ON a.id = p.appointment_id
        LEFT JOIN booking_hold h ON h.id = p.hold_id
        WHERE p.branch_day_id = d.id)) ORDER BY d.day)
    FROM booking_branchday d
    WHERE d.company_id = %(company)s AND d.branch_id = b.id
      AND d.day >= %(first)s::date AND d.day <= %(last)s::date),
  'zone', b.time_zone)
FROM tenancy_branch b WHERE b.company_id = %(company)s AND b.public_id = %(branch)s
"""


@dataclass(frozen=True, slots=True)
class WindowOnBoard:
    """What begins in a window, and the longest that still fits there (None: nothing does), unless it is past."""

    start_minute: int
    minutes: int
    visits: int
    holds: int
    longest: int | None
    is_past: bool


@dataclass(frozen=True, slots=True)
class PersonOnBoard:
    """Somebody who works that day, how much of it is planned, and the longest that they could still take."""

    name: str
    visits: int
    holds: int
    planned: int
    longest: int | None


@dataclass(frozen=True, slots=True)
class UnitOnBoard:
    """A business unit's day, in minutes."""

    provided: int
    consumed: int
    windows: tuple[WindowOnBoard, ...]
    people: tuple[PersonOnBoard, ...]

    @property
    def open(self) -> int:
        return max(0, self.provided - self.consumed)


@dataclass(frozen=True, slots=True)
class DayOnBoard:
    """A day as it was last planned: `is_stale` says that it is being planned anew, None units that it never was."""

    day: date
    is_stale: bool = False
    unplanned: int = 0
    units: tuple[UnitOnBoard, ...] | None = None


@dataclass(frozen=True, slots=True)
class Board:
    """The days of a branch; the units of each day stand in the order of `units`, their names."""

    units: tuple[str, ...]
    days: tuple[DayOnBoard, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """What keeps a technician busy: a visit, or with a negative key what is held."""

    technician: int
    minutes: int
    window_starts_at: int
    key: int


@reading
def board(*, branch: UUID, first: date, days: int) -> Board | None:
    """What the days from `first` on have, in one statement; None where there is no such branch."""
    found = fetch_json(BOARD, branch=branch, first=first, last=first + timedelta(days=days - 1))
    if found is None:
        return None
    rows = {date.fromisoformat(row[0]): row[1:] for row in found["days"] or ()}
    every = [first + timedelta(days=number) for number in range(days)]
    names = tuple(name for _id, name, _windows in found["units"] or ())
    return Board(names, tuple(_day(day, rows.get(day), found) for day in every))


def _day(day: date, row: list[Any] | None, found: Mapping[str, Any]) -> DayOnBoard:
    if row is None:
        return DayOnBoard(day)
    is_stale, table, technicians, window_ids, provided, consumed, unplanned, blocks = row
    cells = day_rules.unpack(base64.b64decode(table), len(window_ids)) or [[] for _one in technicians]
    fits = {who: dict(zip(window_ids, line, strict=True)) for who, line in zip(technicians, cells, strict=True)}
    planned = [Block(*block) for block in blocks or ()]
    units = tuple(
        _unit(day, found, unit, (provided.get(str(unit[0]), 0), consumed.get(str(unit[0]), 0)), planned, fits)
        for unit in found["units"] or ()
    )
    return DayOnBoard(day, is_stale, unplanned, units)


def _unit(
    day: date,
    found: Mapping[str, Any],
    unit: list[Any],
    minutes: tuple[int, int],
    planned: Iterable[Block],
    fits: Mapping[int, Mapping[int, int]],
) -> UnitOnBoard:
    key, _name, offered = unit
    people = [(who, name) for who, name, of in found["people"] or () if of == key and who in fits]
    free = {who: fits[who] for who, _of in people}
    own = [block for block in planned if block.technician in free]
    shape = [window for window in found["windows"] or () if window[0] in offered]
    return UnitOnBoard(
        *minutes,
        windows=tuple(_window(window, day, found["zone"], own, free) for window in shape),
        people=tuple(_person(who, name, own, free[who]) for who, name in people),
    )


def _window(
    window: list[int], day: date, zone: str, blocks: Iterable[Block], free: Mapping[int, Mapping[int, int]]
) -> WindowOnBoard:
    key, start_minute, minutes = window
    begins = int(local_moment(day, start_minute, zone).timestamp())
    here = {block.key for block in blocks if block.window_starts_at == begins}
    visits = sum(1 for one in here if one > 0)
    longest = _longest(row.get(key, NOTHING) for row in free.values())
    is_past = local_moment(day, start_minute + minutes, zone) <= clock.now()
    return WindowOnBoard(start_minute, minutes, visits, len(here) - visits, longest, is_past)


def _person(key: int, name: str, blocks: Iterable[Block], free: Mapping[int, int]) -> PersonOnBoard:
    own = [block for block in blocks if block.technician == key]
    visits = sum(1 for block in own if block.key > 0)
    return PersonOnBoard(name, visits, len(own) - visits, sum(block.minutes for block in own), _longest(free.values()))


def _longest(minutes: Iterable[int]) -> int | None:
    most = max(minutes, default=NOTHING)
    return most if most > NOTHING else None
