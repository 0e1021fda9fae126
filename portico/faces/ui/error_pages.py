"""The pages that say that something is not there, not allowed or not working.

They carry the branch's look when the middleware has already found out the host's brand and put it on the request. Only
the page for an address that does not exist asks the database for it, and does without where there is no answer.
"""

from collections.abc import Mapping
from contextlib import suppress

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portico.faces.ui.brands import shell_brand
from portico.faces.ui.pages import Brand, Shell
from portico.faces.ui.viewing import viewing_of
from portico.foundation.people.middleware import let_in
from portico.foundation.tenancy.brands import BrandFacts

_TEXTS: Mapping[int, tuple[Promise, Promise]] = {
    400: (_("That did not work"), _("The request could not be read. Go back and try again.")),
    403: (
        _("This page is not open to you"),
        _("Go back, load the page again and try once more. If it stays closed, call us."),
    ),
    404: (
        _("We cannot find that page"),
        _("The link may be old or incomplete. Everything you can see starts on the home page."),
    ),
    429: (_("Too many tries"), _("Wait a few minutes and try again. Nothing has been changed.")),
    500: (_("Something went wrong on our side"), _("We have been told. Try again in a few minutes.")),
    503: (_("We will be back in a moment"), _("The site is being looked after. Nothing you did is lost.")),
}


def error_page(request: HttpRequest, status: int, *, title: str = "", text: str = "") -> HttpResponse:
    """Answer with the page of an error status, with a title and a text of its own where they are given."""
    known = _brand(request)
    name = known.name if known else ""
    usual_title, usual = _TEXTS[status]
    context = {
        "shell": Shell(company_name=name, brand=known, title_suffix=name, viewing=viewing_of(request)),
        "title": title or str(usual_title),
        "text": text or str(usual),
        "home": status != 503,
    }
    return HttpResponse(loader.get_template("ui/error.html").render(context, request), status=status)


def _brand(request: HttpRequest) -> Brand | None:
    found = getattr(request, "brand", None)
    return shell_brand(found) if isinstance(found, BrandFacts) else None


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400."""
    return error_page(request, 400)


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler403: in the office it is the role that lacks the right."""
    is_staff = getattr(request, "staff", None) is not None
    words = _("Your role does not allow this. A manager or an administrator can do it, or give you another role.")
    return error_page(request, 403, text=str(words) if is_staff else "")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler404. No view was found for the address, so nobody has asked yet whose portal this is."""
    if getattr(request, "door", None) is not None and request.entry is None:  # type: ignore[attr-defined]
        with suppress(DatabaseError):
            let_in(request, only_read=True)
    return error_page(request, 404)


def went_wrong(request: HttpRequest) -> HttpResponse:
    """Django's handler500."""
    return error_page(request, 500)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF_FAILURE_VIEW: the page is older than the sign-in, or its cookie is gone."""
    words = _("This page was open too long, and nothing was changed. Go back, load it again and try once more.")
    return error_page(request, 403, text=str(words))
