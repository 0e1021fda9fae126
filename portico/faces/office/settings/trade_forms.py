"""What is typed about business units and job types."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from portico.domain.capacity.operations.job_types import SKILL_LETTERS
from portico.domain.capacity.working_queries import unit_choices
from portico.domain.catalog import queries
from portico.faces.office.records.fields import PhoneField, text, too_long
from portico.faces.office.requests import public_id
from portico.faces.office.scheduling.policy_forms import number
from portico.faces.office.scheduling.working_forms import LinesField, ManyField

NAME = _("Enter a name.")
PERCENT = _("Enter a percentage such as 8.25.")
Choices = Sequence[tuple[UUID, str]]


class UnitForm(forms.Form):
    """A trade in a branch."""

    key = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)
    name = text(_("Name"), 200, missing=NAME, help_text=_("Such as HVAC service."))
    branch = forms.ChoiceField(label=_("Branch"), error_messages={"required": _("Choose a branch.")})
    trade = text(_("Trade"), 80, help_text=_("Such as HVAC or Plumbing."))
    official_name = text(_("Official name"), 200)
    phone = PhoneField(label=_("Phone"), required=False, max_length=40)
    percent = forms.DecimalField(
        label=_("Sales tax in percent"),
        required=False,
        min_value=0,
        max_value=Decimal("99.9999"),
        max_digits=6,
        decimal_places=4,
        help_text=_("Such as 8.25."),
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value", "max_digits", "max_decimal_places", "max_whole_digits"), PERCENT
        ),
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    is_active = forms.BooleanField(label=_("In use"), required=False)

    def __init__(self, *given: Any, branches: Choices, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["branch"].choices = [(str(key), name) for key, name in branches]  # type: ignore[attr-defined]  # a ChoiceField

    def wanted(self) -> dict[str, Any]:
        """What was typed, in columns."""
        typed = self.cleaned_data
        same = ("name", "official_name", "phone", "trade", "is_active")
        rate = None if typed["percent"] is None else typed["percent"] / 100
        return {name: typed[name] for name in same} | {"tax_rate": rate, "branch": public_id(typed["branch"])}


class JobTypeForm(forms.Form):
    """A kind of visit."""

    name = text(_("Name"), 200, missing=NAME, help_text=_("Customers read it. Such as AC repair."))
    job_class = text(_("Class"), 80, help_text=_("Such as Service or Installation."))
    units = ManyField(label=_("Business units"), error_messages={"required": _("Choose who does this work.")})
    is_no_charge = forms.BooleanField(label=_("No charge"), required=False)
    is_active = forms.BooleanField(label=_("In use"), required=False)

    def __init__(self, *given: Any, units: Choices, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["units"].choices = [(str(key), name) for key, name in units]  # type: ignore[attr-defined]  # a ManyField

    def wanted(self) -> dict[str, Any]:
        """What was typed, in columns."""
        return {name: value for name, value in self.cleaned_data.items() if name != "key"}


class NewJobTypeForm(JobTypeForm):
    """A new one: also how long it takes, and what it needs."""

    key = forms.CharField(max_length=80, widget=forms.HiddenInput)
    duration_minutes = number(_("How long it takes, in minutes"))
    skills = LinesField(
        label=_("Skills it needs"), help_text=_("One per line, as technicians have them. Empty: anybody of the units."),
        required=False,
    )  # fmt: skip

    def clean_skills(self) -> list[str]:
        typed: list[str] = self.cleaned_data["skills"]
        if any(len(skill) > SKILL_LETTERS for skill in typed):
            raise forms.ValidationError(too_long(SKILL_LETTERS))
        return typed


def record_form(job_type: UUID, typed: Any = None) -> JobTypeForm:
    """The form of a kind of visit as it stands, or with what was typed."""
    return JobTypeForm(typed, initial=queries.job_type_columns(job_type), units=unit_choices(), auto_id="record-%s")
