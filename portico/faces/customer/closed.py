"""A portal that is off shows the phone and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from portico.faces.ui.pages import page
from portico.faces.ui.people_forms import bare
from portico.foundation.people.entry import Entry

View = Callable[..., HttpResponse]
OPEN = "on"


def is_closed(request: HttpRequest) -> bool:
    """Whether this company lets no customers in now."""
    entry: Entry = request.entry  # type: ignore[attr-defined]
    return entry.company.portal_state != OPEN


def closed_page(request: HttpRequest) -> HttpResponse:
    """What a customer sees meanwhile."""
    bare(request)
    return page(request, "customer/identity/closed.html", status=503)


def while_open(view: View) -> View:
    """Show the closed page instead of this view while the portal is off."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return closed_page(request) if is_closed(request) else view(request, *args, **kwargs)

    return guarded
