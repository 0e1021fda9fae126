"""A staff member's own account: name, password, signing out everywhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portico.faces.office.staff import staff_only
from portico.faces.ui.pages import page
from portico.faces.ui.people_forms import ChangePasswordForm, NameForm, ProveForm, browser_of
from portico.foundation.people import operations, second
from portico.foundation.people.browser import take_cookie
from portico.foundation.people.enums import Side
from portico.foundation.people.passwords import Unfit
from portico.foundation.people.permissions import Action
from portico.foundation.people.throttling import TooManyTries
from portico.kernel import errors


@staff_only(Action.OWN_ACCOUNT)
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    act = ACTS.get(request.POST.get("act", "")) if request.method == "POST" else None
    return act(request) if act else _page(request)


def _rename(request: Any) -> HttpResponse:
    form = NameForm(request.POST, auto_id="name_%s")
    if not form.is_valid():
        return _page(request, name=form)
    operations.rename(login=request.staff.login.public_id, name=form.cleaned_data["name"], by=request.staff.actor)
    return _back(request, _("Your name was saved."))


def _change_password(request: Any) -> HttpResponse:
    form = ChangePasswordForm(request.POST, auto_id="password_%s")
    if not form.is_valid():
        return _page(request, password=form)
    who = {"login": request.staff.login.public_id, "by": request.staff.actor}
    try:
        operations.change_password(**who, **form.cleaned_data, browser=browser_of(request))
    except errors.PorticoError as error:
        form.add_error("new" if isinstance(error, Unfit) else "old", error.message)
        return _page(request, error=error, password=form)
    return _back(request, _("Your password was changed, and other devices were signed out."))


def _make_recovery_codes(request: Any) -> HttpResponse:
    form = ProveForm(request.POST, auto_id="codes_%s")
    if not form.is_valid():
        return _page(request, codes=form)
    who = request.staff.login.public_id
    try:
        operations.require_password(login=who, password=form.cleaned_data["password"], browser=browser_of(request))
    except errors.PorticoError as error:
        form.add_error("password", error.message)
        return _page(request, error=error, codes=form)
    codes = second.new_codes(login=who, by=request.staff.actor)
    return page(request, "office/identity/recovery_codes.html", {"codes": codes, "then": reverse("office_account")})


def _sign_out_everywhere(request: Any) -> HttpResponse:
    operations.sign_out_everywhere(login=request.staff.login.public_id, by=request.staff.actor)
    response = HttpResponseRedirect(reverse("office_sign_in"))
    take_cookie(response, Side.STAFF)
    return response


ACTS: dict[str, Callable[[Any], HttpResponse]] = {
    "name": _rename,
    "password": _change_password,
    "recovery_codes": _make_recovery_codes,
    "sign_out_everywhere": _sign_out_everywhere,
}


def _page(request: Any, *, error: errors.PorticoError | None = None, **forms_given: forms.Form) -> HttpResponse:
    login = request.staff.login
    shown: dict[str, Any] = {
        "name": NameForm(initial={"name": login.name}, auto_id="name_%s"),
        "password": ChangePasswordForm(auto_id="password_%s"),
        "codes": ProveForm(auto_id="codes_%s"),
    } | forms_given
    status = 429 if isinstance(error, TooManyTries) else 422 if forms_given else 200
    context = {"forms": shown, "refused": next(iter(forms_given.values()), None), "login": login}
    context["standing"] = second.standing(login.public_id)
    response = page(request, "office/identity/account.html", context, status=status)
    if isinstance(error, TooManyTries):
        response["Retry-After"] = str(error.retry_after)
    return response


def _back(request: Any, said: str) -> HttpResponse:
    request.notices.add("success", said)
    return HttpResponseRedirect(reverse("office_account"))
