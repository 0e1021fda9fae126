"""The company's payments."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from portico.domain.billing.queries import office_payments as queries
from portico.domain.billing.queries.office_money import attention_count
from portico.domain.billing.words import PAYMENT_LABEL, PAYMENT_TONE
from portico.faces.office.payments.forms import FilterForm
from portico.faces.office.requests import OfficeRequest, public_id
from portico.faces.office.staff import staff_only
from portico.faces.office.words import CHANNEL, METHOD
from portico.faces.ui.pages import page
from portico.foundation.people.permissions import Action
from portico.kernel.money import Money, total

MORE = ("channel", "least", "most")


@staff_only(Action.VIEW_PAYMENTS)
@require_safe
def office_payments(request: OfficeRequest) -> HttpResponse:
    """Newest first, narrowed by what was asked for."""
    form = filter_form(request)
    found = queries.office_payments(**filters_of(request, form), before=public_id(request.GET.get("before", "")))
    request.shell.attention = attention_count()
    kept = _kept(request)
    context = {
        "form": form,
        "rows": found.rows,
        "received": _received(found.rows, request.company.currency),
        "older": _older(kept, found.older),
        "csv": f"{reverse('office_payments_csv')}?{urlencode(kept)}" if kept else reverse("office_payments_csv"),
        "is_narrowed": bool(kept),
        "is_narrowed_more": any(name in kept for name in MORE),
        "attention": request.shell.attention,
        "label": PAYMENT_LABEL,
        "tone": PAYMENT_TONE,
        "method": METHOD,
        "channel": CHANNEL,
    }
    return page(request, "office/payments/payments.html", context, 200 if form.is_valid() else 422)


def filter_form(request: OfficeRequest) -> FilterForm:
    """The filters as they stand in the address."""
    return FilterForm(request.GET, currency=request.company.currency)


def filters_of(request: OfficeRequest, form: FilterForm) -> dict[str, Any]:
    """What the query is asked for; where something is wrong, nothing is narrowed."""
    asked = form.cleaned_data if form.is_valid() else {}
    return {
        "show": queries.Filter(asked.get("show") or ""),
        "method": asked.get("method") or "",
        "channel": asked.get("channel") or "",
        "since": asked.get("since"),
        "until": asked.get("until"),
        "least": asked.get("least"),
        "most": asked.get("most"),
        "text": asked.get("text") or "",
        "zone": request.brand.time_zone,
    }


def _received(rows: list[queries.OfficePaymentRow], currency: str) -> Money:
    return total((row.net for row in rows if row.net.currency == currency and not row.is_voided), currency)


def _kept(request: OfficeRequest) -> dict[str, str]:
    names = ("text", "show", "method", "channel", "since", "until", "least", "most")
    return {name: request.GET[name] for name in names if request.GET.get(name)}


def _older(kept: dict[str, str], older: UUID | None) -> str:
    return f"{reverse('office_payments')}?{urlencode(kept | {'before': str(older)})}" if older else ""
