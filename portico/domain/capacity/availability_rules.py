"""Whether a window may be offered at all, before anybody asks who could come: time, hours, rules and limits. Pure.

The order of the reasons is the order in which somebody would explain them: first what is over, then what is the
company's wish, last what is taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from portico.domain.capacity.axis_rules import Axis, day_of
from portico.domain.capacity.enums import Channel, RuleKind
from portico.domain.capacity.terms import JobTypeTerms, PlaceTerms, Policy, Rule, Spans, Terms, UnitTerms, WindowTerms


class Reason(StrEnum):
    """Why something is not offered. Customers are told the policy's reasons, the office all of them."""

    NOT_SELF = "not_self"
    NO_DURATION = "no_duration"
    MEMBERS_ONLY = "members_only"
    NO_UNIT = "no_unit"
    OUT_OF_AREA = "out_of_area"
    NO_WINDOW = "no_window"
    PAST = "past"
    LEAD = "lead"
    CUTOFF = "cutoff"
    HORIZON = "horizon"
    HOLIDAY = "holiday"
    HOURS = "hours"
    CLOSED = "closed"
    CAP = "cap"
    HOLDBACK = "holdback"
    SKILL = "skill"
    ZONE = "zone"
    SHIFT = "shift"
    LONG = "long"
    BROKEN = "broken"
    FULL = "full"


