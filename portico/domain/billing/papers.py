"""Invoices and receipts on paper: what the Typst templates are given, in the words of the branch."""

from __future__ import annotations

import base64
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from portico.domain.billing.queries import invoices
from portico.domain.billing.queries.invoices import InvoicePage
from portico.foundation.messaging import links, paper
from portico.foundation.messaging.ports import Attachment
from portico.foundation.tenancy.brands import BrandFacts, logo_png
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
        "brand": sheet_brand(page.brand),
        "number": row.number,
        "status": _status(page),
        "bill_to": [line for line in (page.bill_to, page.bill_to_address) if line],
        "service": _service(page),
        "dates": [[_("Date"), formats.day(row.issued_on)], [_("Due"), formats.day(row.due_on)]],
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
        "payments": [
            {
                "label": " · ".join(part for part in (part.label or _("Payment"), formats.day(part.on)) if part)
                + (f" ({_('pending')})" if part.is_reserved else ""),
                "amount": written(-part.amount),
            }
            for part in page.applied
        ],
        "balance": written(row.due),
        "pay_url": links.portal_url(f"/invoices/{row.id}/") if row.due else "",
        "note": "",
    }


def sheet_brand(brand: BrandFacts) -> dict[str, Any]:
    """The head of every sheet."""
    logo = logo_png(brand.logo_digest) if brand.logo_digest else None
    return {
        "name": brand.display_name,
        "phone": brand.phone,
        "color": brand.color,
        "address": brand.address,
        "support_email": brand.support_email,
        "logo_png": base64.b64encode(logo).decode() if logo else "",
    }


def written(amount: Money) -> str:
    return formats.money(amount.minor, amount.currency)


def _status(page: InvoicePage) -> str:
    if page.row.is_settled:
        return _("Paid")
    if not page.row.due:
        return _("Payment pending")
    return _("Overdue") if page.row.is_overdue else _("Due")


def _service(page: InvoicePage) -> list[str]:
    on = formats.day(formats.as_local(page.job_on, page.brand.time_zone).date()) if page.job_on else ""
    job = _("Job %(number)s") % {"number": page.job_number} if page.job_number else ""
    head = " · ".join(part for part in (page.row.title, job) if part)
    return [line for line in (head, on, page.location_address) if line]


def _plain(number: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in number)[:60]
