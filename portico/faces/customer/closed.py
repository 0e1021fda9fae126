"""A portal that is off shows the phone and nothing else; one that is tried out does so to all who are not named."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from portico.faces.ui.pages import page
from portico.faces.ui.people_forms import bare
from portico.foundation.people import queries
from portico.foundation.people.entry import Entry

View = Callable[..., HttpResponse]
OPEN, TRIED_OUT = "on", "test"


def is_closed(request: HttpRequest) -> bool:
    """Whether whoever asks is not let in now. Nobody is signed in: only a portal that is off is closed to them."""
    entry: Entry = request.entry  # type: ignore[attr-defined]
    if entry.company.portal_state == OPEN:
        return False
    return not entry.session.is_let_in if entry.session else entry.company.portal_state != TRIED_OUT


def is_closed_to(request: HttpRequest, email: str) -> bool:
    """Whether the owner of this address, who came by a mailed link, is not let in now."""
    entry: Entry = request.entry  # type: ignore[attr-defined]
    return entry.company.portal_state != OPEN and not queries.lets_in(email)


def closed_page(request: HttpRequest) -> HttpResponse:
    """What a customer sees meanwhile."""
    bare(request)
    entry: Entry = request.entry  # type: ignore[attr-defined]
    is_signed_in = entry.session is not None and entry.viewing is None
    return page(request, "customer/identity/closed.html", {"is_signed_in": is_signed_in}, status=503)


def while_open(view: View) -> View:
    """Show the closed page instead of this view to whom the portal is closed."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return closed_page(request) if is_closed(request) else view(request, *args, **kwargs)

    return guarded
