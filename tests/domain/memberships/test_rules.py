"""The rules of memberships: periods, visits, bills and savings, over whatever dates there are."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.domain.memberships import rules
from portico.domain.memberships.enums import EventStatus
from portico.domain.memberships.rules import Period, Term, VisitWord

DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))
MONTHS = st.none() | st.integers(1, 60)
TODAY = date(2026, 11, 22)


@given(DAYS, DAYS, MONTHS)
def test_period_of_an_open_ended_membership_holds_the_day_it_is_asked_for(
    start: date, day: date, months: int | None
) -> None:
    found = rules.period(starts_on=start, ends_on=None, months=months, last_day=day)
    assert found.holds(max(start, day))
    assert found.starts_on is not None
    assert found.starts_on >= start


@given(DAYS, DAYS, MONTHS)
def test_period_of_an_open_ended_membership_meets_the_next_one(start: date, day: date, months: int | None) -> None:
    found = rules.period(starts_on=start, ends_on=None, months=months, last_day=day)
    assert found.ends_on is not None
    following = rules.period(starts_on=start, ends_on=None, months=months, last_day=found.ends_on)
    assert following.starts_on == found.ends_on


@given(DAYS, DAYS, MONTHS, DAYS)
def test_period_of_a_membership_with_an_end_is_all_of_it(start: date, end: date, months: int | None, day: date) -> None:
    assert rules.period(starts_on=start, ends_on=end, months=months, last_day=day) == Period(start, end)


@given(DAYS, st.integers(0, 600))
def test_months_added_keep_the_day_or_take_the_months_last(day: date, months: int) -> None:
    found = rules.add_months(day, months)
    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == months
    assert found.day == day.day or (found + timedelta(days=1)).day == 1


@given(
    st.sampled_from(EventStatus.values),
    st.sampled_from(("", "Scheduled", "Canceled", "Completed")),
    DAYS,
    st.booleans(),
    DAYS,
)
def test_visit_with_a_completed_job_or_won_is_never_due(
    status: str, job: str, due_on: date, is_over: bool, today: date
) -> None:
    word = rules.visit_word(status=status, job_status=job, due_on=due_on, is_over=is_over, today=today)
    is_taken = job in ("Completed", "Scheduled") or status == "Won"
    assert (word in (VisitWord.USED, VisitWord.BOOKED)) == is_taken
    assert not (word in (VisitWord.DUE, VisitWord.LATER) and (is_over or status == "Dismissed"))


@pytest.mark.parametrize(
    ("status", "job", "days", "is_over", "word"),
    (
        ("Won", "", -9, False, VisitWord.USED),
        ("NotAttempted", "Completed", -9, True, VisitWord.USED),
        ("Won", "Scheduled", 9, False, VisitWord.BOOKED),
        ("Unreachable", "Canceled", -9, False, VisitWord.DUE),
        ("Contacted", "", -9, False, VisitWord.DUE),
        ("NotAttempted", "", 30, False, VisitWord.DUE),
        ("NotAttempted", "", 31, False, VisitWord.LATER),
        ("NotAttempted", "", -9, True, VisitWord.MISSED),
        ("Dismissed", "", 9, False, VisitWord.MISSED),
    ),
)
def test_visit_is_called_what_it_is(status: str, job: str, days: int, is_over: bool, word: VisitWord) -> None:
    due_on = TODAY + timedelta(days=days)
    assert rules.visit_word(status=status, job_status=job, due_on=due_on, is_over=is_over, today=TODAY) == word


@pytest.mark.parametrize(
    ("status", "ends_on", "is_over"),
    (
        ("Active", None, False),
        ("Active", TODAY + timedelta(days=1), False),
        ("Active", TODAY, True),
        ("Suspended", None, False),
        ("Expired", None, True),
        ("Canceled", TODAY + timedelta(days=90), True),
    ),
)
def test_membership_is_over_by_its_status_or_its_end(status: str, ends_on: date | None, is_over: bool) -> None:
    assert rules.is_over(status=status, span=Period(None, ends_on), today=TODAY) == is_over


YEARLY, MONTHLY = Term(12, "Annual", 19900), Term(12, "Monthly", 1809)


@pytest.mark.parametrize(
    ("terms", "months", "frequency", "amount"),
    (
        ([YEARLY, MONTHLY], 12, "Monthly", 1809),
        ([YEARLY, MONTHLY], 12, "Annual", 19900),
        ([YEARLY, MONTHLY], 24, "Annual", None),
        ([YEARLY, MONTHLY], None, "Annual", None),
        ([YEARLY, MONTHLY], 12, "", None),
        ([YEARLY, Term(12, "Annual", 24900)], 12, "Annual", None),
        ([YEARLY, YEARLY], 12, "Annual", 19900),
        ([Term(12, "Annual", None)], 12, "Annual", None),
        ([Term(None, "Monthly", 0)], None, "Monthly", 0),
        ([], 12, "Annual", None),
    ),
)
def test_next_amount_is_the_agreed_one_and_never_guessed(
    terms: list[Term], months: int | None, frequency: str, amount: int | None
) -> None:
    assert rules.next_amount(terms=terms, months=months, frequency=frequency) == amount


@given(st.lists(st.integers(-10_000, -1)))
def test_savings_are_the_sum_of_the_discounts_or_unknown(discounts: list[int]) -> None:
    assert rules.savings(discounts) == (None if not discounts else -sum(discounts))
