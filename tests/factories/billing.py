"""What customers owe."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

from portico.domain.billing.enums import Channel, EntryKind, MethodKind, PaymentState
from portico.domain.billing.models import (
    Invoice,
    InvoiceItem,
    LedgerEntry,
    MethodSetup,
    Payment,
    PaymentAccount,
    PaymentMethod,
)
from portico.domain.customers.models import Customer
from portico.kernel import clock

_numbers = count(1001)


def make_invoice(
    customer: Customer, total: int = 10000, *, due_in: int = 10, paid: int = 0, **columns: object
) -> Invoice:
    """An issued invoice with one line; `due_in` days from today."""
    today = clock.today(customer.branch.time_zone)
    wanted = {
        "number": str(next(_numbers)),
        "branch": customer.branch,
        "title": "Water heater repair",
        "issued_on": today - timedelta(days=3),
        "due_on": today + timedelta(days=due_in),
        "created_at": clock.now(),
    }
    invoice = Invoice.objects.create(
        customer=customer,
        subtotal_minor=total,
        tax_minor=0,
        total_minor=total,
        paid_minor=paid,
        is_settled=total == paid,
        was_ever_positive=total > 0,
        **(wanted | columns),
    )
    InvoiceItem.objects.create(
        invoice=invoice, position=1, name="Gas control valve", quantity=1, price_minor=total, total_minor=total
    )
    return invoice


def make_credit(customer: Customer, amount: int, **columns: object) -> Payment:
    """A check of an earlier day that lies on no invoice."""
    wanted = {
        "method": MethodKind.CHECK,
        "method_label": "Check 1001",
        "channel": Channel.OFFICE,
        "state": PaymentState.SUCCEEDED,
        "paid_on": clock.today(customer.branch.time_zone),
        "succeeded_at": clock.now(),
        "created_at": clock.now(),
        "currency": "USD",
        "receipt_number": f"R250101-{next(_numbers):05}",
    }
    payment = Payment.objects.create(
        customer=customer, amount_minor=amount, received_minor=amount, **(wanted | columns)
    )
    LedgerEntry.objects.create(
        kind=EntryKind.PAYMENT_IN,
        customer=customer,
        payment=payment,
        amount_minor=amount,
        currency="USD",
        source_type="manual",
        source_ref=str(payment.public_id),
        at=clock.now(),
    )
    return payment


def make_saved_card(customer: Customer) -> PaymentMethod:
    """A card that was saved on a visit to the gateway."""
    at_gateway = {"customer": customer, "account": PaymentAccount.objects.get(is_active=True), "kind": "card"}
    refs = at_gateway | {"created_at": clock.real_now()}
    ref = f"{customer.name} {customer.pk}"
    expires_on = clock.today(customer.branch.time_zone) + timedelta(days=700)
    card = PaymentMethod.objects.create(
        **refs, ref=f"pm {ref}", brand="visa", last4="4242", expires_on=expires_on, is_default=True
    )
    MethodSetup.objects.create(
        **refs, state="succeeded", form_token=f"form {ref}", idempotency_key=f"key {ref}", method=card
    )
    return card
