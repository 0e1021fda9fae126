"""The company's payments, and one of them with its story."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from portico.domain.billing.queries import office_payments as queries
from portico.domain.billing.words import PAYMENT_LABEL, PAYMENT_TONE
from portico.faces.office.payments import words
from portico.faces.office.payments.forms import FilterForm
from portico.faces.office.requests import OfficeRequest, public_id
from portico.faces.office.staff import staff_only
from portico.faces.office.words import CHANNEL, MAIL_LABEL, MAIL_TONE, METHOD, event_of
from portico.faces.ui.pages import page
from portico.foundation.audit.queries import TrailRow
from portico.foundation.people.permissions import Action
from portico.kernel.money import Money, total


@staff_only(Action.VIEW_PAYMENTS)
@require_safe
def office_payments(request: OfficeRequest) -> HttpResponse:
    """Newest first, narrowed by state and days."""
    form = FilterForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    found = queries.office_payments(
        before=public_id(request.GET.get("before", "")),
        show=queries.Filter(asked.get("show") or ""),
        since=asked.get("since"),
        until=asked.get("until"),
        zone=request.brand.time_zone,
    )
    context = {
        "form": form,
        "rows": found.rows,
        "received": _received(found.rows, request.company.currency),
        "older": _older(request, found.older),
        "is_narrowed": any(asked.values()),
        "label": PAYMENT_LABEL,
        "tone": PAYMENT_TONE,
        "method": METHOD,
        "channel": CHANNEL,
    }
    return page(request, "office/payments/payments.html", context, 200 if form.is_valid() else 422)


def _received(rows: list[queries.OfficePaymentRow], currency: str) -> Money:
    return total((row.net for row in rows if row.net.currency == currency and not row.is_voided), currency)


def _older(request: OfficeRequest, older: UUID | None) -> str:
    if older is None:
        return ""
    kept = {name: request.GET[name] for name in ("show", "since", "until") if request.GET.get(name)}
    return f"{reverse('office_payments')}?{urlencode(kept | {'before': str(older)})}"


@staff_only(Action.VIEW_PAYMENTS)
@require_safe
def office_payment(request: OfficeRequest, payment: UUID) -> HttpResponse:
    """One payment: where it went, each try at the gateway, who did it, which mails went out."""
    found = queries.office_payment(payment)
    if found is None:
        raise Http404("no such payment")
    events = (
        [event_of(TrailRow(**line | {"at": datetime.fromisoformat(line["at"])})) for line in found.story]
        if request.staff.may(Action.VIEW_AUDIT)
        else []
    )
    context = {
        "payment": found,
        "row": found.row,
        "events": events,
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
    }
    return page(request, "office/payments/payment.html", context)
