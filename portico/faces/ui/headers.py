"""The browser's walls: which sources a page may use, who may frame it, what may be kept."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

View = Callable[..., HttpResponseBase]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action {form_action}; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; "
    "{frames}report-to csp"
)
FRAMED = (
    "default-src 'none'; script-src 'self'; style-src 'self'{inline}; img-src 'self' data:; font-src 'self'; "
    "form-action 'none'; base-uri 'none'; object-src 'none'; frame-ancestors 'self'"
)
FEATURES = (
    "accelerometer",
    "autoplay",
    "camera",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "publickey-credentials-get",
    "screen-wake-lock",
    "usb",
    "xr-spatial-tracking",
)
FIXED = {
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in FEATURES),
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Reporting-Endpoints": 'csp="/csp-reports/"',
}
PRIVATE = "no-store, private"


def add_headers(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: whatever the view did not say itself is said in the strictest form.

    A page that posts on to a payment page sets `request.form_action_origins = ("https://…",)`; one that shows
    samples of ours in frames sets `request.has_frames = True`, and each sample is marked with `framed`.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", _policy(request))
        for name, value in FIXED.items():
            response.headers.setdefault(name, value)
        if response.cookies or not response.has_header("Cache-Control"):
            response.headers["Cache-Control"] = PRIVATE
        if isinstance(response, HttpResponse):
            response.headers.setdefault("Content-Length", str(len(response.content)))
        return response

    return answer


def public_for(seconds: int) -> Callable[[View], View]:
    """Decorate a view whose answer is the same for everybody: caches may keep it, as long as it sets no cookie."""

    def decorate(view: View) -> View:
        @wraps(view)
        def cacheable(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            response = view(request, *args, **kwargs)
            if response.status_code == 200:
                response.headers["Cache-Control"] = f"public, max-age={seconds}, immutable"
            return response

        return cacheable

    return decorate


def framed(*, inline_styles: bool = False) -> Callable[[View], View]:
    """Decorate a sample that a page of the same host shows in a frame: nothing in it can be sent anywhere."""

    def decorate(view: View) -> View:
        @wraps(view)
        def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            response = view(request, *args, **kwargs)
            inline = " 'unsafe-inline'" if inline_styles else ""
            response.headers["Content-Security-Policy"] = FRAMED.format(inline=inline)
            response.headers["X-Frame-Options"] = "SAMEORIGIN"
            return response

        return shown

    return decorate


def without_referrer(view: View) -> View:
    """Decorate a view whose address holds a secret: the next page must not learn it."""

    @wraps(view)
    def secretive(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return secretive


def _policy(request: HttpRequest) -> str:
    origins: tuple[str, ...] = getattr(request, "form_action_origins", ())
    frames = "frame-src 'self'; " if getattr(request, "has_frames", False) else ""
    return POLICY.format(form_action=" ".join(("'self'", *origins)), frames=frames)
