"""Staff who look as a customer only look: whatever else they send is refused before any view, in words.

The wall behind it is the transaction: the way in opens one for the whole request, and PostgreSQL lets it only read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from portico.faces.ui.error_pages import error_page
from portico.faces.ui.guards import guard_of, is_open_while_viewing
from portico.faces.ui.pages import page
from portico.faces.ui.people_forms import bare
from portico.foundation.messaging.links import office_of
from portico.foundation.people.middleware import READING, is_about_viewing

View = Callable[..., HttpResponseBase]


def only_look(request: Any, view: View) -> HttpResponse | None:
    """The answer to a browser with the cookie of a look: None where the view may show itself."""
    if is_about_viewing(view):
        return None
    if request.entry.viewing is None:
        return _over(request)
    return None if _only_shows(request, view) else _refused(request)


def _only_shows(request: HttpRequest, view: View) -> bool:
    if request.method not in READING:
        return False
    is_for_visitors = str(guard_of(view)).startswith(("visitor", "staff"))
    return is_open_while_viewing(view) or (is_for_visitors and not getattr(view, "notes", False))


def _refused(request: HttpRequest) -> HttpResponse:
    """Nothing is done in a customer's name."""
    words = _("You are looking at this portal as a customer sees it. Nothing can be changed, paid or sent from here.")
    return error_page(request, 403, title=_("You can only look"), text=words)


def _over(request: Any) -> HttpResponse:
    """Until they leave: never on to a session of this browser's own, which a form sent again would act for."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=403, headers={"HX-Refresh": "true"})
    bare(request)
    context = {"office": office_of(request.company.host, "/")}
    return page(request, "customer/viewing/over.html", context, status=403)
