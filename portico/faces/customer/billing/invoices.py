"""Invoices: to pay and paid, one of them, its PDF, a copy by mail."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from portico.domain.billing import papers
from portico.domain.billing.operations import invoices as operations
from portico.domain.billing.queries.invoices import InvoiceRow
from portico.faces.customer.billing.words import standing_tag, standing_tags
from portico.faces.customer.requests import PortalRequest, narrowed_to, public_id
from portico.faces.customer.switching import customer_switch
from portico.faces.customer.visitor import visitor_only
from portico.faces.ui.minijinja import addresses, url
from portico.faces.ui.minijinja import say as _
from portico.faces.ui.pages import page
from portico.kernel import errors, formats

PAGE_SIZE = 25


@visitor_only
@require_GET
def invoices(request: PortalRequest) -> HttpResponse:
    """Two lists: to pay (overdue, then by due day) and paid (newest first)."""
    narrow = narrowed_to(request)
    shows_paid = request.GET.get("show") == "paid"
    after = public_id(request.GET.get("after", ""))
    found = request.visitor.invoices(narrow, paid=shows_paid, after=after, limit=PAGE_SIZE + 1)
    request.shell.unpaid = found.sums.payable_count
    shown = found.rows[:PAGE_SIZE]
    query = {"customer": str(narrow)} if narrow else {}
    payable = set() if shows_paid else request.visitor.payable_of(shown)
    context = {
        "lines": _lines(request, shown, payable, shows_paid=shows_paid),
        "waiting": found.waiting,
        "shows_paid": shows_paid,
        "count": found.sums.open_count,
        "due": found.sums.due,
        "after": after,
        "bill_to": customer_switch(
            request.visitor.payers, narrow, "invoices", kept={"show": "paid" if shows_paid else ""}
        ),
        "tabs": _tabs(query, shows_paid=shows_paid, count=found.sums.open_count),
        "older": _older(query, found.rows, shown, shows_paid=shows_paid),
        "may_pay": bool(payable),
        "has_statement": bool(request.visitor.whole_payers),
        "has_methods": bool(request.visitor.account_holders) and request.visitor.may_pay_online,
    }
    return page(request, "customer/billing/invoices.html", context)


@visitor_only
@require_GET
def invoice(request: PortalRequest, invoice: UUID) -> HttpResponse:
    """One invoice."""
    found = request.visitor.invoice(invoice)
    request.shell.brand = found.brand
    may_pay = bool(request.visitor.payable_of([found.row]))
    context = {"invoice": found, "standing": standing_tag(found.row), "may_pay": may_pay}
    return page(request, "customer/billing/invoice.html", context)


@visitor_only
@require_GET
def invoice_pdf(request: PortalRequest, invoice: UUID) -> HttpResponse:
    """The invoice as PDF, as it stands now."""
    found = request.visitor.invoice(invoice)
    printed = papers.print_invoice(found)
    return HttpResponse(
        printed.content,
        content_type=printed.content_type,
        headers={"Content-Disposition": f'inline; filename="{printed.file_name}"'},
    )


@visitor_only
@require_POST
def mail_copy(request: PortalRequest, invoice: UUID) -> HttpResponse:
    """Mail the invoice to the address that is signed in."""
    request.visitor.invoice(invoice)
    try:
        operations.send_invoice(invoice=invoice, to_email=request.visitor.login.email, by=request.visitor.actor)
    except errors.PorticoError as refused:
        request.notices.add("error", refused.message)
    else:
        request.notices.add("success", _("A copy is on its way to %(email)s.") % {"email": request.visitor.login.email})
    return HttpResponseRedirect(reverse("invoice", args=[invoice]))


def _lines(
    request: PortalRequest, rows: list[InvoiceRow], payable: set[str], *, shows_paid: bool
) -> list[dict[str, Any]]:
    """The rows in words: a template that asked for each word itself would cost as much as all else together."""
    address, payers = addresses("invoice"), request.visitor.payers
    payer = {str(reach.customer): f" · {reach.name}" for reach in payers} if len(payers) > 1 else {}
    numbered, choose = _("Invoice %(number)s"), _("Choose invoice %(number)s")
    return [
        {
            "id": row.id,
            "href": address(row.id),
            "title": row.title or name,
            "note": f"{name} · {formats.day(row.issued_on)}{payer.get(row.customer, '')}",
            "amount": formats.money(
                row.total_minor if shows_paid else row.due_minor or row.pending_minor, row.currency
            ),
            "pick": row.due_minor if row.id in payable else 0,
            "choose": "" if shows_paid else choose % {"number": row.number},
            "tag": tag.text,
            "tone": tag.tone,
        }
        for row, tag in zip(rows, standing_tags(rows), strict=True)
        for name in [numbered % {"number": row.number}]
    ]


def _tabs(query: dict[str, str], *, shows_paid: bool, count: int) -> list[dict[str, Any]]:
    return [
        {"label": _("To pay (%(count)s)") % {"count": count}, "href": _address(query), "is_current": not shows_paid},
        {"label": _("Paid"), "href": _address(query | {"show": "paid"}), "is_current": shows_paid},
    ]


def _older(query: dict[str, str], rows: list[InvoiceRow], shown: list[InvoiceRow], *, shows_paid: bool) -> str:
    if len(rows) == len(shown):
        return ""
    show = {"show": "paid"} if shows_paid else {}
    return _address(query | show | {"after": shown[-1].id})


def _address(query: dict[str, str]) -> str:
    return url("invoices", query=query)
