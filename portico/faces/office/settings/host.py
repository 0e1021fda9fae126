"""The name of the portal in its address: asked for, checked, its consequences said, then changed."""

from __future__ import annotations

from urllib.parse import urlsplit

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from portico.faces.office.requests import OfficeRequest
from portico.faces.office.staff import staff_only
from portico.faces.ui.pages import page
from portico.foundation.people.permissions import Action
from portico.foundation.portals import hosts
from portico.foundation.portals.errors import BadEntry, ChangedMeanwhile
from portico.foundation.portals.hosts import Hosts
from portico.foundation.portals.operations import hosts as operations


class HostForm(forms.Form):
    """The name, and what was shown when it was typed."""

    host = forms.CharField(
        label=gettext_lazy("New name"),
        max_length=100,
        help_text=gettext_lazy("2 to 63 small letters, digits and inner hyphens, such as brightwater."),
        error_messages={"required": gettext_lazy("Enter a name such as brightwater.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)


@staff_only(Action.CHANGE_HOST)
@require_http_methods(["GET", "HEAD", "POST"])
def host(request: OfficeRequest) -> HttpResponse:
    """Show the name, say what another one brings with it, or change it."""
    if request.method != "POST":
        return _page(request, hosts.hosts(), HostForm())
    form = HostForm(request.POST)
    if not form.is_valid():
        return _page(request, hosts.hosts(), form, 422)
    try:
        return _change(request, form) if request.POST.get("act") == "change" else _check(request, form)
    except BadEntry as bad:
        form.add_error(bad.field, bad.message)
        return _page(request, hosts.hosts(), form, 422)
    except ChangedMeanwhile as changed:
        return _page(request, hosts.hosts(), form, 409, conflict=changed.message)


def _check(request: OfficeRequest, form: HostForm) -> HttpResponse:
    wanted = operations.checked_host(form.cleaned_data["host"])
    now, then = hosts.hosts(), hosts.addresses(wanted)
    there = urlsplit(then.office)
    request.form_action_origins = (f"{there.scheme}://{there.netloc}",)  # the answer to the change leads there
    seen = form.cleaned_data["seen"]
    context = {"wanted": wanted, "now": hosts.addresses(now.host), "then": then, "seen": seen}
    return page(request, "office/settings/host_check.html", context)


def _change(request: OfficeRequest, form: HostForm) -> HttpResponse:
    given = form.cleaned_data
    changed = operations.change_host(host=given["host"], seen=given["seen"], by=request.staff.actor)
    return HttpResponseRedirect(hosts.addresses(changed).office)


def _page(
    request: OfficeRequest, found: Hosts, form: HostForm, status: int = 200, *, conflict: str = ""
) -> HttpResponse:
    context = {
        "hosts": found,
        "now": hosts.addresses(found.host),
        "base": hosts.base_domain(),
        "form": form,
        "conflict": conflict,
        "seen": found.stand if conflict or not form.is_bound else form.data.get("seen", ""),
    }
    return page(request, "office/settings/host.html", context, status)
