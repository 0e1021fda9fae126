"""Memberships: active, paused and past ones, and one of them."""

from __future__ import annotations

from itertools import groupby
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from portico.domain.memberships.queries.memberships import Membership, MembershipPage, Savings, Visit
from portico.domain.memberships.rules import VisitWord
from portico.domain.memberships.words import (
    FREQUENCY,
    STATUS_LABEL,
    STATUS_TONE,
    VISIT_LABEL,
    VISIT_TONE,
    count_words,
    percent_words,
    span_words,
)
from portico.faces.customer.requests import PortalRequest, narrowed_to, public_id
from portico.faces.customer.switching import customer_switch
from portico.faces.customer.visitor import visitor_only
from portico.faces.ui.minijinja import say as _
from portico.faces.ui.minijinja import url
from portico.faces.ui.pages import page

PAGE_SIZE = 10


@visitor_only
@require_safe
def memberships(request: PortalRequest) -> HttpResponse:
    """Page by page: active ones first, then paused, then past."""
    narrow = narrowed_to(request)
    after = public_id(request.GET.get("after", ""))
    found = request.visitor.memberships(narrow, after=after, limit=PAGE_SIZE + 1)
    shown = found[:PAGE_SIZE]
    if narrow:
        request.shell.brand = request.visitor.customer(narrow).brand
    context = {
        "groups": _groups(shown, names=len(request.visitor.reached) > 1),
        "after": after,
        "switch": customer_switch(request.visitor.reached, narrow, "memberships"),
        "more": _more(narrow, shown) if len(found) > len(shown) else "",
    }
    return page(request, "customer/memberships/memberships.html", context)


@visitor_only
@require_safe
def membership(request: PortalRequest, membership: UUID) -> HttpResponse:
    """One membership: what it covers, its visits, and, with billing access, its next bill and what it saved."""
    found = request.visitor.membership(membership)
    row = found.membership
    request.shell.brand = found.brand
    saved = request.visitor.savings_of(row) if found.has_billing else None
    context = {
        "membership": row,
        "state": STATUS_LABEL[row.status],
        "tone": STATUS_TONE[row.status],
        "is_paused": row.status == "Suspended",
        "facts": _facts(row),
        "covers": found.covers,
        "discount": percent_words(row.discount),
        "visits": [_visit(visit) for visit in row.visits],
        "due": _due(request, row),
        "counted": count_words(used=row.used_count, due=row.due_count),
        "may_book": request.visitor.may_open("booking"),
        "is_visit_due": row.due_count > 0 and row.status == "Active",
        "period": span_words(row.period),
        "bill": _bill(found),
        "savings": saved,
        "saved": _saved(saved),
    }
    return page(request, "customer/memberships/membership.html", context)


def _due(request: PortalRequest, row: Membership) -> list[dict[str, str]]:
    """What can be booked now, each with the way to its windows."""
    if row.status != "Active" or not request.visitor.may_open("booking_due"):
        return []
    return [
        {"name": visit.name or _("Included visit"), "href": url("booking_due", visit.id)}
        for visit in row.visits
        if visit.word == VisitWord.DUE
    ]


def _groups(rows: list[Membership], *, names: bool) -> list[dict[str, Any]]:
    titles = {"Active": _("Active"), "Suspended": _("Paused")}
    return [
        {"title": title, "id": f"group-{at}", "rows": [_line(row, names=names) for row in found]}
        for at, (title, found) in enumerate(groupby(rows, key=lambda row: titles.get(row.status, _("Past"))))
    ]


def _line(row: Membership, *, names: bool) -> dict[str, Any]:
    said = [row.customer_name if names else "", row.address or row.location_name or "", span_words(row.span)]
    counted = "" if row.is_over else count_words(used=row.used_count, due=row.due_count)
    is_due = row.status == "Active" and any(visit.word == VisitWord.DUE for visit in row.visits)
    return {
        "href": url("membership", row.id),
        "title": row.title,
        "note": " · ".join(part for part in said if part),
        "counted": counted,
        "tag": _("Visit due") if is_due else STATUS_LABEL[row.status],
        "tone": "warn" if is_due else STATUS_TONE[row.status],
        "key": row.id,
    }


def _facts(row: Membership) -> list[list[str]]:
    said = [[_("From – to"), span_words(row.span)]]
    said.append([_("Location"), row.address or row.location_name or _("All your locations")])
    return said


def _visit(visit: Visit) -> dict[str, Any]:
    return {
        "name": visit.name or _("Included visit"),
        "due_on": visit.due_on,
        "href": url("job", visit.job) if visit.job and visit.word in (VisitWord.USED, VisitWord.BOOKED) else "",
        "state": VISIT_LABEL[visit.word],
        "tone": VISIT_TONE[visit.word],
    }


def _bill(found: MembershipPage) -> dict[str, Any] | None:
    bill = found.next_bill
    if bill is None:
        return None
    return {"on": bill.on, "amount": bill.amount, "frequency": FREQUENCY.get(bill.frequency, "")}


def _saved(saved: Savings | None) -> list[dict[str, Any]]:
    return [
        {
            "href": url("invoice", one.id),
            "title": _("Invoice %(number)s") % {"number": one.number},
            "note": one.title,
            "issued_on": one.issued_on,
            "saved": one.saved,
        }
        for one in (saved.discounts if saved else ())
    ]


def _more(narrow: UUID | None, shown: list[Membership]) -> str:
    query = {"customer": str(narrow)} if narrow else {}
    return url("memberships", query=query | {"after": shown[-1].id})