BEHIND = {
    Reason.CLOSED: {RuleKind.CLOSED},
    Reason.CAP: {RuleKind.MAX_JOBS, RuleKind.MAX_MINUTES},
    Reason.HOLDBACK: {RuleKind.THRESHOLD},
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be booked, by whom, and where: a unit of the job type's, and the zones of the place."""

    job_type: JobTypeTerms
    unit: UnitTerms
    minutes: int
    zones: frozenset[int] | None = None
    channel: Channel = Channel.SELF
    is_member: bool = False

    @property
    def is_online(self) -> bool:
        return self.channel is Channel.SELF


@dataclass(frozen=True, slots=True)
class Load:
    """A visit or a live hold of the day, as far as limits count it."""

    unit: int
    job_type: int
    minutes: int
    starts_at: datetime
    zones: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class DayLoad:
    """What the unit has on a day: minutes of working time, minutes taken, and everything that is planned."""

    provided: int
    consumed: int
    loads: Sequence[Load] = ()


def reason_for_all(asked: Asked) -> Reason | None:
    """Why this cannot be booked on any day; None when it can."""
    if not asked.job_type.duration_minutes:
        return Reason.NO_DURATION
    if asked.is_online and not asked.job_type.is_self_schedulable:
        return Reason.NOT_SELF
    if asked.is_online and asked.job_type.is_members_only and not asked.is_member:
        return Reason.MEMBERS_ONLY
    return None if asked.unit.windows else Reason.NO_WINDOW


def unit_for(terms: Terms) -> UnitTerms | Reason:
    """Which unit takes this kind of visit at this place: the first of the job type's that serves it."""
    if not terms.units:
        return Reason.NO_UNIT
    serving = [unit for unit in terms.units if _serves(terms.place, unit.id)]
    with_windows = [unit for unit in serving if unit.windows]
    return next(iter(with_windows or serving), Reason.OUT_OF_AREA)


def window_reason(
    asked: Asked, window: WindowTerms, axis: Axis, *, terms: Terms, day: DayLoad, now: datetime
) -> Reason | None:
    """Why this window of this day is not offered, whoever could come; None when only the plan decides."""
    return (
        _reason_of_time(asked, window, axis, now)
        or _reason_of_hours(asked.unit, window, axis)
        or _reason_of_rules(asked, window, axis, terms.rules, now)
        or _reason_of_limits(asked, window, axis, terms=terms, day=day, now=now)
    )


def wants_loads(asked: Asked, rules: Iterable[Rule]) -> bool:
    """Whether any limit counts what is planned: else nobody has to read it."""
    counts = any(rule.kind in {RuleKind.MAX_JOBS, RuleKind.MAX_MINUTES} for rule in rules)
    return counts or asked.job_type.max_per_day is not None or asked.job_type.max_per_window is not None


def usable_minutes(asked: Asked, window: WindowTerms, axis: Axis, *, terms: Terms, provided: int, now: datetime) -> int:
    """How many of the unit's minutes may be taken by this channel while this window is asked for."""
    if not asked.is_online:
        return provided
    starts_at = axis.moment(axis.window(window.start_minute, window.minutes).start)
    shares = [rule.amount for rule in _matching(asked, window, axis, terms.rules, now, {RuleKind.THRESHOLD})]
    is_released = starts_at - now <= timedelta(hours=terms.policy.holdback_hours)
    share = 100 if is_released and 0 not in shares else min([terms.policy.online_percent, *shares])
    return provided * share // 100


def limiting(
    asked: Asked, window: WindowTerms, axis: Axis, *, rules: Iterable[Rule], reason: Reason, now: datetime
) -> list[Rule]:
    """The company's limits that may stand behind this reason."""
    return list(_matching(asked, window, axis, rules, now, BEHIND.get(reason, set())))


def change_cutoff(job_type: JobTypeTerms, policy: Policy, *, is_cancel: bool) -> timedelta:
    """How long before the window begins a visit may last be moved, or canceled; just then it still may."""
    own = job_type.cancel_cutoff_hours if is_cancel else job_type.reschedule_cutoff_hours
    company = policy.cancel_cutoff_hours if is_cancel else policy.reschedule_cutoff_hours
    return timedelta(hours=company if own is None else own)


def _serves(place: PlaceTerms, unit: int) -> bool:
    if place.zones is None:
        return True
    return any(not place.served.get(zone) or unit in place.served[zone] for zone in place.zones)


def _reason_of_time(asked: Asked, window: WindowTerms, axis: Axis, now: datetime) -> Reason | None:
    span = axis.window(window.start_minute, window.minutes)
    starts_at, ends_at = axis.moment(span.start), axis.moment(span.end)
    if not asked.is_online:  # the office may still use what is left of a window
        return Reason.PAST if ends_at <= now else None
    today = day_of(now, axis.zone)
    if starts_at <= now:
        return Reason.PAST
    if axis.day == today and _is_after_cutoff(asked.job_type, axis, now):
        return Reason.CUTOFF
    if starts_at - now < timedelta(hours=asked.job_type.lead_hours):
        return Reason.LEAD
    return Reason.HORIZON if (axis.day - today).days > asked.job_type.horizon_days else None


def _is_after_cutoff(job_type: JobTypeTerms, axis: Axis, now: datetime) -> bool:
    if job_type.same_day_cutoff is None:
        return False
    return axis.floor(now) >= axis.window(job_type.same_day_cutoff, 0).start


def _reason_of_hours(unit: UnitTerms, window: WindowTerms, axis: Axis) -> Reason | None:
    if axis.day in unit.holidays:
        return None if _is_open(unit.holidays[axis.day], window) else Reason.HOLIDAY
    if unit.hours is None or _is_open(unit.hours.of(axis.day), window):
        return None
    return Reason.HOURS


def _is_open(spans: Spans, window: WindowTerms) -> bool:
    return any(start <= window.start_minute and window.end_minute <= end for start, end in spans)


def _reason_of_rules(
    asked: Asked, window: WindowTerms, axis: Axis, rules: Iterable[Rule], now: datetime
) -> Reason | None:
    return Reason.CLOSED if any(_matching(asked, window, axis, rules, now, {RuleKind.CLOSED})) else None


def _reason_of_limits(
    asked: Asked, window: WindowTerms, axis: Axis, *, terms: Terms, day: DayLoad, now: datetime
) -> Reason | None:
    starts_at = axis.moment(axis.window(window.start_minute, window.minutes).start)
    same_type = [load for load in day.loads if load.job_type == asked.job_type.id]
    in_window = [load for load in same_type if load.starts_at == starts_at]
    if _is_reached(asked.job_type.max_per_day, len(same_type)) or _is_reached(
        asked.job_type.max_per_window, len(in_window)
    ):
        return Reason.CAP
    counting = _matching(asked, window, axis, terms.rules, now, {RuleKind.MAX_JOBS, RuleKind.MAX_MINUTES})
    if any(_is_over(rule, asked, day.loads, starts_at) for rule in counting):
        return Reason.CAP
    usable = usable_minutes(asked, window, axis, terms=terms, provided=day.provided, now=now)
    return Reason.HOLDBACK if asked.is_online and day.consumed + asked.minutes > usable else None


def _is_reached(most: int | None, count: int) -> bool:
    return most is not None and count >= most


def _is_over(rule: Rule, asked: Asked, loads: Iterable[Load], starts_at: datetime) -> bool:
    counted = [load for load in loads if _counts(rule, load, starts_at)]
    if rule.kind is RuleKind.MAX_JOBS:
        return len(counted) + 1 > rule.amount
    return sum(load.minutes for load in counted) + asked.minutes > rule.amount


def _counts(rule: Rule, load: Load, starts_at: datetime) -> bool:
    """Whether the rule's limit counts this visit; one that names a window counts what begins with it."""
    return (
        (rule.unit is None or rule.unit == load.unit)
        and (rule.job_type is None or rule.job_type == load.job_type)
        and (rule.zone is None or rule.zone in load.zones)
        and (rule.window is None or load.starts_at == starts_at)
    )


def _matching(
    asked: Asked, window: WindowTerms, axis: Axis, rules: Iterable[Rule], now: datetime, kinds: set[RuleKind]
) -> Iterator[Rule]:
    """The rules of these kinds that limit this."""
    today = day_of(now, axis.zone)
    for rule in rules:
        if rule.kind in kinds and rule.is_on(axis.day, today) and _is_about(rule, asked, window):
            yield rule


def _is_about(rule: Rule, asked: Asked, window: WindowTerms) -> bool:
    return (
        rule.channel in {Channel.ALL, asked.channel}
        and (rule.unit is None or rule.unit == asked.unit.id)
        and (rule.job_type is None or rule.job_type == asked.job_type.id)
        and (rule.zone is None or rule.zone in (asked.zones or ()))
        and (rule.window is None or rule.window == window.id)
    )
