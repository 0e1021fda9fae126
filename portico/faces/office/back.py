"""Where a posted button leads back to."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme


def came_from(request: HttpRequest) -> HttpResponseRedirect | None:
    """To the page of ours that the button stood on and named in `back`; None where it named none."""
    back = request.POST.get("back", "")
    if back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return HttpResponseRedirect(back)
    return None
