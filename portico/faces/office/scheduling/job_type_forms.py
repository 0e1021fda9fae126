"""What is typed about booking a kind of visit, and about a question. What cannot be is said by the operations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time
from typing import Any
from uuid import UUID

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from portico.domain.capacity.enums import AnswerEffect, QuestionKind
from portico.domain.capacity.office_queries import Asked, Bookable
from portico.domain.capacity.operations.questions import MOST_OPTIONS, OptionWanted, QuestionWanted
from portico.faces.office.requests import public_id
from portico.faces.office.scheduling.policy_forms import number
from portico.kernel.text import squeeze

SPARE = 3
OPTION_FIELDS = ("label", "effect", "minutes", "skill", "job_type", "text")
COMPANY = _("Empty: as the company's rules say.")
NO_LIMIT = _("Empty: no limit.")


class TermsForm(forms.Form):
    """Whether, by whom and when; each number says its unit."""

    is_self_schedulable = forms.BooleanField(label=_("Customers may book it"), required=False)
    is_members_only = forms.BooleanField(
        label=_("Only members"), help_text=_("With an active membership that covers the address."), required=False
    )
    is_self_reschedulable = forms.BooleanField(
        label=_("Customers may move and cancel it"), help_text=_("Under the company's rules."), required=False
    )
    duration_minutes = number(
        _("Duration, in minutes"),
        _("From 1 to 840. Needed before customers book it; answers may add to it."),
        required=False,
    )
    skills = forms.CharField(
        label=_("Skills"),
        help_text=_("One per line. Only technicians who have all of them come."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    lead_hours = number(_("Notice, in hours before the window"), _("Usual: 24. 0: any window that has not begun."))
    horizon_days = number(_("Days ahead"), _("How far ahead it is offered, from 0 (today) to 366. Usual: 60."))
    same_day_cutoff = forms.TimeField(
        label=_("Nothing more for today from"),
        help_text=_("A time of the branch's day. Empty: to the end of the day, which is usual."),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": _("Enter a time such as 14:00.")},
    )
    max_per_day = number(_("Visits of a day, at most"), NO_LIMIT, required=False)
    max_per_window = number(_("Visits of a window, at most"), NO_LIMIT, required=False)
    reschedule_cutoff_hours = number(_("Last move, in hours before the window"), COMPANY, required=False)
    cancel_cutoff_hours = number(_("Last free cancellation, in hours before the window"), COMPANY, required=False)
    fee_text = forms.CharField(
        label=_("What customers are told about the price"),
        help_text=_("Such as: $89 for coming, credited to the repair. Empty: nothing is said."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    @classmethod
    def showing(cls, found: Bookable) -> TermsForm:
        """The form as it was set."""
        shown: dict[str, Any] = {name: getattr(found.own, name) for name in cls.base_fields if hasattr(found.own, name)}
        minute = found.own.same_day_cutoff
        shown["same_day_cutoff"] = None if minute is None else time(*divmod(minute % (24 * 60), 60))
        shown |= {"duration_minutes": found.duration_minutes, "skills": "\n".join(found.skills)}
        return cls(initial=shown)

    def clean_skills(self) -> list[str]:
        typed = str(self.cleaned_data["skills"]).replace("\0", "").splitlines()
        return list(dict.fromkeys(tidied for one in typed if (tidied := squeeze(one))))

    def clean_fee_text(self) -> str:
        return str(self.cleaned_data["fee_text"]).replace("\r\n", "\n").strip()

    def clean_same_day_cutoff(self) -> int | None:
        at = self.cleaned_data["same_day_cutoff"]
        if at is None:
            return None
        return int(at.hour * 60 + at.minute) or 24 * 60  # midnight ends the day


class QuestionForm(forms.Form):
    """A question and its answers, in rows; an answer whose words are emptied goes."""

    wording = forms.CharField(
        label=_("Question"), max_length=300, error_messages={"required": _("Write the question.")}
    )
    hint = forms.CharField(label=_("Hint below it"), max_length=300, required=False)
    kind = forms.ChoiceField(label=_("Answered by"), choices=QuestionKind.choices)
    position = number(_("Place in the order"), _("1 is asked first."))
    is_required = forms.BooleanField(label=_("It has to be answered"), required=False)

    def __init__(self, *given: Any, rows: int, job_types: Sequence[tuple[UUID, str]], **named: Any) -> None:
        super().__init__(*given, **named)
        self.count = min(rows, MOST_OPTIONS)
        choices = [("", _("None")), *((str(key), name) for key, name in job_types)]
        for at in range(self.count):
            self.fields |= _option_fields(at, choices)

    @property
    def rows(self) -> list[list[BoundField]]:
        """The fields of each answer."""
        return [[self[f"{name}_{at}"] for name in (*OPTION_FIELDS, "id")] for at in range(self.count)]

    def wanted(self) -> QuestionWanted:
        """What was typed."""
        typed = self.cleaned_data
        rows = [at for at in range(self.count) if typed[f"label_{at}"]]
        return QuestionWanted(
            wording=squeeze(typed["wording"]),
            kind=QuestionKind(typed["kind"]),
            position=typed["position"],
            hint=squeeze(typed["hint"]),
            is_required=typed["is_required"],
            options=[self._option(at) for at in rows],
        )

    def _option(self, at: int) -> OptionWanted:
        typed = {name: self.cleaned_data[f"{name}_{at}"] for name in (*OPTION_FIELDS, "id")}
        return OptionWanted(
            row=at,
            label=squeeze(typed["label"]),
            effect=AnswerEffect(typed["effect"] or AnswerEffect.NONE),
            minutes=typed["minutes"],
            skill=squeeze(typed["skill"]),
            job_type=public_id(typed["job_type"]),
            text=typed["text"].replace("\r\n", "\n").strip(),
            id=public_id(typed["id"]),
        )


def shown(question: Asked) -> dict[str, Any]:
    """A question as it stands, for the form."""
    told = {name: getattr(question, name) for name in ("wording", "hint", "kind", "position", "is_required")}
    for at, option in enumerate(question.options):
        kind = str(option.job_type or "")
        row = {"label": option.label, "effect": option.effect, "minutes": option.minutes or "", "skill": option.skill}
        row |= {"job_type": kind, "text": option.text, "id": str(option.public_id)}
        told |= {f"{name}_{at}": value for name, value in row.items()}
    return told


def _option_fields(at: int, job_types: Sequence[tuple[Any, Any]]) -> dict[str, forms.Field]:
    said = {"n": at + 1}
    fields: dict[str, forms.Field] = {
        "label": forms.CharField(label=_("Answer %(n)s") % said, max_length=200, required=False),
        "effect": forms.ChoiceField(
            label=_("What answer %(n)s changes") % said, choices=AnswerEffect.choices, required=False
        ),
        "minutes": number(_("Minutes longer, answer %(n)s") % said, required=False),
        "skill": forms.CharField(label=_("Skill for answer %(n)s") % said, max_length=120, required=False),
        "job_type": forms.ChoiceField(
            label=_("Other job type, answer %(n)s") % said, choices=job_types, required=False
        ),
        "text": forms.CharField(
            label=_("What the customer is told who has to call, answer %(n)s") % said, max_length=1000, required=False
        ),
        "id": forms.CharField(required=False, max_length=40, widget=forms.HiddenInput),
    }
    return {f"{name}_{at}": one for name, one in fields.items()}
