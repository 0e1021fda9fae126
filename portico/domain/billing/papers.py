"""Invoices and receipts on paper: what the Typst templates are given, in the words of the branch."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portico.domain.billing.queries import invoices
from portico.domain.billing.queries.invoices import Applied, InvoicePage
from portico.foundation.messaging import links, paper
from portico.foundation.messaging.ports import Attachment
from portico.foundation.messaging.sheets import sheet_brand
from portico.kernel import clock, formats
from portico.kernel.money import Money


def invoice_pdf(invoice: UUID, options: dict[str, Any]) -> Attachment:
    """The enclosure `invoice_pdf`."""
    return print_invoice(invoices.invoice_paper(invoice=invoice, now=clock.now()))


def print_invoice(page: InvoicePage) -> Attachment:
    """The invoice as PDF, as it stands now."""
    return Attachment(f"invoice-{_plain(page.row.number)}.pdf", paper.render("invoice", invoice_sheet(page)))


def invoice_sheet(page: InvoicePage) -> dict[str, Any]:
    """What papers/invoice.typ shows."""
    row = page.row
    return {
        "lang": get_language() or "en",
        "brand": sheet_brand(page.brand),
        "number": row.number,
        "bill_to": {"name": page.bill_to, "lines": [page.bill_to_address]},
        "service": _service(page),
        "issued_on": formats.day(row.issued_on),
        "due_on": formats.day(row.due_on),
        "status": _status(page),
        "items": [
            {
                "description": line.name,
                "note": line.description,
                "quantity": line.quantity,
                "price": written(line.price),
                "amount": written(line.total),
            }
            for line in page.lines
        ],
        "subtotal": written(page.subtotal),
        "tax": written(page.tax),
        "total": written(row.total),
        "payments": [_applied(part) for part in page.applied],
        "balance": written(row.due),
        "pay_url": links.portal_url(f"/invoices/{row.id}/") if row.due else None,
        "note": None,
    }


def _applied(part: Applied) -> dict[str, str]:
    label = f"{part.label or _('Payment')} · {formats.day(part.on)}"
    return {
        "label": _("%(payment)s (pending)") % {"payment": label} if part.is_pending else label,
        "amount": written(-part.amount),
    }


def written(amount: Money) -> str:
    return formats.money(amount.minor, amount.currency)


def _status(page: InvoicePage) -> str:
    day = formats.day(page.row.due_on)
    if page.row.is_overdue:
        return _("Overdue since %(day)s") % {"day": day}
    if page.row.due:
        return _("Due %(day)s") % {"day": day}
    return str(page.row.word.label)


def _service(page: InvoicePage) -> dict[str, Any] | None:
    job = _("Job %(number)s") % {"number": page.job_number} if page.job_number else ""
    on = formats.day(formats.as_local(page.job_on, page.brand.time_zone).date()) if page.job_on else ""
    lines = [line for line in (job, on, page.location_address) if line]
    return {"title": page.row.title or job, "lines": lines} if lines else None


def _plain(number: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in number)[:60]
