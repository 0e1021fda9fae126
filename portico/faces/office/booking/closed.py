"""Why the other windows of these days cannot be had, in the office's technical words, day by day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from portico.domain.booking.queries import explain
from portico.domain.booking.queries.available import Availability
from portico.faces.office.booking.asking import Asking
from portico.faces.office.scheduling.reason_words import Line, whole_line, window_lines
from portico.kernel import formats


@dataclass(frozen=True, slots=True)
class ClosedLine:
    """Some windows of a day that are closed for one reason; `windows` is empty where these are all of the day."""

    day: date
    title: str
    windows: str
    told: Line


def why_never(found: Availability, asking: Asking, *, may_edit: bool) -> Line | None:
    """What stands against every day; None where only the windows say."""
    return whole_line(_explained(found, asking), may_edit=may_edit)


def closed_lines(found: Availability, asking: Asking, *, may_edit: bool) -> list[ClosedLine]:
    """What is not offered in the days shown: each reason of a day once."""
    told = _explained(found, asking)
    pairs = zip((one.window.day for one in told.windows), window_lines(told, may_edit=may_edit), strict=True)
    return [line for day, lines in groupby(pairs, key=lambda pair: pair[0]) for line in _of_day(day, list(lines))]


def _of_day(day: date, pairs: list[tuple[date, Line]]) -> list[ClosedLine]:
    closed: dict[str, list[Line]] = {}
    for _day, line in pairs:
        if line.reason:
            closed.setdefault(line.told, []).append(line)
    title = formats.short_day(day)
    return [
        ClosedLine(day, title, "" if len(lines) == len(pairs) else ", ".join(line.when for line in lines), lines[0])
        for lines in closed.values()
    ]


def _explained(found: Availability, asking: Asking) -> explain.Explanation:
    return explain.told_of(found, job_type=asking.kind.public_id, postal_code=asking.caller.postal_code)
