"""The way into every page: host → company → session, and the one transaction of a GET."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase

from portico.foundation.messaging import links
from portico.foundation.people import proxies, sessions, viewing
from portico.foundation.people.browser import COOKIE, VIEWING_COOKIE, exchange_cookie
from portico.foundation.people.entry import Door, Entry, door_of, enter_company
from portico.foundation.people.enums import Side
from portico.foundation.people.ports import PORTS
from portico.foundation.tenancy import scope
from portico.foundation.tenancy.backend.base import begin_with_next
from portico.kernel import clock

READING = frozenset({"GET", "HEAD", "OPTIONS"})
SEEN_EVERY = timedelta(minutes=5)
URLCONF = {Side.CUSTOMER: "portico.config.portal_urls", Side.STAFF: "portico.config.office_urls"}

View = Callable[..., HttpResponseBase]


def noting(view: View) -> View:
    """Mark a view whose GET writes something down (a mailed link opened): it runs like a POST."""
    view.notes = True  # type: ignore[attr-defined]
    return view


def about_viewing(view: View) -> View:
    """Mark the views that staff who look as a customer may use to write something: that it begins, or is over."""
    view.is_about_viewing = True  # type: ignore[attr-defined]
    return view


def is_about_viewing(view: View) -> bool:
    return bool(getattr(view, "is_about_viewing", False))


def global_page(view: View) -> View:
    """Mark a view that needs no company: health, static brand colours."""
    view.is_global = True  # type: ignore[attr-defined]
    return view


class Notices:
    """Sentences for the next page. They wait in the session's row."""

    def __init__(self, waiting: list[dict[str, str]]) -> None:
        self.waiting = waiting
        self.added: list[dict[str, str]] = []
        self.is_shown = False

    def add(self, level: str, text: str) -> None:
        """Say `text` on the next page that shows notices. Levels: success, info, error."""
        self.added.append({"level": level, "text": str(text)})

    def show(self) -> list[dict[str, str]]:
        """What there is to say now; it is not said again."""
        self.is_shown = True
        return [*self.waiting, *self.added]

    @property
    def left(self) -> list[dict[str, str]]:
        return [] if self.is_shown else [*self.waiting, *self.added]

    @property
    def is_changed(self) -> bool:
        return self.left != self.waiting


class enter:
    """Middleware. After it a request has `company`, `brand`, `session`, `notices`, `door` and `ip_prefix`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        door = door_of(request.META.get("HTTP_HOST", ""))
        request.door = door  # type: ignore[attr-defined]
        request.entry = None  # type: ignore[attr-defined]
        request.ip_prefix = proxies.ip_prefix(request.META)  # type: ignore[attr-defined]
        if door is not None:
            request.urlconf = URLCONF[door.side]
        with ExitStack() as transaction_of_get:
            request.transaction_of_get = transaction_of_get  # type: ignore[attr-defined]
            transaction_of_get.callback(scope.restore, scope.company_id_or_none())
            response = self.get_response(request)
        self._note(request)
        exchange_cookie(request, response)
        return response

    def process_view(
        self, request: Any, view: View, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if getattr(view, "is_global", False):
            return None
        only_read = request.method in READING and not getattr(view, "notes", False)
        is_viewing = bool(viewing_secret(request))
        if let_in(request, only_read=only_read or (is_viewing and not is_about_viewing(view))) is None:
            raise Http404("no such portal")
        if moved := _moved(request):
            return moved
        return PORTS.while_viewing(request, view) if is_viewing else None

    def _note(self, request: Any) -> None:
        entry: Entry | None = request.entry
        if entry is None or entry.session is None or entry.viewing is not None:
            return
        is_attended = not getattr(request, "is_unattended", False)  # what a page asks by itself keeps no session alive
        is_due = is_attended and clock.real_now() - entry.session.seen_at > SEEN_EVERY
        is_noted = is_due or request.notices.is_changed
        after: Callable[[], None] | None = getattr(request, "after_answer", None)  # what a page that was read notes
        if not (is_noted or after):
            return
        with scope.company_scope(entry.company.id):
            if after:
                after()
            if is_noted:
                sessions.note_seen(session_id=entry.session.id, notices=request.notices.left)


def _moved(request: Any) -> HttpResponse | None:
    """What is asked for under a name that the company had before is under its new one; what is sent is still taken."""
    door, company = request.door, request.entry.company
    if request.method not in READING or company.primary_host == door.host:
        return None
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Refresh": "true"})
    address = links.office_of if door.side == Side.STAFF else links.portal_of
    return HttpResponsePermanentRedirect(address(company.primary_host, request.get_full_path()))


def _read_within(stack: ExitStack) -> None:
    """Begin a read-only transaction. Inside a test's transaction it is undone, and its read-only mode with it."""
    is_inner = connection.in_atomic_block
    with begin_with_next():
        stack.enter_context(transaction.atomic())
    if is_inner:
        stack.callback(transaction.set_rollback, True)  # noqa: FBT003 - Django's way to say it


def viewing_secret(request: Any) -> str:
    """What a browser of staff brings that looks at the portal as a customer; empty for everybody else."""
    door: Door | None = request.door
    is_portal = door is not None and door.side == Side.CUSTOMER
    return request.COOKIES.get(VIEWING_COOKIE, "") if is_portal else ""


def let_in(request: Any, *, only_read: bool) -> Entry | None:
    """Find out who came, once a request; a GET's transaction stays open until the answer is made.

    Staff who look as a customer get the same whatever they send: everything within one read-only transaction.
    """
    if request.entry is not None:
        return request.entry  # type: ignore[no-any-return]
    door: Door | None = request.door
    if door is None:
        return None
    as_staff = viewing_secret(request)
    secret = "" if as_staff else request.COOKIES.get(COOKIE[door.side], "")
    if only_read:
        _read_within(request.transaction_of_get)
        entry = _enter(door, secret, as_staff, only_read=True)
    else:
        with transaction.atomic():
            entry = _enter(door, secret, as_staff, only_read=False)
    if entry is None:
        return None
    scope.adopt(entry.company.id)
    request.entry, request.company, request.brand, request.session = entry, entry.company, entry.brand, entry.session
    request.notices = Notices(entry.session.notices if entry.session else [])
    return entry


def _enter(door: Door, secret: str, as_staff: str, *, only_read: bool) -> Entry | None:
    entry = enter_company(door, secret=secret, only_read=only_read)
    return viewing.seen_as(entry, secret=as_staff) if entry is not None and as_staff else entry
