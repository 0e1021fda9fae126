"""Signing in and out, and asking for a mail that helps."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portico.domain.customers import operations as customers
from portico.faces.customer.closed import while_open
from portico.faces.ui.guards import open_to_all
from portico.faces.ui.headers import without_referrer
from portico.faces.ui.pages import page
from portico.faces.ui.people_forms import AskForm, SignInForm, bare, browser_of, refused
from portico.foundation.people import operations
from portico.foundation.people.browser import give_cookie, take_cookie, way_back
from portico.foundation.people.entry import Entry
from portico.foundation.people.enums import Side
from portico.foundation.people.middleware import noting
from portico.foundation.people.onetime import LinkSpent
from portico.foundation.people.sessions import SignedIn
from portico.kernel import errors

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
SIGN_IN, ASK = "customer/identity/sign_in.html", "customer/identity/ask.html"


@open_to_all
@while_open
@GET_OR_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    bare(request)
    if request.method != "POST":
        return _sign_in_page(request)
    form = SignInForm(request.POST)
    if not form.is_valid():
        return refused(request, SIGN_IN, form)
    given = form.cleaned_data
    try:
        signed_in = operations.sign_in(
            email=given["email"],
            password=given["password"],
            remember=given["remember"],
            browser=browser_of(request),
        )
    except errors.PorticoError as error:
        return refused(request, SIGN_IN, form, error)
    return welcome(request, signed_in, then=given["next"])


def _sign_in_page(request: HttpRequest) -> HttpResponse:
    entry: Entry = request.entry  # type: ignore[attr-defined]
    asked = request.GET.get("next", "")
    if entry.session is not None:
        return HttpResponseRedirect(way_back(request, asked, otherwise=reverse("home")))
    form = SignInForm(initial={"next": asked})
    return page(request, SIGN_IN, {"form": form, "is_unsent": "unsent" in request.GET})


def welcome(request: HttpRequest, signed_in: SignedIn, *, then: str = "") -> HttpResponse:
    """Give the cookie and go where the person wanted to go; forms from before belong to nobody now."""
    rotate_token(request)
    response = HttpResponseRedirect(way_back(request, then, otherwise=reverse("home")))
    give_cookie(response, Side.CUSTOMER, signed_in.secret, is_remembered=signed_in.is_remembered)
    return response


@open_to_all
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    entry: Entry = request.entry  # type: ignore[attr-defined]
    if entry.session is not None:
        by = entry.session.actor(side=Side.CUSTOMER, ip_prefix=request.ip_prefix)  # type: ignore[attr-defined]
        operations.sign_out(session_id=entry.session.id, by=by)
    response = HttpResponseRedirect(reverse("sign_in"))
    take_cookie(response, Side.CUSTOMER)
    return response


@open_to_all
@while_open
@GET_OR_POST
def password_forgotten(request: HttpRequest) -> HttpResponse:
    return _ask(request, "reset")


@open_to_all
@while_open
@GET_OR_POST
def invitation_request(request: HttpRequest) -> HttpResponse:
    return _ask(request, "invitation")


def _ask(request: HttpRequest, what: str) -> HttpResponse:
    """The same answer for people whom we know and whom we do not."""
    bare(request)
    form = AskForm(request.POST) if request.method == "POST" else AskForm()
    if request.method != "POST":
        return page(request, ASK, {"form": form, "what": what, "sent_to": ""})
    if not form.is_valid():
        return refused(request, ASK, form, what=what, sent_to="")
    email, ip_prefix = form.cleaned_data["email"], request.ip_prefix  # type: ignore[attr-defined]
    try:
        if what == "reset":
            operations.ask_for_reset(side=Side.CUSTOMER, email=email, ip_prefix=ip_prefix)
        else:
            customers.ask_for_invitation(email=email, ip_prefix=ip_prefix)
    except errors.PorticoError as error:
        return refused(request, ASK, form, error, what=what, sent_to="")
    return page(request, ASK, {"form": form, "what": what, "sent_to": email})


@open_to_all
@noting
@without_referrer
@require_GET
def shell_sign_in(request: HttpRequest, token: str) -> HttpResponse:
    """Signs in on its first GET: only somebody with a shell on the server can make such a link."""
    bare(request)
    try:
        signed_in = operations.sign_in_by_shell_link(token=token, side=Side.CUSTOMER, browser=browser_of(request))
    except LinkSpent as spent:
        return page(request, "customer/identity/spent.html", {"what": "", "text": spent.message}, status=410)
    return welcome(request, signed_in)
