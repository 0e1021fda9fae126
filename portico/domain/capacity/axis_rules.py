"""The minute axis of a local day: whole elapsed minutes since local midnight, counted through UTC. Pure.

On the days on which the clocks change a day has 1,380 or 1,500 minutes, and 08:00 is not minute 480.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from portico.domain.capacity.engine.rows import Span

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Axis:
    """One local day of a zone."""

    day: date
    zone: str

    @property
    def starts_at(self) -> datetime:
        """The first moment of the day, in UTC."""
        return local_moment(self.day, 0, self.zone)

    @property
    def ends_at(self) -> datetime:
        """The first moment of the next day, in UTC."""
        return local_moment(self.day + timedelta(days=1), 0, self.zone)

    def floor(self, moment: datetime) -> int:
        """The minute in which this moment lies; negative before the day."""
        return math.floor((moment - self.starts_at) / MINUTE)

    def ceil(self, moment: datetime) -> int:
        """The first whole minute that is not before this moment."""
        return math.ceil((moment - self.starts_at) / MINUTE)

    def moment(self, minute: int) -> datetime:
        """In UTC."""
        return self.starts_at + minute * MINUTE

    def span(self, starts_at: datetime, ends_at: datetime) -> Span:
        """The minutes that any part of this time touches."""
        return Span(self.floor(starts_at), self.ceil(ends_at))

    def inner_span(self, starts_at: datetime, ends_at: datetime) -> Span:
        """The minutes that lie wholly in this time."""
        return Span(self.ceil(starts_at), self.floor(ends_at))

    def window(self, start_minute: int, minutes: int) -> Span:
        """Where a window of the wall clock lies."""
        return _window(self, start_minute, minutes)


@lru_cache(50_000)  # the same few windows of the same few days, thousands of times in an answer
def _window(axis: Axis, start_minute: int, minutes: int) -> Span:
    begins = local_moment(axis.day, start_minute, axis.zone)
    ends = local_moment(axis.day, start_minute + minutes, axis.zone)
    return Span(axis.floor(begins), axis.floor(ends))


@lru_cache(1_000)  # the same now for each window of an answer
def day_of(moment: datetime, zone: str) -> date:
    """The local date of a moment."""
    return moment.astimezone(ZoneInfo(zone)).date()


@lru_cache(50_000)
def local_moment(day: date, minute: int, zone: str) -> datetime:
    """When the wall clock shows this minute of the day (1,440: the next midnight), in UTC.

    A time that the clocks leave out is the first one after the gap; of one that comes twice it is the first.
    """
    days, rest = divmod(minute, 24 * 60)
    wall = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)) + timedelta(days=days)  # on the wall clock
    wall = wall.replace(hour=rest // 60, minute=rest % 60)
    found = wall.astimezone(UTC)
    if found.astimezone(wall.tzinfo).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return found
    return _after_gap(wall)


def _after_gap(wall: datetime) -> datetime:
    """The moment at which the clocks leap over this time: before it they show less, from it on more."""
    low, high = wall.astimezone(UTC) - timedelta(hours=3), wall.astimezone(UTC) + timedelta(hours=3)
    missing = wall.replace(tzinfo=None)
    while high - low > MINUTE:
        middle = low + (high - low) // 2
        middle -= timedelta(seconds=middle.second, microseconds=middle.microsecond)
        if middle.astimezone(wall.tzinfo).replace(tzinfo=None) < missing:
            low = middle
        else:
            high = middle
    return high
