"""What the payments list can be narrowed to."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from portico.faces.office.payments.words import FILTER

FIRST, LAST = date(1990, 1, 1), date(2199, 12, 31)
DAYS = (
    MinValueValidator(FIRST, _("Enter a day after 1989.")),
    MaxValueValidator(LAST, _("Enter a day before 2200.")),
)


class FilterForm(forms.Form):
    """State and days of the list."""

    show = forms.ChoiceField(label=_("State"), required=False, choices=list(FILTER.items()))
    since = forms.DateField(
        label=_("From"), required=False, validators=DAYS, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=_("To"), required=False, validators=DAYS, widget=forms.DateInput(attrs={"type": "date"})
    )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        since, until = found.get("since"), found.get("until")
        if since and until and since > until:
            self.add_error("until", _("This day is before the first one."))
        return found
