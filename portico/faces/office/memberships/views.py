"""A customer's memberships in the office."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from portico.domain.memberships.queries import office
from portico.faces.office.customers.record import head_or_404
from portico.faces.office.membership_words import membership_lines
from portico.faces.office.requests import OfficeRequest, public_id
from portico.faces.office.staff import staff_only
from portico.faces.ui.pages import page
from portico.foundation.people.permissions import Action
from portico.kernel import clock


@staff_only(Action.VIEW_CUSTOMERS)
@require_safe
def memberships(request: OfficeRequest, customer: UUID) -> HttpResponse:
    """All memberships: active, paused and past ones, deleted ones last."""
    head = head_or_404(customer)
    after = public_id(request.GET.get("after", ""))
    found = office.memberships_of_customer(customer, now=clock.now(), after=after, limit=office.PAGE + 1)
    shown = found[: office.PAGE]
    address = reverse("customer_memberships", args=[customer])
    older = f"{address}?{urlencode({'after': shown[-1].membership.id})}" if len(found) > len(shown) else ""
    context = {"head": head, "memberships": membership_lines(shown), "older": older}
    return page(request, "office/memberships/memberships.html", context)
