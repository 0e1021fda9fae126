"""Instants and days as the export writes them."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def instant(moment: datetime) -> str:
    """An ISO instant in UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def midnight(day: date) -> str:
    """A calendar date, written as midnight Z whatever the zone."""
    return f"{day.isoformat()}T00:00:00Z"


def local(day: date, hour: float, zone: ZoneInfo) -> datetime:
    """The instant at which the branch's clock shows this hour."""
    minutes = round(hour * 60)
    return datetime.combine(day, time(minutes // 60, minutes % 60), tzinfo=zone)


def workday(day: date, *, back: bool = False) -> date:
    """The day itself, or the next (or last) one that is no Sunday."""
    step = timedelta(days=-1 if back else 1)
    return day + step if day.weekday() == 6 else day


def earlier(text: str, *, days: int = 11) -> str:
    """The instant some days before this written one."""
    return instant(datetime.fromisoformat(text) - timedelta(days=days))
