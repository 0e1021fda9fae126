"""Writing an invoice: a new one, or a draft that waits to be issued."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portico.domain.billing.errors import BadInvoice, MissingDraft
from portico.domain.billing.operations import drafting
from portico.domain.billing.queries import drafts
from portico.domain.billing.queries.office import Head
from portico.faces.office.customers.record import head_or_404
from portico.faces.office.invoices.forms import InvoiceForm, initial_of
from portico.faces.office.line_fields import SPARE
from portico.faces.office.requests import OfficeRequest, public_id
from portico.faces.office.staff import staff_only
from portico.faces.ui.pages import page
from portico.foundation.people.permissions import Action
from portico.kernel import errors


@staff_only(Action.EDIT_INVOICE)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: OfficeRequest, customer: UUID) -> HttpResponse:
    """A new draft, of the job that is named in the address; a merged-away customer leads to its survivor."""
    head = head_or_404(customer)
    if head.merged_into:
        return HttpResponseRedirect(reverse("office_invoice_new", args=[head.merged_into]))
    job = public_id(request.GET.get("job", ""))
    number = drafts.job_number(customer, job) if job else ""
    back = reverse("office_job", args=[customer, job]) if number else reverse("customer_invoices", args=[customer])
    context = {"title": _("New invoice"), "back": back}
    return _write(request, head, {"rows": SPARE, "job_number": number}, context, draft=None)


@staff_only(Action.EDIT_INVOICE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: OfficeRequest, customer: UUID, draft: UUID) -> HttpResponse:
    """Change one that is not issued yet."""
    head, found = head_or_404(customer), draft_or_404(customer, draft)
    if found.issued:
        return HttpResponseRedirect(reverse("office_invoice", args=[customer, found.issued]))
    back = reverse("office_invoice_draft", args=[customer, draft])
    return _write(request, head, initial_of(found), {"title": _("Change the invoice"), "back": back}, draft=draft)


def draft_or_404(customer: UUID, draft: UUID) -> drafts.DraftPage:
    """The draft; a missing and a foreign one look the same."""
    found = drafts.draft_of(customer, draft)
    if found is None:
        raise Http404("no such draft")
    return found


def _write(
    request: OfficeRequest, head: Head, initial: dict[str, Any], context: dict[str, Any], *, draft: UUID | None
) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    places = drafts.places(head.id)
    form = InvoiceForm(data, currency=head.currency, zone=head.zone, places=places, initial=initial)
    context |= {"head": head}
    if data is None:
        return _page(request, form, context)
    if data.get("act") == "more":
        return _page(request, form.more(), context)
    if not form.is_valid():
        return _page(request, form, context, 422)
    try:
        saved = drafting.save_draft(customer=head.id, draft=draft, written=form.written(), by=request.staff.actor)
    except MissingDraft as missing:
        raise Http404(missing.message) from missing
    except BadInvoice as refused:
        form.add_error(_field_of(refused, form), refused.message)
        return _page(request, form, context, 422)
    except errors.Conflict as changed:
        form.add_error(None, changed.message)
        return _page(request, form, context, 409)
    return HttpResponseRedirect(reverse("office_invoice_draft", args=[head.id, saved]))


def _field_of(refused: BadInvoice, form: InvoiceForm) -> str | None:
    """The field that a refusal is about, where the page has it."""
    name = refused.field if refused.line < 0 else f"{refused.field}_{form.used()[refused.line]}"
    return name if name in form.fields else None


def _page(request: OfficeRequest, form: InvoiceForm, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return page(request, "office/invoices/write.html", context | {"form": form}, status)
