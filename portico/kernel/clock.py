"""The two clocks: the real one, and the business clock that `PORTICO_NOW` may move in development."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_shift = timedelta(0)


def real_now() -> datetime:
    """The true moment, for sessions, links, signatures, the queue and the gateway. Aware, UTC."""
    return datetime.now(UTC)


def now() -> datetime:
    """The business moment: what today, due, overdue and expired are measured by. Aware, UTC."""
    return real_now() + _shift


def today(zone: str) -> date:
    """The business day in a branch's time zone."""
    return now().astimezone(ZoneInfo(zone)).date()


def start_business_clock_at(moment: datetime) -> None:
    """Let the business clock run on from `moment`; config calls this once, in development only."""
    global _shift
    _shift = moment - real_now()
