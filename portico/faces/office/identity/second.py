"""The second step of signing in to the office: a code of the app, or setting the app up."""

from __future__ import annotations

from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from portico.faces.ui.guards import open_to_all
from portico.faces.ui.pages import page
from portico.faces.ui.people_forms import bare, browser_of, refused
from portico.foundation.people import second
from portico.foundation.people.browser import give_cookie, way_back
from portico.foundation.people.enums import Side
from portico.foundation.people.errors import SignInLapsed
from portico.foundation.people.sessions import SignedIn
from portico.kernel import errors

COOKIE = f"{settings.OFFICE_COOKIE_NAME}_second"
CODE, SET_UP, CODES = (f"office/identity/{name}.html" for name in ("second", "second_set_up", "recovery_codes"))


class SecondForm(forms.Form):
    """A code of the app, or a recovery code."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        error_messages={"required": _("Type the six digits that your app shows.")},
        help_text=_("Six digits from your authenticator app, or one of your recovery codes."),
    )
    next = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)


class SetUpForm(forms.Form):
    """The first code of a new app."""

    code = forms.CharField(
        label=_("Code that the app shows"),
        max_length=40,
        error_messages={"required": _("Type the six digits that your app shows.")},
    )
    next = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)


def to_second(secret: str, *, then: str) -> HttpResponse:
    """The password was right: on to the code, in this browser only."""
    query = f"?{urlencode({'next': then})}" if then else ""
    response = HttpResponseRedirect(reverse("office_second") + query)
    _set_cookie(response, secret, max_age=int(second.LASTS.total_seconds()))
    return response


def welcome(request: HttpRequest, signed_in: SignedIn, *, then: str = "") -> HttpResponse:
    """Give the session's cookie and go where the person wanted to go."""
    response = HttpResponseRedirect(way_back(request, then, otherwise="/"))
    _let_in(request, response, signed_in)
    return response


@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def second_code(request: HttpRequest) -> HttpResponse:
    """Ask for the code; who has no app yet sets one up first, who typed no password does that first."""
    bare(request)
    found = second.pending(_secret(request))
    if found is None:
        return _back_to_password(request)
    if not found.has_factor:
        return HttpResponseRedirect(f"{reverse('office_second_set_up')}?{urlencode({'next': _then(request)})}")
    if request.method != "POST":
        return page(request, CODE, {"form": SecondForm(initial={"next": _then(request)}), "email": found.email})
    form = SecondForm(request.POST)
    if not form.is_valid():
        return refused(request, CODE, form, email=found.email)
    try:
        signed_in = second.finish(secret=_secret(request), typed=form.cleaned_data["code"], browser=browser_of(request))
    except SignInLapsed as lapsed:
        return _back_to_password(request, lapsed.message)
    except errors.PorticoError as error:
        return refused(request, CODE, form, error, field="code", email=found.email)
    return welcome(request, signed_in, then=form.cleaned_data["next"])


@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def second_set_up(request: HttpRequest) -> HttpResponse:
    """Show the key to the app and ask for its first code; then tell the recovery codes once."""
    bare(request)
    found = second.pending(_secret(request))
    if found is None or found.has_factor:
        return HttpResponseRedirect(f"{reverse('office_second')}?{urlencode({'next': _then(request)})}")
    if request.method != "POST":
        return _set_up_page(request, SetUpForm(initial={"next": _then(request)}))
    form = SetUpForm(request.POST)
    if not form.is_valid():
        return _set_up_page(request, form, status=422)
    try:
        signed_in, codes = second.finish_set_up(
            secret=_secret(request), typed=form.cleaned_data["code"], browser=browser_of(request)
        )
    except SignInLapsed as lapsed:
        return _back_to_password(request, lapsed.message)
    except errors.PorticoError as error:
        form.add_error("code", error.message)
        return _set_up_page(request, form, status=429 if error.code == "too_many_tries" else 422)
    then = way_back(request, form.cleaned_data["next"], otherwise="/")
    response = page(request, CODES, {"codes": codes, "then": then})
    _let_in(request, response, signed_in)
    return response


def _set_up_page(request: HttpRequest, form: SetUpForm, status: int = 200) -> HttpResponse:
    try:
        shown = second.set_up(secret=_secret(request))
    except SignInLapsed as lapsed:
        return _back_to_password(request, lapsed.message)
    return page(request, SET_UP, {"form": form, "key": shown.key, "uri": shown.uri}, status)


def _back_to_password(request: HttpRequest, said: str = "") -> HttpResponse:
    entry = request.entry  # type: ignore[attr-defined]
    if entry.session is not None:
        return HttpResponseRedirect("/")
    if not said:
        return HttpResponseRedirect(reverse("office_sign_in"))
    return page(request, "office/identity/second_lapsed.html", {"said": said}, status=409)


def _let_in(request: HttpRequest, response: HttpResponse, signed_in: SignedIn) -> None:
    rotate_token(request)
    give_cookie(response, Side.STAFF, signed_in.secret, is_remembered=False)
    _set_cookie(response, "", max_age=0)


def _then(request: HttpRequest) -> str:
    return request.GET.get("next", "")


def _secret(request: HttpRequest) -> str:
    return request.COOKIES.get(COOKIE, "")


def _set_cookie(response: HttpResponse, secret: str, *, max_age: int) -> None:
    """What binds the second step to the browser in which the password was typed."""
    response.set_cookie(
        COOKIE, secret, max_age=max_age, secure=settings.COOKIE_SECURE, httponly=True, samesite="Lax", path="/"
    )
