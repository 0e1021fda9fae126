"""What is typed about limits and holidays. What cannot be is said by the operations (BadSetting)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from portico.domain.capacity.enums import Channel, RuleKind
from portico.domain.capacity.setup_rules import wall_clock
from portico.faces.office.requests import public_id
from portico.faces.office.scheduling.policy_forms import number
from portico.faces.office.visits.forms import FIRST, LAST
from portico.kernel.text import squeeze

WEEKDAYS = (
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
)
SPAN = re.compile(r"\s*(\d{1,2}):(\d\d)\s*[-–]\s*(\d{1,2}):(\d\d)\s*", re.ASCII)
NAME = _("Give it a name.")
Choices = Sequence[tuple[UUID, str]]


def day_field(label: Any, help_text: Any = "", *, required: bool = False) -> forms.DateField:
    """A day of the calendar."""
    return forms.DateField(
        label=label,
        help_text=help_text,
        required=required,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": _("Enter a day."), "invalid": _("Enter a day.")},
        validators=(
            MinValueValidator(FIRST, _("Enter a day after 1989.")),
            MaxValueValidator(LAST, _("Enter a day before 2200.")),
        ),
    )


class LimitForm(forms.Form):
    """What is limited, and to what it is narrowed; what is empty does not narrow it."""

    name = forms.CharField(label=_("Name"), max_length=200, error_messages={"required": NAME})
    kind = forms.ChoiceField(label=_("What it does"), choices=RuleKind.choices)
    amount = number(
        _("How much: percent, visits or minutes"),
        _("1 to 100 percent, or at least 1 visit or minute a day. Not for “Nothing is offered”."),
        required=False,
    )
    channel = forms.ChoiceField(label=_("Whose bookings"), choices=Channel.choices, initial=Channel.SELF)
    business_unit = forms.ChoiceField(label=_("Business unit"), required=False)
    job_type = forms.ChoiceField(label=_("Job type"), required=False)
    arrival_window = forms.ChoiceField(label=_("Arrival window"), required=False)
    zone = forms.ChoiceField(label=_("Zone"), required=False)
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Weekdays"),
        help_text=_("None: every day."),
        choices=WEEKDAYS,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    from_day = day_field(_("First day"))
    until_day = day_field(_("Last day"))
    from_days_ahead = number(
        _("From so many days ahead"), _("Counted from today: 0 is today, 1 tomorrow."), required=False
    )
    until_days_ahead = number(_("To so many days ahead"), required=False)
    is_active = forms.BooleanField(label=_("In force"), required=False, initial=True)

    def __init__(self, *given: Any, choices: Mapping[str, Choices], **named: Any) -> None:
        super().__init__(*given, **named)
        for name, rows in choices.items():
            offer(self, name, rows, _("Any"))

    def wanted(self, narrowed: Sequence[str]) -> dict[str, Any]:
        """What was typed, in columns."""
        typed = dict(self.cleaned_data)
        typed["name"] = squeeze(typed["name"])
        return typed | {name: public_id(typed[name]) for name in narrowed}


class HolidayForm(forms.Form):
    """A day, and the hours that it has instead."""

    day = day_field(_("Day"), required=True)
    name = forms.CharField(label=_("Name"), max_length=120, error_messages={"required": NAME})
    branch = forms.ChoiceField(label=_("Branch"), required=False)
    spans = forms.CharField(
        label=_("Open"),
        help_text=_("Such as 8:00-12:00, or 8:00-12:00, 13:00-16:00. Empty: closed all day."),
        required=False,
        max_length=200,
    )

    def __init__(self, *given: Any, branches: Choices, **named: Any) -> None:
        super().__init__(*given, **named)
        offer(self, "branch", branches, _("All branches"))

    def clean_spans(self) -> list[list[int]]:
        return parse_spans(self.cleaned_data["spans"])

    def wanted(self) -> dict[str, Any]:
        """What was typed, in columns."""
        typed = self.cleaned_data
        return typed | {"name": squeeze(typed["name"]), "branch": public_id(typed["branch"])}


def offer(form: forms.Form, name: str, rows: Choices, nothing: Any) -> None:
    """Put what there is to choose into a field."""
    choices = [("", nothing), *((str(key), text) for key, text in rows)]
    form.fields[name].choices = choices  # type: ignore[attr-defined]


def parse_spans(typed: str) -> list[list[int]]:
    """Hours as they are typed, in minutes of the day; none for nothing."""
    return [_span(part) for part in typed.split(",")] if typed.strip() else []


def told_spans(spans: Sequence[Sequence[int]]) -> str:
    """Hours as they are typed."""
    return ", ".join(wall_clock(start, end) for start, end in spans)


def _span(part: str) -> list[int]:
    found = SPAN.fullmatch(part)
    if found is None:
        raise forms.ValidationError(_("Enter hours such as 8:00-12:00."))
    first, first_minute, last, last_minute = map(int, found.groups())
    if first_minute > 59 or last_minute > 59:
        raise forms.ValidationError(_("Enter hours such as 8:00-12:00."))
    return [first * 60 + first_minute, last * 60 + last_minute]
