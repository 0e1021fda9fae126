"""Which other times are offered for a visit, until when, and what is said with them."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portico.domain.booking.queries.available import Availability
from portico.faces.ui import slots
from portico.kernel import formats

TIMES = ("first", "second", "third")
HOURS = (
    (2, _("Two hours")),
    (8, _("Eight hours")),
    (24, _("One day")),
    (48, _("Two days")),
    (96, _("Four days")),
    (168, _("A week")),
)
NO_LONGER_OPEN = {"invalid_choice": _("This time is no longer open. Choose another one.")}


class OfferForm(forms.Form):
    """One time, or up to three; each is one that is open now."""

    first = forms.ChoiceField(label=_("First time"), error_messages={"required": _("Choose a time."), **NO_LONGER_OPEN})
    second = forms.ChoiceField(label=_("Second time"), required=False, error_messages=NO_LONGER_OPEN)
    third = forms.ChoiceField(label=_("Third time"), required=False, error_messages=NO_LONGER_OPEN)
    hours = forms.TypedChoiceField(
        label=_("Keep them for"),
        coerce=int,
        choices=HOURS,
        initial=24,
        help_text=_("It ends sooner where the visit or one of the times begins before that."),
    )
    message = forms.CharField(
        label=_("Message to the customer"),
        required=False,
        max_length=1000,
        help_text=_("It stands in the mail and above the times."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *given: Any, found: Availability, **named: Any) -> None:
        super().__init__(*given, **named)
        options = [("", _("Choose a time")), *_by_day(found)]
        for name in TIMES:
            self.fields[name].choices = options if name == "first" else [("", _("None")), *options[1:]]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Each time once; the later of two alike is the one to change."""
        given: dict[str, Any] = super().clean() or {}
        seen: set[str] = set()
        for name in TIMES:
            value = given.get(name, "")
            if value and value in seen:
                self.add_error(name, _("This time is chosen already. Choose another one, or none."))
            seen.add(value)
        return given

    def slots(self) -> list[tuple[date, int]]:
        """The times, as operations take them."""
        found = []
        for name in TIMES:
            day, _slash, window = self.cleaned_data.get(name, "").partition("/")
            if day:
                found.append((date.fromisoformat(day), int(window)))
        return found

    def lasts(self) -> timedelta:
        """How long they are kept."""
        return timedelta(hours=self.cleaned_data["hours"])


def _by_day(found: Availability) -> list[tuple[str, list[tuple[str, str]]]]:
    """What is open, under its days; each option says its day too, for whoever hears it alone."""
    return [
        (
            formats.long_day(day),
            [(slots.value_of(one), _text(day, one.starts_at, one.ends_at, found.zone)) for one in open_],
        )
        for day, open_ in groupby(found.open, key=lambda one: one.day)
    ]


def _text(day: date, starts_at: Any, ends_at: Any, zone: str) -> str:
    return f"{formats.day(day)}, {formats.window(starts_at, ends_at, zone)}"
