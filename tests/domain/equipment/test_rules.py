"""Age and warranties: pure, and true for every day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.domain.equipment.rules import SOON_DAYS, Age, Warranty, WarrantyWord, age, warranty
from portico.domain.equipment.words import age_words, span_words, warranty_words

TODAY = date(2026, 11, 23)
DAYS = st.dates(date(1950, 1, 1), date(2100, 1, 1))


@pytest.mark.parametrize(
    ("installed_on", "said"),
    (
        (None, "Unknown"),
        (date(2026, 11, 24), "Not installed yet"),
        (date(2026, 11, 23), "Less than a month"),
        (date(2026, 10, 24), "Less than a month"),
        (date(2026, 10, 23), "1 month"),
        (date(2025, 11, 24), "11 months"),
        (date(2025, 11, 23), "1 year"),
        (date(2013, 2, 19), "13 years"),
    ),
)
def test_age_is_said_in_whole_months_and_years(installed_on: date | None, said: str) -> None:
    assert age_words(age(installed_on=installed_on, today=TODAY)) == said


@given(DAYS, DAYS)
def test_age_counts_whole_months(installed_on: date, today: date) -> None:
    found = age(installed_on=installed_on, today=today)
    assert found is not None
    assert found.is_ahead == (installed_on > today)
    if not found.is_ahead:
        assert 0 <= found.months * 28 <= (today - installed_on).days + 3 * found.months
        assert (today - installed_on).days <= (found.months + 1) * 31


def test_age_of_a_leap_day_is_full_on_the_first_of_march() -> None:
    found = [age(installed_on=date(2024, 2, 29), today=date(2025, month, day)) for month, day in ((2, 28), (3, 1))]
    assert found == [Age(11), Age(12)]


@pytest.mark.parametrize(
    ("starts", "ends", "word", "days"),
    (
        (None, None, WarrantyWord.UNKNOWN, 0),
        (-10, None, WarrantyWord.UNKNOWN, 0),
        (-10, -1, WarrantyWord.ENDED, 1),
        (-10, 0, WarrantyWord.ENDS_SOON, 0),
        (None, SOON_DAYS, WarrantyWord.ENDS_SOON, SOON_DAYS),
        (None, SOON_DAYS + 1, WarrantyWord.ACTIVE, SOON_DAYS + 1),
        (0, 400, WarrantyWord.ACTIVE, 400),
        (1, 400, WarrantyWord.STARTS_LATER, 1),
        (5, -5, WarrantyWord.ENDED, 5),
    ),
)
def test_warranty_stands_as_its_days_say(starts: int | None, ends: int | None, word: WarrantyWord, days: int) -> None:
    found = warranty(starts_on=_day(starts), ends_on=_day(ends), today=TODAY)
    assert found == Warranty(word, days, _day(starts), _day(ends))


@given(st.none() | DAYS, st.none() | DAYS, DAYS)
def test_warranty_is_never_better_than_its_dates(starts_on: date | None, ends_on: date | None, today: date) -> None:
    found = warranty(starts_on=starts_on, ends_on=ends_on, today=today)
    covers = ends_on is not None and ends_on >= today and (starts_on is None or starts_on <= today)
    assert (found.word in (WarrantyWord.ACTIVE, WarrantyWord.ENDS_SOON)) == covers
    assert (found.word == WarrantyWord.UNKNOWN) == (ends_on is None)
    assert found.days >= 0
    assert (found.starts_on, found.ends_on) == (starts_on, ends_on)
    if covers and ends_on is not None:
        assert today + timedelta(days=found.days) == ends_on


@given(st.none() | DAYS, st.none() | DAYS, DAYS)
def test_warranty_tomorrow_is_one_day_shorter(starts_on: date | None, ends_on: date | None, today: date) -> None:
    now = warranty(starts_on=starts_on, ends_on=ends_on, today=today)
    then = warranty(starts_on=starts_on, ends_on=ends_on, today=today + timedelta(days=1))
    if now.word in (WarrantyWord.ACTIVE, WarrantyWord.ENDS_SOON) and now.days:
        assert then.days == now.days - 1
    if now.word == WarrantyWord.ENDED:
        assert then.days == now.days + 1


@pytest.mark.parametrize(
    ("starts", "ends", "said", "span"),
    (
        (None, None, "Unknown", ""),
        (-10, None, "Unknown", "from Nov 13, 2026, end unknown"),
        (None, -1, "Ended Nov 22, 2026", "until Nov 22, 2026"),
        (-1, 0, "Ends today", "Nov 22, 2026 – Nov 23, 2026"),
        (None, 1, "1 day left", "until Nov 24, 2026"),
        (0, 3000, "3,000 days left", "Nov 23, 2026 – Feb 9, 2035"),
        (2, 3000, "Starts Nov 25, 2026", "Nov 25, 2026 – Feb 9, 2035"),
    ),
)
def test_warranty_is_said_in_words(starts: int | None, ends: int | None, said: str, span: str) -> None:
    found = warranty(starts_on=_day(starts), ends_on=_day(ends), today=TODAY)
    assert (warranty_words(found), span_words(found)) == (said, span)


def _day(distance: int | None) -> date | None:
    return None if distance is None else TODAY + timedelta(days=distance)
