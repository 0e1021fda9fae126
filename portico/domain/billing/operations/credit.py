"""Credit at checkout: money that lies on no invoice is put on some, by its owner. The money stays with its payments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from portico.domain.billing import errors, rules
from portico.domain.billing.enums import PaymentState
from portico.domain.billing.models import CreditUse, Invoice, LedgerEntry, Payment
from portico.domain.billing.operations import books, deposits
from portico.domain.billing.operations.books import Source
from portico.domain.billing.rules import Part
from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import Actor
from portico.kernel import clock, locks

SOURCE = "credit_use"


def note(
    *, customer_id: int, amount_minor: int, currency: str, form_token: str, request_hash: str, by: Actor
) -> CreditUse | None:
    """Write down that credit is used, once a form; None when the form's token is taken. Inside a transaction."""
    try:
        with transaction.atomic():
            return CreditUse.objects.create(
                customer_id=customer_id,
                amount_minor=amount_minor,
                currency=currency,
                form_token=form_token,
                request_hash=request_hash,
                made_by=UUID(by.ref) if by.ref else None,
                made_by_name=by.name,
                created_at=clock.now(),
            )
    except IntegrityError:
        return None


def lock_sources(customer_id: int, currency: str) -> list[Payment]:
    """The payments that credit is left of, the oldest first, locked: nobody else can spend it now."""
    with_left = LedgerEntry.objects.filter(customer_id=customer_id, currency=currency, payment__isnull=False)
    found = with_left.values("payment").annotate(left=Sum("amount_minor")).filter(left__gt=0)
    usable = Payment.objects.filter(pk__in=[row["payment"] for row in found.order_by("payment")])
    locked = locks.lock_all(usable.filter(is_voided=False, quarantine_note=""))
    return [payment for payment in locked if payment.state != PaymentState.DISPUTED]


def put_to_use(
    use: CreditUse, *, sources: Sequence[Payment], parts: Sequence[Part], invoices: Mapping[int, Invoice], by: Actor
) -> None:
    """Put credit of the locked sources on the locked invoices. CreditChanged when there is less than that."""
    held = deposits.held_in(sources)
    lefts = {payment.pk: books.left_of(payment) - held.get(payment.pk, 0) for payment in sources}
    usable = rules.usable_credit(_credit_of(use), lefts.values())
    if use.amount_minor > usable:
        raise errors.CreditChanged(_("Your credit has changed meanwhile. Look at the amounts and try again."))
    wanted = {part.invoice_id: part.amount_minor for part in parts}
    for payment in sources:
        taken = _take(wanted, max(0, lefts[payment.pk]))
        source = Source(SOURCE, f"{use.public_id}:{payment.public_id}")
        if books.put_on(payment, taken, source, invoices) != sum(taken.values()):
            raise errors.InvoiceChanged(_("What is due has changed meanwhile. Look at the amounts and try again."))
    audit.record("credit.used", use, by=by, customer=use.customer.public_id, amount_minor=use.amount_minor)


def _take(wanted: dict[int, int], left: int) -> dict[int, int]:
    """What one payment gives to which invoice; `wanted` shrinks by it."""
    taken: dict[int, int] = {}
    for invoice_id, amount in wanted.items():
        given = min(amount, left)
        if given:
            taken[invoice_id] = given
            left -= given
    for invoice_id, given in taken.items():
        wanted[invoice_id] -= given
    return taken


def _credit_of(use: CreditUse) -> int:
    """All of the customer's credit that is not held as a deposit, in the currency of the use."""
    entries = LedgerEntry.objects.filter(customer_id=use.customer_id, currency=use.currency)
    total: int | None = entries.aggregate(Sum("amount_minor"))["amount_minor__sum"]
    return (total or 0) - deposits.held_of(use.customer_id, use.currency)
