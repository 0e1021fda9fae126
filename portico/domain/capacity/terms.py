"""The company's own rules about booking, as plain facts: what the rules of this room reckon with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from portico.domain.capacity.enums import AnswerEffect, Channel, QuestionKind, RuleKind

Spans = Sequence[Sequence[int]]  # of local minutes, such as [[420, 1140]]


@dataclass(frozen=True, slots=True)
class Policy:
    """How the company lets its visits be booked and changed; these defaults hold for who said nothing."""

    travel_pad_minutes: int = 0
    granularity: int = 5
    online_percent: int = 85
    holdback_hours: int = 24
    hold_seconds: int = 300
    reschedule_cutoff_hours: int = 24
    cancel_cutoff_hours: int = 24
    most_reschedules: int = 3
    most_bookings_per_day: int = 3
    may_change_confirmed: bool = True
    late_fee_text: str = ""
    late_fee_minor: int | None = None

    def minutes(self, planned: float) -> int:
        """How long somebody is busy with a visit that is planned to take so long."""
        whole = int(-(-planned // 1)) + self.travel_pad_minutes
        return -(-whole // self.granularity) * self.granularity


@dataclass(frozen=True, slots=True)
class OptionTerms:
    """An answer to choose, and what it changes."""

    id: str
    label: str
    effect: AnswerEffect = AnswerEffect.NONE
    minutes: int = 0
    skill: str = ""
    job_type: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class QuestionTerms:
    """Something that customers are asked. A question without options takes what is typed."""

    id: str
    kind: QuestionKind
    wording: str
    hint: str = ""
    is_required: bool = True
    options: tuple[OptionTerms, ...] = ()


@dataclass(frozen=True, slots=True)
class JobTypeTerms:
    """A kind of visit: how long, by whom, and whether and when customers may book it."""

    id: int
    name: str
    duration_minutes: int | None
    skills: frozenset[str] = frozenset()
    unit_ids: tuple[int, ...] = ()
    is_self_schedulable: bool = False
    is_self_reschedulable: bool = True
    is_members_only: bool = False
    lead_hours: int = 24
    horizon_days: int = 60
    same_day_cutoff: int | None = None
    reschedule_cutoff_hours: int | None = None
    cancel_cutoff_hours: int | None = None
    max_per_day: int | None = None
    max_per_window: int | None = None
    fee_text: str = ""
    questions: tuple[QuestionTerms, ...] = ()


@dataclass(frozen=True, slots=True)
class WindowTerms:
    """An arrival window of the wall clock."""

    id: int
    start_minute: int
    minutes: int

    @property
    def end_minute(self) -> int:
        return self.start_minute + self.minutes


@dataclass(frozen=True, slots=True)
class Hours:
    """When a unit is open, for each kind of day."""

    weekdays: Spans = ()
    saturday: Spans = ()
    sunday: Spans = ()

    def of(self, day: date) -> Spans:
        """The spans of this weekday."""
        return {5: self.saturday, 6: self.sunday}.get(day.weekday(), self.weekdays)


@dataclass(frozen=True, slots=True)
class Rule:
    """A limit on what is offered. What is empty does not narrow it."""

    id: str
    name: str
    kind: RuleKind
    channel: Channel
    amount: int = 0
    unit: int | None = None
    job_type: int | None = None
    window: int | None = None
    zone: int | None = None
    weekdays: frozenset[int] = frozenset()
    from_day: date | None = None
    until_day: date | None = None
    from_days_ahead: int | None = None
    until_days_ahead: int | None = None

    def is_on(self, day: date, today: date) -> bool:
        """Whether it limits this day, looked at from the branch's today."""
        ahead = (day - today).days
        return (
            (not self.weekdays or day.weekday() in self.weekdays)
            and (self.from_day is None or day >= self.from_day)
            and (self.until_day is None or day <= self.until_day)
            and (self.from_days_ahead is None or ahead >= self.from_days_ahead)
            and (self.until_days_ahead is None or ahead <= self.until_days_ahead)
        )


@dataclass(frozen=True, slots=True)
class UnitTerms:
    """A business unit: where it is, when it is open, and which windows it offers. No hours: nobody said when."""

    id: int
    name: str
    branch: int
    zone: str
    windows: tuple[WindowTerms, ...] = ()
    hours: Hours | None = None
    holidays: Mapping[date, Spans] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlaceTerms:
    """Where the work is: the zones in which it lies. None: the company has no zones and goes anywhere.

    `served` are the units of each of these zones; a zone that names none is every unit's.
    """

    zones: frozenset[int] | None
    served: Mapping[int, frozenset[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Terms:
    """Everything that decides about booking a kind of visit at a place, but for the days themselves."""

    policy: Policy
    job_type: JobTypeTerms
    place: PlaceTerms
    units: tuple[UnitTerms, ...] = ()
    rules: tuple[Rule, ...] = ()
