"""One payment with its whole story."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portico.domain.billing import return_words
from portico.domain.billing.enums import REFUND_VAIN, RefundReason
from portico.domain.billing.queries import office_payments as queries
from portico.domain.billing.queries.office_money import refundable
from portico.domain.billing.queries.office_payments import OfficePayment
from portico.domain.billing.return_rules import DISPUTED_NOW
from portico.domain.billing.words import PAYMENT_LABEL, PAYMENT_TONE
from portico.faces.office.payments import words
from portico.faces.office.requests import OfficeRequest
from portico.faces.office.staff import staff_only
from portico.faces.office.trail_words import event_of
from portico.faces.office.words import CHANNEL, MAIL_LABEL, MAIL_TONE, METHOD
from portico.faces.ui.pages import page
from portico.foundation.audit.queries import TrailRow
from portico.foundation.people.permissions import Action
from portico.kernel import formats
from portico.kernel.money import Money, total

LABELS: dict[str, Any] = {
    "label": PAYMENT_LABEL,
    "tone": PAYMENT_TONE,
    "method": METHOD,
    "channel": CHANNEL,
    "attempt_label": words.ATTEMPT,
    "attempt_tone": words.ATTEMPT_TONE,
    "part_label": words.PART,
    "part_tone": words.PART_TONE,
    "mail_label": MAIL_LABEL,
    "mail_tone": MAIL_TONE,
    "refund_label": return_words.REFUND_LABEL,
    "refund_tone": return_words.REFUND_TONE,
    "dispute_label": return_words.DISPUTE_LABEL,
    "dispute_tone": words.DISPUTE_TONE,
    "entry_label": words.ENTRY,
    "attention_label": return_words.ATTENTION,
    "to_do": return_words.WHAT_TO_DO,
}


@staff_only(Action.VIEW_PAYMENTS)
@require_safe
def office_payment(request: OfficeRequest, payment: UUID) -> HttpResponse:
    """Where it went, each try at the gateway, what went back, who did it, which mails went out."""
    found = payment_or_404(payment)
    room = refundable(payment) if request.staff.may(Action.REFUND) else None
    context = {
        "payment": found,
        "row": found.row,
        "amounts": _amounts(found),
        "room": room,
        "reason": {reason.value: str(reason.label) for reason in RefundReason},
        "why": {one["reason"]: return_words.reason_words(one["reason"]) for one in found.disputes},
        "open_alerts": [one for one in found.alerts if not one["closed_at"]],
        "may_close": request.staff.may(Action.CLOSE_ALERT),
        "events": _events(found) if request.staff.may(Action.VIEW_AUDIT) else [],
        **LABELS,
    }
    return page(request, "office/payments/payment.html", context)


def payment_or_404(payment: UUID) -> OfficePayment:
    """The payment; a missing and a foreign one look the same."""
    found = queries.office_payment(payment)
    if found is None:
        raise Http404("no such payment")
    return found


def _amounts(found: OfficePayment) -> list[dict[str, str]]:
    """What came in, what went, what is still here."""
    row, currency = found.row, found.row.amount.currency
    refunded = total((one["amount"] for one in found.refunds if one["state"] not in REFUND_VAIN), currency)
    lost = total((one["amount"] for one in found.disputes if one["state"] == "lost"), currency)
    disputed = total((one["amount"] for one in found.disputes if one["state"] in DISPUTED_NOW), currency)
    lying = total((one["amount"] for one in found.entries), currency)
    shown = [
        (_("Received"), row.net + refunded + lost, ""),
        (_("Refunded"), refunded, ""),
        (_("Taken back by the bank"), lost, ""),
        (_("Disputed"), disputed, _("The bank is deciding")),
        (_("Left"), row.net, _("%(amount)s on no invoice") % {"amount": _money(lying)} if lying.minor > 0 else ""),
    ]
    always = (_("Received"), _("Refunded"), _("Left"))
    return [
        {"label": label, "value": _money(amount), "note": note if amount else ""}
        for label, amount, note in shown
        if amount or label in always
    ]


def _events(found: OfficePayment) -> list[Any]:
    return [event_of(TrailRow(**line | {"at": datetime.fromisoformat(line["at"])})) for line in found.story]


def _money(amount: Money) -> str:
    return formats.money(amount.minor, amount.currency)
