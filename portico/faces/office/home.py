"""The office's front door."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from portico.faces.office.requests import OfficeRequest
from portico.faces.office.staff import staff_only
from portico.foundation.people.permissions import Action


@staff_only(Action.VIEW_CUSTOMERS)
@require_safe
def office_home(request: OfficeRequest) -> HttpResponse:
    """Work begins with a customer."""
    return HttpResponseRedirect(reverse("customers"))
