"""What the office puts right: an invoice that should not be, and credit that it gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from portico.domain.billing import errors
from portico.domain.billing.enums import AllocationState, EntryKind, InvoiceState, MethodKind, PaymentState
from portico.domain.billing.models import Allocation, Invoice, Payment
from portico.domain.billing.operations import books, by_office, deposits, locking
from portico.domain.billing.operations.books import Source
from portico.domain.customers.models import Customer
from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import Actor
from portico.kernel import clock, formats, locks
from portico.kernel import errors as kinds
from portico.kernel.money import CARD_LIMIT_MINOR

VOID, CREDIT = "void", "credit"
UNDECIDED = (PaymentState.OPEN, PaymentState.VERIFYING)


class CannotVoid(kinds.NotPossible):
    """The invoice cannot be voided now."""

    code = "cannot_void"


class BadCredit(kinds.NotPossible):
    """Such a credit cannot be given; `field` names where."""

    code = "bad_credit"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class CreditForm:
    """Credit that the company gives: on an invoice, or on the account where `invoice` is None."""

    customer: UUID
    amount_minor: int
    reason: str
    form_token: str
    invoice: UUID | None = None

    @property
    def fingerprint(self) -> str:
        return f"{self.amount_minor}:{self.invoice}"


def void_invoice(*, invoice: UUID, version: int, reason: str, by: Actor) -> int:
    """Void an invoice; what was paid on it becomes credit of its payers, in minor units.

    `version` is what the page showed. Raises CannotVoid, InvoiceChanged or PaymentInProgress; then nothing changed.
    """
    if not reason.strip():
        raise CannotVoid(_("Say why the invoice is void."))
    with locking.busy_is(_("Somebody is working on one of these invoices. Wait a moment.")):
        return _void(public_id=invoice, version=version, reason=reason.strip(), by=by)


@locking.brief
def _void(*, public_id: UUID, version: int, reason: str, by: Actor) -> int:
    around = deposits.lock_around(public_id)
    payments = _lock_payments_on(public_id)
    invoice = locking.lock_invoices(Invoice.objects.filter(public_id=public_id).values_list("pk", flat=True))
    found = next(iter(invoice.values()), None)
    if found is None or found.state != InvoiceState.ISSUED:
        raise CannotVoid(_("This invoice is void already."))
    if found.version != version:
        raise errors.InvoiceChanged(_("The invoice has changed since you opened it. Look at it again."))
    rows = list(Allocation.objects.filter(invoice=found).order_by("payment_id"))
    _require_free(rows, payments)
    books.release([row for row in rows if row.state == AllocationState.RESERVED], invoice)
    freed = _take_off(found, rows, payments, invoice)
    found.state, found.version = InvoiceState.VOID, found.version + 1
    found.save(update_fields=["state", "version"])
    deposits.hold_again(around, by=by)
    audit.record(
        "invoice.voided", found, by=by, customer=found.customer.public_id, note=reason, amount_minor=found.total_minor
    )
    return freed


def _lock_payments_on(invoice: UUID) -> dict[int, Payment]:
    """Every payment that holds or covers the invoice, locked before it."""
    on_it = Allocation.objects.filter(
        invoice__public_id=invoice, state__in=[AllocationState.RESERVED, AllocationState.POSTED]
    )
    rows = locks.lock_all(Payment.objects.filter(pk__in=list(on_it.values_list("payment_id", flat=True))))
    return {row.pk: row for row in rows}


def _require_free(rows: list[Allocation], payments: Mapping[int, Payment]) -> None:
    for row in rows:
        if row.state not in (AllocationState.RESERVED, AllocationState.POSTED):
            continue
        payment = payments.get(row.payment_id)
        if payment is None:
            raise errors.PaymentInProgress(_("Somebody is paying this invoice at this moment. Look at it again."))
        if row.state == AllocationState.RESERVED and payment.state not in UNDECIDED:
            words = _("A payment of %(amount)s on this invoice is on its way. Wait until it has settled or failed.")
            raise CannotVoid(words % {"amount": formats.money(row.amount_minor, payment.currency)})


def _take_off(
    found: Invoice, rows: list[Allocation], payments: Mapping[int, Payment], invoice: Mapping[int, Invoice]
) -> int:
    freed = 0
    for row in rows:
        if row.state == AllocationState.POSTED:
            source = Source(VOID, f"{found.public_id}:{found.version}:{row.payment_id}")
            freed += row.posted_minor
            books.take_off(payments[row.payment_id], {found.pk: row.posted_minor}, source, invoice)
    return freed


# --- Credit -----------------------------------------------------------------------------------------------------


def give_credit(*, form: CreditForm, by: Actor) -> UUID:
    """Credit a customer, on an invoice or on the account; the payment that stands for it. The same form gives one."""
    with locking.busy_is(_("Somebody is working on one of these invoices. Wait a moment.")):
        return _give(form=form, by=by)


@locking.brief
def _give(*, form: CreditForm, by: Actor) -> UUID:
    customer = Customer.objects.select_related("company").filter(public_id=form.customer).first()
    if customer is None:
        raise BadCredit("customer", _("There is no such customer."))
    if not 0 < form.amount_minor <= CARD_LIMIT_MINOR:
        raise BadCredit("amount", _("Enter an amount above zero."))
    if not form.reason.strip():
        raise BadCredit("reason", _("Say why the credit is given."))
    payment, is_new = by_office.enter_once(
        form,
        customer,
        by=by,
        method=MethodKind.CREDIT,
        method_label=_("Credit"),
        paid_on=clock.today(customer.branch.time_zone),
        memo=form.reason.strip(),
    )
    public_id: UUID = payment.public_id
    if not is_new:
        return public_id
    source = Source(CREDIT, str(payment.public_id))
    books.enter(payment, EntryKind.CREDIT, form.amount_minor, source)
    if form.invoice is not None:
        _put_on(payment, form.invoice, source)
    audit.record(
        "payment.credited",
        payment,
        by=by,
        customer=customer.public_id,
        note=form.reason.strip(),
        amount_minor=form.amount_minor,
    )
    return public_id


def _put_on(payment: Payment, invoice: UUID, source: Source) -> None:
    ids = Invoice.objects.filter(public_id=invoice, customer=payment.customer, currency=payment.currency)
    invoices = locking.lock_invoices(list(ids.values_list("pk", flat=True)))
    room = sum(books.room_on(row) for row in invoices.values())
    if payment.amount_minor > room:
        words = _("Only %(room)s of this invoice is due. Give less, or credit the account.")
        raise BadCredit("amount", words % {"room": formats.money(room, payment.currency)})
    books.put_on(payment, dict.fromkeys(invoices, payment.amount_minor), source, invoices)
