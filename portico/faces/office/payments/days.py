"""What came in and went out on each day."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from portico.domain.billing.queries.office_money import DayTotal, attention_count, day_totals
from portico.faces.office.payments.forms import TotalsForm
from portico.faces.office.requests import OfficeRequest
from portico.faces.office.staff import staff_only
from portico.faces.office.words import METHOD
from portico.faces.ui.pages import page
from portico.foundation.people.permissions import Action
from portico.kernel import clock
from portico.kernel.money import Money, total

USUAL = timedelta(days=13)


@staff_only(Action.VIEW_PAYMENTS)
@require_safe
def office_day_totals(request: OfficeRequest) -> HttpResponse:
    """By day and method, the newest day first; two weeks where nothing was asked for."""
    today = clock.today(request.brand.time_zone)
    form = TotalsForm(request.GET if request.GET.get("since") or request.GET.get("until") else _usual(today))
    rows = _rows(form, today) if form.is_valid() else []
    currency = request.company.currency
    request.shell.attention = attention_count()
    context = {
        "form": form,
        "days": [(day, list(of_day)) for day, of_day in groupby(rows, key=lambda row: row.day)],
        "sum": _sum([row for row in rows if row.received.currency == currency], currency),
        "method": METHOD,
    }
    return page(request, "office/payments/days.html", context, 200 if form.is_valid() else 422)


def _usual(today: date) -> dict[str, str]:
    return {"since": (today - USUAL).isoformat(), "until": today.isoformat()}


def _rows(form: TotalsForm, today: date) -> list[DayTotal]:
    """One day that was left out is a fortnight from the other."""
    since, until = form.cleaned_data["since"], form.cleaned_data["until"]
    until = until or min(today, since + USUAL) if since else until
    return day_totals(since=since or until - USUAL, until=max(until, since or until))


def _sum(rows: list[DayTotal], currency: str) -> dict[str, Any]:
    found: dict[str, Money] = {
        name: total((getattr(row, name) for row in rows), currency)
        for name in ("received", "refunded", "taken_back", "net")
    }
    return found | {"count": sum(row.count for row in rows)}
