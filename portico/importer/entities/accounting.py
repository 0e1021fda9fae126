"""accounting/…: terms, types, invoices and payments. Amounts have to add up to the cent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from portico.domain.billing.enums import MethodKind
from portico.domain.billing.lines import InvoiceLine
from portico.importer.faults import Refused
from portico.importer.fields import Fields, Ref
from portico.kernel.money import Money

SYNC_STATES = ("Pending", "Posted", "Exported")
STATES = ("Success", "Pending", "Fail")
METHODS = (
    (MethodKind.CARD, ("visa", "mastercard", "master card", "amex", "american express", "discover", "card")),
    (MethodKind.ACH, ("ach", "bank", "eft", "echeck", "e-check")),
    (MethodKind.CHECK, ("check", "cheque")),
    (MethodKind.CASH, ("cash",)),
)
NOON = time(12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Bill:
    """An invoice as the export says it."""

    number: str
    customer: Ref
    location: Ref | None
    job: Ref | None
    business_unit: Ref | None
    adjusts: Ref | None
    membership: Ref | None
    title: str
    term_name: str
    issued_on: date
    due_on: date
    subtotal_minor: int
    tax_minor: int
    total_minor: int
    sync_status: str
    created_at: datetime
    items: tuple[InvoiceLine, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """The part of a payment that is applied to an invoice."""

    invoice: Ref
    amount_minor: int
    applied_on: date | None


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment as the export says it. `status` is one of STATES; a voided one moved nothing."""

    customer: Ref
    amount_minor: int
    method: MethodKind
    method_label: str
    status: str
    is_voided: bool
    paid_on: date
    at: datetime
    reference: str
    memo: str
    shares: tuple[Share, ...]

    @property
    def is_moved(self) -> bool:
        return self.status != "Fail" and not self.is_voided


def payment_type(fields: Fields) -> dict[str, Any]:
    return {
        "name": fields.text("name", 200) or f"Payment type {fields.record['id']}",
        "is_active": fields.flag("active", default=True),
    }


def payment_term(fields: Fields) -> dict[str, Any]:
    return {
        "name": fields.text("name", 200) or f"Term {fields.record['id']}",
        "due_day_type": fields.text("dueDayType", 40),
        "due_day": fields.whole("dueDay"),
        "is_active": fields.flag("active", default=True),
    }


def invoice(fields: Fields) -> Bill:
    job = fields.inner("job")
    issued_on = fields.day("invoiceDate")
    items = tuple(_item(item) for item in _ordered(fields))
    bill = Bill(
        number=fields.text("referenceNumber", 60) or str(fields.record["id"]),
        customer=fields.inner("customer").needed("id", "crm/customers"),
        location=fields.inner("location").ref("id", "crm/locations"),
        job=job.ref("id", "jpm/jobs"),
        business_unit=fields.inner("businessUnit").ref("id", "settings/business-units"),
        adjusts=fields.ref("adjustmentToId", "accounting/invoices"),
        membership=fields.ref("membershipId", "memberships/memberships"),
        title=job.text("type", 300) or (items[0].name[:300] if items else ""),
        term_name=fields.text("termName", 200),
        issued_on=issued_on,
        due_on=fields.day_or_none("dueDate") or issued_on,
        subtotal_minor=fields.amount("subTotal"),
        tax_minor=fields.amount("salesTax"),
        total_minor=fields.amount("total"),
        sync_status=fields.choice("syncStatus", SYNC_STATES, default=""),
        created_at=fields.created_at(),
        items=items,
    )
    _require_sum(fields, bill)
    return bill


def payment(fields: Fields) -> Paid:
    paid_on = fields.day("date")
    label = fields.text("type", 120)
    fields.ref("typeId", "accounting/payment-types")
    paid = Paid(
        customer=fields.inner("customer").needed("id", "crm/customers"),
        amount_minor=fields.amount("total"),
        method=method_of(label),
        method_label=label,
        status=fields.choice("transactionStatus", STATES),
        is_voided=not fields.flag("active", default=True),
        paid_on=paid_on,
        at=datetime.combine(paid_on, NOON),
        reference=fields.text("referenceNumber", 120),
        memo=fields.text("memo"),
        shares=tuple(_shares(fields)),
    )
    _require_applied(fields, paid)
    return paid


def method_of(label: str) -> MethodKind:
    """How it was paid, from the contractor's own word for it."""
    said = label.casefold()
    for method, words in METHODS:
        if any(word in said for word in words):
            return method
    return MethodKind.OTHER


def balance_minor(fields: Fields) -> int | None:
    """What the file says is still open."""
    return None if fields.record.get("balance") is None else fields.amount("balance")


def _ordered(fields: Fields) -> list[Fields]:
    rows = fields.rows("items")
    return sorted(rows, key=lambda row: row.whole("order") or 0)


def _item(fields: Fields) -> InvoiceLine:
    quantity = fields.fraction("quantity")
    return InvoiceLine(
        name=fields.text("displayName", 500) or fields.text("skuName", 500),
        description=fields.text("description"),
        type=fields.text("type", 20),
        quantity=Decimal(1) if quantity is None else quantity,
        price_minor=fields.amount("price"),
        total_minor=fields.amount("total"),
        sku=fields.text("skuName", 120),
        cost=fields.fraction("cost"),
        cost_account=fields.inner("costOfSaleAccount").text("name", 200),
    )


def _require_sum(fields: Fields, bill: Bill) -> None:
    balance_minor(fields)
    currency = fields.setting.currency
    items = sum(item.total_minor for item in bill.items)
    if items != bill.subtotal_minor:
        said = _said(bill.subtotal_minor, currency)
        raise Refused(f"The items add up to {_said(items, currency)}, subTotal says {said}.")
    total = bill.subtotal_minor + bill.tax_minor
    if total != bill.total_minor:
        said = _said(bill.total_minor, currency)
        raise Refused(f"subTotal and salesTax make {_said(total, currency)}, total says {said}.")


def _shares(fields: Fields) -> list[Share]:
    """One share an invoice: the export may name an invoice twice."""
    found: dict[int, Share] = {}
    for row in fields.rows("appliedTo"):
        invoice = row.needed("appliedTo", "accounting/invoices")
        before = found[invoice.id].amount_minor if invoice.id in found else 0
        moment = row.moment_or_none("appliedOn")
        amount = before + row.amount("appliedAmount")
        found[invoice.id] = Share(invoice, amount, moment.date() if moment else None)
    return [share for share in found.values() if share.amount_minor]


def _require_applied(fields: Fields, paid: Paid) -> None:
    unapplied = 0 if fields.record.get("unappliedAmount") is None else fields.amount("unappliedAmount")
    if paid.amount_minor == 0:
        raise Refused("The payment is of nothing.")
    if not paid.is_moved:
        return
    applied = sum(share.amount_minor for share in paid.shares)
    if applied + unapplied != paid.amount_minor:
        currency = fields.setting.currency
        raise Refused(
            f"Applied {_said(applied, currency)} and unapplied {_said(unapplied, currency)} "
            f"do not make the total {_said(paid.amount_minor, currency)}."
        )


def _said(minor: int, currency: str) -> str:
    return str(Money(minor, currency).decimal())
