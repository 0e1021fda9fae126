"""Why a window is not offered: each reason at its edge, and that limits only ever take away."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.domain.capacity.availability_rules import (
    Asked,
    DayLoad,
    Load,
    Reason,
    change_cutoff,
    reason_for_all,
    unit_for,
    wants_loads,
)
from portico.domain.capacity.enums import Channel, RuleKind
from portico.domain.capacity.terms import PlaceTerms, Policy
from tests.domain.capacity.terms_of_a_branch import (
    LATE,
    MONDAY,
    MORNING,
    NOON,
    PHOENIX,
    TERMS,
    TUNE_UP,
    UNIT,
    at,
    rule,
    why,
)

BEGINS = at(MONDAY, MORNING.start_minute)
MINUTE = timedelta(minutes=1)


# --- Time ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "more", "reason"),
    (
        (BEGINS, {"job_type_lead_hours": 0}, Reason.PAST),
        (BEGINS - MINUTE, {"job_type_lead_hours": 0}, None),
        (BEGINS - timedelta(hours=24), {}, None),
        (BEGINS - timedelta(hours=24) + MINUTE, {}, Reason.LEAD),
        (at(MONDAY - timedelta(days=30), 600), {}, None),
        (at(MONDAY - timedelta(days=31), 1439), {}, Reason.HORIZON),
        (at(MONDAY - timedelta(days=30), 0), {}, None),
        (BEGINS - timedelta(hours=1), {"job_type_lead_hours": 0, "job_type_same_day_cutoff": 420}, Reason.CUTOFF),
        (BEGINS - timedelta(minutes=61), {"job_type_lead_hours": 0, "job_type_same_day_cutoff": 420}, None),
        (at(MONDAY, 600) - MINUTE, {"channel": Channel.STAFF}, None),
        (at(MONDAY, 600), {"channel": Channel.STAFF}, Reason.PAST),
        (at(MONDAY - timedelta(days=300), 0), {"channel": Channel.STAFF}, None),
    ),
)
def test_windows_close_at_their_moment(now: datetime, more: dict[str, Any], reason: Reason | None) -> None:
    assert why(now=now, **more) is reason


def test_lead_is_counted_in_elapsed_hours_when_the_clocks_change() -> None:
    sunday = date(2026, 11, 1)  # 01:00 comes twice: from Saturday 08:00 to Sunday 08:00 are 25 hours
    every_day = replace(UNIT, hours=None)
    now = at(sunday - timedelta(days=1), MORNING.start_minute)
    assert why(day=sunday, now=now + timedelta(hours=1), unit=every_day) is None
    assert why(day=sunday, now=now + timedelta(hours=1) + MINUTE, unit=every_day) is Reason.LEAD
    arizona = replace(every_day, zone=PHOENIX)
    then = at(sunday - timedelta(days=1), MORNING.start_minute, PHOENIX)
    assert why(day=sunday, now=then, unit=arizona) is None
    assert why(day=sunday, now=then + MINUTE, unit=arizona) is Reason.LEAD


# --- Hours -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "spans", "reason"),
    (
        (MONDAY, None, None),
        (MONDAY - timedelta(days=1), None, Reason.HOURS),
        (MONDAY, [], Reason.HOLIDAY),
        (MONDAY, [[480, 600]], None),
        (MONDAY, [[480, 599]], Reason.HOLIDAY),
        (MONDAY - timedelta(days=1), [[420, 1140]], None),
    ),
)
def test_windows_lie_within_the_hours_of_the_day(day: date, spans: Any, reason: Reason | None) -> None:
    holidays = {} if spans is None else {day: spans}
    assert why(day=day, unit=replace(UNIT, holidays=holidays)) is reason


# --- Rules and limits ------------------------------------------------------------------------------------------


def load(count: int, *, at_: datetime = BEGINS, minutes: int = 60, **more: Any) -> tuple[Load, ...]:
    one = Load(unit=UNIT.id, job_type=TUNE_UP.id, minutes=minutes, starts_at=at_)
    return (replace(one, **more),) * count


@pytest.mark.parametrize(
    ("narrowed", "applies"),
    (
        ({}, True),
        ({"unit": UNIT.id}, True),
        ({"unit": 8}, False),
        ({"job_type": TUNE_UP.id}, True),
        ({"job_type": 31}, False),
        ({"window": MORNING.id}, True),
        ({"window": NOON.id}, False),
        ({"zone": 5}, True),
        ({"zone": 6}, False),
        ({"weekdays": frozenset({0})}, True),
        ({"weekdays": frozenset({1, 2})}, False),
        ({"from_day": MONDAY, "until_day": MONDAY}, True),
        ({"from_day": MONDAY + timedelta(days=1)}, False),
        ({"until_day": MONDAY - timedelta(days=1)}, False),
        ({"from_days_ahead": 10, "until_days_ahead": 10}, True),
        ({"from_days_ahead": 11}, False),
        ({"until_days_ahead": 9}, False),
        ({"channel": Channel.ALL}, True),
        ({"channel": Channel.STAFF}, False),
    ),
)
def test_rule_closes_just_what_it_names(narrowed: dict[str, Any], applies: bool) -> None:
    closed = rule(RuleKind.CLOSED, **narrowed)
    assert why(rules=(closed,), zones=frozenset({5})) is (Reason.CLOSED if applies else None)


@pytest.mark.parametrize(
    ("limit", "loads", "reason"),
    (
        (rule(RuleKind.MAX_JOBS, 2), load(1), None),
        (rule(RuleKind.MAX_JOBS, 2), load(2), Reason.CAP),
        (rule(RuleKind.MAX_JOBS, 1, window=MORNING.id), load(1, at_=at(MONDAY, NOON.start_minute)), None),
        (rule(RuleKind.MAX_JOBS, 1, window=MORNING.id), load(1), Reason.CAP),
        (rule(RuleKind.MAX_JOBS, 1, job_type=TUNE_UP.id), load(1, job_type=31), None),
        (rule(RuleKind.MAX_JOBS, 1, zone=5), load(1, zones=frozenset({6})), None),
        (rule(RuleKind.MAX_MINUTES, 120), load(1), None),
        (rule(RuleKind.MAX_MINUTES, 119), load(1), Reason.CAP),
    ),
)
def test_limit_is_kept_with_what_is_asked_added(limit: Any, loads: tuple[Load, ...], reason: Reason | None) -> None:
    assert why(rules=(limit,), load=DayLoad(10_000, 0, loads), zones=frozenset({5})) is reason


@pytest.mark.parametrize(
    ("own", "loads", "reason"),
    (
        ({"job_type_max_per_day": 2}, load(1), None),
        ({"job_type_max_per_day": 2}, load(2, at_=at(MONDAY, 660)), Reason.CAP),
        ({"job_type_max_per_window": 1}, load(2, at_=at(MONDAY, 660)), None),
        ({"job_type_max_per_window": 1}, load(1), Reason.CAP),
    ),
)
def test_job_types_keep_their_own_limits(own: dict[str, int], loads: Any, reason: Reason | None) -> None:
    assert why(load=DayLoad(10_000, 0, loads), **own) is reason


@pytest.mark.parametrize(
    ("consumed", "more", "reason"),
    (
        (790, {}, None),
        (791, {}, Reason.HOLDBACK),
        (940, {"now": BEGINS - timedelta(hours=24)}, None),
        (941, {"now": BEGINS - timedelta(hours=24)}, Reason.HOLDBACK),
        (5_000, {"channel": Channel.STAFF}, None),
        (440, {"rules": (rule(RuleKind.THRESHOLD, 50),)}, None),
        (441, {"rules": (rule(RuleKind.THRESHOLD, 50),)}, Reason.HOLDBACK),
        (700, {"rules": (rule(RuleKind.THRESHOLD, 50, window=NOON.id),)}, None),
        (0, {"rules": (rule(RuleKind.THRESHOLD, 0),), "now": BEGINS - timedelta(hours=24)}, Reason.HOLDBACK),
        (900, {"policy": Policy(online_percent=100)}, None),
    ),
)
def test_share_of_the_working_time_is_held_back_until_its_moment(
    consumed: int, more: dict[str, Any], reason: Reason | None
) -> None:
    assert why(load=DayLoad(1_000, consumed), **({"policy": Policy(online_percent=85)} | more)) is reason


@given(
    limits=st.lists(
        st.builds(
            rule,
            st.sampled_from(list(RuleKind)),
            st.integers(0, 100),
            window=st.sampled_from([None, MORNING.id, NOON.id]),
            channel=st.sampled_from(list(Channel)),
            job_type=st.sampled_from([None, TUNE_UP.id, 31]),
        ),
        max_size=4,
    ),
    count=st.integers(0, 5),
    consumed=st.integers(0, 1_000),
    window=st.sampled_from([MORNING, NOON, LATE]),
    channel=st.sampled_from([Channel.SELF, Channel.STAFF]),
)
def test_another_rule_or_visit_never_opens_a_window(
    limits: list[Any], count: int, consumed: int, window: Any, channel: Channel
) -> None:
    def offered(rules: list[Any], visits: int, minutes: int) -> bool:
        day = DayLoad(1_000, minutes, load(visits))
        return why(window, rules=tuple(rules), load=day, channel=channel) is None

    if not offered(limits[1:], count, consumed):
        assert not offered(limits, count, consumed)
    if not offered(limits, count, consumed):
        assert not offered(limits, count + 1, consumed + 60)


# --- What is asked ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("terms", "more", "reason"),
    (
        ({}, {}, None),
        ({"duration_minutes": None}, {}, Reason.NO_DURATION),
        ({"duration_minutes": 0}, {"channel": Channel.STAFF}, Reason.NO_DURATION),
        ({"is_self_schedulable": False}, {}, Reason.NOT_SELF),
        ({"is_self_schedulable": False}, {"channel": Channel.STAFF}, None),
        ({"is_members_only": True}, {}, Reason.MEMBERS_ONLY),
        ({"is_members_only": True}, {"is_member": True}, None),
        ({}, {"unit": replace(UNIT, windows=())}, Reason.NO_WINDOW),
    ),
)
def test_what_cannot_be_booked_at_all_says_why(terms: Any, more: Any, reason: Reason | None) -> None:
    asked = Asked(replace(TUNE_UP, **terms), UNIT, minutes=60)
    assert reason_for_all(replace(asked, **more)) is reason


def test_unit_is_the_first_that_serves_the_place() -> None:
    plumbing = replace(UNIT, id=8, name="Plumbing")
    both = replace(TERMS, units=(UNIT, plumbing))
    assert unit_for(both) is UNIT
    assert unit_for(replace(both, place=PlaceTerms(frozenset({5}), {5: frozenset({8})}))) is plumbing
    assert unit_for(replace(both, place=PlaceTerms(frozenset({5}), {5: frozenset()}))) is UNIT
    assert unit_for(replace(both, place=PlaceTerms(frozenset({5}), {5: frozenset({9})}))) is Reason.OUT_OF_AREA
    assert unit_for(replace(both, place=PlaceTerms(frozenset()))) is Reason.OUT_OF_AREA
    assert unit_for(replace(both, units=(replace(UNIT, windows=()), plumbing))) is plumbing
    assert unit_for(replace(both, units=())) is Reason.NO_UNIT


def test_loads_are_wanted_only_where_something_counts_them() -> None:
    asked = Asked(TUNE_UP, UNIT, minutes=60)
    assert not wants_loads(asked, [rule(RuleKind.CLOSED), rule(RuleKind.THRESHOLD, 50)])
    assert wants_loads(asked, [rule(RuleKind.MAX_JOBS, 5)])
    assert wants_loads(replace(asked, job_type=replace(TUNE_UP, max_per_day=3)), [])


@pytest.mark.parametrize(("own", "hours"), ((None, 12), (0, 0), (48, 48)))
def test_job_type_overrules_the_hours_of_the_company(own: int | None, hours: int) -> None:
    policy = Policy(reschedule_cutoff_hours=12, cancel_cutoff_hours=12)
    job_type = replace(TUNE_UP, reschedule_cutoff_hours=own, cancel_cutoff_hours=own)
    assert change_cutoff(job_type, policy, is_cancel=True) == timedelta(hours=hours)
    assert change_cutoff(job_type, policy, is_cancel=False) == timedelta(hours=hours)


def test_policy_rounds_up_with_the_pad() -> None:
    assert [Policy(travel_pad_minutes=15).minutes(planned) for planned in (60, 61, 64.2)] == [75, 80, 80]
