"""What was paid: the history, and the page and paper of one payment."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from portico.domain.billing import receipts
from portico.domain.billing.enums import PaymentState
from portico.domain.billing.queries.payments import PaymentRow
from portico.domain.billing.words import PAYMENT_LABEL, PAYMENT_TONE, deposit_name
from portico.faces.customer.billing.pay import try_again_address
from portico.faces.customer.billing.pay_told import told_of
from portico.faces.customer.requests import PortalRequest, narrowed_to, public_id
from portico.faces.customer.visitor import visitor_only
from portico.faces.ui.minijinja import addresses, url
from portico.faces.ui.minijinja import say as _
from portico.faces.ui.pages import page
from portico.kernel import formats

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
        "lines": _lines(request, found.rows),
        "is_first": before is None,
        "older": url("payments", query=query | {"before": found.older}) if found.older else "",
    }
    return page(request, "customer/pay/payments.html", context)


@visitor_only
@require_safe
def payment(request: PortalRequest, payment: UUID) -> HttpResponse:
    """The receipt of one payment, or what became of it."""
    details = request.visitor.payment(payment)
    request.shell.brand = details.brand
    may_repeat = details.row.state in (*NOT_PAID, PaymentState.VERIFYING) and bool(details.lines or details.deposit)
    context = {
        "payment": details,
        "told": told_of(details),
        "label": PAYMENT_LABEL,
        "tone": PAYMENT_TONE,
        "is_failed": details.row.state in NOT_PAID,
        "again": try_again_address(details) if may_repeat else "",
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


def _lines(request: PortalRequest, rows: list[PaymentRow]) -> list[dict[str, str]]:
    """The rows in words, made here for the reason told at the list of invoices."""
    address, shows_payer = addresses("payment"), len(request.visitor.payers) > 1
    plain, numbered = _("Payment"), _("Payment for invoice %(numbers)s")
    words = {state: str(PAYMENT_LABEL[state]) for state in {row.state for row in rows}}
    return [
        {
            "href": address(row.id),
            "title": _title(row, plain, numbered),
            "note": " · ".join(filter(None, (_day(row), row.label, row.customer_name if shows_payer else ""))),
            "amount": formats.money(row.amount.minor, row.amount.currency),
            "tag": words[row.state],
            "tone": PAYMENT_TONE[row.state],
        }
        for row in rows
    ]


def _title(row: PaymentRow, plain: str, numbered: str) -> str:
    if row.deposit:
        return deposit_name(row.deposit)
    return numbered % {"numbers": ", ".join(row.invoices)} if row.invoices else plain


def _day(row: PaymentRow) -> str:
    return formats.day(row.paid_on or formats.as_local(row.at, row.time_zone).date())
