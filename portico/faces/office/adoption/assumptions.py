"""What is believed about calls, changed by who may."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from portico.domain.adoption import operations, queries
from portico.domain.adoption.enums import Act
from portico.domain.adoption.errors import BadAssumption
from portico.domain.adoption.rules import Assumptions
from portico.faces.office.adoption import words
from portico.faces.office.requests import OfficeRequest
from portico.faces.office.staff import staff_only
from portico.faces.ui.minijinja import url
from portico.faces.ui.pages import page
from portico.foundation.people.permissions import Action

NUMBER = gettext_lazy("Enter a number such as 0.4.")
WHOLE = gettext_lazy("Enter a whole number of minutes.")
LABELS = {
    Act.PAYMENT: gettext_lazy("Calls that a payment here saves"),
    Act.APPROVAL: gettext_lazy("Calls that an approval here saves"),
    Act.BOOKING: gettext_lazy("Calls that a booking here saves"),
    Act.CHANGE: gettext_lazy("Calls that moving or canceling a visit here saves"),
}


class AssumptionsForm(forms.Form):
    """Calls for each act, and how long one takes. What cannot be is said by the operation."""

    minutes_per_call = forms.IntegerField(
        label=gettext_lazy("Minutes that a call takes"),
        help_text=gettext_lazy("With looking things up and writing them down."),
        error_messages={"required": WHOLE, "invalid": WHOLE},
        widget=forms.TextInput,
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # Django's own, unchanged
        for act, label in LABELS.items():
            self.fields[act.value] = forms.DecimalField(
                label=label,
                max_digits=6,
                decimal_places=2,
                widget=forms.TextInput,
                error_messages={
                    **dict.fromkeys(("required", "invalid", "max_digits", "max_whole_digits"), NUMBER),
                    "max_decimal_places": gettext_lazy("Enter at most two digits after the point."),
                },
            )
        self.order_fields([*(act.value for act in LABELS), "minutes_per_call"])

    @classmethod
    def showing(cls, assumed: Assumptions) -> AssumptionsForm:
        """The form as things are believed now."""
        calls = {act.value: words.per_call(many) for act, many in assumed.hundredths.items()}
        return cls(initial={**calls, "minutes_per_call": assumed.minutes_per_call})

    def hundredths(self) -> dict[Act, int]:
        """What was typed, in hundredths of a call."""
        return {act: int(Decimal(self.cleaned_data[act.value]) * 100) for act in Act}


@staff_only(Action.EDIT_ADOPTION)
@require_http_methods(["GET", "HEAD", "POST"])
def assumptions(request: OfficeRequest) -> HttpResponse:
    """Show what is believed, or believe something else."""
    if request.method != "POST":
        return _page(request, AssumptionsForm.showing(queries.assumptions()))
    form = AssumptionsForm(request.POST)
    if not form.is_valid():
        return _page(request, form, 422)
    minutes = form.cleaned_data["minutes_per_call"]
    try:
        operations.save_assumptions(hundredths=form.hundredths(), minutes_per_call=minutes, by=request.staff.actor)
    except BadAssumption as bad:
        form.add_error(bad.field, bad.message)
        return _page(request, form, 422)
    request.notices.add("success", _("The assumptions were saved. All figures follow them."))
    return HttpResponseRedirect(url("office_adoption"))


def _page(request: OfficeRequest, form: AssumptionsForm, status: int = 200) -> HttpResponse:
    return page(request, "office/adoption/assumptions.html", {"form": form}, status)
