"""The mails about payments: the receipt, exactly once, and bad news that the payer has not seen on a page."""

from __future__ import annotations

import logging

from django.utils.translation import gettext as _

from portico.domain.billing.enums import MethodKind
from portico.domain.billing.models import Allocation, Payment
from portico.domain.billing.operations import deposits
from portico.domain.billing.queries.settings import payment_rules
from portico.domain.billing.words import deposit_name
from portico.domain.customers import operations as customers
from portico.domain.customers.errors import NoBillingAccess
from portico.foundation.audit.operations import GATEWAY
from portico.foundation.messaging import operations as messaging
from portico.foundation.messaging.enums import MessageKind
from portico.foundation.messaging.letter import Enclosure, Letter, Link
from portico.kernel import formats

log = logging.getLogger("portico.payments")

RECEIPT_PDF = "receipt_pdf"


def send_receipt(payment: Payment) -> None:
    """Mail the receipt, once however often the payment succeeds."""
    if not payment.receipt_email:
        return
    try:
        link = _link(payment, MessageKind.RECEIPT, _("See the payment"), f"/payments/{payment.public_id}/")
    except NoBillingAccess:
        log.info("payment.receipt_not_for_this_address", extra={"payment": str(payment.public_id)})
        return
    allocations = allocations_of(payment)
    messaging.queue_letter(
        kind=MessageKind.RECEIPT,
        to_email=payment.receipt_email,
        branch_id=branch_of(payment, allocations),
        letter=_receipt(payment, allocations, link),
        subject_id=payment.public_id,
        customer_id=payment.customer.public_id,
        key=f"receipt:{payment.public_id}",
        enclosures=(Enclosure(RECEIPT_PDF, payment.public_id),),
    )


def send_payment_failed(payment: Payment) -> None:
    """Tell somebody who was asked to wait that nothing came of it."""
    if not payment.receipt_email:
        return
    allocations = allocations_of(payment)
    try:
        link = _link(payment, MessageKind.PAYMENT_FAILED, _("Pay now"), _pay_again(payment, allocations))
    except NoBillingAccess:
        log.info("payment.failure_not_for_this_address", extra={"payment": str(payment.public_id)})
        return
    messaging.queue_letter(
        kind=MessageKind.PAYMENT_FAILED,
        to_email=payment.receipt_email,
        branch_id=branch_of(payment, allocations),
        letter=_failed(payment, allocations, link),
        subject_id=payment.public_id,
        customer_id=payment.customer.public_id,
        key=f"payment_failed:{payment.public_id}",
    )


def branch_of(payment: Payment, allocations: list[Allocation]) -> int:
    """The branch that the payment speaks for: that of its invoices where they have one, else the customer's.

    That of a deposit is the one which does the work.
    """
    if payment.deposit is not None:
        branch: int = payment.deposit.job.business_unit.branch_id
        return branch
    branches = {allocation.invoice.branch_id for allocation in allocations}
    return branches.pop() if len(branches) == 1 else payment.customer.branch_id


def _link(payment: Payment, kind: MessageKind, label: str, path: str) -> Link | None:
    """The link that this recipient can use; NoBillingAccess for one who may not be told amounts."""
    return customers.document_link(
        kind=kind, customer_id=payment.customer_id, email=payment.receipt_email, label=label, path=path, by=GATEWAY
    )


def _pay_again(payment: Payment, allocations: list[Allocation]) -> str:
    if payment.deposit is not None:
        return f"/deposits/{payment.deposit.public_id}/"
    return "/invoices/pay/?" + "&".join(f"invoice={allocation.invoice.public_id}" for allocation in allocations)


def allocations_of(payment: Payment) -> list[Allocation]:
    """What the payment was for, the oldest due first, with the invoices."""
    rows = Allocation.objects.filter(payment=payment).select_related("invoice")
    return list(rows.order_by("invoice__due_on", "invoice_id"))


def _receipt(payment: Payment, allocations: list[Allocation], link: Link | None) -> Letter:
    received = formats.money(payment.received_minor, payment.currency)
    held = deposits.held_in([payment]).get(payment.pk, 0)
    posted = sum(allocation.posted_minor for allocation in allocations)
    facts = [
        (_("Receipt"), payment.receipt_number or ""),
        (_("Date"), formats.day(payment.paid_on) if payment.paid_on else ""),
        (_("Payment method"), payment.method_label),
    ]
    credit = payment.received_minor - posted - held
    closing = [_("The receipt is attached as a PDF."), *payment_rules().receipt_text.splitlines()]
    if credit > 0:
        words = _("%(credit)s was more than what was due; it is kept as your credit. We will get in touch.")
        closing.insert(0, words % {"credit": formats.money(credit, payment.currency)})
    if held:
        closing.insert(0, _("We keep the deposit for this work. It is taken off the invoice."))
    return Letter(
        subject=_("Receipt for your payment of %(amount)s") % {"amount": received},
        heading=_("Thank you. We received %(amount)s.") % {"amount": received},
        preheader=_("Receipt %(number)s") % {"number": payment.receipt_number},
        facts=tuple(fact for fact in facts if fact[1]),
        lines=(*_held_line(payment, held), *(_line(one) for one in allocations if one.posted_minor)),
        action=link,
        closing=tuple(closing),
    )


def _held_line(payment: Payment, held: int) -> tuple[tuple[str, str], ...]:
    if payment.deposit is None or not held:
        return ()
    return ((deposit_name(payment.deposit.title), formats.money(held, payment.currency)),)


def _line(allocation: Allocation) -> tuple[str, str]:
    name = _("Invoice %(number)s") % {"number": allocation.invoice.number}
    return name, formats.money(allocation.posted_minor, allocation.invoice.currency)


def _failed(payment: Payment, allocations: list[Allocation], link: Link | None) -> Letter:
    amount = formats.money(payment.amount_minor, payment.currency)
    return Letter(
        subject=_("Your payment of %(amount)s did not go through") % {"amount": amount},
        heading=_("Your payment did not go through"),
        paragraphs=(
            *_why(payment, amount),
            _("Still to pay: %(what)s.") % {"what": what_for(payment, allocations)},
        ),
        action=link,
    )


def what_for(payment: Payment, allocations: list[Allocation]) -> str:
    """What a payment was to pay, within a sentence."""
    if payment.deposit is not None:
        return _("the deposit for %(title)s") % {"title": payment.deposit.title}
    return _("invoice %(numbers)s") % {"numbers": ", ".join(one.invoice.number for one in allocations)}


def _why(payment: Payment, amount: str) -> tuple[str, ...]:
    if payment.method != MethodKind.ACH:
        return (
            _("We have checked your payment of %(amount)s with the bank: nothing was charged.") % {"amount": amount},
        )
    account = payment.method_label or _("your bank account")
    words = _("Your payment of %(amount)s from %(account)s was not made by the bank. No money has moved.")
    return words % {"amount": amount, "account": account}, payment.failure_text
