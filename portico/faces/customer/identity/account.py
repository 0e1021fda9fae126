"""The account page: name, password, address, devices, and signing out of one or all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from portico.faces.customer.identity.device_words import own_devices
from portico.faces.customer.identity.stepup import ask_to_confirm, is_confirmed
from portico.faces.customer.requests import public_id
from portico.faces.customer.visitor import visitor_only
from portico.faces.ui.pages import page
from portico.faces.ui.people_forms import ChangeEmailForm, ChangePasswordForm, NameForm, browser_of
from portico.foundation.people import addresses, devices, feeds, operations
from portico.foundation.people.browser import take_cookie
from portico.foundation.people.enums import Side
from portico.foundation.people.errors import NoSuchDevice
from portico.foundation.people.passwords import Unfit
from portico.foundation.people.throttling import TooManyTries
from portico.kernel import errors

ACCOUNT = "customer/identity/account.html"


@visitor_only
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request)
    act = ACTS.get(request.POST.get("act", ""))
    return act(request) if act else _page(request)


def _rename(request: Any) -> HttpResponse:
    form = NameForm(request.POST, auto_id="name_%s")
    if not form.is_valid():
        return _page(request, name=form)
    operations.rename(login=request.visitor.login.public_id, name=form.cleaned_data["name"], by=request.visitor.actor)
    return _back(request, _("Your name was saved."))


def _change_password(request: Any) -> HttpResponse:
    form = ChangePasswordForm(request.POST, auto_id="password_%s")
    if not form.is_valid():
        return _page(request, password=form)
    who = {"login": request.visitor.login.public_id, "by": request.visitor.actor}
    try:
        operations.change_password(**who, **form.cleaned_data, browser=browser_of(request))
    except errors.PorticoError as error:
        form.add_error("new" if isinstance(error, Unfit) else "old", error.message)
        return _page(request, error=error, password=form)
    return _back(request, _("Your password was changed, and other devices were signed out."))


def _change_email(request: Any) -> HttpResponse:
    form = ChangeEmailForm(request.POST, auto_id="email_%s")
    if not form.is_valid():
        return _page(request, email=form)
    asked = ask_to_confirm(request)
    if asked is not None:
        return asked
    new = form.cleaned_data["email"]
    who = {"login": request.visitor.login.public_id, "by": request.visitor.actor}
    try:
        addresses.ask_for_change(**who, new=new, ip_prefix=request.ip_prefix)
    except errors.PorticoError as error:
        form.add_error("email", error.message)
        return _page(request, error=error, email=form)
    return _back(
        request, _("We mailed a link to %(email)s. Your address changes when you confirm it there.") % {"email": new}
    )


def _make_feed(request: Any) -> HttpResponse:
    """The address is a secret: who makes or sees it has just shown who they are."""
    asked = ask_to_confirm(request)
    if asked is not None:
        return asked
    feeds.make(login=request.visitor.login.public_id, by=request.visitor.actor)
    return _show_feed(request)


def _show_feed(request: Any) -> HttpResponse:
    return ask_to_confirm(request) or HttpResponseRedirect(f"{reverse('account')}?calendar=shown#calendar")


def _revoke_feed(request: Any) -> HttpResponse:
    feeds.revoke(login=request.visitor.login.public_id, by=request.visitor.actor)
    return _back(request, _("The calendar address was revoked. Calendars that use it get nothing any more."))


def _sign_out_device(request: Any) -> HttpResponse:
    """One's own only; 404 for anybody else's."""
    device = public_id(request.POST.get("device", ""))
    if device is None:
        raise Http404
    try:
        ended = devices.sign_out_device(login=request.visitor.login.public_id, device=device, by=request.visitor.actor)
    except NoSuchDevice:
        raise Http404 from None
    if ended == request.visitor.session.id:
        return _signed_out()
    return _back(request, _("That device was signed out."))


def _sign_out_others(request: Any) -> HttpResponse:
    who = {"login": request.visitor.login.public_id, "by": request.visitor.actor}
    count = devices.sign_out_others(**who, but=request.visitor.session.id)
    said = ngettext("%(n)s other device was signed out.", "%(n)s other devices were signed out.", count)
    return _back(request, said % {"n": count})


def _sign_out_everywhere(request: Any) -> HttpResponse:
    operations.sign_out_everywhere(login=request.visitor.login.public_id, by=request.visitor.actor)
    return _signed_out()


def _signed_out() -> HttpResponse:
    response = HttpResponseRedirect(reverse("sign_in"))
    take_cookie(response, Side.CUSTOMER)
    return response


ACTS: dict[str, Callable[[Any], HttpResponse]] = {
    "name": _rename,
    "password": _change_password,
    "email": _change_email,
    "calendar_make": _make_feed,
    "calendar_show": _show_feed,
    "calendar_revoke": _revoke_feed,
    "sign_out_device": _sign_out_device,
    "sign_out_others": _sign_out_others,
    "sign_out_everywhere": _sign_out_everywhere,
}


def _page(request: Any, *, error: errors.PorticoError | None = None, **forms_given: forms.Form) -> HttpResponse:
    login = request.visitor.login
    shown: dict[str, Any] = {
        "name": NameForm(initial={"name": login.name}, auto_id="name_%s"),
        "password": ChangePasswordForm(auto_id="password_%s"),
        "email": ChangeEmailForm(auto_id="email_%s"),
    } | forms_given
    status = 429 if isinstance(error, TooManyTries) else 422 if forms_given else 200
    refused = next(iter(forms_given.values()), None)
    context = {
        "forms": shown,
        "refused": refused,
        "login": login,
        "reached": request.visitor.reached,
        "keeps_methods": bool(request.visitor.account_holders) and request.visitor.may_pay_online,
        **_calendar(request),
        "devices": own_devices(request.visitor),
        "zone": request.visitor.brand.time_zone,
    }
    response = page(request, ACCOUNT, context, status=status)
    if isinstance(error, TooManyTries):
        response["Retry-After"] = str(error.retry_after)
    return response


def _calendar(request: Any) -> dict[str, Any]:
    """Only who may see visits needs one; the address itself stands here right after it was asked for."""
    if not request.visitor.may_open("appointments"):
        return {"may_have_feed": False}
    asked = request.GET.get("calendar", "")
    is_shown = asked == "shown" and is_confirmed(request)
    address = feeds.address_of(login=request.visitor.login.public_id)
    return {
        "may_have_feed": True,
        "has_feed": address is not None,
        "feed_address": address if is_shown else "",
        "is_revoking": asked == "revoke" and address is not None,
    }


def _back(request: Any, said: str) -> HttpResponse:
    request.notices.add("success", said)
    return HttpResponseRedirect(reverse("account"))
