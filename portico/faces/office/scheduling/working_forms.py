"""What is typed about people, shifts, zones, windows and hours. What cannot be is said by the operations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from portico.domain.capacity.enums import ShiftType
from portico.faces.office.requests import public_id
from portico.faces.office.scheduling.limit_forms import NAME, WEEKDAYS, day_field, offer, parse_spans
from portico.faces.office.scheduling.policy_forms import number
from portico.kernel.text import squeeze

Choices = Sequence[tuple[UUID, str]]
MIDNIGHT = 24 * 60


class LinesField(forms.CharField):
    """Something on each line; a list without doubles."""

    widget = forms.Textarea(attrs={"rows": 4})

    def clean(self, value: Any) -> list[str]:
        typed = super().clean(value).replace("\0", "").replace(",", "\n").splitlines()
        return list(dict.fromkeys(tidied for one in typed if (tidied := squeeze(one))))


class ManyField(forms.MultipleChoiceField):
    """Some of what there is, by public ids."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Any) -> list[UUID]:
        return [key for one in super().clean(value) if (key := public_id(one))]


class ClockField(forms.TimeField):
    """A time of the day, as a minute of it."""

    def __init__(self, label: Any) -> None:
        widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
        said = {"required": _("Enter a time."), "invalid": _("Enter a time such as 08:00.")}
        super().__init__(label=label, widget=widget, error_messages=said)

    def clean(self, value: Any) -> int:
        at: time = super().clean(value)
        return at.hour * 60 + at.minute


class TechnicianForm(forms.Form):
    """Who it is, what they can do, and where."""

    name = forms.CharField(label=_("Name"), max_length=200, error_messages={"required": NAME})
    business_unit = forms.ChoiceField(
        label=_("Business unit"), error_messages={"required": _("Choose a business unit.")}
    )
    skills = LinesField(label=_("Skills"), help_text=_("One per line, as the job types name them."), required=False)
    zones = ManyField(label=_("Zones"), help_text=_("Where they can be sent."), required=False)
    is_active = forms.BooleanField(label=_("Can be sent"), required=False, initial=True)

    def __init__(self, *given: Any, units: Choices, zones: Choices, **named: Any) -> None:
        super().__init__(*given, **named)
        offer(self, "business_unit", units, _("Choose"))
        _tick(self, "zones", zones)

    def wanted(self) -> dict[str, Any]:
        """What was typed, in columns."""
        typed = self.cleaned_data
        return typed | {"name": squeeze(typed["name"]), "business_unit": public_id(typed["business_unit"])}


class ShiftsForm(forms.Form):
    """The same hours on some weekdays between two days."""

    type = forms.ChoiceField(label=_("Kind"), choices=ShiftType.choices, initial=ShiftType.NORMAL)
    first = day_field(_("First day"), required=True)
    last = day_field(_("Last day"), required=True)
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Weekdays"),
        choices=WEEKDAYS,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        initial=[0, 1, 2, 3, 4],
        error_messages={"required": _("Choose at least one weekday.")},
    )
    start = ClockField(_("From"))
    end = ClockField(_("To"))

    def wanted(self) -> dict[str, Any]:
        """What was typed; midnight at the end is that of the next day."""
        return self.cleaned_data | {"end": self.cleaned_data["end"] or MIDNIGHT}


class EventForm(forms.Form):
    """A meeting, a training."""

    name = forms.CharField(label=_("What"), max_length=200, error_messages={"required": NAME})
    day = day_field(_("Day"), required=True)
    start = ClockField(_("From"))
    minutes = number(_("How long, in minutes"))


class ZoneForm(forms.Form):
    """An area by its postal codes."""

    name = forms.CharField(label=_("Name"), max_length=200, error_messages={"required": NAME})
    zips = LinesField(label=_("ZIP codes"), help_text=_("One per line. A ZIP code may lie in several zones."))
    units = ManyField(label=_("Business units"), help_text=_("Which serve it."), required=False)
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def __init__(self, *given: Any, units: Choices, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["zips"].error_messages["required"] = _("Enter at least one ZIP code.")
        _tick(self, "units", units)

    def clean_zips(self) -> list[str]:
        """The first part of a longer code is what zones go by."""
        return list(dict.fromkeys(code.upper().split("-")[0].strip() for code in self.cleaned_data["zips"]))

    def wanted(self) -> dict[str, Any]:
        """What was typed, in columns."""
        return self.cleaned_data | {"name": squeeze(self.cleaned_data["name"])}


class WindowForm(forms.Form):
    """A span of the day in which work begins."""

    start = ClockField(_("From"))
    end = ClockField(_("To"))
    units = ManyField(label=_("Business units"), help_text=_("Which offer it."), required=False)
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def __init__(self, *given: Any, units: Choices, **named: Any) -> None:
        super().__init__(*given, **named)
        _tick(self, "units", units)

    def wanted(self) -> dict[str, Any]:
        """What was typed; midnight at the end is that of the next day."""
        typed = self.cleaned_data
        return typed | {"end": typed["end"] or MIDNIGHT}


class HoursForm(forms.Form):
    """When business units are open."""

    weekdays = forms.CharField(
        label=_("Monday to Friday"), help_text=_("Such as 8:00-12:00, 13:00-17:00. Empty: closed."), required=False
    )
    saturday = forms.CharField(label=_("Saturday"), required=False)
    sunday = forms.CharField(label=_("Sunday"), required=False)
    units = ManyField(label=_("Business units"), help_text=_("Which keep these hours."), required=False)

    def __init__(self, *given: Any, units: Choices, **named: Any) -> None:
        super().__init__(*given, **named)
        _tick(self, "units", units)

    def clean_weekdays(self) -> list[list[int]]:
        return parse_spans(self.cleaned_data["weekdays"])

    def clean_saturday(self) -> list[list[int]]:
        return parse_spans(self.cleaned_data["saturday"])

    def clean_sunday(self) -> list[list[int]]:
        return parse_spans(self.cleaned_data["sunday"])

    def wanted(self) -> dict[str, Any]:
        """What was typed, in columns."""
        return dict(self.cleaned_data)


def _tick(form: forms.Form, name: str, rows: Choices) -> None:
    form.fields[name].choices = [(str(key), text) for key, text in rows]  # type: ignore[attr-defined]
