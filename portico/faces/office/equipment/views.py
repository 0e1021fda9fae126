"""A customer's equipment in the office, and the label of a unit."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portico.domain.equipment import labels
from portico.domain.equipment.queries import office
from portico.faces.office.customers.record import head_or_404
from portico.faces.office.equipment_words import unit_lines
from portico.faces.office.requests import OfficeRequest, public_id
from portico.faces.office.staff import staff_only
from portico.faces.ui.pages import page
from portico.foundation.people.permissions import Action
from portico.kernel import clock


@staff_only(Action.VIEW_CUSTOMERS)
@require_safe
def equipment(request: OfficeRequest, customer: UUID) -> HttpResponse:
    """All units in use, home by home; `?show=gone` lists those that no longer are."""
    head = head_or_404(customer)
    is_gone = request.GET.get("show") == "gone"
    after = public_id(request.GET.get("after", ""))
    found = office.units_of_customer(customer, now=clock.now(), is_gone=is_gone, after=after, limit=office.PAGE + 1)
    address, shown = reverse("customer_equipment", args=[customer]), found.units[: office.PAGE]
    show = {"show": "gone"} if is_gone else {}
    more = len(found.units) > len(shown)
    context = {
        "head": head,
        "units": unit_lines(shown),
        "tabs": _tabs(address, is_gone=is_gone) if found.has_gone or is_gone else [],
        "older": f"{address}?{urlencode(show | {'after': shown[-1].unit.id})}" if more else "",
    }
    return page(request, "office/equipment/equipment.html", context)


@staff_only(Action.VIEW_CUSTOMERS)
@require_safe
def label(request: OfficeRequest, customer: UUID, unit: UUID) -> HttpResponse:
    """The label of a unit as PDF, in the size of a sticker."""
    found = office.unit_of_customer(customer, unit, now=clock.now())
    if found is None:
        raise Http404("no such unit")
    made = labels.print_label(found)
    headers = {"Content-Disposition": f'inline; filename="{made.file_name}"'}
    return HttpResponse(made.content, content_type=made.content_type, headers=headers)


def _tabs(address: str, *, is_gone: bool) -> list[dict[str, Any]]:
    return [
        {"label": _("In use"), "href": address, "is_current": not is_gone},
        {"label": _("No longer in use"), "href": f"{address}?show=gone", "is_current": is_gone},
    ]
