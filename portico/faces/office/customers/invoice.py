"""One invoice in the office: what is on it, what was paid, and sending it by mail."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portico.domain.billing.enums import InvoiceWord
from portico.domain.billing.operations import invoices as operations
from portico.domain.billing.queries import office
from portico.domain.billing.words import LABEL, PAYMENT_LABEL, PAYMENT_TONE, TONE
from portico.faces.office import words
from portico.faces.office.customers.forms import SendForm
from portico.faces.office.requests import OfficeRequest
from portico.faces.office.staff import staff_only
from portico.faces.ui.pages import page
from portico.foundation.people.permissions import Action
from portico.kernel import errors


@staff_only(Action.VIEW_CUSTOMERS)
@require_safe
def invoice(request: OfficeRequest, customer: UUID, invoice: UUID) -> HttpResponse:
    """The invoice."""
    found = _invoice_or_404(customer, invoice)
    return _invoice_page(request, found, SendForm(addresses=found.addresses))


@staff_only(Action.SEND_INVOICE)
@require_http_methods(["GET", "HEAD", "POST"])
def send_invoice(request: OfficeRequest, customer: UUID, invoice: UUID) -> HttpResponse:
    """Mail the invoice to one of the addresses on the record; a look at its path leads to the invoice."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("office_invoice", args=[customer, invoice]))
    found = _invoice_or_404(customer, invoice)
    form = SendForm(request.POST, addresses=found.addresses)
    if not form.is_valid():
        return _invoice_page(request, found, form, status=422)
    to_email = form.cleaned_data["to_email"]
    try:
        operations.send_invoice(invoice=invoice, to_email=to_email, by=request.staff.actor)
    except errors.PorticoError as refused:
        form.add_error("to_email", refused.message)
        return _invoice_page(request, found, form, status=422)
    said = _("Invoice %(number)s is on its way to %(email)s.")
    request.notices.add("success", said % {"number": found.row.number, "email": to_email})
    return HttpResponseRedirect(reverse("office_invoice", args=[customer, invoice]))


def _invoice_page(request: OfficeRequest, found: office.InvoicePage, form: SendForm, status: int = 200) -> HttpResponse:
    context = {
        "invoice": found,
        "head": found.head,
        "form": form,
        "may_send": request.staff.may(Action.SEND_INVOICE),
        "may_see_payments": request.staff.may(Action.VIEW_PAYMENTS),
        "may_correct": request.staff.may(Action.CORRECT_INVOICE) and found.row.word != InvoiceWord.VOID,
        "may_record": request.staff.may(Action.RECORD_PAYMENT) and found.row.due.minor > 0,
        "label": LABEL,
        "tone": TONE,
        "payment_label": PAYMENT_LABEL,
        "payment_tone": PAYMENT_TONE,
        "method": words.METHOD,
        "mail_label": words.MAIL_LABEL,
        "mail_tone": words.MAIL_TONE,
    }
    return page(request, "office/customers/invoice.html", context, status)


def _invoice_or_404(customer: UUID, invoice: UUID) -> office.InvoicePage:
    found = office.invoice_of(customer, invoice)
    if found is None:
        raise Http404("no such invoice")
    return found
