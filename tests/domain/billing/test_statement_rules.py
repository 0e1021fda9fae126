from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.domain.billing.statement_rules import (
    Ageing,
    DayFault,
    Open,
    Preset,
    Span,
    age,
    carry,
    fault_of_day,
    fault_of_span,
    span_of,
)

TODAY = date(2026, 11, 22)
AMOUNTS = st.integers(-100_000, 100_000)
DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))
OPENS = st.lists(st.builds(Open, due_on=DAYS, balance=AMOUNTS, pending=st.integers(0, 120_000)))


@given(opens=OPENS, on=DAYS, balance=AMOUNTS, kept=st.integers(0, 100_000))
def test_ages_and_credit_sum_to_the_balance_without_what_is_kept(opens, on, balance, kept):
    found = age(opens, on=on, balance=balance, kept=kept)
    assert (found.open, found.balance) == (sum(one.balance for one in opens if one.balance > 0), balance + kept)
    assert found.kept == kept


@given(opens=OPENS, on=DAYS)
def test_no_age_is_below_zero(opens, on):
    found = age(opens, on=on, balance=0)
    ages = (found.current, found.to_30, found.to_60, found.to_90, found.older, found.pending)
    assert min(ages) >= 0


@pytest.mark.parametrize(
    ("days_late", "name"),
    (
        *((-5, "current"), (0, "current"), (1, "to_30"), (30, "to_30"), (31, "to_60"), (60, "to_60")),
        *((61, "to_90"), (90, "to_90"), (91, "older"), (5000, "older")),
    ),
)
def test_invoice_stands_in_the_age_of_its_days(days_late, name):
    found = age([Open(TODAY - timedelta(days=days_late), 700)], on=TODAY, balance=700)
    assert found == Ageing(**{name: 700})


def test_pending_part_has_no_age():
    found = age([Open(TODAY - timedelta(days=40), 1000, pending=300)], on=TODAY, balance=1000)
    assert found == Ageing(to_60=700, pending=300)


def test_memo_and_unapplied_money_are_credit():
    found = age([Open(TODAY, 1000), Open(TODAY, -200)], on=TODAY, balance=500)
    assert (found.current, found.credit, found.balance) == (1000, 500, 500)


@given(opening=AMOUNTS, amounts=st.lists(AMOUNTS))
def test_closing_is_opening_and_all_that_moved(opening, amounts):
    assert ([opening, *carry(opening, amounts)])[-1] == opening + sum(amounts)


@given(opening=AMOUNTS, amounts=st.lists(AMOUNTS), at=st.integers(0, 20))
def test_two_halves_carry_as_far_as_the_whole(opening, amounts, at):
    first = carry(opening, amounts[:at])
    middle = first[-1] if first else opening
    assert first + carry(middle, amounts[at:]) == carry(opening, amounts)


@pytest.mark.parametrize(
    ("preset", "today", "since", "until"),
    (
        (Preset.THIS_MONTH, TODAY, date(2026, 11, 1), TODAY),
        (Preset.LAST_MONTH, TODAY, date(2026, 10, 1), date(2026, 10, 31)),
        (Preset.LAST_MONTH, date(2026, 1, 31), date(2025, 12, 1), date(2025, 12, 31)),
        (Preset.THIS_YEAR, TODAY, date(2026, 1, 1), TODAY),
        (Preset.LAST_12_MONTHS, TODAY, date(2025, 11, 23), TODAY),
        (Preset.LAST_12_MONTHS, date(2028, 2, 29), date(2027, 3, 1), date(2028, 2, 29)),
    ),
)
def test_named_period_means_these_days(preset, today, since, until):
    assert span_of(preset, today) == Span(since, until)


@given(preset=st.sampled_from(Preset), today=DAYS)
def test_named_period_can_always_be_had(preset, today):
    span = span_of(preset, today)
    assert (fault_of_span(span), fault_of_day(span.until, today=today)) == (None, None)


@pytest.mark.parametrize(
    ("on", "fault"),
    ((TODAY, None), (TODAY + timedelta(days=1), DayFault.FUTURE), (date(1989, 12, 31), DayFault.TOO_EARLY)),
)
def test_day_to_come_or_long_gone_is_refused(on, fault):
    assert fault_of_day(on, today=TODAY) == fault


@pytest.mark.parametrize(
    ("since", "until", "fault"),
    (
        (date(2026, 3, 1), date(2026, 3, 1), None),
        (date(2026, 3, 2), date(2026, 3, 1), DayFault.BACKWARDS),
        (date(2024, 11, 23), date(2026, 11, 22), None),
        (date(2024, 11, 22), date(2026, 11, 22), DayFault.TOO_LONG),
        (date(2024, 2, 29), date(2026, 2, 27), None),
        (date(2024, 2, 29), date(2026, 2, 28), DayFault.TOO_LONG),
    ),
)
def test_period_runs_forward_for_at_most_24_months(since, until, fault):
    assert fault_of_span(Span(since, until)) == fault
