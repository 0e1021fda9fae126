"""What was paid: the history, and the page and paper of one payment."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from portico.domain.billing import receipts
from portico.domain.billing.enums import PaymentState
from portico.domain.billing.words import PAYMENT_LABEL, PAYMENT_TONE
from portico.faces.customer.billing.pay import try_again_address
from portico.faces.customer.requests import PortalRequest, narrowed_to, public_id
from portico.faces.customer.visitor import visitor_only
from portico.faces.ui.pages import page

PAGE_SIZE = 25
NOT_PAID = frozenset({PaymentState.FAILED, PaymentState.CANCELED})


@visitor_only
@require_safe
def payments(request: PortalRequest) -> HttpResponse:
    """Payments, newest first."""
    narrow = narrowed_to(request)
    before = public_id(request.GET.get("before", ""))
    found = request.visitor.payments(narrow, before=before, limit=PAGE_SIZE)
    query = {"customer": str(narrow)} if narrow else {}
    context = {
        "rows_of_page": found.rows,
        "is_first": before is None,
        "label": {state: str(PAYMENT_LABEL[state]) for state in {row.state for row in found.rows}},
        "tone": PAYMENT_TONE,
        "shows_payer": len(request.visitor.payers) > 1,
        "older": f"{reverse('payments')}?{urlencode(query | {'before': str(found.older)})}" if found.older else "",
    }
    return page(request, "customer/pay/payments.html", context)


@visitor_only
@require_safe
def payment(request: PortalRequest, payment: UUID) -> HttpResponse:
    """The receipt of one payment, or what became of it."""
    details = request.visitor.payment(payment)
    request.shell.brand = details.brand
    is_failed = details.row.state in NOT_PAID
    context = {
        "payment": details,
        "label": PAYMENT_LABEL,
        "tone": PAYMENT_TONE,
        "is_failed": is_failed,
        "again": try_again_address(details) if is_failed else "",
        "may_pay": request.visitor.may_pay_online,
    }
    return page(request, "customer/pay/payment.html", context)


@visitor_only
@require_safe
def payment_pdf(request: PortalRequest, payment: UUID) -> HttpResponse:
    """The receipt as PDF; 404 while there is none."""
    details = request.visitor.payment(payment)
    if not details.row.is_money:
        raise Http404
    printed = receipts.print_receipt(details)
    return HttpResponse(
        printed.content,
        content_type=printed.content_type,
        headers={"Content-Disposition": f'inline; filename="{printed.file_name}"'},
    )
