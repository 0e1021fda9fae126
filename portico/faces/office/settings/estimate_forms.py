"""What is typed on the settings page of estimates. What cannot be is said by the operations (BadPolicy)."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from portico.domain.estimates.queries.settings import EstimateRules

HOURS = gettext_lazy("Enter a whole number of hours.")
DAYS = gettext_lazy("Enter a whole number of days.")


class EstimateRulesForm(forms.Form):
    """How long approvals can be taken back and estimates hold, and why customers may say they decline."""

    undo_hours = forms.IntegerField(
        label=gettext_lazy("Hours in which an approval can be taken back"),
        help_text=gettext_lazy(
            "Counted from the approval, for customers and the office. 0: never. Once the work has begun or is billed, "
            "an approval stands in any case."
        ),
        error_messages={"required": HOURS, "invalid": HOURS},
        widget=forms.TextInput,
    )
    expires_after_days = forms.IntegerField(
        label=gettext_lazy("Days a new estimate holds"),
        help_text=gettext_lazy("Proposed for each new estimate; it can be changed there."),
        error_messages={"required": DAYS, "invalid": DAYS},
        widget=forms.TextInput,
    )
    decline_reasons = forms.CharField(
        label=gettext_lazy("Reasons to choose from when declining"),
        help_text=gettext_lazy(
            "One per line, at most 20, in the words of the customer. Whoever declines may choose one and may add "
            "words of their own. Leave it empty and there is nothing to choose."
        ),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    @classmethod
    def showing(cls, rules: EstimateRules) -> EstimateRulesForm:
        """The form as the rules stand."""
        shown = {
            "undo_hours": rules.undo_hours,
            "expires_after_days": rules.expires_after_days,
            "decline_reasons": "\n".join(rules.decline_reasons),
        }
        return cls(initial=shown)

    def clean_decline_reasons(self) -> list[str]:
        return str(self.cleaned_data["decline_reasons"]).splitlines()


class TermsForm(forms.Form):
    """The text that is agreed to by approving."""

    text = forms.CharField(
        label=gettext_lazy("Terms"),
        help_text=gettext_lazy("Customers read it before they sign, and tick that they agree."),
        error_messages={"required": gettext_lazy("Write the terms that customers agree to.")},
        widget=forms.Textarea(attrs={"rows": 12}),
    )
