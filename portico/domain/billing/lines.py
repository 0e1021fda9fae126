"""A line of an invoice on its way into the table, from whatever source it comes."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from portico.domain.billing.models import Invoice, InvoiceItem

MOST_OF_NAME = 500


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """A line of an invoice. Internal: sku, cost and cost account."""

    name: str
    quantity: Decimal
    price_minor: int
    total_minor: int
    description: str = ""
    type: str = ""
    sku: str = ""
    cost: Decimal | None = None
    cost_account: str = ""


def item_of(invoice: Invoice, position: int, line: InvoiceLine) -> InvoiceItem:
    """The row of a line; nothing is written yet."""
    return InvoiceItem(
        invoice=invoice,
        position=position,
        name=line.name[:MOST_OF_NAME],
        description=line.description,
        type=line.type,
        quantity=line.quantity,
        price_minor=line.price_minor,
        total_minor=line.total_minor,
        sku=line.sku,
        cost=line.cost,
        cost_account=line.cost_account,
    )
