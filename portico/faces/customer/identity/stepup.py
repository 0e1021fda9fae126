"""Step-up: before money or the account are touched, a password (or a mailed code) within the last ten minutes.

    @visitor_only
    @confirmed_only
    def remove_method(request, method): ...

or, on one way through a view, before its operation:

    asked = ask_to_confirm(request)
    if asked is not None:
        return asked

A GET is sent to the page of confirming and back. A POST is answered by a form that carries every field of the
interrupted one to the same address together with the password, so that nothing typed is lost and nothing is stored.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from portico.faces.customer.visitor import Visitor, visitor_only
from portico.faces.ui.pages import page
from portico.faces.ui.people_forms import ConfirmCodeForm, ConfirmForm, browser_of, refused
from portico.foundation.people import confirming
from portico.foundation.people.browser import exchange_secret, way_back
from portico.kernel import clock, errors
from portico.kernel.redaction import without_cards

TEMPLATE = "customer/identity/confirm.html"
OURS = frozenset({"confirm_password", "confirm_code", "confirm_act", "csrfmiddlewaretoken"})
MOST_KEPT = 64_000

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True, slots=True)
class Interrupted:
    """Where the answer goes, and what had been typed there."""

    action: str
    fields: list[tuple[str, str]]


def is_confirmed(request: Any) -> bool:
    """Whether this visitor has shown who they are within the last ten minutes; comes with the way in."""
    visitor: Visitor = request.visitor
    return confirming.is_confirmed(visitor.session)


def confirmed_only(view: View) -> View:
    """Let only in who has just confirmed; stands inside `visitor_only`."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return ask_to_confirm(request) or view(request, *args, **kwargs)

    return guarded


def ask_to_confirm(request: Any) -> HttpResponse | None:
    """The page that asks, or None when the view can go on: confirmed before, or by this very request."""
    if is_confirmed(request):
        return None
    if request.method != "POST" or request.headers.get("HX-Request"):
        return _to_confirm_page(request)
    interrupted = Interrupted(request.get_full_path(), _kept(request))
    if sum(len(name) + len(value) for name, value in interrupted.fields) > MOST_KEPT:
        return _to_confirm_page(request)
    return _confirm(request, interrupted)


@visitor_only
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: Any) -> HttpResponse:
    """The page by itself, for who was on the way to a page: `?next=`."""
    asked = request.POST if request.method == "POST" else request.GET
    then = way_back(request, asked.get("next", ""), otherwise=reverse("account"))
    if is_confirmed(request):
        return HttpResponseRedirect(then)
    interrupted = Interrupted(reverse("confirm"), [("next", then)])
    if request.method != "POST":
        return _page(request, interrupted, status=200)
    return _confirm(request, interrupted) or HttpResponseRedirect(then)


def _confirm(request: Any, interrupted: Interrupted) -> HttpResponse | None:
    if request.POST.get("confirm_act") == "send_code":
        return _mail_code(request, interrupted)
    if not OURS & (request.POST.keys() - {"csrfmiddlewaretoken"}):
        return _page(request, interrupted, status=403)
    form = _form_of(request)(request.POST)
    if not form.is_valid():
        return _refused(request, interrupted, form)
    try:
        secret = _proved(request, form.cleaned_data)
    except errors.PorticoError as error:
        return _refused(request, interrupted, form, error)
    _go_on(request, secret)
    return None


def _proved(request: Any, typed: dict[str, str]) -> str:
    session, by = request.visitor.session, request.visitor.actor
    if session.login.has_password:
        password = typed["confirm_password"]
        return confirming.confirm_with_password(session=session, password=password, browser=browser_of(request), by=by)
    code = typed["confirm_code"]
    return confirming.confirm_with_code(session=session, typed=code, ip_prefix=request.ip_prefix, by=by)


def _go_on(request: Any, secret: str) -> None:
    """This request is already the confirmed session's; its answer brings the new cookie."""
    exchange_secret(request, secret)
    request.visitor.session = replace(request.visitor.session, proved_at=clock.real_now())


def _mail_code(request: Any, interrupted: Interrupted) -> HttpResponse:
    visitor: Visitor = request.visitor
    try:
        confirming.mail_code(session=visitor.session, ip_prefix=request.ip_prefix, by=visitor.actor)
    except errors.PorticoError as error:
        return _refused(request, interrupted, _form_of(request)(request.POST), error)
    return _page(request, interrupted, status=200)


def _page(request: Any, interrupted: Interrupted, *, status: int) -> HttpResponse:
    return page(request, TEMPLATE, {"form": _form_of(request)(), **_about(request, interrupted)}, status=status)


def _refused(
    request: Any, interrupted: Interrupted, form: forms.Form, error: errors.PorticoError | None = None
) -> HttpResponse:
    about = _about(request, interrupted)
    field = next(iter(form.fields)) if about["has_password"] or about["is_code_sent"] else None
    return refused(request, TEMPLATE, form, error, field=field, **about)


def _about(request: Any, interrupted: Interrupted) -> dict[str, Any]:
    visitor: Visitor = request.visitor
    has_password = visitor.login.has_password
    return {
        "email": visitor.login.email,
        "has_password": has_password,
        "is_code_sent": not has_password and confirming.is_code_waiting(visitor.session),
        "action": interrupted.action,
        "kept": interrupted.fields,
    }


def _form_of(request: Any) -> type[forms.Form]:
    return ConfirmForm if request.visitor.login.has_password else ConfirmCodeForm


def _kept(request: HttpRequest) -> list[tuple[str, str]]:
    """What had been typed, in its order; nothing that looks like the number of a card is repeated."""
    pairs = [(name, str(value)) for name, values in request.POST.lists() for value in values if name not in OURS]
    return [(name, value) for name, value in pairs if without_cards(value) == value]


def _to_confirm_page(request: HttpRequest) -> HttpResponse:
    there = f"{reverse('confirm')}?{urlencode({'next': request.get_full_path()})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Redirect": there})
    return HttpResponseRedirect(there)
