"""Terms for tests: a unit in Las Vegas with three windows, and a visit of an hour that customers may book."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from portico.domain.capacity.availability_rules import Asked, DayLoad, Reason, window_reason
from portico.domain.capacity.axis_rules import Axis, local_moment
from portico.domain.capacity.enums import Channel, RuleKind
from portico.domain.capacity.terms import Hours, JobTypeTerms, PlaceTerms, Policy, Rule, Terms, UnitTerms, WindowTerms

LAS_VEGAS, PHOENIX = "America/Los_Angeles", "America/Phoenix"
MORNING, NOON, LATE = WindowTerms(1, 480, 120), WindowTerms(2, 660, 180), WindowTerms(3, 1020, 120)
OPEN = [[420, 1140]]
UNIT = UnitTerms(7, "HVAC", 1, LAS_VEGAS, (MORNING, NOON, LATE), Hours(OPEN, OPEN, ()))
TUNE_UP = JobTypeTerms(30, "Tune-up", 60, unit_ids=(7,), is_self_schedulable=True, lead_hours=24, horizon_days=30)
TERMS = Terms(Policy(), TUNE_UP, PlaceTerms(None), (UNIT,))
MONDAY = date(2026, 11, 30)
EMPTY = DayLoad(provided=10_000, consumed=0)


def at(day: date, minute: int, zone: str = LAS_VEGAS) -> datetime:
    return local_moment(day, minute, zone)


def rule(kind: RuleKind, amount: int = 0, **more: Any) -> Rule:
    return replace(Rule("r", "A rule", kind, Channel.SELF, amount), **more)


def why(
    window: WindowTerms = MORNING,
    *,
    day: date = MONDAY,
    now: datetime = datetime(2026, 11, 20, 12, tzinfo=UTC),
    load: DayLoad = EMPTY,
    rules: tuple[Rule, ...] = (),
    policy: Policy = TERMS.policy,
    unit: UnitTerms = UNIT,
    **asked: Any,
) -> Reason | None:
    """Why this window is not offered; None when it is. More words change what is asked, `job_type_…` its terms."""
    terms = {name.removeprefix("job_type_"): value for name, value in asked.items() if name.startswith("job_type_")}
    rest = {name: value for name, value in asked.items() if not name.startswith("job_type_")}
    what = replace(Asked(replace(TUNE_UP, **terms), unit, minutes=60), **rest)
    return window_reason(
        what, window, Axis(day, unit.zone), terms=replace(TERMS, rules=rules, policy=policy), day=load, now=now
    )
