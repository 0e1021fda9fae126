"""What customers are told before a visit of each kind."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from portico.domain.catalog import operations, queries
from portico.domain.catalog.errors import MissingJobType
from portico.faces.office.requests import OfficeRequest, public_id
from portico.faces.office.settings.trade_forms import record_form
from portico.faces.office.staff import staff_only
from portico.faces.ui.minijinja import url
from portico.faces.ui.pages import page
from portico.foundation.people.permissions import Action


class PreparationForm(forms.Form):
    """The text that stands on the page of a visit and in its calendar file."""

    preparation = forms.CharField(
        label=gettext_lazy("Before we come"),
        help_text=gettext_lazy("What customers should do or know before the visit. They read it as it stands here."),
        required=False,
        max_length=queries.PREPARATION_LIMIT,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


@staff_only(Action.EDIT_JOB_TYPES)
@require_safe
def job_types(request: OfficeRequest) -> HttpResponse:
    """Every kind of visit by name, with what is said before one."""
    found = queries.job_types(after=public_id(request.GET.get("after", "")))
    shown = found[: queries.PAGE]
    further = url("settings_job_types", query={"after": shown[-1].id}) if len(found) > len(shown) else ""
    return page(request, "office/settings/job_types.html", {"job_types": shown, "further": further})


@staff_only(Action.EDIT_JOB_TYPES)
@require_http_methods(["GET", "HEAD", "POST"])
def job_type(request: OfficeRequest, job_type: UUID) -> HttpResponse:
    """Edit the text of one kind of visit."""
    found = queries.job_type(job_type)
    if found is None:
        raise Http404("no such job type")
    form = PreparationForm(
        request.POST if request.method == "POST" else None, initial={"preparation": found.preparation}
    )
    if not form.is_valid():
        context = {"job_type": found, "form": form, "record_form": record_form(job_type)}
        return page(request, "office/settings/job_type.html", context, 422 if form.is_bound else 200)
    try:
        operations.set_preparation(job_type=job_type, text=form.cleaned_data["preparation"], by=request.staff.actor)
    except MissingJobType as missing:
        raise Http404(missing.message) from missing
    request.notices.add("success", _("Saved: customers read it on the page of such a visit."))
    return HttpResponseRedirect(reverse("settings_job_types"))
