from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from portico.kernel import clock

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.fixture
def shift() -> Iterator[None]:
    kept = clock._shift
    yield
    clock._shift = kept


def test_clocks_agree_until_one_is_moved() -> None:
    with time_machine.travel(NOON, tick=False):
        assert (clock.now(), clock.real_now()) == (NOON, NOON)


def test_moved_business_clock_runs_on(shift: None) -> None:
    with time_machine.travel(NOON, tick=False) as travel:
        clock.start_business_clock_at(datetime(2026, 1, 15, 8, tzinfo=UTC))
        travel.shift(timedelta(minutes=5))
        assert (clock.now(), clock.real_now()) == (datetime(2026, 1, 15, 8, 5, tzinfo=UTC), NOON + timedelta(minutes=5))


@pytest.mark.parametrize(
    ("moment", "zone", "day"),
    (
        (datetime(2026, 7, 1, 3, tzinfo=UTC), "America/Phoenix", date(2026, 6, 30)),
        (datetime(2026, 7, 1, 6, 59, tzinfo=UTC), "America/Los_Angeles", date(2026, 6, 30)),
        (datetime(2026, 7, 1, 7, tzinfo=UTC), "America/Los_Angeles", date(2026, 7, 1)),
        (datetime(2026, 12, 31, 23, 59, tzinfo=UTC), "Pacific/Auckland", date(2027, 1, 1)),
    ),
)
def test_today_is_the_branchs_day(moment: datetime, zone: str, day: date) -> None:
    with time_machine.travel(moment, tick=False):
        assert clock.today(zone) == day
