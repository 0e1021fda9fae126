"""What the payments list can be narrowed to."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from portico.faces.office.payments.words import FILTER


class FilterForm(forms.Form):
    """State and days of the list."""

    show = forms.ChoiceField(label=_("State"), required=False, choices=list(FILTER.items()))
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
