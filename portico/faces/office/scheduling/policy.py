"""The company's rules about booking, and what in all of its settings keeps visits from being booked."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portico.domain.booking.queries import setup
from portico.domain.capacity import queries
from portico.domain.capacity.errors import BadSetting
from portico.domain.capacity.operations.policy import save_policy
from portico.domain.catalog.queries import job_types_named
from portico.faces.office.requests import OfficeRequest
from portico.faces.office.scheduling.fault_words import warnings
from portico.faces.office.scheduling.policy_forms import SECTIONS, PolicyForm
from portico.faces.office.staff import staff_only
from portico.faces.ui.pages import page
from portico.foundation.people.permissions import Action

HERE = "settings_scheduling"


@staff_only(Action.EDIT_SCHEDULING)
@require_http_methods(["GET", "HEAD", "POST"])
def settings_scheduling(request: OfficeRequest) -> HttpResponse:
    """Show the rules and the warnings, or save what was typed."""
    if request.method != "POST":
        return _page(request, PolicyForm.showing(queries.policy()))
    form = PolicyForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    try:
        is_new = save_policy(wanted=form.cleaned_data, by=request.staff.actor)
    except BadSetting as bad:
        form.add_error(bad.field, bad.message)
        return _page(request, form)
    request.notices.add("success", _("The rules were saved.") if is_new else _("Nothing was changed."))
    return HttpResponseRedirect(reverse(HERE))


def _page(request: OfficeRequest, form: PolicyForm) -> HttpResponse:
    found = setup.findings()
    ids = job_types_named(one.subject for one in found)
    context = {"form": form, "sections": dict(SECTIONS), "warnings": warnings(found, may_edit=True, ids=ids)}
    return page(request, "office/scheduling/policy.html", context, 422 if form.errors else 200)
