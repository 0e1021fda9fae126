"""Coming over from the office, seeing what is hidden, and going back."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST, require_safe

from portico.domain.customers import operations
from portico.faces.customer.requests import PortalRequest
from portico.faces.customer.viewing import hidden
from portico.faces.customer.viewing.office import record_in_office
from portico.faces.customer.visitor import visitor_only
from portico.faces.ui.guards import mark, open_to_all
from portico.faces.ui.headers import without_referrer
from portico.faces.ui.pages import page
from portico.faces.ui.people_forms import bare
from portico.foundation.messaging.links import office_of
from portico.foundation.people import viewing as people
from portico.foundation.people.browser import give_viewing_cookie, take_viewing_cookie
from portico.foundation.people.middleware import about_viewing, noting

View = Callable[..., HttpResponseBase]


def staff_looking_only(view: View) -> View:
    """A page of the portal that is there for staff who look as a customer, and for nobody else."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.entry.viewing is None:  # type: ignore[attr-defined]
            raise Http404
        return visitor_only(view)(request, *args, **kwargs)

    return mark(guarded, "staff: looking as a customer")


@open_to_all
@noting
@about_viewing
@without_referrer
@require_GET
def start(request: Any, token: str) -> HttpResponse:
    """Take the way over: it was made a moment ago in the office, and works once. An earlier look ends."""
    secret, before = operations.begin_viewing(token, ip_prefix=request.ip_prefix), request.entry.viewing
    if secret is not None:
        if before is not None:
            people.end_viewing(before, by=before.actor(ip_prefix=request.ip_prefix))
        response: HttpResponse = HttpResponseRedirect(reverse("home"))
        give_viewing_cookie(response, secret)
        return response
    if not people.is_known(token):
        raise Http404
    bare(request)
    context = {"office": office_of(request.company.host, "/")}
    return page(request, "customer/viewing/spent.html", context, status=410)


@open_to_all
@about_viewing
@require_POST
def end(request: Any) -> HttpResponse:
    """Look no longer; this browser's own session, if it has one, is as it was."""
    seen, entry = request.entry.viewing, request.entry
    if seen is not None:
        people.end_viewing(seen, by=seen.actor(ip_prefix=request.ip_prefix))
    request.is_viewing_over = True
    bare(request)
    back = record_in_office(entry, seen.customer) if seen is not None else ""
    response = page(request, "customer/viewing/ended.html", {"email": seen.email if seen else "", "back": back})
    take_viewing_cookie(response)
    return response


@staff_looking_only
@require_safe
def viewing(request: PortalRequest) -> HttpResponse:
    """What this contact does not see, how much of it there is, and why."""
    return page(request, "customer/viewing/hidden.html", hidden.found_for(request.visitor))
