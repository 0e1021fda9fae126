"""Which days of which branch the board shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from portico.domain.jobs.queries.office_visits import BranchRow
from portico.faces.office.visits.forms import FIRST, LAST

DAY, WEEK = "day", "week"


class BoardForm(forms.Form):
    """A day, how much from it on, and the branch where there are several."""

    day = forms.DateField(
        label=_("Day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        validators=(
            MinValueValidator(FIRST, _("Enter a day after 1989.")),
            MaxValueValidator(LAST, _("Enter a day before 2200.")),
        ),
    )
    show = forms.ChoiceField(label=_("Show"), required=False, choices=((DAY, _("One day")), (WEEK, _("Seven days"))))
    branch = forms.ChoiceField(label=_("Branch"), required=False)

    def __init__(self, *given: Any, branches: Sequence[BranchRow], **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["branch"].choices = [(str(row.id), row.name) for row in branches]  # type: ignore[attr-defined]
