"""The payments list as a file for spreadsheets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.http import HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portico.domain.billing.queries.office_payments import AT_ONCE, OfficePaymentRow, office_payments
from portico.domain.billing.words import PAYMENT_LABEL, deposit_name
from portico.faces.office.payments.payments import filter_form, filters_of
from portico.faces.office.requests import OfficeRequest
from portico.faces.office.spreadsheet import BOM, line, safe
from portico.faces.office.staff import staff_only
from portico.faces.office.words import CHANNEL, METHOD
from portico.foundation.people.permissions import Action
from portico.foundation.tenancy.scope import company_scope
from portico.kernel import clock


@staff_only(Action.VIEW_PAYMENTS)
@require_safe
def office_payments_csv(request: OfficeRequest) -> HttpResponseBase:
    """All that the filters show, on all pages; wrong filters lead to the list, which says what is wrong."""
    form = filter_form(request)
    if not form.is_valid():
        return HttpResponseRedirect(f"{reverse('office_payments')}?{request.GET.urlencode()}")
    lines = _lines(request.company.id, filters_of(request, form), _labels())
    name = f"payments-{clock.today(request.brand.time_zone).isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)


def _labels() -> dict[str, Mapping[str, str]]:
    """All words now: the file is written when the language of the request may be gone."""
    every = {"state": PAYMENT_LABEL, "method": METHOD, "channel": CHANNEL}
    labels: dict[str, Mapping[str, str]] = {
        name: {str(key): str(label) for key, label in words.items()} for name, words in every.items()
    }
    head = (
        *(_("Date"), _("Customer"), _("Invoices"), _("Method"), _("Through"), _("Made by"), _("Status")),
        *(_("Amount"), _("Kept"), _("Currency"), _("Receipt"), _("Reference"), _("Failure"), _("Payment")),
    )
    return labels | {"head": {name: name for name in head}}


def _lines(company_id: int, filters: dict[str, Any], labels: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """Page by page, each in a transaction of its own: a long file holds nothing up."""
    yield BOM + line(list(labels["head"]))
    before = None
    while True:
        with company_scope(company_id):
            found = office_payments(**filters, before=before, limit=AT_ONCE)
        yield "".join(line(_cells(row, labels)) for row in found.rows)
        if found.older is None:
            return
        before = found.older


def _cells(row: OfficePaymentRow, labels: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Amounts are numbers of ours and stay such; everything that somebody typed is made safe."""
    before = [
        row.on.isoformat(),
        row.customer_name,
        ", ".join(row.invoices) or (deposit_name(row.deposit) if row.deposit else ""),
        row.method_label or labels["method"][row.method],
        labels["channel"][row.channel],
        row.by,
        labels["state"][row.state],
    ]
    after = [row.receipt or "", row.reference, row.failure, str(row.id)]
    amounts = [str(row.amount.decimal()), str(row.net.decimal()), row.amount.currency]
    return [*map(safe, before), *amounts, *map(safe, after)]
