"""What a browser is given and told: the session's cookie, and the way back after signing in."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme

from portico.foundation.people.enums import Side

COOKIE = {Side.CUSTOMER: settings.PORTAL_COOKIE_NAME, Side.STAFF: settings.OFFICE_COOKIE_NAME}
VIEWING_COOKIE: str = settings.VIEWING_COOKIE_NAME
REMEMBERED_SECONDS = 30 * 24 * 3600


def give_cookie(response: HttpResponse, side: Side, secret: str, *, is_remembered: bool) -> None:
    """Let this browser come back; without remember me only until it is closed."""
    response.set_cookie(
        COOKIE[side],
        secret,
        max_age=REMEMBERED_SECONDS if is_remembered else None,
        secure=settings.COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
        path="/",
    )


def exchange_secret(request: HttpRequest, secret: str) -> None:
    """The session of this request goes on under another secret; its answer will carry it."""
    request.new_secret = secret  # type: ignore[attr-defined]


def exchange_cookie(request: HttpRequest, response: HttpResponse) -> None:
    """Give the new secret to the browser, where the session has one and did not end in this very request."""
    secret, entry = getattr(request, "new_secret", ""), getattr(request, "entry", None)
    side: Side | None = getattr(getattr(request, "door", None), "side", None)
    if secret and side and entry and entry.session and COOKIE[side] not in response.cookies:
        give_cookie(response, side, secret, is_remembered=entry.session.is_remembered)


def take_cookie(response: HttpResponse, side: Side) -> None:
    """Let this browser forget its session; a `__Host-` cookie goes only when the answer is Secure too."""
    response.set_cookie(
        COOKIE[side], "", max_age=0, secure=settings.COOKIE_SECURE, httponly=True, samesite="Lax", path="/"
    )


def give_viewing_cookie(response: HttpResponse, secret: str) -> None:
    """Let this browser look as somebody else until it is closed; the row ends it sooner."""
    response.set_cookie(VIEWING_COOKIE, secret, secure=settings.COOKIE_SECURE, httponly=True, samesite="Lax", path="/")


def take_viewing_cookie(response: HttpResponse) -> None:
    """Let this browser forget that it looked as somebody else."""
    response.set_cookie(
        VIEWING_COOKIE, "", max_age=0, secure=settings.COOKIE_SECURE, httponly=True, samesite="Lax", path="/"
    )


def way_back(request: HttpRequest, asked: str, *, otherwise: str) -> str:
    """`asked` when it is a path on this very host, else `otherwise`."""
    host = request.get_host()
    is_path = asked.startswith("/") and not asked.startswith("//")
    if is_path and url_has_allowed_host_and_scheme(asked, allowed_hosts={host}, require_https=request.is_secure()):
        return asked
    return otherwise


def page_before(request: HttpRequest) -> str:
    """The page of this host that a form was sent from; empty where the browser does not say."""
    parts = urlsplit(request.headers.get("Referer", ""))
    path = urlunsplit(("", "", parts.path, parts.query, ""))
    return way_back(request, path, otherwise="") if parts.netloc == request.get_host() else ""


def agent_of(request: HttpRequest) -> str:
    """The browser's name for itself, shortened."""
    return request.headers.get("User-Agent", "")[:200]
