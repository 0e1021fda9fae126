"""Voiding an invoice, and giving credit on one or on the account."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portico.domain.billing.operations import corrections
from portico.domain.billing.operations.corrections import BadCredit
from portico.domain.billing.queries.office import Head
from portico.domain.billing.queries.office_desk import Correctable, correctable
from portico.faces.office.customers.money_forms import CreditForm, VoidForm
from portico.faces.office.customers.record import head_or_404
from portico.faces.office.requests import OfficeRequest
from portico.faces.office.staff import staff_only
from portico.faces.ui.pages import page
from portico.foundation.people.permissions import Action
from portico.kernel import errors, formats


@staff_only(Action.CORRECT_INVOICE)
@require_http_methods(["GET", "HEAD", "POST"])
def void_invoice(request: OfficeRequest, customer: UUID, invoice: UUID) -> HttpResponse:
    """Say what becomes of the money, ask why, and void the invoice."""
    head, found = head_or_404(customer), _invoice_or_404(customer, invoice)
    back = reverse("office_invoice", args=[customer, invoice])
    form = VoidForm(request.POST if request.method == "POST" else None, initial={"version": found.version})
    context = {"head": head, "invoice": found, "form": form, "back": back}
    if request.method != "POST":
        return page(request, "office/customers/void.html", context)
    if not form.is_valid():
        return page(request, "office/customers/void.html", context, 422)
    try:
        freed = corrections.void_invoice(invoice=invoice, **form.cleaned_data, by=request.staff.actor)
    except errors.PorticoError as refused:
        form.add_error(None, refused.message)
        return page(request, "office/customers/void.html", context, 409)
    request.notices.add("success", _voided(found, freed, head))
    return HttpResponseRedirect(back)


def _voided(found: Correctable, freed: int, head: Head) -> str:
    said = _("Invoice %(number)s is void.") % {"number": found.number}
    if not freed:
        return said
    credit = _("%(amount)s that was paid on it is credit now.") % {"amount": formats.money(freed, head.currency)}
    return f"{said} {credit}"


@staff_only(Action.CORRECT_INVOICE)
@require_http_methods(["GET", "HEAD", "POST"])
def credit_account(request: OfficeRequest, customer: UUID) -> HttpResponse:
    """Credit that lies on no invoice; a merged-away customer leads to its survivor."""
    head = head_or_404(customer)
    if head.merged_into:
        return HttpResponseRedirect(reverse("customer_credit", args=[head.merged_into]))
    return _credit(request, head, None, None)


@staff_only(Action.CORRECT_INVOICE)
@require_http_methods(["GET", "HEAD", "POST"])
def credit_invoice(request: OfficeRequest, customer: UUID, invoice: UUID) -> HttpResponse:
    """Credit on one invoice."""
    return _credit(request, head_or_404(customer), invoice, _invoice_or_404(customer, invoice))


def _credit(request: OfficeRequest, head: Head, invoice: UUID | None, found: Correctable | None) -> HttpResponse:
    back = reverse("office_invoice", args=[head.id, invoice]) if invoice else reverse("customer", args=[head.id])
    form = CreditForm(request.POST if request.method == "POST" else None, head=head)
    context = {"head": head, "invoice": found, "form": form, "back": back}
    if request.method != "POST":
        return page(request, "office/customers/credit.html", context)
    if not form.is_valid():
        return page(request, "office/customers/credit.html", context, 422)
    try:
        corrections.give_credit(form=form.wanted(invoice), by=request.staff.actor)
    except errors.PorticoError as refused:
        is_field = isinstance(refused, BadCredit) and refused.field in form.fields
        form.add_error(refused.field if is_field else None, refused.message)  # type: ignore[attr-defined]
        return page(request, "office/customers/credit.html", context, 422 if is_field else 409)
    given = formats.money(form.cleaned_data["amount"], head.currency)
    request.notices.add("success", _("Credit of %(amount)s was given.") % {"amount": given})
    return HttpResponseRedirect(back)


def _invoice_or_404(customer: UUID, invoice: UUID) -> Correctable:
    found = correctable(customer, invoice)
    if found is None:
        raise Http404("no such invoice")
    return found
