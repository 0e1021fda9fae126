"""What is chosen for a run."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from portico.domain.billing import statement_rules
from portico.domain.billing.statement_words import FAULTS
from portico.domain.statements.operations.runs import Choice
from portico.kernel import money

SMALLEST = "1.00"


class RunForm(forms.Form):
    """Which statements are mailed."""

    as_of_on = forms.DateField(
        label=_("As of"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": _("Enter a day."), "invalid": _("Enter a day such as 2026-03-31.")},
    )
    smallest = forms.CharField(
        label=_("Smallest balance"),
        max_length=20,
        help_text=_("Customers who owe less get no statement."),
    )
    is_overdue_only = forms.BooleanField(label=_("Only customers with something past due"), required=False)
    branch = forms.ChoiceField(label=_("Branch"), required=False)

    def __init__(self, *args: Any, today: date, currency: str, branches: list[tuple[UUID, str]], **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"as_of_on": today, "smallest": SMALLEST})
        super().__init__(*args, **kwargs)
        self.today, self.currency = today, currency
        named = [(str(branch), name) for branch, name in branches]
        self.fields["branch"].choices = [("", _("All branches")), *named]  # type: ignore[attr-defined]

    def clean_as_of_on(self) -> date:
        on: date = self.cleaned_data["as_of_on"]
        fault = statement_rules.fault_of_day(on, today=self.today)
        if fault is not None:
            raise forms.ValidationError(str(FAULTS[fault]))
        return on

    def clean_smallest(self) -> int:
        try:
            return money.parse(self.cleaned_data["smallest"], self.currency).minor
        except money.AmountError as bad:
            raise forms.ValidationError(bad.message) from bad

    def choice(self) -> Choice:
        """What was chosen."""
        given = self.cleaned_data
        return Choice(
            as_of_on=given["as_of_on"],
            smallest_minor=given["smallest"],
            is_overdue_only=given["is_overdue_only"],
            branch=UUID(given["branch"]) if given["branch"] else None,
        )
