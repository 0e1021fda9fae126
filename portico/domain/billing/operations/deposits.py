"""Deposits: asked for, paid, held until their job is invoiced. Whoever moves one locks it before its payments.

The money of a deposit is the customer's credit by the ledger, and kept apart: nothing else is paid of it while held.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from portico.domain.billing import deposit_rules, errors
from portico.domain.billing.enums import AllocationState, InvoiceState, PaymentState
from portico.domain.billing.models import Allocation, Deposit, Invoice, LedgerEntry, Payment
from portico.domain.billing.operations import books, locking
from portico.domain.billing.operations.books import Source
from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import GATEWAY, Actor
from portico.kernel import clock, formats, locks

SOURCE = "deposit"
GOING = (PaymentState.OPEN, PaymentState.VERIFYING, PaymentState.PROCESSING)


@transaction.atomic
def ask(
    *, approval_ref: UUID, customer_id: int, job_id: int, title: str, amount_minor: int, currency: str, by: Actor
) -> UUID:
    """Ask for a deposit, once an approval; its public id. Bills that the job has already get nothing of it."""
    told = {
        "customer_id": customer_id,
        "job_id": job_id,
        "title": title[:300],
        "amount_minor": amount_minor,
        "currency": currency,
        "earlier_invoices": sorted(_bills_of(job_id).values_list("pk", flat=True)),
        "created_at": clock.now(),
    }
    deposit, is_new = Deposit.objects.get_or_create(approval_ref=approval_ref, defaults=told)
    if is_new:
        _record("deposit.asked", deposit, by)
    asked: UUID = deposit.public_id
    return asked


@transaction.atomic
def cancel(*, approval_ref: UUID, by: Actor) -> None:
    """Take the question back. DepositNotFree while its money is here or on its way; without a deposit nothing is."""
    deposit = next(iter(locks.lock_all(Deposit.objects.filter(approval_ref=approval_ref))), None)
    if deposit is None or deposit.canceled_at is not None:
        return
    require_free(deposit, locks.lock_all(Payment.objects.filter(deposit=deposit)))
    deposit.canceled_at = clock.now()
    deposit.save(update_fields=["canceled_at"])
    _record("deposit.canceled", deposit, by)


def require_free(deposit: Deposit, payments: Iterable[Payment]) -> None:
    """DepositNotFree when one of these payments goes on, or its money is that of the deposit."""
    for payment in payments:
        amount = formats.money(deposit.amount_minor, deposit.currency)
        if payment.state in GOING:
            words = _("The deposit of %(amount)s is being paid. Wait until that is decided, or call us.")
            raise errors.DepositNotFree(words % {"amount": amount})
        if payment.pk == deposit.payment_id and kept_of(payment) > 0:
            words = _("The deposit of %(amount)s is paid. It has to be given back first: call us.")
            raise errors.DepositNotFree(words % {"amount": amount})


def kept_of(payment: Payment) -> int:
    """What of a payment's money is still here, wherever it lies."""
    standing = books.standing_of(payment)
    return standing.received - standing.refunded - standing.taken


# --- Money that comes -------------------------------------------------------------------------------------------


def lock_for(payment_id: int) -> Deposit | None:
    """The deposit that a payment was started for, locked: before the payment is."""
    found = Payment.objects.filter(pk=payment_id).values_list("deposit_id", flat=True).first()
    return locks.lock_one(Deposit.objects.filter(pk=found)) if found is not None else None


def take_in(deposit: Deposit, payment: Payment, left: int) -> int:
    """Money of a payment for this deposit has come; what of it is surplus. Deposit and payment are locked.

    It is not the deposit's when another payment's money is, or when nobody wants it any more.
    """
    if deposit.canceled_at is not None or _has_money_of_another(deposit, payment):
        return left
    deposit.payment = payment
    deposit.save(update_fields=["payment"])
    _record("deposit.paid", deposit, GATEWAY)
    if deposit.released_at is None:
        surplus: int = max(0, left - deposit.amount_minor)
        return surplus
    return left - _put_on(deposit, payment, _lock_bills(deposit))


def _has_money_of_another(deposit: Deposit, payment: Payment) -> bool:
    if deposit.payment_id in (None, payment.pk):
        return False
    return kept_of(Payment.objects.get(pk=deposit.payment_id)) > 0


def held_in(payments: Collection[Payment]) -> dict[int, int]:
    """What of these locked payments is held as a deposit, by key: nothing else may be paid of it."""
    holding = Deposit.objects.filter(payment__in=payments, released_at=None, canceled_at=None)
    amounts = dict(holding.values_list("payment_id", "amount_minor"))
    return {
        one.pk: deposit_rules.held_minor(left=books.left_of(one), amount=amounts[one.pk])
        for one in payments
        if one.pk in amounts
    }


def held_of(customer_id: int, currency: str) -> int:
    """All that is held of a customer's money."""
    rows = Deposit.objects.filter(customer_id=customer_id, currency=currency, released_at=None, canceled_at=None)
    holders = Payment.objects.filter(pk__in=rows.exclude(payment=None).values("payment"))
    return sum(held_in(list(holders)).values())


# --- The job is invoiced ------------------------------------------------------------------------------------------


def lock_of_jobs(job_ids: Iterable[int | None]) -> list[Deposit]:
    """The deposits that wait for a bill of these jobs, with their payments locked: before any invoice is."""
    wanted = {job_id for job_id in job_ids if job_id is not None}
    found = locks.lock_all(Deposit.objects.filter(job__in=wanted, released_at=None, canceled_at=None))
    lock_payments_of(found)
    return found


