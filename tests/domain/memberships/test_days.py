"""Which day a midnight of the source stands for: it is written with one offset, whatever the branch and the season."""

from __future__ import annotations

import pytest
from django.db import connection

from portico.domain.memberships.queries.membership_sql import DAY

VEGAS, PHOENIX, NEW_YORK = "America/Los_Angeles", "America/Phoenix", "America/New_York"


def day(moment: str, zone: str) -> str:
    statement = f"SELECT ({DAY.format('x.moment')})::text FROM (SELECT %s::timestamptz AS moment) x, "
    with connection.cursor() as cursor:
        cursor.execute(statement + "(SELECT %s::text AS time_zone) b", [moment, zone])
        return str(cursor.fetchone()[0])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("moment", "zone", "wanted"),
    (
        ("2026-01-09T07:00:00Z", PHOENIX, "2026-01-09"),
        ("2026-07-09T07:00:00Z", PHOENIX, "2026-07-09"),
        ("2026-07-09T07:00:00Z", VEGAS, "2026-07-09"),
        ("2026-01-09T07:00:00Z", VEGAS, "2026-01-09"),
        ("2026-01-01T07:00:00Z", VEGAS, "2026-01-01"),
        ("2026-01-09T08:00:00Z", VEGAS, "2026-01-09"),
        ("2026-03-08T07:00:00Z", VEGAS, "2026-03-08"),
        ("2026-11-01T07:00:00Z", VEGAS, "2026-11-01"),
        ("2026-01-09T07:00:00Z", NEW_YORK, "2026-01-09"),
    ),
)
def test_midnight_of_the_main_office_is_the_same_day_at_every_branch(moment: str, zone: str, wanted: str) -> None:
    assert day(moment, zone) == wanted


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("moment", "wanted"),
    (
        ("2026-01-09T13:00:00Z", "2026-01-09"),
        ("2026-01-10T04:00:00Z", "2026-01-09"),
        ("2026-01-10T05:00:00Z", "2026-01-10"),
        ("2026-01-10T07:00:01Z", "2026-01-09"),
        ("2026-01-10T07:30:00Z", "2026-01-09"),
        ("2026-01-10T07:59:59Z", "2026-01-09"),
    ),
)
def test_moment_that_is_no_whole_hour_late_in_the_evening_keeps_its_day(moment: str, wanted: str) -> None:
    assert day(moment, VEGAS) == wanted
