"""Home: what wants doing, each one tap from done."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from portico.faces.customer.billing.words import standing_tag
from portico.faces.customer.requests import PortalRequest, narrowed_to
from portico.faces.customer.visitor import visitor_only
from portico.faces.ui.minijinja import url
from portico.faces.ui.pages import page


@visitor_only
def home(request: PortalRequest) -> HttpResponse:
    """Open balances first, then the next visit; several customers on one page, with a switch that narrows it."""
    visitor = request.visitor
    narrow = narrowed_to(request)
    found = visitor.home(narrow)
    request.shell.unpaid = found.payable_count
    if narrow:
        request.shell.brand = visitor.customer(narrow).brand
    context = {
        "home": found,
        "first_name": (visitor.login.name.split() or [""])[0],
        "switch": _switch(request, narrow),
        "tasks": [(row, standing_tag(row)) for row in sorted(found.open, key=lambda row: not row.due)],
        "task_count": found.payable_count + len(found.failed) + found.waiting.task_count,
        "waiting": found.waiting,
        "may_pay": visitor.may_pay_online,
        "has_billing": bool(visitor.payers),
        "tiles": _tiles(request),
    }
    return page(request, "customer/home.html", context)


def _switch(request: PortalRequest, narrow: UUID | None) -> list[dict[str, object]]:
    reached = request.visitor.reached
    if len(reached) < 2:
        return []
    everything = {"label": _("All of them"), "href": url("home"), "is_current": narrow is None, "note": ""}
    return [
        everything,
        *(
            {
                "label": reach.name,
                "href": f"{reverse('home')}?customer={reach.customer}",
                "is_current": narrow == reach.customer,
                "note": reach.address,
            }
            for reach in reached
        ),
    ]


def _tiles(request: PortalRequest) -> list[dict[str, str]]:
    account = {"href": url("account"), "icon": "user", "label": _("My account")}
    if not request.visitor.payers:
        return [account]
    return [
        {"href": url("invoices"), "icon": "file-text", "label": _("Invoices")},
        {"href": url("payments"), "icon": "receipt", "label": _("Payments")},
        *_methods_tile(request),
        account,
    ]


def _methods_tile(request: PortalRequest) -> list[dict[str, str]]:
    if not (request.visitor.may_pay_online and request.visitor.account_holders):
        return []
    return [{"href": url("payment_methods"), "icon": "credit-card", "label": _("Payment methods")}]
