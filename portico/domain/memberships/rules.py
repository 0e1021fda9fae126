"""What a membership stands for on a day: its period, the visits in it, its next bill and what it saved."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from portico.domain.memberships.enums import EventStatus, MembershipStatus

YEAR = 12
SOON = timedelta(days=30)
PAST = frozenset({MembershipStatus.EXPIRED.value, MembershipStatus.CANCELED.value})
STILL_OPEN = frozenset({EventStatus.NOT_ATTEMPTED.value, EventStatus.UNREACHABLE.value, EventStatus.CONTACTED.value})
JOB_DONE = "Completed"
JOB_OFF = "Canceled"


class VisitWord(StrEnum):
    """How a visit of a membership stands. BOOKED: a job for it exists and is not done yet."""

    USED = "used"
    BOOKED = "booked"
    DUE = "due"
    LATER = "later"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Period:
    """From a day on, up to but without another; None is open on that side."""

    starts_on: date | None
    ends_on: date | None

    def holds(self, day: date) -> bool:
        return (self.starts_on is None or self.starts_on <= day) and (self.ends_on is None or day < self.ends_on)


@dataclass(frozen=True, slots=True)
class Term:
    """What is billed for one duration and frequency; no duration is open-ended, no price is unknown."""

    months: int | None
    frequency: str
    price_minor: int | None


def period(*, starts_on: date | None, ends_on: date | None, months: int | None, last_day: date) -> Period:
    """The period that counts: all of a membership with an end; of an open-ended one that which holds `last_day`.

    Open-ended ones renew every `months`, where nothing is said every year, from the day on which they began.
    """
    if ends_on is not None or starts_on is None:
        return Period(starts_on, ends_on)
    length = months or YEAR
    passed = max(0, (last_day.year - starts_on.year) * YEAR + last_day.month - starts_on.month) // length
    if passed and add_months(starts_on, passed * length) > last_day:
        passed -= 1
    return Period(add_months(starts_on, passed * length), add_months(starts_on, (passed + 1) * length))


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last one."""
    at = day.year * YEAR + day.month - 1 + months
    year, month = divmod(at, YEAR)
    first = date(year, month + 1, 1)
    following = date(year + (month + 1) // YEAR, (month + 1) % YEAR + 1, 1)
    return first + timedelta(days=min(day.day, (following - first).days) - 1)


def visit_word(*, status: str, job_status: str, due_on: date, is_over: bool, today: date) -> VisitWord:
    """How one visit stands. A job that was called off leaves the visit as open as before."""
    if job_status == JOB_DONE:
        return VisitWord.USED
    if job_status and job_status != JOB_OFF:
        return VisitWord.BOOKED
    if status == EventStatus.WON:
        return VisitWord.USED
    if status not in STILL_OPEN or is_over:
        return VisitWord.MISSED
    return VisitWord.DUE if due_on <= today + SOON else VisitWord.LATER


def is_over(*, status: str, span: Period, today: date) -> bool:
    """Whether nothing more can come of it: past by its status, or by its end."""
    return status in PAST or (span.ends_on is not None and span.ends_on <= today)


def next_amount(*, terms: Collection[Term], months: int | None, frequency: str) -> int | None:
    """What the next bill comes to; None unless exactly one amount is agreed for this duration and frequency."""
    agreed = {term.price_minor for term in terms if (term.months, term.frequency) == (months, frequency)}
    return agreed.pop() if len(agreed) == 1 else None


def savings(discounts: Sequence[int]) -> int | None:
    """What the discount lines of a period's invoices come to; None, that is unknown, when there are none."""
    return -sum(discounts) if discounts else None
