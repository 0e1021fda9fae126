"""A draft as the customer would get it, and issuing or removing it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portico.domain.billing.errors import BadInvoice, MissingDraft
from portico.domain.billing.line_rules import plain
from portico.domain.billing.operations import drafting
from portico.domain.billing.queries.drafts import DraftPage
from portico.domain.billing.queries.office import Head
from portico.faces.office.customers.record import head_or_404
from portico.faces.office.invoices.forms import IssueForm
from portico.faces.office.invoices.writing import draft_or_404
from portico.faces.office.requests import OfficeRequest
from portico.faces.office.staff import staff_only
from portico.faces.ui.pages import page
from portico.foundation.people.permissions import Action
from portico.kernel import errors
from portico.kernel.money import Money


@staff_only(Action.EDIT_INVOICE)
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: OfficeRequest, customer: UUID, draft: UUID) -> HttpResponse:
    """Look at it once more, then issue it; one that was issued leads to its invoice."""
    head, found = head_or_404(customer), draft_or_404(customer, draft)
    if found.issued:
        return HttpResponseRedirect(reverse("office_invoice", args=[customer, found.issued]))
    form = IssueForm(request.POST if request.method == "POST" else None, initial={"version": found.version})
    if request.method != "POST":
        return _page(request, head, found, form)
    if not form.is_valid():
        return _page(request, head, found, form, 422)
    try:
        issued = drafting.issue_draft(customer=customer, draft=draft, **form.cleaned_data, by=request.staff.actor)
    except MissingDraft as missing:
        raise Http404(missing.message) from missing
    except errors.PorticoError as refused:
        form = IssueForm({"version": found.version})
        form.add_error(None, refused.message)
        return _page(request, head, found, form, 422 if isinstance(refused, BadInvoice) else 409)
    request.notices.add("success", _("The invoice was issued. The customer can see and pay it now."))
    return HttpResponseRedirect(reverse("office_invoice", args=[customer, issued]))


@staff_only(Action.EDIT_INVOICE)
@require_POST
def remove(request: OfficeRequest, customer: UUID, draft: UUID) -> HttpResponse:
    """Throw the draft away."""
    try:
        drafting.remove_draft(customer=customer, draft=draft, by=request.staff.actor)
    except MissingDraft as missing:
        raise Http404(missing.message) from missing
    except errors.Conflict as issued:
        request.notices.add("error", issued.message)
        return HttpResponseRedirect(reverse("office_invoice_draft", args=[customer, draft]))
    request.notices.add("success", _("The draft was removed."))
    return HttpResponseRedirect(reverse("customer_invoices", args=[customer]))


def _page(request: OfficeRequest, head: Head, found: DraftPage, form: IssueForm, status: int = 200) -> HttpResponse:
    context = {"head": head, "draft": found, "form": form, "lines": _lines(found), "tax_words": _tax_words(found)}
    return page(request, "office/invoices/draft.html", context, status)


def _lines(found: DraftPage) -> list[dict[str, Any]]:
    return [
        {
            "name": line.name,
            "description": line.description,
            "quantity": plain(line.quantity),
            "price": Money(line.price_minor, found.currency),
            "total": Money(line.total_minor, found.currency),
            "is_taxable": line.is_taxable,
        }
        for line in found.lines
    ]


def _tax_words(found: DraftPage) -> str:
    return _("Tax (%(rate)s%%)") % {"rate": plain(found.tax_rate * 100)} if found.tax_rate else _("Tax")
