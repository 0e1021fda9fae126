"""The first of the two transactions: what is to be paid is reserved before anything leaves the house."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from portico.domain.billing import errors, rules
from portico.domain.billing.enums import (
    AllocationState,
    AttemptKind,
    AttemptState,
    Channel,
    InvoiceState,
    MethodKind,
    PaymentState,
)
from portico.domain.billing.models import Allocation, Invoice, Payment, PaymentAttempt
from portico.domain.billing.operations import locking
from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import Actor
from portico.foundation.people import throttling
from portico.foundation.people.throttling import Limit
from portico.foundation.tenancy.scope import reading
from portico.kernel import clock, ids

FIRST_CHECK = timedelta(minutes=2)
A_MINUTE = Limit("payment.customer_minute", 5, timedelta(minutes=1))
AN_HOUR = Limit("payment.customer_hour", 20, timedelta(hours=1))
FROM_NETWORK = Limit("payment.network", 20, timedelta(hours=1))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a payer asks for: parts of invoices of one customer. `form_token` was drawn when the form was shown."""

    customer_id: int
    parts: tuple[rules.Part, ...]
    currency: str
    form_token: str
    receipt_email: str

    @property
    def amount_minor(self) -> int:
        return sum(part.amount_minor for part in self.parts)

    @property
    def fingerprint(self) -> str:
        """The same for the same request, whichever order it came in."""
        parts = sorted((part.invoice_id, part.amount_minor) for part in self.parts)
        told = json.dumps([self.customer_id, parts, self.currency, self.receipt_email])
        return hashlib.sha256(told.encode()).hexdigest()


@reading
def payment_of_form(wanted: Wanted) -> Payment | None:
    """The payment that this form has started already; FormReused when it asked for something else."""
    payment = Payment.objects.filter(customer_id=wanted.customer_id, form_token=wanted.form_token).first()
    if payment is not None and payment.request_hash != wanted.fingerprint:
        raise errors.FormReused(_("This form was already used for another payment. Check the amounts and try again."))
    return payment


def start(*, wanted: Wanted, account_id: int, by: Actor) -> Payment:
    """Write the payment down and reserve what it covers. The same form gives the same payment."""
    try:
        return _start(wanted=wanted, account_id=account_id, by=by)
    except OperationalError as error:
        if not locking.is_lock_timeout(error):
            raise
        raise errors.PaymentInProgress(_("Another payment of this is being started. Wait a moment.")) from error


@locking.brief
def _start(*, wanted: Wanted, account_id: int, by: Actor) -> Payment:
    payment = _payment(wanted, by)
    if payment is None:
        return _again(wanted)
    invoices = locking.lock_invoices(part.invoice_id for part in wanted.parts)
    for part in wanted.parts:
        _reserve(payment, invoices.get(part.invoice_id), part)
    _attempt(payment, account_id=account_id, by=by)
    _spend(payment, by)
    audit.record(
        "payment.started", payment, by=by, customer=payment.customer.public_id, amount_minor=payment.amount_minor
    )
    return payment


def _payment(wanted: Wanted, by: Actor) -> Payment | None:
    """The new payment; None when the form's token is taken."""
    try:
        with transaction.atomic():
            return Payment.objects.create(
                customer_id=wanted.customer_id,
                amount_minor=wanted.amount_minor,
                currency=wanted.currency,
                method=MethodKind.CARD,
                channel=Channel.PORTAL,
                state=PaymentState.OPEN,
                form_token=wanted.form_token,
                request_hash=wanted.fingerprint,
                receipt_email=wanted.receipt_email,
                made_by=UUID(by.ref) if by.ref else None,
                made_by_name=by.name,
                created_at=clock.now(),
            )
    except IntegrityError:
        return None


def _spend(payment: Payment, by: Actor) -> None:
    """Slows card testers; a refused start is undone. It comes last: others wait for the rows of the counts."""
    throttling.spend(A_MINUTE, str(payment.customer_id))
    throttling.spend(AN_HOUR, str(payment.customer_id))
    if by.ip_prefix:
        throttling.spend(FROM_NETWORK, by.ip_prefix)


def _again(wanted: Wanted) -> Payment:
    payment = payment_of_form(wanted)
    if payment is None:
        raise LookupError("a form's token was taken and is not")
    return payment


def _reserve(payment: Payment, invoice: Invoice | None, part: rules.Part) -> None:
    if invoice is None or invoice.customer_id != payment.customer_id or invoice.state != InvoiceState.ISSUED:
        raise errors.InvoiceChanged(_("One of these invoices can no longer be paid. Look at what is due now."))
    room = rules.payable(total=invoice.total_minor, paid=invoice.paid_minor, reserved=invoice.reserved_minor)
    if part.amount_minor > room or invoice.currency != payment.currency:
        words = _("What is due on invoice %(number)s has changed, or another payment of it is going on.")
        raise errors.InvoiceChanged(words % {"number": invoice.number})
    Allocation.objects.create(
        payment=payment, invoice=invoice, amount_minor=part.amount_minor, state=AllocationState.RESERVED
    )
    Invoice.objects.filter(pk=invoice.pk).update(reserved_minor=F("reserved_minor") + part.amount_minor)


def _attempt(payment: Payment, *, account_id: int, by: Actor) -> PaymentAttempt:
    return PaymentAttempt.objects.create(
        payment=payment,
        account_id=account_id,
        n=1,
        kind=AttemptKind.CHECKOUT,
        state=AttemptState.CREATED,
        idempotency_key=ids.new_secret(),
        ip_prefix=by.ip_prefix,
        created_at=clock.real_now(),
        next_check_at=clock.real_now() + FIRST_CHECK,
    )
