"""The board in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portico.domain.booking.queries.board import Board, DayOnBoard, PersonOnBoard, UnitOnBoard, WindowOnBoard
from portico.kernel import formats

ANY_DAY = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class WindowLine:
    """When it is, what begins in it, and what still fits."""

    when: str
    taken: str
    longest: str


@dataclass(frozen=True, slots=True)
class PersonLine:
    name: str
    taken: str
    longest: str


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A business unit's day."""

    name: str
    provided: str
    consumed: str
    open: str
    windows: list[WindowLine]
    people: list[PersonLine]


@dataclass(frozen=True, slots=True)
class DayLine:
    """A day of the board."""

    iso: str
    name: str
    notes: list[str]
    lost: str
    units: list[UnitLine]


def day_lines(board: Board) -> list[DayLine]:
    """The days in their order."""
    return [_day(one, board.units) for one in board.days]


def hours(minutes: int) -> str:
    """A length of time: 2 h 30 min."""
    whole, rest = divmod(minutes, 60)
    if not whole:
        return _("%(minutes)d min") % {"minutes": rest}
    if not rest:
        return _("%(hours)d h") % {"hours": whole}
    return _("%(hours)d h %(minutes)d min") % {"hours": whole, "minutes": rest}


def _day(one: DayOnBoard, names: tuple[str, ...]) -> DayLine:
    units = [] if one.units is None else [_unit(name, unit) for name, unit in zip(names, one.units, strict=True)]
    return DayLine(
        one.day.isoformat(),
        formats.long_day(one.day),
        _notes(one),
        _lost(one.unplanned) if one.unplanned else "",
        units,
    )


def _notes(one: DayOnBoard) -> list[str]:
    notes = []
    if one.units is None:
        notes.append(_("This day has not been planned. Days are planned when they change, and by the nightly run."))
    elif one.is_stale:
        notes.append(_("This day changed and is being planned again; the figures are those from before."))
    return notes


def _lost(count: int) -> str:
    return ngettext("%(count)d visit found no place.", "%(count)d visits found no place.", count) % {"count": count}


def _unit(name: str, unit: UnitOnBoard) -> UnitLine:
    return UnitLine(
        name,
        hours(unit.provided),
        hours(unit.consumed),
        hours(unit.open),
        [_window(window) for window in unit.windows],
        [_person(person) for person in unit.people],
    )


def _window(window: WindowOnBoard) -> WindowLine:
    ends = window.start_minute + window.minutes
    when = _("%(from)s to %(until)s") % {"from": _wall(window.start_minute), "until": _wall(ends)}
    return WindowLine(when, _taken(window.visits, window.holds), _left(window))


def _left(window: WindowOnBoard) -> str:
    return _("Past") if window.is_past else _longest(window.longest)


def _person(person: PersonOnBoard) -> PersonLine:
    taken = _taken(person.visits, person.holds)
    planned = f"{taken}, {hours(person.planned)}" if person.planned else taken
    return PersonLine(person.name, planned, _longest(person.longest))


def _taken(visits: int, holds: int) -> str:
    said = _visits(visits)
    if not holds:
        return said
    held = ngettext("%(count)d held", "%(count)d held", holds) % {"count": holds}
    return f"{said}, {held}"


def _visits(count: int) -> str:
    return ngettext("%(count)d visit", "%(count)d visits", count) % {"count": count} if count else _("No visit")


def _longest(minutes: int | None) -> str:
    return _("Nothing more fits") if not minutes else _("Up to %(length)s") % {"length": hours(minutes)}


def _wall(minute: int) -> str:
    whole, rest = divmod(minute % (24 * 60), 60)
    return formats.clock_time(datetime.combine(ANY_DAY, time(whole, rest), UTC))
