"""Receipts on paper."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portico.domain.billing import papers
from portico.domain.billing.queries import payments
from portico.domain.billing.queries.payments import PaidLine, PaymentDetails
from portico.domain.billing.queries.settings import payment_rules
from portico.domain.billing.words import PAYMENT_LABEL, deposit_name
from portico.foundation.messaging import paper
from portico.foundation.messaging.ports import Attachment
from portico.foundation.messaging.sheets import sheet_brand
from portico.kernel import formats


def receipt_pdf(payment: UUID, options: dict[str, Any]) -> Attachment:
    """The enclosure `receipt_pdf`."""
    return print_receipt(payments.payment_paper(payment=payment))


def print_receipt(details: PaymentDetails) -> Attachment:
    """The receipt as PDF."""
    return Attachment(f"receipt-{details.row.receipt_number}.pdf", paper.render("receipt", receipt_sheet(details)))


def receipt_sheet(details: PaymentDetails) -> dict[str, Any]:
    """What papers/receipt.typ shows."""
    row = details.row
    return {
        "lang": get_language() or "en",
        "brand": sheet_brand(details.brand),
        "number": row.receipt_number or "",
        "paid_by": {"name": row.customer_name, "lines": [details.customer_address] if details.customer_address else []},
        "paid_on": _paid_on(details),
        "method": row.label or _("Card"),
        "status": str(PAYMENT_LABEL[row.state]),
        "items": [*_held(details), *(_item(line, details) for line in details.lines if line.state == "posted")],
        "total": papers.written(details.received),
        "note": "\n".join(filter(None, [_credit(details), payment_rules().receipt_text])) or None,
    }


def _held(details: PaymentDetails) -> list[dict[str, str]]:
    if details.deposit is None or not details.deposit.held:
        return []
    note = _("Kept for this work and taken off its invoice")
    name = deposit_name(details.deposit.title)
    return [{"description": name, "note": note, "amount": papers.written(details.deposit.held)}]


def _item(line: PaidLine, details: PaymentDetails) -> dict[str, str]:
    item = {
        "description": _("Invoice %(number)s") % {"number": line.number},
        "note": deposit_name(details.deposit.title) if details.deposit else line.title,
        "amount": papers.written(line.amount),
    }
    return item | {"left": papers.written(line.left)} if line.left else item


def _paid_on(details: PaymentDetails) -> str:
    if details.paid_at is not None:
        return formats.moment(details.paid_at, details.brand.time_zone)
    return formats.day(details.row.paid_on) if details.row.paid_on else ""


def _credit(details: PaymentDetails) -> str | None:
    if not details.credit:
        return None
    return _("%(credit)s is kept as your credit.") % {"credit": papers.written(details.credit)}
