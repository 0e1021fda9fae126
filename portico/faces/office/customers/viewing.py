"""The way from a customer's table to the portal as one of its contacts sees it."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from portico.domain.customers import operations
from portico.domain.customers.errors import Missing
from portico.faces.office.requests import OfficeRequest
from portico.faces.office.staff import staff_only
from portico.foundation.messaging.links import portal_of
from portico.foundation.people.enums import Side
from portico.foundation.people.middleware import URLCONF
from portico.foundation.people.permissions import Action


@staff_only(Action.VIEW_AS_CONTACT)
@require_POST
def view_as(request: OfficeRequest, customer: UUID, row: UUID) -> HttpResponse:
    """Go over to the portal; the address that leads there works once, for a minute."""
    try:
        secret = operations.view_as(customer=customer, portal_contact=row, session=request.staff.session)
    except Missing as missing:
        raise Http404("no such address") from missing
    path = reverse("viewing_start", args=[secret], urlconf=URLCONF[Side.CUSTOMER])
    response = HttpResponseRedirect(portal_of(request.company.host, path))
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
