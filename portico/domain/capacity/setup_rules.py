"""What in the company's settings keeps visits from being booked, although nobody meant it to. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portico.domain.capacity.enums import AnswerEffect, QuestionKind, RuleKind
from portico.domain.capacity.terms import Hours, JobTypeTerms, OptionTerms, Policy, Rule, UnitTerms

CLOSED_KINDS = (RuleKind.MAX_JOBS, RuleKind.MAX_MINUTES)
ONE_OF_EACH_KIND = tuple(date(2024, 1, day) for day in (1, 6, 7))  # a Monday, a Saturday, a Sunday


class Fault(StrEnum):
    """What is wrong; each is about one thing that has a name."""

    NOTHING_OFFERED = "nothing_offered"
    NO_DURATION = "no_duration"
    NO_UNIT = "no_unit"
    NO_SUCH_SKILL = "no_such_skill"
    NO_SKILLS_TOGETHER = "no_skills_together"
    LONGER_THAN_SHIFTS = "longer_than_shifts"
    LEAD_BEYOND_HORIZON = "lead_beyond_horizon"
    NONE_PER_DAY = "none_per_day"
    NONE_PER_WINDOW = "none_per_window"
    CUTOFF_AT_MIDNIGHT = "cutoff_at_midnight"
    NO_ANSWERS = "no_answers"
    EVERY_ANSWER_CALLS = "every_answer_calls"
    ANSWER_NO_SUCH_SKILL = "answer_no_such_skill"
    ANSWER_LONGER_THAN_SHIFTS = "answer_longer_than_shifts"
    ANSWER_TO_UNUSABLE = "answer_to_unusable"
    ANSWERS_IN_A_CIRCLE = "answers_in_a_circle"
    NO_WINDOWS = "no_windows"
    NO_HOURS = "no_hours"
    NEVER_OPEN = "never_open"
    WINDOW_OUTSIDE_HOURS = "window_outside_hours"
    NO_TECHNICIANS = "no_technicians"
    NO_SHIFTS = "no_shifts"
    ON_CALL_ONLY = "on_call_only"
    VISITS_WITHOUT_SHIFT = "visits_without_shift"
    NO_HOME_UNIT = "no_home_unit"
    ZONE_WITHOUT_ZIP = "zone_without_zip"
    ZONE_WITHOUT_TECHNICIAN = "zone_without_technician"
    ZIP_WITHOUT_ZONE = "zip_without_zone"
    WINDOW_OF_NOBODY = "window_of_nobody"
    RULE_CLOSES_ALL = "rule_closes_all"
    RULE_SHARE_ZERO = "rule_share_zero"
    RULE_LIMIT_ZERO = "rule_limit_zero"
    RULE_BELOW_DURATION = "rule_below_duration"
    RULE_IS_OVER = "rule_is_over"
    ONLINE_SHARE_ZERO = "online_share_zero"


OF_JOB_TYPES = frozenset(
    {
        *(Fault.NO_DURATION, Fault.NO_UNIT, Fault.NO_SUCH_SKILL, Fault.NO_SKILLS_TOGETHER, Fault.LONGER_THAN_SHIFTS),
        *(Fault.LEAD_BEYOND_HORIZON, Fault.NONE_PER_DAY, Fault.NONE_PER_WINDOW, Fault.CUTOFF_AT_MIDNIGHT),
        *(Fault.NO_ANSWERS, Fault.EVERY_ANSWER_CALLS, Fault.ANSWER_NO_SUCH_SKILL, Fault.ANSWER_LONGER_THAN_SHIFTS),
        *(Fault.ANSWER_TO_UNUSABLE, Fault.ANSWERS_IN_A_CIRCLE, Fault.RULE_BELOW_DURATION),
    }
)


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault, the name of what has it, and what more there is to say: a skill, an answer, a number."""

    fault: Fault
    subject: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Hand:
    """A technician of the coming weeks: how many shifts, the longest of them, and the visits that wait for them."""

    name: str
    unit: int | None
    skills: frozenset[str] = frozenset()
    zones: frozenset[int] = frozenset()
    shifts: int = 0
    on_call: int = 0
    longest: int = 0
    visits: int = 0


@dataclass(frozen=True, slots=True)
class Area:
    """A zone, and how many postal codes and cities it names."""

    id: int
    name: str
    places: int
    units: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Setup:
    """The company's settings and people, as far as they decide what can be booked at all."""

    today: date
    policy: Policy
    job_types: Sequence[JobTypeTerms] = ()
    units: Sequence[UnitTerms] = ()
    hands: Sequence[Hand] = ()
    areas: Sequence[Area] = ()
    rules: Sequence[Rule] = ()
    lone_windows: Sequence[str] = ()
    lone_zips: Mapping[str, int] | None = None

    @property
    def offered(self) -> list[JobTypeTerms]:
        """What customers may book."""
        return [one for one in self.job_types if one.is_self_schedulable]

    def hands_of(self, job_type: JobTypeTerms) -> list[Hand]:
        """Who belongs to a unit that does this."""
        return [hand for hand in self.hands if hand.unit in job_type.unit_ids]

    def booked_units(self) -> list[UnitTerms]:
        """The units that do something that customers may book."""
        keys = {unit for one in self.offered for unit in one.unit_ids}
        return [unit for unit in self.units if unit.id in keys]


