"""How a list of jobs is narrowed: what stands in the address, the form that shows it, and the query it makes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portico.domain.jobs.queries.jobs import JobList, Narrowing

NAMES = ("location", "year", "trade", "search")
FIRST_YEAR, LAST_YEAR = 1900, 2200
LONGEST = 100


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


class NarrowForm(forms.Form):
    """The filters as they stand in the address. Only what there is a choice of is offered."""

    search = forms.CharField(
        label=gettext_lazy("Search"), required=False, max_length=LONGEST, widget=forms.TextInput({"type": "search"})
    )
    location = forms.ChoiceField(label=gettext_lazy("Address"), required=False)
    year = forms.ChoiceField(label=gettext_lazy("Year"), required=False)
    trade = forms.ChoiceField(label=gettext_lazy("Trade"), required=False)

    def __init__(self, *args: Any, found: JobList, today: date, zone: str, **rest: Any) -> None:
        super().__init__(*args, **rest)
        first = found.first_at.astimezone(ZoneInfo(zone)).year if found.first_at else today.year
        years = range(today.year + 1, min(first, today.year) - 1, -1)
        self._offer("location", _("All addresses"), [(one.id, one.address or one.name) for one in found.places])
        self._offer("year", _("All years"), [(str(year), str(year)) for year in years])
        self._offer("trade", _("All trades"), [(trade, trade) for trade in found.trades])

    def _offer(self, name: str, everything: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        if len(choices) < 2:
            del self.fields[name]
        elif isinstance(field, forms.ChoiceField):
            field.choices = [("", everything), *choices]


def _new_year(year: int, zone: str) -> datetime:
    return datetime(year, 1, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _typed(text: str) -> str:
    return " ".join(text.replace("\x00", " ").split())[:LONGEST]
