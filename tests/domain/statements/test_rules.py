"""Who gets a statement: every reason, and which one is told where there are several."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from portico.domain.statements import rules
from portico.domain.statements.enums import Outcome
from portico.domain.statements.rules import Standing, Wanted

TODAY = date(2026, 3, 31)
OWES = Standing(today=TODAY, due_minor=5000, due_today_minor=5000)
MAILED = replace(OWES, mailed_on=TODAY - timedelta(days=24))


@pytest.mark.parametrize(
    ("standing", "wanted", "fault"),
    (
        (OWES, Wanted(), None),
        (replace(OWES, due_minor=0, due_today_minor=0), Wanted(), Outcome.NOTHING_DUE),
        (replace(OWES, due_minor=-100, due_today_minor=-100), Wanted(smallest_minor=1), Outcome.NOTHING_DUE),
        (replace(OWES, due_today_minor=0), Wanted(), Outcome.NOTHING_DUE),
        (replace(OWES, due_today_minor=4999), Wanted(smallest_minor=5000), Outcome.BELOW),
        (OWES, Wanted(smallest_minor=5000), None),
        (OWES, Wanted(is_overdue_only=True), Outcome.NOT_OVERDUE),
        (replace(OWES, overdue_minor=1), Wanted(is_overdue_only=True), None),
        (replace(OWES, is_merged=True, is_active=False), Wanted(), Outcome.MERGED),
        (replace(OWES, is_active=False, do_not_mail=True), Wanted(), Outcome.INACTIVE),
        (replace(OWES, do_not_mail=True), Wanted(may_repeat=True), Outcome.DO_NOT_MAIL),
        (MAILED, Wanted(), Outcome.RECENT),
        (MAILED, Wanted(every_days=24), None),
        (MAILED, Wanted(may_repeat=True), None),
        (replace(OWES, mailed_on=TODAY), Wanted(every_days=1), Outcome.RECENT),
    ),
)
def test_reason_is_told(standing: Standing, wanted: Wanted, fault: Outcome | None) -> None:
    assert rules.fault_of(standing, wanted) == fault


@pytest.mark.parametrize(
    ("usable", "all_of", "fault"), ((1, 3, None), (0, 2, Outcome.BOUNCED), (0, 0, Outcome.NO_ADDRESS))
)
def test_addresses_decide_at_last(usable: int, all_of: int, fault: Outcome | None) -> None:
    assert rules.fault_of_addresses(usable=usable, all_of=all_of) == fault


def test_next_one_is_free_after_the_days_of_the_setting() -> None:
    assert rules.free_from(TODAY, every_days=25) == date(2026, 4, 25)
