"""Giving money of a payment back."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portico.domain.billing.enums import RefundState
from portico.domain.billing.operations import refunds
from portico.domain.billing.queries.office_money import Refundable, refundable
from portico.faces.office.payments.forms import RefundForm
from portico.faces.office.payments.story import payment_or_404
from portico.faces.office.requests import OfficeRequest
from portico.faces.office.staff import staff_only
from portico.faces.ui.pages import page
from portico.foundation.people.permissions import Action
from portico.kernel import errors, formats


@staff_only(Action.REFUND)
@require_http_methods(["GET", "HEAD", "POST"])
def office_refund(request: OfficeRequest, payment: UUID) -> HttpResponse:
    """Ask how much and why, then give it back once."""
    room = refundable(payment)
    if room is None:
        raise Http404("no such payment")
    if request.method != "POST":
        return _page(request, room, RefundForm(None, room=room))
    form = RefundForm(request.POST, room=room)
    if not form.is_valid():
        return _page(request, room, form, 422)
    wanted = form.wanted()
    try:
        outcome = refunds.refund(form=wanted, by=request.staff.actor)
    except errors.PorticoError as refused:
        form.add_error(None, refused.message)
        return _page(request, room, form, 409 if isinstance(refused, errors.Conflict) else 422)
    is_by_hand = wanted.is_handed_back or room.is_handed_back
    amount = formats.money(wanted.amount_minor, room.left.currency)
    request.notices.add(*_told(outcome.state, amount, is_by_hand=is_by_hand))
    return HttpResponseRedirect(reverse("office_payment", args=[payment]))


def _told(state: RefundState, amount: str, *, is_by_hand: bool) -> tuple[str, str]:
    """How bad it is, and what came of it in words."""
    if state == RefundState.SUCCEEDED:
        words = _("%(amount)s is recorded as handed back.") if is_by_hand else _("%(amount)s was refunded.")
        return "success", words % {"amount": amount}
    if state == RefundState.PENDING:
        words = _("The refund of %(amount)s is on its way. The bank may take up to ten days.")
        return "success", words % {"amount": amount}
    if state in (RefundState.FAILED, RefundState.CANCELED):
        words = _(
            "The payment provider refused the refund of %(amount)s. Nothing moved; invoices and credit are as before."
            " Hand the money back in another way and record that."
        )
        return "error", words % {"amount": amount}
    words = _(
        "The payment provider has not said yet whether the refund of %(amount)s was made."
        " We keep asking; do not refund again."
    )
    return "info", words % {"amount": amount}


def _page(request: OfficeRequest, room: Refundable, form: RefundForm, status: int = 200) -> HttpResponse:
    found = payment_or_404(room.payment)
    context = {"form": form, "room": room, "row": found.row}
    return page(request, "office/payments/refund.html", context, status)
