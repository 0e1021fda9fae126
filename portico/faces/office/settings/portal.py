"""What customers see in their portal."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from portico.domain.jobs import operations
from portico.faces.office.requests import OfficeRequest
from portico.faces.office.staff import staff_only
from portico.faces.ui.pages import page
from portico.foundation.people.permissions import Action
from portico.foundation.tenancy.companies import current_company
from portico.foundation.tenancy.scope import reading


class PortalForm(forms.Form):
    """What is shown, and what is hidden."""

    is_canceled_job_shown = forms.BooleanField(
        label=gettext_lazy("Show canceled jobs to customers"),
        required=False,
        help_text=gettext_lazy("With their date and type, never with the reason. Otherwise they are left out."),
    )


@staff_only(Action.EDIT_PORTAL_SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def settings_portal(request: OfficeRequest) -> HttpResponse:
    """Show the settings, or keep what was chosen."""
    if request.method != "POST":
        form = PortalForm(initial={"is_canceled_job_shown": _is_canceled_job_shown()})
        return page(request, "office/settings/portal.html", {"form": form})
    form = PortalForm(request.POST)
    if not form.is_valid():
        return page(request, "office/settings/portal.html", {"form": form}, 422)
    operations.show_canceled_jobs(is_shown=form.cleaned_data["is_canceled_job_shown"], by=request.staff.actor)
    request.notices.add("success", _("What customers see was saved."))
    return HttpResponseRedirect(reverse("settings_portal"))


@reading
def _is_canceled_job_shown() -> bool:
    return current_company().is_canceled_job_shown
