"""How a list of jobs is narrowed: what stands in the address, the fields that show it, and the query it makes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import QueryDict

from portico.domain.jobs.queries.jobs import JobList, Narrowing
from portico.faces.ui.minijinja import say as _
from portico.faces.ui.narrowing import LONGEST, NarrowField, choice_field, search_field

NAMES = ("location", "year", "trade", "search")
FIRST_YEAR, LAST_YEAR = 1900, 2200


def narrowing_of(query: QueryDict, *, location: UUID | None, zone: str) -> Narrowing:
    """What the address asks for; a year that is none narrows nothing. Years begin in the branch's zone."""
    year = query.get("year", "")
    known = year.isascii() and year.isdigit() and FIRST_YEAR <= int(year) <= LAST_YEAR
    return Narrowing(
        location=location,
        since=_new_year(int(year), zone) if known else None,
        until=_new_year(int(year) + 1, zone) if known else None,
        trade=_typed(query.get("trade", "")),
        words=_typed(query.get("search", "")),
    )


def kept(query: QueryDict) -> dict[str, str]:
    """What is narrowed, for the addresses of other pages of the same list."""
    return {name: str(query[name]) for name in NAMES if query.get(name)}


def narrow_fields(query: QueryDict, *, found: JobList, today: date, zone: str) -> list[NarrowField]:
    """The filters as they stand in the address. Only what there is a choice of is offered."""
    first = found.first_at.astimezone(ZoneInfo(zone)).year if found.first_at else today.year
    years = [(str(year), str(year)) for year in range(today.year + 1, min(first, today.year) - 1, -1)]
    places = [(one.id, one.address or one.name) for one in found.places]
    trades = [(trade, trade) for trade in found.trades]
    search, location, year, trade = (str(query.get(name, "")) for name in ("search", "location", "year", "trade"))
    return [
        search_field("search", _("Search"), search),
        *choice_field("location", _("Address"), _("All addresses"), places, location),
        *choice_field("year", _("Year"), _("All years"), years, year),
        *choice_field("trade", _("Trade"), _("All trades"), trades, trade),
    ]


def _new_year(year: int, zone: str) -> datetime:
    return datetime(year, 1, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _typed(text: str) -> str:
    return " ".join(text.replace("\x00", " ").split())[:LONGEST]
