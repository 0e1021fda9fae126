"""How customers may pay, and which account the money goes to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portico.domain.billing.errors import KeyRefused
from portico.domain.billing.operations import limits
from portico.domain.billing.operations import settings as operations
from portico.domain.billing.queries.settings import payment_rules, payment_settings
from portico.faces.office.requests import OfficeRequest
from portico.faces.office.settings.forms import PaymentAccountForm, PaymentRulesForm
from portico.faces.office.staff import staff_only
from portico.faces.ui.pages import page
from portico.foundation.people.permissions import Action

HERE = "settings_payments"


@staff_only(Action.EDIT_PAYMENT_RULES)
@require_http_methods(["GET", "HEAD", "POST"])
def settings_payments(request: OfficeRequest) -> HttpResponse:
    """Show the settings, or do what one of the page's forms asks."""
    act = ACTS.get(request.POST.get("act", "")) if request.method == "POST" else None
    return act(request) if act else _page(request)


def _change_rules(request: OfficeRequest) -> HttpResponse:
    form = PaymentRulesForm(request.POST, currency=request.company.currency)
    if not form.is_valid():
        return _page(request, rules=form)
    operations.change_rules(rules=form.rules(), by=request.staff.actor)
    return _back(request, _("The rules of paying were saved."))


def _connect(request: OfficeRequest) -> HttpResponse:
    if not request.staff.may(Action.EDIT_PAYMENT_ACCOUNT):
        raise PermissionDenied
    form = PaymentAccountForm(request.POST)
    if not form.is_valid():
        return _page(request, account=form)
    try:
        facts = operations.connect(**form.cleaned_data, by=request.staff.actor)
    except KeyRefused as refused:
        form.add_error("secret_key", refused.message)
        return _page(request, account=form)
    said = _("The key works: payments go to %(name)s from now on.") % {"name": facts.name or facts.ref}
    if not facts.takes_ach:
        said += " " + _("This account takes no bank payments yet: switch them on there, or off here.")
    return _back(request, said)


def _resume_cards(request: OfficeRequest) -> HttpResponse:
    limits.resume_cards(by=request.staff.actor)
    return _back(request, _("New cards are accepted again."))


ACTS: dict[str, Callable[[Any], HttpResponse]] = {
    "rules": _change_rules,
    "account": _connect,
    "resume_cards": _resume_cards,
}


def _page(request: OfficeRequest, **given: forms.Form) -> HttpResponse:
    currency = request.company.currency
    found = payment_settings()
    context = {
        "rules": given.get("rules") or PaymentRulesForm.showing(payment_rules(), currency=currency),
        "account_form": given.get("account") or PaymentAccountForm(),
        "refused": next(iter(given.values()), None),
        "account": found.account,
        "cards_paused_until": found.cards_paused_until,
        "may_connect": request.staff.may(Action.EDIT_PAYMENT_ACCOUNT),
        "zone": request.brand.time_zone,
    }
    return page(request, "office/settings/payments.html", context, 422 if given else 200)


def _back(request: OfficeRequest, said: str) -> HttpResponse:
    request.notices.add("success", said)
    return HttpResponseRedirect(reverse(HERE))
