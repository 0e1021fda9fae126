"""Recording cash or a check on a customer's invoices."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portico.domain.billing.operations import manual
from portico.domain.billing.operations.manual import BadRecord, HeldOnline
from portico.domain.billing.queries.office_desk import billing_addresses
from portico.domain.billing.queries.office_money import open_invoices
from portico.faces.office.customers.money_forms import TakingForm
from portico.faces.office.customers.record import head_or_404
from portico.faces.office.requests import OfficeRequest
from portico.faces.office.staff import staff_only
from portico.faces.ui.pages import page
from portico.foundation.people.permissions import Action
from portico.kernel import errors, formats


@staff_only(Action.RECORD_PAYMENT)
@require_http_methods(["GET", "HEAD", "POST"])
def record_payment(request: OfficeRequest, customer: UUID) -> HttpResponse:
    """Ask what was received and where it goes; a merged-away customer leads to its survivor."""
    head = head_or_404(customer)
    if head.merged_into:
        return HttpResponseRedirect(reverse("customer_record_payment", args=[head.merged_into]))
    data = request.POST if request.method == "POST" else None
    form = TakingForm(data, head=head, invoices=open_invoices(customer), addresses=billing_addresses(customer))
    if data is None:
        return _page(request, form)
    if data.get("act") == "preview":
        return _preview(request, form)
    if not form.is_valid():
        return _page(request, form, status=422)
    return _preview(request, form) if form.wants_spreading else _record(request, form)


def _preview(request: OfficeRequest, form: TakingForm) -> HttpResponse:
    """Show where the amount would go. Only the amount has to be right for that."""
    form.full_clean()
    if "amount" in form.errors:
        return _page(request, form, status=422)
    return _page(request, form.spread(), left=_left(form))


def _left(form: TakingForm) -> str:
    """What no invoice takes; empty for nothing."""
    rest = form.cleaned_data["amount"] - sum(invoice.due.minor for invoice in form.invoices)
    return formats.money(rest, form.head.currency) if rest > 0 else ""


def _record(request: OfficeRequest, form: TakingForm) -> HttpResponse:
    try:
        payment = manual.record_payment(form=form.wanted(), by=request.staff.actor)
    except BadRecord as refused:
        form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        return _page(request, form, status=422)
    except HeldOnline as held:
        form.is_held = True
        form.add_error("overtakes", held.message)
        return _page(request, form, status=409)
    except errors.PorticoError as refused:
        form.add_error(None, refused.message)
        return _page(request, form, status=409)
    request.notices.add("success", _("The payment was recorded."))
    return HttpResponseRedirect(reverse("office_payment", args=[payment]))


def _page(request: OfficeRequest, form: TakingForm, *, left: str | None = None, status: int = 200) -> HttpResponse:
    context = {"head": form.head, "form": form, "is_preview": left is not None, "left": left or ""}
    return page(request, "office/customers/record_payment.html", context, status)
