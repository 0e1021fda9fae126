"""The questions of a kind of visit as a form, alike on both sides of the counter."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from portico.domain.capacity.enums import QuestionKind
from portico.domain.capacity.question_rules import LARGEST_NUMBER, LONGEST_TEXT
from portico.domain.capacity.terms import JobTypeTerms, QuestionTerms

PREFIX = "q-"


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
