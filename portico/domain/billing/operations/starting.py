"""The first of the two transactions: what is to be paid is reserved before anything leaves the house."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
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
    MethodState,
    PaymentState,
)
from portico.domain.billing.models import Allocation, CreditUse, Invoice, Payment, PaymentAttempt, PaymentMethod
from portico.domain.billing.operations import credit, deposit_room, limits, locking, pending
from portico.domain.billing.words import method_label
from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import Actor
from portico.foundation.tenancy.scope import reading
from portico.kernel import clock, ids

FIRST_CHECK = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a payer asks for: parts of invoices of one customer, or a deposit and nothing else.

    `form_token` was drawn when the form was shown. `deposit_id` is the deposit's key, `deposit_minor` its whole amount.

    `method` is a new card, a new bank account, or the id of a saved one. Of the parts, `credit_minor` is paid by the
    customer's credit, the oldest due invoice first, and only the rest is charged. `authorization` is what the payer
    agreed to before a bank account is debited, in the words that were shown; it is kept in the trail.
    """

    customer_id: int
    parts: tuple[rules.Part, ...]
    currency: str
    form_token: str
    receipt_email: str
    method: MethodKind | UUID = MethodKind.CARD
    credit_minor: int = 0
    authorization: str = ""
    deposit_id: int | None = None
    deposit_minor: int = 0

    @property
    def amount_minor(self) -> int:
        return self.deposit_minor or sum(part.amount_minor for part in self.parts)

    @property
    def charge_minor(self) -> int:
        return self.amount_minor - self.credit_minor

    @property
    def fingerprint(self) -> str:
        """The same for the same request, whichever order it came in."""
        parts = sorted((part.invoice_id, part.amount_minor) for part in self.parts)
        told = [self.customer_id, parts, self.currency, self.receipt_email, str(self.method), self.credit_minor]
        told += [self.deposit_id, self.deposit_minor] if self.deposit_id is not None else []
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Started:
    """What a form has begun: a payment, the use of credit, or both."""

    payment: Payment | None
    use: CreditUse | None


@reading
def started_by_form(wanted: Wanted) -> Started | None:
    """What this form has started already; FormReused when it asked for something else."""
    of_form = {"customer_id": wanted.customer_id, "form_token": wanted.form_token}
    found = Started(Payment.objects.filter(**of_form).first(), CreditUse.objects.filter(**of_form).first())
    hashes = {row.request_hash for row in (found.payment, found.use) if row is not None}
    if not hashes:
        return None
    if hashes != {wanted.fingerprint}:
        raise errors.FormReused(_("This form was already used for another payment. Check the amounts and try again."))
    return found


def require_sound(wanted: Wanted) -> None:
    """CreditChanged when more credit is to be used than is to be paid."""
    if not 0 <= wanted.credit_minor <= wanted.amount_minor:
        raise errors.CreditChanged(_("That is more credit than this payment needs. Look at it again."))


def start(*, wanted: Wanted, account_id: int | None, by: Actor) -> Started:
    """Write down what is to be paid, put credit to use and reserve the rest. The same form starts the same.

    `account_id` is that of the gateway; None where nothing is left to be charged.
    """
    try:
        return _start(wanted=wanted, account_id=account_id, by=by)
    except OperationalError as error:
        if not locking.is_lock_timeout(error):
            raise
        raise errors.PaymentInProgress(_("Another payment of this is being started. Wait a moment.")) from error


@locking.brief
def _start(*, wanted: Wanted, account_id: int | None, by: Actor) -> Started:
    locking.hold_payer(wanted.customer_id)
    if account_id is not None:
        _require_may_charge(wanted, by)
    if wanted.deposit_id is not None:
        deposit_room.require(
            wanted.deposit_id,
            customer_id=wanted.customer_id,
            amount_minor=wanted.deposit_minor,
            form_token=wanted.form_token,
        )
    started = _written_down(wanted, account_id, by)
    if started is None:
        return _again(wanted)
    sources = credit.lock_sources(wanted.customer_id, wanted.currency) if started.use else []
    invoices = locking.lock_invoices(part.invoice_id for part in wanted.parts)
    for part in wanted.parts:
        _require_room(invoices.get(part.invoice_id), part, wanted)
    by_credit, charged = rules.split_credit(_oldest_first(wanted, invoices), wanted.credit_minor)
    if started.use is not None:
        credit.put_to_use(started.use, sources=sources, parts=by_credit, invoices=invoices, by=by)
    if started.payment is not None:
        for part in charged:
            _reserve(started.payment, part)
        _note_start(started.payment, wanted, by)
    limits.spend_start(customer_id=wanted.customer_id, ip_prefix=by.ip_prefix)
    return started


