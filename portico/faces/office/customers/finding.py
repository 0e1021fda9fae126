"""Customer search, as you type or by a press of Enter; without a query all customers by name."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from portico.domain.billing.queries import office
from portico.domain.customers import search
from portico.faces.office.requests import OfficeRequest, public_id
from portico.faces.office.staff import staff_only
from portico.faces.ui.pages import page
from portico.foundation.people.permissions import Action
from portico.kernel import text


@staff_only(Action.VIEW_CUSTOMERS)
@require_safe
def customers(request: OfficeRequest) -> HttpResponse:
    """The search page; an htmx request gets the results alone."""
    typed = text.squeeze(request.GET.get("q", ""))[: search.LONGEST]
    request.shell.typed = typed
    found = office.search_customers(typed) if len(typed) >= search.SHORTEST else []
    context = {"rows": found, "older": ""} if len(typed) >= search.SHORTEST else _by_name(request)
    template = "office/customers/_results.html" if _wants_results(request) else "office/customers/customers.html"
    is_search = len(typed) >= search.SHORTEST
    told = {"typed": typed, "is_search": is_search, "is_cut": is_search and len(found) == office.PAGE}
    told["may_add"] = request.staff.may(Action.EDIT_CUSTOMER)
    return page(request, template, {**told, **context})


def _wants_results(request: OfficeRequest) -> bool:
    return bool(request.htmx) and not request.htmx.history_restore_request


def _by_name(request: OfficeRequest) -> dict[str, object]:
    after = public_id(request.GET.get("after", ""))
    rows = office.customers_by_name(after=after, limit=office.PAGE + 1)
    shown = rows[: office.PAGE]
    query = urlencode({"after": str(shown[-1].id)}) if len(rows) > len(shown) else ""
    return {"rows": shown, "older": f"{reverse('customers')}?{query}" if query else ""}
