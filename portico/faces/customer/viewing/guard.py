"""Staff who look as a customer only look: whatever else they send is refused before any view, in words.

The wall behind it is the transaction: the way in opens one for the whole request, and PostgreSQL lets it only read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from portico.faces.customer.viewing.banner import banner_of
from portico.faces.ui.error_pages import error_page
from portico.faces.ui.guards import guard_of, is_open_while_viewing
from portico.foundation.people.browser import take_viewing_cookie
from portico.foundation.people.entry import Entry
from portico.foundation.people.middleware import READING, viewing_secret

View = Callable[..., HttpResponse]


class only_look:
    """Middleware behind `enter`. A viewed request has `viewing_banner`, which every page shows."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: Any, view: View, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        entry: Entry | None = request.entry
        if entry is None or not viewing_secret(request):
            return None
        if entry.viewing is not None:
            request.viewing_banner = banner_of(entry)
        if is_open_while_viewing(view):
            return None
        if entry.viewing is None:
            return _over(request)
        return None if _only_shows(request, view) else refused(request)


def _only_shows(request: HttpRequest, view: View) -> bool:
    is_for_visitors = str(guard_of(view)).startswith(("visitor", "staff"))
    return request.method in READING and is_for_visitors and not getattr(view, "notes", False)


def refused(request: HttpRequest) -> HttpResponse:
    """Nothing is done in a customer's name."""
    words = _("You are looking at this portal as a customer sees it. Nothing can be changed, paid or sent from here.")
    return error_page(request, 403, title=_("You can only look"), text=words)


def _over(request: HttpRequest) -> HttpResponse:
    """Never on to a sign-in page or to a session of this browser's own: that would look like still viewing."""
    words = _("Looking at the portal as a customer has ended. To go on, open it again from the customer in the office.")
    response = error_page(request, 403, title=_("Viewing has ended"), text=words)
    take_viewing_cookie(response)
    return response
