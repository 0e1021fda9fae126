"""The forms of booking: the questions of a kind of visit, who is asked for, and why it is canceled."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portico.domain.capacity.enums import QuestionKind
from portico.domain.capacity.question_rules import LARGEST_NUMBER, LONGEST_TEXT
from portico.domain.capacity.terms import JobTypeTerms, QuestionTerms

MOST_LETTERS = 1000
LONGEST_NAME, LONGEST_PHONE = 200, 40
PREFIX = "q-"
SHORT_PHONE = gettext_lazy("Write a phone number with its area code, such as (602) 555-0142.")
CONSENT = gettext_lazy("You may call or text me about this visit.")


class QuestionsForm(forms.Form):
    """The questions of a kind of visit; the answers travel in the address, so that Back never loses them."""

    def __init__(self, *args: Any, job_type: JobTypeTerms, **rest: Any) -> None:
        super().__init__(*args, **rest)
        for question in job_type.questions:
            self.fields[PREFIX + question.id] = _field(question)

    @property
    def answers(self) -> dict[str, str]:
        """What was answered, by the question's id."""
        given = {name.removeprefix(PREFIX): value for name, value in self.cleaned_data.items()}
        return {name: str(value) for name, value in given.items() if value not in (None, "")}


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


def _field(question: QuestionTerms) -> forms.Field:
    told: dict[str, Any] = {
        "label": question.wording,
        "help_text": question.hint,
        "required": question.is_required,
        "error_messages": {"required": _("Answer “%(question)s”.") % {"question": question.wording}},
    }
    match question.kind:
        case QuestionKind.TEXT:
            return forms.CharField(max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 3}), **told)
        case QuestionKind.NUMBER:
            return forms.IntegerField(min_value=0, max_value=LARGEST_NUMBER, **told)
        case _:
            choices = [(option.id, option.label) for option in question.options]
            return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **told)
