"""By what the list of visits is narrowed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from portico.domain.jobs.enums import AppointmentStatus
from portico.domain.jobs.queries.office_visits import BranchRow
from portico.domain.jobs.visit_words import visit_label

FIRST, LAST = date(1990, 1, 1), date(2199, 12, 31)


class DayForm(forms.Form):
    """A day, and a branch and a status where not all are wanted."""

    day = forms.DateField(
        label=_("Day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        validators=(
            MinValueValidator(FIRST, _("Enter a day after 1989.")),
            MaxValueValidator(LAST, _("Enter a day before 2200.")),
        ),
    )
    branch = forms.ChoiceField(label=_("Branch"), required=False)
    status = forms.ChoiceField(label=_("Status"), required=False)

    def __init__(self, *given: Any, branches: Sequence[BranchRow], **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["branch"].choices = [("", _("All")), *((str(row.id), row.name) for row in branches)]  # type: ignore[attr-defined]
        statuses = [(status.value, visit_label(status)) for status in AppointmentStatus]
        self.fields["status"].choices = [("", _("All")), *statuses]  # type: ignore[attr-defined]

    def chosen_branch(self) -> UUID | None:
        """The branch that was chosen, if one was and it exists."""
        return UUID(self.cleaned_data["branch"]) if self.cleaned_data.get("branch") else None
