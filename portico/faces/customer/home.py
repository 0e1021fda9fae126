"""Home: what wants doing, each one tap from done."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _

from portico.domain.memberships.queries.memberships import Membership
from portico.domain.memberships.rules import VisitWord
from portico.faces.customer.billing.words import standing_tag
from portico.faces.customer.estimates.listing import estimate_lines
from portico.faces.customer.finders.estimates import FIRST_ON_HOME
from portico.faces.customer.requests import PortalRequest, narrowed_to
from portico.faces.customer.switching import customer_switch
from portico.faces.customer.visitor import visitor_only
from portico.faces.ui.minijinja import url
from portico.faces.ui.pages import page
from portico.kernel import clock

MOST_DUE = 4


@visitor_only
def home(request: PortalRequest) -> HttpResponse:
    """Open balances first, then visits; several customers on one page, with a switch that narrows it."""
    visitor = request.visitor
    narrow = narrowed_to(request)
    facts, offers = visitor.home(narrow)
    found, names = facts.bills, len(visitor.reached) > 1
    waiting = visitor.own_of(found.waiting)
    due = _due_visits(facts.due, names=names, may_book=visitor.may_open("booking_due"))
    works = visitor.work_to_book(narrow) if facts.has_accepted else []
    planned = [*due, *works]
    request.shell.unpaid = found.payable_count
    if narrow:
        request.shell.brand = visitor.customer(narrow).brand
    context = {
        "may_book": request.visitor.may_open("booking"),
        "home": found,
        "first_name": (visitor.login.name.split() or [""])[0],
        "switch": customer_switch(visitor.reached, narrow, "home", everyone=_("All of them")),
        "tasks": [(row, standing_tag(row)) for row in sorted(found.open, key=lambda row: not row.due)],
        "due_visits": due[:MOST_DUE],
        "works": works,
        "offers": offers,
        "has_more_due": len(due) > MOST_DUE,
        "estimates": estimate_lines(facts.estimates[:FIRST_ON_HOME], names=names, now=clock.now()),
        "has_more_estimates": len(facts.estimates) > FIRST_ON_HOME,
        "task_count": found.payable_count
        + len(found.failed)
        + waiting.task_count
        + len(planned)
        + len(offers)
        + len(facts.estimates),
        "waiting": waiting,
        "payable": visitor.payable_of(found.open),
        "has_billing": bool(visitor.payers),
        "has_history": visitor.may_open("jobs"),
        "tiles": _tiles(request),
    }
    return page(request, "customer/home.html", context)


def _due_visits(members: list[Membership], *, names: bool, may_book: bool) -> list[dict[str, str]]:
    """The visits of memberships that are due now, one line each."""
    return [
        {
            "href": url("booking_due", visit.id) if may_book else url("membership", row.id),
            "title": visit.name or row.title,
            "note": " · ".join(part for part in (row.customer_name if names else "", row.title, row.address) if part),
        }
        for row in members
        for visit in row.visits
        if visit.word == VisitWord.DUE
    ]


def _tiles(request: PortalRequest) -> list[dict[str, str]]:
    return [*_bill_tiles(request), *_history_tiles(request), _tile("account", "user", _("My account"))]


def _bill_tiles(request: PortalRequest) -> list[dict[str, str]]:
    if not request.visitor.payers:
        return []
    return [
        _tile("invoices", "file-text", _("Invoices")),
        _tile("payments", "receipt", _("Payments")),
        *_methods_tile(request),
    ]


def _history_tiles(request: PortalRequest) -> list[dict[str, str]]:
    if not request.visitor.may_open("jobs"):
        return []
    return [
        _tile("estimates", "file-signature", _("Estimates")),
        _tile("jobs", "history", _("Service history")),
        _tile("equipment", "house-plug", _("Equipment")),
        _tile("memberships", "shield-check", _("Member\u00adships")),
        _tile("documents", "images", _("Documents")),
    ]


def _tile(name: str, icon: str, label: str) -> dict[str, str]:
    return {"href": url(name), "icon": icon, "label": label}


def _methods_tile(request: PortalRequest) -> list[dict[str, str]]:
    if not (request.visitor.may_pay_online and request.visitor.account_holders):
        return []
    return [_tile("payment_methods", "credit-card", _("Payment methods"))]