def lock_payments_of(deposits: Collection[Deposit]) -> None:
    """Those that pay them, and those whose money they are."""
    if deposits:
        held = [deposit.payment_id for deposit in deposits]
        locks.lock_all(Payment.objects.filter(Q(deposit__in=deposits) | Q(pk__in=held)))


def use(deposits: Iterable[Deposit], invoices: Collection[Invoice], *, by: Actor) -> None:
    """Put deposits of lock_of_jobs on the bills of their jobs among these locked ones; the rest is plain credit."""
    for deposit in deposits:
        bills = [bill for bill in invoices if _is_bill_of(bill, deposit)]
        if not bills:
            continue
        deposit.released_at = clock.now()
        deposit.save(update_fields=["released_at"])
        put = sum(_use_one(deposit, payment, bills) for payment in Payment.objects.filter(deposit=deposit))
        _record("deposit.used", deposit, by, amount=put)


def _use_one(deposit: Deposit, payment: Payment, bills: Collection[Invoice]) -> int:
    if payment.pk == deposit.payment_id:
        return _put_on(deposit, payment, bills)
    if payment.state == PaymentState.PROCESSING:
        _reserve(payment, bills)
    return 0


def _put_on(deposit: Deposit, payment: Payment, bills: Collection[Invoice]) -> int:
    """The deposit's money on bills of its customer, the oldest due first; what was put there."""
    left = min(books.left_of(payment), deposit.amount_minor)
    parts: dict[int, int] = {}
    for bill in _of_payer(payment, bills):
        given = min(left, books.room_on(bill))
        if given > 0:
            parts[bill.pk] = given
            left -= given
    return books.put_on(payment, parts, _source(deposit, payment), {bill.pk: bill for bill in bills})


def _source(deposit: Deposit, payment: Payment) -> Source:
    """Once for each time that it is put somewhere: a bill may be voided, and another one come."""
    return Source(SOURCE, f"{deposit.public_id}:{LedgerEntry.objects.filter(payment=payment).count()}")


def _reserve(payment: Payment, bills: Collection[Invoice]) -> None:
    """A bank payment on its way covers the bill as any other does: who pays the bill meanwhile pays the rest."""
    left = payment.amount_minor
    for bill in _of_payer(payment, bills):
        given = min(left, books.room_on(bill))
        if given > 0:
            left -= given
            bill.reserved_minor += given
            bill.save(update_fields=["reserved_minor"])
            Allocation.objects.create(payment=payment, invoice=bill, amount_minor=given, state=AllocationState.RESERVED)


def _of_payer(payment: Payment, bills: Iterable[Invoice]) -> list[Invoice]:
    own = [bill for bill in bills if (bill.customer_id, bill.currency) == (payment.customer_id, payment.currency)]
    return sorted(own, key=lambda bill: (bill.due_on, bill.pk))


@transaction.atomic
def move_to_job(*, approval_ref: UUID, job_id: int, by: Actor) -> None:
    """The work is done and billed on another job: its deposit waits there, and not for bills that this job has."""
    waiting = Deposit.objects.filter(approval_ref=approval_ref, released_at=None, canceled_at=None)
    for deposit in locks.lock_all(waiting.exclude(job=job_id)):
        deposit.job_id = job_id
        deposit.earlier_invoices = sorted(_bills_of(job_id).values_list("pk", flat=True))
        deposit.save(update_fields=["job", "earlier_invoices"])
        _record("deposit.moved", deposit, by)


# --- A bill is void -----------------------------------------------------------------------------------------------


def lock_around(invoice: UUID) -> list[Deposit]:
    """The used deposits of the job of a bill, with their payments locked: before the bill is."""
    jobs = Invoice.objects.filter(public_id=invoice).exclude(job=None).values_list("job_id", flat=True)
    found = locks.lock_all(Deposit.objects.filter(job__in=list(jobs), released_at__isnull=False, canceled_at=None))
    lock_payments_of(found)
    return found


def hold_again(deposits: Iterable[Deposit], *, by: Actor) -> None:
    """A bill is void now: what its job's deposits have left goes on the other bills, or is held as before."""
    for deposit in deposits:
        bills = _lock_bills(deposit)
        if bills and deposit.payment is not None:
            _put_on(deposit, deposit.payment, bills)
        elif not bills:
            deposit.released_at = None
            deposit.save(update_fields=["released_at"])
            _record("deposit.held_again", deposit, by)


# --- Bills of a job -----------------------------------------------------------------------------------------------


def _bills_of(job_id: int) -> QuerySet[Invoice]:
    return Invoice.objects.filter(job_id=job_id, state=InvoiceState.ISSUED, total_minor__gt=0)


def _lock_bills(deposit: Deposit) -> list[Invoice]:
    """The bills that the deposit is for, locked."""
    found = _bills_of(deposit.job_id).exclude(pk__in=deposit.earlier_invoices).values_list("pk", flat=True)
    return [bill for bill in locking.lock_invoices(list(found)).values() if _is_bill_of(bill, deposit)]


def _is_bill_of(bill: Invoice, deposit: Deposit) -> bool:
    is_real = bill.state == InvoiceState.ISSUED and bill.total_minor > 0
    return is_real and bill.job_id == deposit.job_id and bill.pk not in deposit.earlier_invoices


def _record(verb: str, deposit: Deposit, by: Actor, *, amount: int | None = None) -> None:
    told = deposit.amount_minor if amount is None else amount
    audit.record(verb, deposit, by=by, customer=deposit.customer.public_id, note=deposit.title, amount_minor=told)