def _require_may_charge(wanted: Wanted, by: Actor) -> None:
    limits.require_may_start(customer_id=wanted.customer_id, ip_prefix=by.ip_prefix)
    if wanted.method == MethodKind.CARD:
        limits.require_cards_open()


def _written_down(wanted: Wanted, account_id: int | None, by: Actor) -> Started | None:
    """The rows of this form, new; None when its token is taken. The payment comes with its first attempt."""
    use = None
    if wanted.credit_minor:
        use = credit.note(
            customer_id=wanted.customer_id,
            amount_minor=wanted.credit_minor,
            currency=wanted.currency,
            form_token=wanted.form_token,
            request_hash=wanted.fingerprint,
            by=by,
        )
        if use is None:
            return None
    if account_id is None:
        return Started(None, use)
    saved = _saved_method(wanted, account_id)
    payment = _payment(wanted, saved, by)
    if payment is None:
        return None
    _attempt(payment, saved, account_id=account_id, by=by)
    return Started(payment, use)


def _payment(wanted: Wanted, saved: PaymentMethod | None, by: Actor) -> Payment | None:
    """The new payment; None when the form's token is taken."""
    try:
        with transaction.atomic():
            return Payment.objects.create(
                customer_id=wanted.customer_id,
                deposit_id=wanted.deposit_id,
                amount_minor=wanted.charge_minor,
                currency=wanted.currency,
                method=saved.kind if saved else MethodKind(str(wanted.method)),
                method_label=method_label(MethodKind(saved.kind), saved.brand, saved.last4) if saved else "",
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


def _saved_method(wanted: Wanted, account_id: int) -> PaymentMethod | None:
    """The chosen method, which has to be this customer's own and good; None for a new card or bank account."""
    if isinstance(wanted.method, MethodKind):
        return None
    rows = PaymentMethod.objects.filter(
        public_id=wanted.method, customer_id=wanted.customer_id, account_id=account_id, state=MethodState.ACTIVE
    )
    found = rows.select_related("customer__branch").first()
    if found is None or rules.is_expired(found.expires_on, clock.today(found.customer.branch.time_zone)):
        raise errors.MethodNotOffered(_("This way to pay can no longer be used. Choose another one."))
    return found


def _again(wanted: Wanted) -> Started:
    started = started_by_form(wanted)
    if started is None:
        raise LookupError("a form's token was taken and is not")
    return started


def _oldest_first(wanted: Wanted, invoices: Mapping[int, Invoice]) -> list[rules.Part]:
    return sorted(wanted.parts, key=lambda part: (invoices[part.invoice_id].due_on, part.invoice_id))


def _require_room(invoice: Invoice | None, part: rules.Part, wanted: Wanted) -> None:
    if invoice is None or invoice.customer_id != wanted.customer_id or invoice.state != InvoiceState.ISSUED:
        raise errors.InvoiceChanged(_("One of these invoices can no longer be paid. Look at what is due now."))
    room = rules.payable(total=invoice.total_minor, paid=invoice.paid_minor, reserved=invoice.reserved_minor)
    if part.amount_minor > room or invoice.currency != wanted.currency:
        pending.refuse(invoice, room=room)


def _reserve(payment: Payment, part: rules.Part) -> None:
    Allocation.objects.create(
        payment=payment, invoice_id=part.invoice_id, amount_minor=part.amount_minor, state=AllocationState.RESERVED
    )
    Invoice.objects.filter(pk=part.invoice_id).update(reserved_minor=F("reserved_minor") + part.amount_minor)


def _note_start(payment: Payment, wanted: Wanted, by: Actor) -> None:
    customer = payment.customer.public_id
    audit.record("payment.started", payment, by=by, customer=customer, amount_minor=payment.amount_minor)
    if wanted.authorization:
        audit.record("payment.debit_authorized", payment, by=by, customer=customer, note=wanted.authorization)


def _attempt(payment: Payment, saved: PaymentMethod | None, *, account_id: int, by: Actor) -> PaymentAttempt:
    return PaymentAttempt.objects.create(
        payment=payment,
        account_id=account_id,
        n=1,
        kind=AttemptKind.SAVED if saved else AttemptKind.CHECKOUT,
        saved_method=saved,
        state=AttemptState.CREATED,
        idempotency_key=ids.new_secret(),
        ip_prefix=by.ip_prefix,
        created_at=clock.real_now(),
        next_check_at=clock.real_now() + FIRST_CHECK,
    )
