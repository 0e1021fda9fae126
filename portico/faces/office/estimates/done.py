"""Going back to an estimate after something was done with it, and telling how that went."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from portico.faces.office.requests import OfficeRequest
from portico.kernel import errors

WAYS = require_http_methods(["GET", "HEAD", "POST"])


def done_or_told(request: OfficeRequest, estimate: UUID, work: Callable[[], object], *, told: str) -> HttpResponse:
    """Do it when it was posted; `told` says that it is done, the refusal's own words that it is not."""
    if request.method == "POST":
        try:
            work()
        except errors.PorticoError as refused:
            request.notices.add("error", refused.message)
        else:
            request.notices.add("success", told)
    return back_to(estimate)


def back_to(estimate: UUID) -> HttpResponse:
    """The page of the estimate."""
    return HttpResponseRedirect(reverse("office_estimate", args=[estimate]))
