"""The forms of booking: who is asked for, up to when somebody waits, and why a visit is canceled."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from portico.faces.ui.uploads import SeveralFiles

MOST_LETTERS = 1000
LONGEST_NAME, LONGEST_PHONE = 200, 40
SHORT_PHONE = gettext_lazy("Write a phone number with its area code, such as (602) 555-0142.")
CONSENT = gettext_lazy("You may call or text me about this visit.")


class DetailsForm(forms.Form):
    """Who is asked for on the day, and what we should know."""

    name = forms.CharField(
        label=gettext_lazy("Who do we ask for?"),
        max_length=LONGEST_NAME,
        error_messages={"required": gettext_lazy("Write a name.")},
    )
    phone = forms.CharField(
        label=gettext_lazy("Phone on the day"),
        max_length=LONGEST_PHONE,
        error_messages={"required": gettext_lazy("Write a phone number, so that the technician can call ahead.")},
    )
    notes = forms.CharField(
        label=gettext_lazy("Anything the technician should know"),
        required=False,
        max_length=MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    photos = forms.Field(  # a FileField would refuse all for one empty file
        label=gettext_lazy("Photos"),
        required=False,
        widget=SeveralFiles(attrs={"accept": "image/jpeg,image/png", "multiple": True}),
        help_text=gettext_lazy("Up to 5, JPEG or PNG, 12 MB each. Where they were taken is removed from them."),
    )
    consent = forms.BooleanField(label=CONSENT, required=False)
    key = forms.CharField(max_length=80, widget=forms.HiddenInput)

    def clean_phone(self) -> str:
        """Seven digits at least."""
        phone: str = self.cleaned_data["phone"]
        if sum(letter.isdigit() for letter in phone) < 7:
            raise forms.ValidationError(SHORT_PHONE)
        return phone


class WaitForm(forms.Form):
    """Up to which day a time is wanted."""

    until = forms.DateField(
        label=gettext_lazy("Up to which day?"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={
            "required": gettext_lazy("Choose a day."),
            "invalid": gettext_lazy("Write the day as YYYY-MM-DD."),
        },
    )


class CancelForm(forms.Form):
    """Why, and the late fee where it is late."""

    reason = forms.CharField(
        label=gettext_lazy("Why do you cancel?"),
        max_length=MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Write a few words, such as “It works again”.")},
    )
    accepts_late_fee = forms.BooleanField(
        label=gettext_lazy("I know that a late fee may apply."),
        error_messages={"required": gettext_lazy("Check this box to cancel so late.")},
    )

    def __init__(self, *args: Any, is_late: bool, **rest: Any) -> None:
        super().__init__(*args, **rest)
        if not is_late:
            del self.fields["accepts_late_fee"]
