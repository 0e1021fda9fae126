"""What customers may do with estimates, and the terms they agree to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portico.domain.estimates.errors import BadPolicy
from portico.domain.estimates.operations import settings as operations
from portico.domain.estimates.queries.settings import estimate_settings, terms_text
from portico.faces.office.requests import OfficeRequest
from portico.faces.office.settings.estimate_forms import EstimateRulesForm, TermsForm
from portico.faces.office.staff import staff_only
from portico.faces.ui.pages import page
from portico.foundation.people.permissions import Action

HERE = "settings_estimates"
MOST_DIGITS = 6


@staff_only(Action.EDIT_ESTIMATE_SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def settings_estimates(request: OfficeRequest) -> HttpResponse:
    """Show the settings, or do what one of the page's forms asks."""
    act = ACTS.get(request.POST.get("act", "")) if request.method == "POST" else None
    return act(request) if act else _page(request)


def _save_rules(request: OfficeRequest) -> HttpResponse:
    form = EstimateRulesForm(request.POST)
    return _saved(
        request,
        form,
        name="rules",
        act=lambda: operations.save_policy(**form.cleaned_data, by=request.staff.actor),
        told=lambda _done: _("The rules of estimates were saved."),
    )


def _save_terms(request: OfficeRequest) -> HttpResponse:
    form = TermsForm(request.POST)
    return _saved(
        request,
        form,
        name="terms_form",
        act=lambda: operations.save_terms(**form.cleaned_data, by=request.staff.actor),
        told=lambda is_new: (
            _("The new terms hold for approvals from now on.")
            if is_new
            else _("The terms say what they said before, so nothing was changed.")
        ),
    )


def _saved(
    request: OfficeRequest, form: forms.Form, *, name: str, act: Callable[[], Any], told: Callable[[Any], str]
) -> HttpResponse:
    if not form.is_valid():
        return _page(request, **{name: form})
    try:
        done = act()
    except BadPolicy as bad:
        form.add_error(bad.field, bad.message)
        return _page(request, **{name: form})
    request.notices.add("success", told(done))
    return HttpResponseRedirect(reverse(HERE))


ACTS: dict[str, Callable[[OfficeRequest], HttpResponse]] = {"rules": _save_rules, "terms": _save_terms}


def _page(request: OfficeRequest, **given: forms.Form) -> HttpResponse:
    found = estimate_settings()
    context = {
        "rules": given.get("rules") or EstimateRulesForm.showing(found.rules),
        "terms_form": given.get("terms_form") or TermsForm(initial={"text": found.text}),
        "refused": next(iter(given.values()), None),
        "terms": found.terms,
        "former": found.former,
        "opened": _opened(request.GET.get("version", "")),
        "zone": request.brand.time_zone,
    }
    return page(request, "office/settings/estimates.html", context, 422 if given else 200)


def _opened(typed: str) -> dict[str, Any] | None:
    """The former version that is asked for, to be read."""
    if not typed:
        return None
    is_number = typed.isascii() and typed.isdigit() and len(typed) <= MOST_DIGITS
    text = terms_text(int(typed)) if is_number else None
    if text is None:
        raise Http404("no such version")
    return {"n": int(typed), "text": text}