def findings(setup: Setup) -> list[Finding]:
    """Everything that is wrong, in the order in which somebody would put it right."""
    return [found for check in CHECKS for found in check(setup)]


def findings_about(setup: Setup, job_type: str) -> Iterator[Finding]:
    """What is wrong for one job type: the rest of `setup` is narrowed to what concerns it."""
    for found in findings(setup):
        named = found.detail if found.fault is Fault.RULE_BELOW_DURATION else found.subject
        if found.fault not in OF_JOB_TYPES or named == job_type:
            yield found


def _of_company(setup: Setup) -> Iterator[Finding]:
    if not setup.offered:
        yield Finding(Fault.NOTHING_OFFERED)
    if setup.policy.online_percent == 0:
        yield Finding(Fault.ONLINE_SHARE_ZERO)


def _of_job_types(setup: Setup) -> Iterator[Finding]:
    for one in setup.offered:
        if not one.duration_minutes:
            yield Finding(Fault.NO_DURATION, one.name)
        if not one.unit_ids:
            yield Finding(Fault.NO_UNIT, one.name)
        if one.lead_hours >= (one.horizon_days + 1) * 24:
            yield Finding(Fault.LEAD_BEYOND_HORIZON, one.name, str(one.lead_hours))
        if one.max_per_day == 0:
            yield Finding(Fault.NONE_PER_DAY, one.name)
        if one.max_per_window == 0:
            yield Finding(Fault.NONE_PER_WINDOW, one.name)
        if one.same_day_cutoff == 0 and one.horizon_days == 0:
            yield Finding(Fault.CUTOFF_AT_MIDNIGHT, one.name)
        yield from _of_hands(setup, one)


def _of_hands(setup: Setup, one: JobTypeTerms) -> Iterator[Finding]:
    """Whether anybody of its units could ever do it."""
    hands = setup.hands_of(one)
    if not hands:  # said of the unit
        return
    missing = sorted(one.skills - {skill for hand in hands for skill in hand.skills})
    yield from (Finding(Fault.NO_SUCH_SKILL, one.name, skill) for skill in missing)
    able = [hand for hand in hands if one.skills <= hand.skills]
    if not missing and not able:
        yield Finding(Fault.NO_SKILLS_TOGETHER, one.name, ", ".join(sorted(one.skills)))
    if one.duration_minutes and _is_too_long(setup, able, one.duration_minutes):
        yield Finding(Fault.LONGER_THAN_SHIFTS, one.name, str(max(hand.longest for hand in able)))


def _is_too_long(setup: Setup, hands: Sequence[Hand], minutes: int) -> bool:
    longest = max((hand.longest for hand in hands), default=0)
    return 0 < longest < setup.policy.minutes(minutes)


def _of_answers(setup: Setup) -> Iterator[Finding]:
    for one in setup.offered:
        for question in one.questions:
            is_choice = question.kind in {QuestionKind.CHOICE, QuestionKind.YES_NO}
            if is_choice and not question.options:
                yield Finding(Fault.NO_ANSWERS, one.name, question.wording)
            calls = [option.effect is AnswerEffect.CALL for option in question.options]
            if question.is_required and calls and all(calls):
                yield Finding(Fault.EVERY_ANSWER_CALLS, one.name, question.wording)
            for option in question.options:
                yield from _of_answer(setup, one, option)
        if _leads_back(setup, one):
            yield Finding(Fault.ANSWERS_IN_A_CIRCLE, one.name)


def _of_answer(setup: Setup, one: JobTypeTerms, option: OptionTerms) -> Iterator[Finding]:
    hands = setup.hands_of(one)
    if option.effect is AnswerEffect.SKILL and hands:
        wanted = one.skills | {option.skill}
        if not any(wanted <= hand.skills for hand in hands) and any(one.skills <= hand.skills for hand in hands):
            yield Finding(Fault.ANSWER_NO_SUCH_SKILL, one.name, f"{option.label}: {option.skill}")
    if option.effect is AnswerEffect.MINUTES and one.duration_minutes:
        able = [hand for hand in hands if one.skills <= hand.skills]
        is_own_fault = not _is_too_long(setup, able, one.duration_minutes)
        if is_own_fault and _is_too_long(setup, able, one.duration_minutes + option.minutes):
            yield Finding(Fault.ANSWER_LONGER_THAN_SHIFTS, one.name, option.label)
    if option.effect is AnswerEffect.JOB_TYPE:
        usable = {other.id for other in setup.job_types if other.duration_minutes and other.is_self_schedulable}
        if option.job_type not in usable:
            yield Finding(Fault.ANSWER_TO_UNUSABLE, one.name, option.label)


