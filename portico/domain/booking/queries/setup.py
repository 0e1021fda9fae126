"""What in the company's settings keeps visits from being booked: read in one statement, for the office."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from portico.domain.booking.queries import setup_sql as sql
from portico.domain.capacity import queries as capacity
from portico.domain.capacity import setup_rules
from portico.domain.capacity.setup_rules import Area, Finding, Hand, Setup
from portico.foundation.tenancy.scope import reading
from portico.foundation.tenancy.sql import fetch_json
from portico.kernel import clock

DAYS_AHEAD = 30


@reading
def findings() -> list[Finding]:
    """Everything in the settings that keeps visits from being booked, though nobody meant it to."""
    return setup_rules.findings(setup())


@reading
def setup() -> Setup:
    """The settings and people that `findings` looks at."""
    now = clock.now()
    found = fetch_json(sql.SETUP, now=now, until=now + timedelta(days=DAYS_AHEAD))
    today: date = clock.today("UTC")
    every = capacity.everything()
    return Setup(
        today=today - timedelta(days=1),  # a rule of the branch's own day is not over while it may still be that day
        policy=every.policy,
        job_types=every.job_types,
        units=every.units,
        hands=[_hand(row) for row in found["hands"] or ()],
        areas=[_area(row) for row in found["areas"] or ()],
        rules=every.rules,
        lone_windows=[setup_rules.wall_clock(*span) for span in found["lone_windows"] or ()],
        lone_zips=found["lone_zips"] or {},
    )


def _hand(row: dict[str, Any]) -> Hand:
    return Hand(**(row | {"skills": frozenset(row["skills"]), "zones": frozenset(row["zones"])}))


def _area(row: dict[str, Any]) -> Area:
    return Area(row["id"], row["name"], row["places"], frozenset(row["units"]))
