"""Who is at the counter, and the guard before every office view."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from portico.faces.office.shell import OfficeShell
from portico.faces.ui.guards import mark
from portico.foundation.audit.operations import Actor
from portico.foundation.people.entry import Entry, LoginFacts
from portico.foundation.people.enums import Side
from portico.foundation.people.permissions import Action, may

View = Callable[..., HttpResponseBase]


class Staff:
    """A signed-in member of the office."""

    def __init__(self, entry: Entry, *, ip_prefix: str) -> None:
        if entry.session is None:
            raise PermissionDenied
        self.entry = entry
        self.session = entry.session
        self.actor: Actor = entry.session.actor(side=Side.STAFF, ip_prefix=ip_prefix)

    @property
    def login(self) -> LoginFacts:
        return self.session.login

    def may(self, action: Action) -> bool:
        return may(self.login.role, action)


def staff_only(action: Action) -> Callable[[View], View]:
    """Let staff in whose role allows `action`; 403 for other roles. The view finds `request.staff`."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            entry: Entry = request.entry  # type: ignore[attr-defined]
            if entry.session is None:
                return _to_sign_in(request)
            staff = Staff(entry, ip_prefix=request.ip_prefix)  # type: ignore[attr-defined]
            request.staff = staff  # type: ignore[attr-defined]
            request.shell = OfficeShell(request, staff)  # type: ignore[attr-defined]
            if not staff.may(action):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return mark(guarded, f"staff: {action.value}")

    return decorate


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    sign_in = reverse("office_sign_in")
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Redirect": sign_in})
    back = request.get_full_path() if request.method == "GET" else ""
    return HttpResponseRedirect(f"{sign_in}?{urlencode({'next': back})}" if back not in ("", "/") else sign_in)