def _leads_back(setup: Setup, one: JobTypeTerms) -> bool:
    """Whether answers lead from a job type, over others or not, to itself."""
    leads = {
        other.id: {option.job_type for question in other.questions for option in question.options if option.job_type}
        for other in setup.job_types
    }
    seen: set[int] = set()
    waiting = list(leads.get(one.id, ()))
    while waiting:
        at = waiting.pop()
        if at == one.id:
            return True
        if at not in seen:
            seen.add(at)
            waiting.extend(leads.get(at, ()))
    return False


def _of_units(setup: Setup) -> Iterator[Finding]:
    for unit in setup.booked_units():
        if not unit.windows:
            yield Finding(Fault.NO_WINDOWS, unit.name)
        yield from _of_hours(unit)
        hands = [hand for hand in setup.hands if hand.unit == unit.id]
        if not hands:
            yield Finding(Fault.NO_TECHNICIANS, unit.name)
        elif not any(hand.shifts for hand in hands):
            yield Finding(Fault.NO_SHIFTS, unit.name)


def _of_hours(unit: UnitTerms) -> Iterator[Finding]:
    if unit.hours is None:
        yield Finding(Fault.NO_HOURS, unit.name)
        return
    if not (unit.hours.weekdays or unit.hours.saturday or unit.hours.sunday):
        yield Finding(Fault.NEVER_OPEN, unit.name)
        return
    for window in unit.windows:
        if not _is_ever_open(unit.hours, window.start_minute, window.end_minute):
            yield Finding(Fault.WINDOW_OUTSIDE_HOURS, unit.name, wall_clock(window.start_minute, window.end_minute))


def _is_ever_open(hours: Hours, start: int, end: int) -> bool:
    return any(first <= start and end <= last for day in ONE_OF_EACH_KIND for first, last in hours.of(day))


def wall_clock(start: int, end: int) -> str:
    """A span of the local day as it is written on a plan."""
    return f"{start // 60:02}:{start % 60:02}–{end // 60:02}:{end % 60:02}"


def _of_people(setup: Setup) -> Iterator[Finding]:
    for hand in setup.hands:
        if hand.unit is None:
            yield Finding(Fault.NO_HOME_UNIT, hand.name)
        if hand.visits and not hand.shifts:
            yield Finding(Fault.VISITS_WITHOUT_SHIFT, hand.name, str(hand.visits))
        elif hand.on_call and not hand.shifts:
            yield Finding(Fault.ON_CALL_ONLY, hand.name)


def _of_areas(setup: Setup) -> Iterator[Finding]:
    for area in setup.areas:
        if not area.places:
            yield Finding(Fault.ZONE_WITHOUT_ZIP, area.name)
        if setup.hands and not any(_serves(hand, area) for hand in setup.hands):
            yield Finding(Fault.ZONE_WITHOUT_TECHNICIAN, area.name)
    for code, count in sorted((setup.lone_zips or {}).items()):
        yield Finding(Fault.ZIP_WITHOUT_ZONE, code, str(count))


def _serves(hand: Hand, area: Area) -> bool:
    return (not hand.zones or area.id in hand.zones) and (not area.units or hand.unit in area.units)


def _of_windows(setup: Setup) -> Iterator[Finding]:
    return (Finding(Fault.WINDOW_OF_NOBODY, told) for told in setup.lone_windows)


def _of_rules(setup: Setup) -> Iterator[Finding]:
    for rule in setup.rules:
        if rule.until_day is not None and rule.until_day < setup.today:
            yield Finding(Fault.RULE_IS_OVER, rule.name, rule.until_day.isoformat())
        elif rule.kind is RuleKind.CLOSED and _is_about_everything(rule):
            yield Finding(Fault.RULE_CLOSES_ALL, rule.name)
        elif rule.kind is RuleKind.THRESHOLD and rule.amount == 0:
            yield Finding(Fault.RULE_SHARE_ZERO, rule.name)
        elif rule.kind in CLOSED_KINDS and rule.amount == 0:
            yield Finding(Fault.RULE_LIMIT_ZERO, rule.name)
        elif rule.kind is RuleKind.MAX_MINUTES:
            yield from _below_duration(setup, rule)


def _is_about_everything(rule: Rule) -> bool:
    scope = (rule.unit, rule.job_type, rule.window, rule.zone, rule.from_day, rule.until_day, rule.until_days_ahead)
    is_every_weekday = not rule.weekdays or rule.weekdays >= frozenset(range(7))
    return is_every_weekday and not rule.from_days_ahead and all(one is None for one in scope)


def _below_duration(setup: Setup, rule: Rule) -> Iterable[Finding]:
    for one in setup.offered:
        is_about = rule.job_type in (None, one.id) and (rule.unit is None or rule.unit in one.unit_ids)
        if is_about and one.duration_minutes and setup.policy.minutes(one.duration_minutes) > rule.amount:
            yield Finding(Fault.RULE_BELOW_DURATION, rule.name, one.name)


CHECKS: tuple[Callable[[Setup], Iterable[Finding]], ...] = (
    _of_company,
    _of_job_types,
    _of_answers,
    _of_units,
    _of_people,
    _of_areas,
    _of_windows,
    _of_rules,
)
