"""What a statement adds up, and which days may be asked for. Pure; amounts are minor units of one currency."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import accumulate

LONGEST_YEARS = 2
FIRST_DAY = date(1990, 1, 1)


# --- Adding up --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Open:
    """What an invoice lacks on a day; below zero is a credit memo that is not used up. `pending` is on its way."""

    due_on: date
    balance: int
    pending: int = 0


@dataclass(frozen=True, slots=True)
class Ageing:
    """How long what is open is past due. `credit` is what stands in the customer's favor, as a positive amount.

    `kept` is the customer's money too, held for work that is not invoiced yet: it pays nothing of what is open.
    """

    current: int = 0
    to_30: int = 0
    to_60: int = 0
    to_90: int = 0
    older: int = 0
    pending: int = 0
    credit: int = 0
    kept: int = 0

    @property
    def open(self) -> int:
        """What the invoices lack together."""
        return self.current + self.to_30 + self.to_60 + self.to_90 + self.older + self.pending

    @property
    def balance(self) -> int:
        """What the account comes to without what is kept."""
        return self.open - self.credit


def age(opens: Iterable[Open], *, on: date, balance: int, kept: int = 0) -> Ageing:
    """Sort what is open on a day into ages; the difference to the account's balance is credit, or is kept."""
    sums = dict.fromkeys(Ageing.__slots__, 0)
    for one in opens:
        if one.balance <= 0:
            continue
        pending = min(max(one.pending, 0), one.balance)
        sums["pending"] += pending
        sums[_bucket((on - one.due_on).days)] += one.balance - pending
    return Ageing(**sums | {"credit": sum(sums.values()) - balance - kept, "kept": kept})


def _bucket(days_late: int) -> str:
    if days_late <= 0:
        return "current"
    if days_late <= 30:
        return "to_30"
    if days_late <= 60:
        return "to_60"
    return "to_90" if days_late <= 90 else "older"


def carry(opening: int, amounts: Sequence[int]) -> list[int]:
    """The running balance after each amount."""
    return list(accumulate(amounts, initial=opening))[1:]


# --- Days -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Span:
    """From the first day to the last, both within."""

    since: date
    until: date


class Preset(StrEnum):
    THIS_MONTH = "this_month"
    LAST_MONTH = "last_month"
    THIS_YEAR = "this_year"
    LAST_12_MONTHS = "last_12_months"


class DayFault(StrEnum):
    """Why a statement cannot be made for these days."""

    FUTURE = "future"
    TOO_EARLY = "too_early"
    BACKWARDS = "backwards"
    TOO_LONG = "too_long"


def span_of(preset: Preset, today: date) -> Span:
    """The days that a preset means; never beyond today."""
    first = today.replace(day=1)
    if preset == Preset.LAST_MONTH:
        last = first - timedelta(days=1)
        return Span(last.replace(day=1), last)
    if preset == Preset.THIS_YEAR:
        return Span(today.replace(month=1, day=1), today)
    if preset == Preset.LAST_12_MONTHS:
        return Span(_years_later(today, -1) + timedelta(days=1), today)
    return Span(first, today)


def fault_of_day(on: date, *, today: date) -> DayFault | None:
    """What is wrong with a day; None when nothing is."""
    if on > today:
        return DayFault.FUTURE
    return DayFault.TOO_EARLY if on < FIRST_DAY else None


def fault_of_span(span: Span) -> DayFault | None:
    """What is wrong between two days; None when nothing is."""
    if span.until < span.since:
        return DayFault.BACKWARDS
    return DayFault.TOO_LONG if span.until >= _years_later(span.since, LONGEST_YEARS) else None


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # February 29
        return day.replace(year=day.year + years, day=28)
