"""Money that the office takes itself: cash and checks, put on several invoices at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from portico.domain.billing import errors
from portico.domain.billing.enums import AllocationState, EntryKind, InvoiceState, MethodKind, PaymentState
from portico.domain.billing.models import Allocation, Invoice, Payment
from portico.domain.billing.operations import books, by_office, letters, locking, posting
from portico.domain.billing.operations.books import Source
from portico.domain.customers.models import Customer
from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import Actor
from portico.kernel import clock, formats, locks, text
from portico.kernel import errors as kinds
from portico.kernel.money import CARD_LIMIT_MINOR

MANUAL = "manual"
BY_HAND = frozenset({MethodKind.CASH, MethodKind.CHECK})
OVERTAKEN = (PaymentState.OPEN, PaymentState.VERIFYING)


class BadRecord(kinds.NotPossible):
    """What was typed cannot be recorded; `field` names where."""

    code = "bad_record"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class HeldOnline(kinds.Conflict):
    """A customer is paying one of these invoices online at this moment."""

    code = "held_online"


@dataclass(frozen=True, slots=True)
class ManualForm:
    """What somebody of the office typed. `parts` are invoices by public id; `amount_minor` may be more than their sum.

    `keeps_rest`: what is on no invoice stays as credit. `overtakes`: go on although a customer is paying online.
    """

    customer: UUID
    method: MethodKind
    amount_minor: int
    parts: Mapping[UUID, int]
    paid_on: date
    form_token: str
    reference: str = ""
    memo: str = ""
    receipt_email: str = ""
    keeps_rest: bool = False
    overtakes: bool = False

    @property
    def fingerprint(self) -> str:
        """The same for the same request."""
        parts = sorted((str(invoice), amount) for invoice, amount in self.parts.items())
        told = json.dumps([str(self.customer), self.method, self.amount_minor, parts, str(self.paid_on)])
        return hashlib.sha256(told.encode()).hexdigest()


def record_payment(*, form: ManualForm, by: Actor) -> UUID:
    """Record cash or a check; the payment. The same form records it once.

    Raises BadRecord, InvoiceChanged, HeldOnline, PaymentInProgress or FormReused; then nothing is recorded.
    """
    with locking.busy_is(_("Somebody is working on one of these invoices. Wait a moment.")):
        return _record(form=form, by=by)


@locking.brief
def _record(*, form: ManualForm, by: Actor) -> UUID:
    customer = Customer.objects.select_related("branch", "company").filter(public_id=form.customer).first()
    if customer is None:
        raise BadRecord("customer", _("There is no such customer."))
    _require_sound(form, customer)
    payment, is_new = _payment(form, customer, by)
    recorded: UUID = payment.public_id
    if not is_new:
        return recorded
    online = _lock_online(form)
    invoices = _lock_invoices(form, customer)
    for public_id, amount in form.parts.items():
        _make_room(invoices[public_id], amount, online, form)
    source = Source(MANUAL, str(payment.public_id))
    books.enter(payment, EntryKind.PAYMENT_IN, form.amount_minor, source)
    by_key = {invoice.pk: invoice for invoice in invoices.values()}
    books.put_on(payment, {invoices[one].pk: amount for one, amount in form.parts.items()}, source, by_key)
    _tell(payment, by, overtook=len(online) if form.overtakes else 0)
    return recorded


def _require_sound(form: ManualForm, customer: Customer) -> None:
    if form.method not in BY_HAND:
        raise BadRecord("method", _("Choose cash or check."))
    if not 0 < form.amount_minor <= CARD_LIMIT_MINOR:
        raise BadRecord("amount", _("Enter an amount above zero."))
    if form.paid_on > clock.today(customer.branch.time_zone):
        raise BadRecord("paid_on", _("The day lies in the future."))
    if form.method == MethodKind.CHECK and not form.reference.strip():
        raise BadRecord("reference", _("Enter the number of the check."))
    if form.receipt_email and not text.is_email(form.receipt_email):
        raise BadRecord("receipt_email", _("That is not an email address."))
    _require_sum(form, customer.company.currency)


def _require_sum(form: ManualForm, currency: str) -> None:
    on_invoices = sum(form.parts.values())
    if any(amount <= 0 for amount in form.parts.values()):
        raise BadRecord("parts", _("Enter an amount above zero for each invoice that you chose."))
    if on_invoices > form.amount_minor:
        raise BadRecord("parts", _("More is put on the invoices than was received."))
    if on_invoices < form.amount_minor and not form.keeps_rest:
        rest = formats.money(form.amount_minor - on_invoices, currency)
        words = _("%(rest)s is on no invoice. Put it on one, or tick that it is kept as the customer’s credit.")
        raise BadRecord("keeps_rest", words % {"rest": rest})


def _payment(form: ManualForm, customer: Customer, by: Actor) -> tuple[Payment, bool]:
    return by_office.enter_once(
        form,
        customer,
        by=by,
        method=form.method,
        method_label=_label(form),
        receipt_number=posting.receipt_number(form.paid_on),
        receipt_email=text.normalise_email(form.receipt_email) if form.receipt_email else "",
        paid_on=form.paid_on,
        reference=form.reference.strip()[:120],
        memo=form.memo.strip(),
    )


def _label(form: ManualForm) -> str:
    if form.method == MethodKind.CASH:
        return _("Cash")
    return _("Check %(number)s") % {"number": form.reference.strip()[:60]}


# --- Making room ------------------------------------------------------------------------------------------------


def _lock_online(form: ManualForm) -> set[int]:
    """The online payments of these invoices that are not decided, locked before the invoices are."""
    going = Allocation.objects.filter(
        invoice__public_id__in=form.parts, state=AllocationState.RESERVED, payment__state__in=OVERTAKEN
    )
    rows = locks.lock_all(Payment.objects.filter(pk__in=list(going.values_list("payment_id", flat=True))))
    return {row.pk for row in rows if row.state in OVERTAKEN}


def _lock_invoices(form: ManualForm, customer: Customer) -> dict[UUID, Invoice]:
    ids = Invoice.objects.filter(public_id__in=form.parts, customer=customer, currency=customer.company.currency)
    found = locking.lock_invoices(list(ids.values_list("pk", flat=True)))
    invoices = {invoice.public_id: invoice for invoice in found.values() if invoice.state == InvoiceState.ISSUED}
    if invoices.keys() != form.parts.keys():
        raise errors.InvoiceChanged(_("One of these invoices can no longer be paid. Look at what is due now."))
    return invoices


def _make_room(invoice: Invoice, amount: int, online: set[int], form: ManualForm) -> None:
    """Money in the hand goes before a card page that somebody opened; not before a bank payment on its way."""
    if amount <= books.room_on(invoice):
        return
    held = Allocation.objects.filter(invoice=invoice, state=AllocationState.RESERVED, payment__in=online)
    could_go = list(held.order_by("-pk"))
    if amount > books.room_on(invoice) + sum(allocation.amount_minor for allocation in could_go):
        words = _("Only %(room)s can still be paid on invoice %(number)s.")
        room = formats.money(books.room_on(invoice), invoice.currency)
        raise errors.InvoiceChanged(words % {"room": room, "number": invoice.number})
    if not form.overtakes:
        words = _("The customer is paying invoice %(number)s online right now. Ask, then record it all the same.")
        raise HeldOnline(words % {"number": invoice.number})
    while amount > books.room_on(invoice):
        books.release([could_go.pop(0)], {invoice.pk: invoice})


def _tell(payment: Payment, by: Actor, *, overtook: int) -> None:
    audit.record(
        "payment.recorded",
        payment,
        by=by,
        customer=payment.customer.public_id,
        note=payment.reference,
        amount_minor=payment.amount_minor,
        method=payment.method,
        overtook=overtook,
    )
    letters.send_receipt(payment)
