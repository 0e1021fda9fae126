"""When somebody answers the phone of a branch: a span or nothing for each day of the week, Monday first.

Kept as one text of seven parts, "08:00-17:00,…,", since every page brings it along; empty where nothing was said.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time
from functools import lru_cache
from itertools import groupby

from django.utils.translation import gettext as _

from portico.kernel import formats

DAYS = 7
Span = tuple[time, time]


def written(spans: Sequence[Span | None]) -> str:
    """The text that is kept; empty where no day has hours."""
    if len(spans) != DAYS:
        raise ValueError(f"{len(spans)} days")
    parts = [f"{span[0]:%H:%M}-{span[1]:%H:%M}" if span else "" for span in spans]
    return ",".join(parts) if any(parts) else ""


def read(text: str) -> list[Span | None]:
    """The spans of a kept text."""
    parts = text.split(",") if text else [""] * DAYS
    return [_span(part) if part else None for part in parts]


@lru_cache(1000)
def said(text: str) -> str:
    """For a reader: "Monday–Friday 8 AM–5 PM, Saturday 9 AM–1 PM"; empty where nothing was said."""
    days = list(enumerate(read(text)))
    runs = [(span, [day for day, _span in run]) for span, run in groupby(days, key=lambda day: day[1])]
    return ", ".join(f"{_days(run[0], run[-1])} {span_said(span)}" for span, run in runs if span)


def span_said(span: Span) -> str:
    """One day's hours: 8 AM–5 PM."""
    said = f"{formats.short_clock_time(span[0])}{formats.DASH}{formats.short_clock_time(span[1])}"
    return said.replace(" ", "\u00a0")  # stays in one line


def day_names() -> list[str]:
    """The days, Monday first."""
    return [_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday")]


def _days(first: int, last: int) -> str:
    names = day_names()
    return names[first] if first == last else f"{names[first]}{formats.DASH}{names[last]}"


def _span(part: str) -> Span:
    opens, _dash, closes = part.partition("-")
    return time.fromisoformat(opens), time.fromisoformat(closes)
