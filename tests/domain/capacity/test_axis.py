"""Days of 23, 24 and 25 hours, and what the wall clock leaves out or shows twice."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from portico.domain.capacity.axis_rules import Axis, day_of, local_moment
from portico.domain.capacity.engine.rows import Span

NEW_YORK, PHOENIX, VEGAS = "America/New_York", "America/Phoenix", "America/Los_Angeles"
SPRING, AUTUMN = date(2026, 3, 8), date(2026, 11, 1)
days = st.dates(date(2025, 1, 1), date(2030, 12, 31))
zones = st.sampled_from([NEW_YORK, PHOENIX, VEGAS, "Australia/Lord_Howe", "Asia/Kolkata", "America/Havana"])


def length(day: date, zone: str) -> int:
    axis = Axis(day, zone)
    return axis.floor(axis.ends_at)


def test_days_of_the_clock_change_are_shorter_and_longer() -> None:
    assert [length(day, NEW_YORK) for day in (SPRING, AUTUMN, date(2026, 7, 1))] == [1380, 1500, 1440]
    assert [length(day, PHOENIX) for day in (SPRING, AUTUMN)] == [1440, 1440]


def test_eight_o_clock_is_where_the_wall_clock_says() -> None:
    assert Axis(SPRING, NEW_YORK).window(480, 120) == Span(420, 540)
    assert Axis(AUTUMN, NEW_YORK).window(480, 120) == Span(540, 660)
    assert Axis(AUTUMN, VEGAS).window(480, 180) == Span(540, 720)
    assert Axis(AUTUMN, PHOENIX).window(480, 120) == Span(480, 600)


def test_window_that_begins_in_a_gap_moves_to_the_first_valid_minute() -> None:
    assert local_moment(SPRING, 150, NEW_YORK) == datetime(2026, 3, 8, 7, tzinfo=UTC)
    assert Axis(SPRING, NEW_YORK).window(150, 90) == Span(120, 180)
    assert local_moment(date(2026, 3, 8), 30, "America/Havana") == datetime(2026, 3, 8, 5, tzinfo=UTC)


def test_time_that_comes_twice_is_the_first() -> None:
    assert local_moment(AUTUMN, 90, NEW_YORK) == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


@given(days, zones, st.integers(0, 1439))
@settings(max_examples=400, deadline=None)
def test_minutes_and_moments_go_both_ways(day: date, zone: str, minute: int) -> None:
    axis = Axis(day, zone)
    assert axis.floor(axis.moment(minute)) == axis.ceil(axis.moment(minute)) == minute
    found = local_moment(day, minute, zone)
    shown = found.astimezone(ZoneInfo(zone))
    assert (shown.date(), shown.hour * 60 + shown.minute >= minute) == (day, True)
    assert day_of(found, zone) == day


@given(days, zones, st.integers(0, 1438))
@settings(max_examples=400, deadline=None)
def test_later_on_the_wall_is_never_earlier_on_the_axis(day: date, zone: str, minute: int) -> None:
    assert local_moment(day, minute, zone) <= local_moment(day, minute + 1, zone)
    assert Axis(day, zone).ends_at == Axis(day + timedelta(days=1), zone).starts_at


def test_spans_are_rounded_away_from_and_into_the_day() -> None:
    axis = Axis(date(2026, 7, 1), PHOENIX)
    starts, ends = axis.moment(60) + timedelta(seconds=20), axis.moment(120) + timedelta(seconds=20)
    assert (axis.span(starts, ends), axis.inner_span(starts, ends)) == (Span(60, 121), Span(61, 120))
