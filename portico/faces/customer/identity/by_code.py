"""Signing in by a code from a mail: asked for here, typed here, in one browser and without a script."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from portico.faces.customer.closed import while_open
from portico.faces.customer.identity.signing import welcome
from portico.faces.ui.guards import open_to_all
from portico.faces.ui.pages import page
from portico.faces.ui.people_forms import AskCodeForm, SignInCodeForm, bare, browser_of, refused
from portico.foundation.people import by_code
from portico.foundation.people.browser import way_back
from portico.foundation.people.onetime import CODE_LASTS
from portico.kernel import errors

COOKIE = f"{settings.PORTAL_COOKIE_NAME}-code"
ASK, TYPE = "customer/identity/code_ask.html", "customer/identity/code_type.html"


@open_to_all
@while_open
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_code(request: Any) -> HttpResponse:
    bare(request)
    if request.method == "POST":
        return _try(request) if request.POST.get("act") == "try" else _ask(request)
    asked = request.GET.get("next", "")
    if request.entry.session is not None:
        return HttpResponseRedirect(way_back(request, asked, otherwise=reverse("home")))
    email = "" if request.GET.get("again") else _waiting(request)
    begun = {"next": asked, "remember": bool(request.GET.get("remember"))}
    if not email:
        return page(request, ASK, {"form": AskCodeForm(initial=begun), "said": ""})
    return page(request, TYPE, {"form": SignInCodeForm(initial=begun), "email": email})


def _ask(request: Any) -> HttpResponse:
    """The same answer for people whom we know and whom we do not."""
    form = AskCodeForm(request.POST)
    if not form.is_valid():
        return refused(request, ASK, form, said="")
    given = form.cleaned_data
    try:
        secret = by_code.ask_for_code(email=given["email"], ip_prefix=request.ip_prefix, replaces=_secret(request))
    except errors.PorticoError as error:
        return refused(request, ASK, form, error, said="")
    kept = {name: value for name, value in (("next", given["next"]), ("remember", given["remember"] and "1")) if value}
    there = reverse("sign_in_code")
    response = HttpResponseRedirect(f"{there}?{urlencode(kept)}" if kept else there)
    _set_cookie(response, secret, max_age=int(CODE_LASTS.total_seconds()))
    return response


def _try(request: Any) -> HttpResponse:
    form = SignInCodeForm(request.POST)
    if not form.is_valid():
        return _refused(request, form)
    given = form.cleaned_data
    try:
        signed_in = by_code.sign_in_by_code(
            secret=_secret(request), typed=given["code"], browser=browser_of(request), remember=given["remember"]
        )
    except errors.PorticoError as error:
        return _refused(request, form, error)
    response = welcome(request, signed_in, then=given["next"])
    _set_cookie(response, "", max_age=0)
    return response


def _refused(request: Any, form: SignInCodeForm, error: errors.PorticoError | None = None) -> HttpResponse:
    """The page again; where no code waits any more, the one that asks for a new code."""
    email = _waiting(request)
    if email:
        return refused(request, TYPE, form, error, field="code", email=email)
    begun = {"next": form.data.get("next", ""), "remember": bool(form.data.get("remember"))}
    said = error.message if error else ""
    return page(request, ASK, {"form": AskCodeForm(initial=begun), "said": said}, status=422)


def _waiting(request: HttpRequest) -> str:
    secret = _secret(request)
    return by_code.waiting_for(secret=secret) if secret else ""


def _secret(request: HttpRequest) -> str:
    return request.COOKIES.get(COOKIE, "")


def _set_cookie(response: HttpResponse, secret: str, *, max_age: int) -> None:
    """What binds a code to the browser that asked for it."""
    response.set_cookie(
        COOKIE, secret, max_age=max_age, secure=settings.COOKIE_SECURE, httponly=True, samesite="Lax", path="/"
    )
