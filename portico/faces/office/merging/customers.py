"""Merging a customer into another one: choose it, see what moves, do it; and undo it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from portico.domain.billing.queries import office
from portico.domain.customers import search
from portico.domain.merging import operations, queries
from portico.domain.merging.errors import MergeRefused, Missing
from portico.faces.office.customers.record import head_or_404
from portico.faces.office.requests import OfficeRequest, public_id
from portico.faces.office.staff import staff_only
from portico.faces.ui.minijinja import url
from portico.faces.ui.pages import page
from portico.foundation.people.permissions import Action
from portico.kernel import formats, text

CHOOSE, PREVIEW, UNDO = (f"office/merging/{name}.html" for name in ("choose", "preview", "undo"))
asks_or_does = require_http_methods(["GET", "HEAD", "POST"])
KINDS = {
    "customers_location": gettext_lazy("Locations"),
    "jobs_job": gettext_lazy("Jobs"),
    "estimates_proposal": gettext_lazy("Estimates"),
    "billing_invoice": gettext_lazy("Invoices"),
    "billing_payment": gettext_lazy("Payments"),
    "equipment_installedequipment": gettext_lazy("Units"),
    "memberships_membership": gettext_lazy("Memberships"),
    "documents_document": gettext_lazy("Documents"),
    "customers_contact": gettext_lazy("Contacts"),
}


@staff_only(Action.MERGE)
@asks_or_does
def merge(request: OfficeRequest, customer: UUID) -> HttpResponse:
    """The record that stays is `customer`; `other` is the one that becomes part of it."""
    head = head_or_404(customer)
    if head.merged_into:
        return HttpResponseRedirect(url("customer_unmerge", customer))
    chosen = public_id((request.POST if request.method == "POST" else request.GET).get("other", ""))
    found = queries.records_of(customer, chosen) if chosen else {}
    if request.method == "POST" and chosen:
        return _merged(request, customer, chosen, found)
    if chosen in found and chosen != customer:
        return page(request, PREVIEW, _preview(head, found, chosen))
    return page(request, CHOOSE, _choice(request, head))


@staff_only(Action.MERGE)
@asks_or_does
def unmerge(request: OfficeRequest, customer: UUID) -> HttpResponse:
    """Take a record that was merged away here out again; another one has no such page."""
    head = head_or_404(customer)
    own = [one for one in queries.standing_merges(customer) if one.id == customer]
    if not own or head.merged_into is None:
        raise Http404("not merged here")
    context = {"head": head, "merge": own[0], "survivor": head_or_404(head.merged_into), "refused": ""}
    if request.method != "POST":
        return page(request, UNDO, context)
    try:
        operations.unmerge(merge=own[0].merge, by=request.staff.actor)
    except (MergeRefused, Missing) as refused:
        return page(request, UNDO, {**context, "refused": refused.message}, 409)
    request.notices.add("success", _("%(name)s stands alone again.") % {"name": head.name})
    return HttpResponseRedirect(url("customer", customer), status=303)


def _merged(request: OfficeRequest, customer: UUID, other: UUID, found: dict[UUID, queries.Record]) -> HttpResponse:
    try:
        operations.merge_customers(survivor=customer, loser=other, by=request.staff.actor)
    except Missing as missing:
        raise Http404("no such customer") from missing
    except MergeRefused as refused:
        context = {**_choice(request, head_or_404(customer)), "refused": refused.message}
        return page(request, CHOOSE, context, 409)
    names = {"name": found[other].name if other in found else "", "stays": found[customer].name}
    request.notices.add("success", _("%(name)s is part of %(stays)s now.") % names)
    return HttpResponseRedirect(url("customer", customer), status=303)


def _choice(request: OfficeRequest, head: office.Head) -> dict[str, Any]:
    typed = text.squeeze(request.GET.get("q", ""))[: search.LONGEST]
    is_search = len(typed) >= search.SHORTEST
    rows = [row for row in office.search_customers(typed) if row.id != head.id] if is_search else []
    standing = [one for one in queries.standing_merges(head.id) if one.id != head.id]
    told = {"head": head, "typed": typed, "is_search": is_search, "rows": rows, "standing": standing}
    return {**told, "refused": ""}


def _preview(head: office.Head, found: dict[UUID, queries.Record], chosen: UUID) -> dict[str, Any]:
    stays, goes = found[head.id], found[chosen]
    rows = [
        {"label": label, "stays": stays.counts[kind], "goes": goes.counts[kind]}
        for kind, label in KINDS.items()
        if stays.counts[kind] or goes.counts[kind]
    ]
    money = [formats.money(minor, head.currency) for minor in (stays.open_minor, goes.open_minor)]
    both = formats.money(stays.open_minor + goes.open_minor, head.currency)
    emails = sorted({*stays.emails, *goes.emails})
    return {"head": head, "stays": stays, "goes": goes, "rows": rows, "money": money, "both": both, "emails": emails}
