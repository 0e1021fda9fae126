"""Back from the gateway's page: what became of the payment, in words."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portico.domain.billing.enums import ATTEMPT_OVER, AttemptState
from portico.domain.billing.operations import returning
from portico.domain.billing.queries.payments import PaymentDetails
from portico.faces.customer.billing.pay import try_again_address
from portico.faces.customer.requests import PortalRequest
from portico.faces.customer.visitor import visitor_only
from portico.faces.ui.pages import page
from portico.foundation.people.middleware import noting
from portico.kernel import formats

TOLD_THERE = frozenset({AttemptState.SUCCEEDED, AttemptState.PROCESSING, AttemptState.VERIFYING})
ON_THE_PAGE = frozenset({AttemptState.SENT, AttemptState.REQUIRES_ACTION})


@noting
@visitor_only
@require_safe
def payment_return(request: PortalRequest, payment: UUID) -> HttpResponse:
    """Ask the gateway and go where the answer leads: receipt, card page, pay page, or wait."""
    request.visitor.payment(payment)
    is_leaving = "back" in request.GET
    found = returning.come_back(payment=payment, is_leaving=is_leaving, by=request.visitor.actor)
    if found.state in TOLD_THERE:
        return HttpResponseRedirect(reverse("payment", args=[payment]))
    if found.state in ATTEMPT_OVER:
        return _try_again(request, request.visitor.payment(payment))
    if found.state in ON_THE_PAGE and found.url and not is_leaving:
        return HttpResponseRedirect(found.url)
    return _wait(request, request.visitor.payment(payment))


def _try_again(request: PortalRequest, details: PaymentDetails) -> HttpResponse:
    """The choices are kept; nothing is held any more."""
    failure = details.attempt.failure_text if details.attempt else ""
    words = failure or _("You were not charged. You can pay whenever you like.")
    if details.credit_used:
        kept = _("The %(amount)s of your credit stays on your invoices.")
        words = f"{words} {kept % {'amount': formats.money(details.credit_used.minor, details.credit_used.currency)}}"
    request.notices.add("error" if failure else "info", words)
    return HttpResponseRedirect(try_again_address(details))


def _wait(request: PortalRequest, details: PaymentDetails) -> HttpResponse:
    request.shell.brand = details.brand
    return page(request, "customer/pay/checking.html", {"payment": details})
