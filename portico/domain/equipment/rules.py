"""How old a unit is, and how its warranties stand. A date that is missing is unknown, never today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

SOON_DAYS = 60


class WarrantyWord(StrEnum):
    """How a warranty stands."""

    UNKNOWN = "unknown"
    STARTS_LATER = "starts_later"
    ACTIVE = "active"
    ENDS_SOON = "ends_soon"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Warranty:
    """`days`: until it begins, left to its last day, or since that day; 0 where it is unknown."""

    word: WarrantyWord
    days: int
    starts_on: date | None
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Age:
    """Whole months since the installation; `is_ahead` when that day is still to come."""

    months: int
    is_ahead: bool = False

    @property
    def years(self) -> int:
        return self.months // 12


def age(*, installed_on: date | None, today: date) -> Age | None:
    """How long a unit has stood there; None when nobody knows since when."""
    if installed_on is None:
        return None
    if installed_on > today:
        return Age(0, is_ahead=True)
    months = (today.year - installed_on.year) * 12 + today.month - installed_on.month
    return Age(months - (today.day < installed_on.day))


def warranty(*, starts_on: date | None, ends_on: date | None, today: date) -> Warranty:
    """How a warranty stands today; its last day counts. Without an end nothing is known of it."""
    if ends_on is None:
        return Warranty(WarrantyWord.UNKNOWN, 0, starts_on, None)
    if ends_on < today:
        return Warranty(WarrantyWord.ENDED, (today - ends_on).days, starts_on, ends_on)
    if starts_on is not None and starts_on > today:
        return Warranty(WarrantyWord.STARTS_LATER, (starts_on - today).days, starts_on, ends_on)
    left = (ends_on - today).days
    word = WarrantyWord.ENDS_SOON if left <= SOON_DAYS else WarrantyWord.ACTIVE
    return Warranty(word, left, starts_on, ends_on)
