"""Why nothing is offered: for a customer or a ZIP code, a kind of visit and a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from portico.domain.booking.queries import explain
from portico.domain.booking.queries.explain import Asking, Explanation
from portico.faces.office.requests import OfficeRequest, public_id
from portico.faces.office.scheduling.fault_words import warnings
from portico.faces.office.scheduling.reason_words import whole_line, window_lines
from portico.faces.office.staff import staff_only
from portico.faces.office.visits.forms import FIRST, LAST
from portico.faces.ui.pages import page
from portico.foundation.people.permissions import Action
from portico.kernel import clock


class WhyForm(forms.Form):
    """The place, by its address or by a ZIP code, the kind of visit, and the day."""

    location = forms.ChoiceField(label=_("Address"), required=False)
    zip = forms.CharField(
        label=_("ZIP code"), max_length=20, error_messages={"required": _("Enter a ZIP code.")}, required=False
    )
    job_type = forms.ChoiceField(
        label=_("Job type"),
        error_messages={"required": _("Choose a job type."), "invalid_choice": _("Choose a job type.")},
    )
    day = forms.DateField(
        label=_("Day"),
        error_messages={"required": _("Enter a day."), "invalid": _("Enter a day.")},
        widget=forms.DateInput(attrs={"type": "date"}),
        validators=(
            MinValueValidator(FIRST, _("Enter a day after 1989.")),
            MaxValueValidator(LAST, _("Enter a day before 2200.")),
        ),
    )

    def __init__(self, *given: Any, asking: Asking, **named: Any) -> None:
        super().__init__(*given, **named)
        self._choose("location", asking.locations)
        self._choose("job_type", asking.job_types)
        if asking.customer_name:
            del self.fields["zip"]
        else:
            del self.fields["location"]

    def clean_zip(self) -> str:
        typed = str(self.cleaned_data["zip"]).strip()
        if not typed:
            raise forms.ValidationError(_("Enter a ZIP code."))
        return typed

    def _choose(self, name: str, options: Sequence[tuple[UUID, str]]) -> None:
        self.fields[name].choices = [(str(key), text) for key, text in options]  # type: ignore[attr-defined]


@staff_only(Action.VIEW_CAPACITY)
@require_safe
def why_nothing(request: OfficeRequest) -> HttpResponse:
    """The form; and once it is sent, the reason for the day and for each of its windows."""
    customer = public_id(request.GET.get("customer", ""))
    asking = explain.asking(customer=customer)
    form = WhyForm(request.GET if "job_type" in request.GET else None, asking=asking, initial=_assumed(request))
    told = _told(form) if form.is_bound and form.is_valid() else None
    context = {"form": form, "customer": customer if asking.customer_name else None, "name": asking.customer_name}
    status = 422 if form.errors else 200
    return page(request, "office/scheduling/why.html", context | _shown(request, told), status)


def _assumed(request: OfficeRequest) -> dict[str, Any]:
    return {"day": clock.today(request.brand.time_zone) + timedelta(days=1)}


def _told(form: WhyForm) -> Explanation | None:
    asked = form.cleaned_data
    location = public_id(asked["location"]) if "location" in asked else explain.somewhere(postal_code=asked["zip"])
    if location is None:
        form.add_error(
            "zip" if "zip" in form.fields else "location", _("No customer has an address there: choose another place.")
        )
        return None
    return explain.explain(location=location, job_type=UUID(asked["job_type"]), day=asked["day"])


def _shown(request: OfficeRequest, told: Explanation | None) -> dict[str, Any]:
    if told is None:
        return {"told": None}
    may_edit = request.staff.may(Action.EDIT_SCHEDULING)
    lines = window_lines(told, may_edit=may_edit)
    return {
        "told": told,
        "whole": whole_line(told, may_edit=may_edit),
        "lines": lines,
        "open": sum(not line.reason for line in lines),
        "causes": warnings(told.causes, may_edit=may_edit, ids={told.job_type_name: told.job_type}),
    }
