"""Joining the office by a mailed invitation: name and password; signing in comes after that."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from portico.faces.ui.guards import open_to_all
from portico.faces.ui.headers import without_referrer
from portico.faces.ui.pages import page
from portico.faces.ui.people_forms import RegisterForm, bare, refused
from portico.foundation.people import staffing
from portico.foundation.people.onetime import LinkSpent
from portico.foundation.people.passwords import Unfit
from portico.kernel import errors

WELCOME = "office/identity/welcome.html"


@open_to_all
@without_referrer
@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: HttpRequest, token: str) -> HttpResponse:
    """Choose a password; a link that was used, replaced or is too old says so."""
    bare(request)
    found = staffing.invitation(token)
    if found is None:
        return page(request, "office/identity/welcome_spent.html", status=410)
    form = RegisterForm(request.POST) if request.method == "POST" else RegisterForm()
    if request.method != "POST":
        return page(request, WELCOME, {"form": form, "email": found.email})
    if not form.is_valid():
        return refused(request, WELCOME, form, email=found.email)
    try:
        staffing.accept(token=token, **form.cleaned_data, ip_prefix=request.ip_prefix)  # type: ignore[attr-defined]
    except LinkSpent:
        return page(request, "office/identity/welcome_spent.html", status=410)
    except errors.PorticoError as error:
        field = "password" if isinstance(error, Unfit) else None
        return refused(request, WELCOME, form, error, field=field, email=found.email)
    return page(request, "office/identity/joined.html", {"email": found.email})
