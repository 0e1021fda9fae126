"""Statements of a customer's account, as page and PDF. They exist for whom the whole account is open only:
somebody who sees the bills of one place would learn the rest from a balance.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from portico.domain.customers.queries import Reach
from portico.faces.customer.requests import PortalRequest, public_id
from portico.faces.customer.visitor import visitor_only
from portico.faces.ui.pages import page
from portico.faces.ui.statements import Asked, asked_for, context_of, printed
from portico.kernel import clock

PAGES = {"invoice": "invoice", "payment": "payment"}


@visitor_only
@require_safe
def statement(request: PortalRequest) -> HttpResponse:
    """What is open on a day, or what happened between two."""
    reach, asked = _chosen(request)
    found = asked.find(reach.customer_id)
    request.shell.brand = reach.brand
    context = context_of(
        asked,
        found,
        page=reverse("statement"),
        pdf=reverse("statement_pdf"),
        href_of=lambda kind, one: reverse(PAGES[kind], args=[one]),
        today=clock.today(reach.brand.time_zone),
    )
    context |= {"account": reach, "bill_to": _bill_to(request, reach)}
    return page(request, "customer/billing/statement.html", context, 200 if found else 422)


@visitor_only
@require_safe
def statement_pdf(request: PortalRequest) -> HttpResponse:
    """The same as PDF; days that cannot be lead to the page, which says why."""
    reach, asked = _chosen(request)
    found = asked.find(reach.customer_id)
    if found is None:
        return HttpResponseRedirect(f"{reverse('statement')}?{request.GET.urlencode()}")
    made = printed(found)
    headers = {"Content-Disposition": f'inline; filename="{made.file_name}"'}
    return HttpResponse(made.content, content_type=made.content_type, headers=headers)


def _chosen(request: PortalRequest) -> tuple[Reach, Asked]:
    """The account that was asked for, else the first; 404 for one that is not wholly this visitor's."""
    customer = public_id(request.GET.get("customer", ""))
    holders = request.visitor.whole_payers
    reach = next((one for one in holders if customer in (None, one.customer)), None)
    if reach is None:
        raise Http404
    kept = {"customer": str(reach.customer)} if len(holders) > 1 else {}
    return reach, asked_for(request.GET, today=clock.today(reach.brand.time_zone), kept=kept)


def _bill_to(request: PortalRequest, shown: Reach) -> list[dict[str, Any]]:
    holders = request.visitor.whole_payers
    if len(holders) < 2:
        return []
    return [_switch(request, reach, is_current=reach.customer == shown.customer) for reach in holders]


def _switch(request: PortalRequest, reach: Reach, *, is_current: bool) -> dict[str, Any]:
    asked = {name: str(value) for name, value in request.GET.items() if name != "customer"}
    return {
        "label": reach.name,
        "href": _address(asked, reach.customer),
        "is_current": is_current,
        "note": reach.address,
    }


def _address(asked: dict[str, str], customer: UUID) -> str:
    return f"{reverse('statement')}?{urlencode(asked | {'customer': str(customer)})}"
