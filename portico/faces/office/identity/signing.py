"""How the office signs in and out."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portico.faces.office.identity.second import to_second, welcome
from portico.faces.ui.guards import open_to_all
from portico.faces.ui.headers import without_referrer
from portico.faces.ui.pages import page
from portico.faces.ui.people_forms import AskForm, NewPasswordForm, StaffSignInForm, bare, browser_of, refused
from portico.foundation.people import operations, second
from portico.foundation.people.browser import take_cookie, way_back
from portico.foundation.people.entry import Entry
from portico.foundation.people.enums import Side
from portico.foundation.people.middleware import noting
from portico.foundation.people.onetime import LinkSpent
from portico.foundation.people.passwords import Unfit
from portico.kernel import errors

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
PLACE = "office/identity/"
SIGN_IN, ASK, RESET = (f"{PLACE}{name}.html" for name in ("sign_in", "ask", "password_reset"))


@open_to_all
@GET_OR_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    bare(request)
    if request.method != "POST":
        return _sign_in_page(request)
    form = StaffSignInForm(request.POST)
    if not form.is_valid():
        return refused(request, SIGN_IN, form)
    given = form.cleaned_data
    try:
        secret = second.begin(email=given["email"], password=given["password"], browser=browser_of(request))
    except errors.PorticoError as error:
        return refused(request, SIGN_IN, form, error)
    return to_second(secret, then=given["next"])


def _sign_in_page(request: HttpRequest) -> HttpResponse:
    entry: Entry = request.entry  # type: ignore[attr-defined]
    asked = request.GET.get("next", "")
    if entry.session is not None:
        return HttpResponseRedirect(way_back(request, asked, otherwise="/"))
    return page(request, SIGN_IN, {"form": StaffSignInForm(initial={"next": asked})})


@open_to_all
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    entry: Entry = request.entry  # type: ignore[attr-defined]
    if entry.session is not None:
        by = entry.session.actor(side=Side.STAFF, ip_prefix=request.ip_prefix)  # type: ignore[attr-defined]
        operations.sign_out(session_id=entry.session.id, by=by)
    response = HttpResponseRedirect(reverse("office_sign_in"))
    take_cookie(response, Side.STAFF)
    return response


@open_to_all
@GET_OR_POST
def password_forgotten(request: HttpRequest) -> HttpResponse:
    """The same answer for people whom we know and whom we do not."""
    bare(request)
    form = AskForm(request.POST) if request.method == "POST" else AskForm()
    if request.method != "POST":
        return page(request, ASK, {"form": form, "sent_to": ""})
    if not form.is_valid():
        return refused(request, ASK, form, sent_to="")
    email = form.cleaned_data["email"]
    try:
        operations.ask_for_reset(side=Side.STAFF, email=email, ip_prefix=request.ip_prefix)  # type: ignore[attr-defined]
    except errors.PorticoError as error:
        return refused(request, ASK, form, error, sent_to="")
    return page(request, ASK, {"form": form, "sent_to": email})


@open_to_all
@without_referrer
@GET_OR_POST
def password_reset(request: HttpRequest, token: str) -> HttpResponse:
    bare(request)
    if operations.reset_link(side=Side.STAFF, token=token) is None:
        return _spent(request)
    form = NewPasswordForm(request.POST) if request.method == "POST" else NewPasswordForm()
    if request.method != "POST":
        return page(request, RESET, {"form": form})
    if not form.is_valid():
        return refused(request, RESET, form)
    given = {"password": form.cleaned_data["password"], "ip_prefix": request.ip_prefix}  # type: ignore[attr-defined]
    try:
        operations.reset_password(side=Side.STAFF, token=token, **given)
    except LinkSpent:
        return _spent(request)
    except errors.PorticoError as error:
        return refused(request, RESET, form, error, field="password" if isinstance(error, Unfit) else None)
    response = page(request, f"{PLACE}done.html")
    take_cookie(response, Side.STAFF)
    return response


@open_to_all
@noting
@without_referrer
@require_GET
def shell_sign_in(request: HttpRequest, token: str) -> HttpResponse:
    """Signs in on its first GET: only somebody with a shell on the server can make such a link."""
    try:
        signed_in = operations.sign_in_by_shell_link(token=token, side=Side.STAFF, browser=browser_of(request))
    except LinkSpent:
        bare(request)
        return _spent(request)
    return welcome(request, signed_in)


def _spent(request: HttpRequest) -> HttpResponse:
    return page(request, f"{PLACE}spent.html", status=410)
