"""What is done with deposits in tests: paid, billed, canceled, given back."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.db import transaction

from portico.domain.billing.enums import MethodKind, RefundReason
from portico.domain.billing.lines import InvoiceLine
from portico.domain.billing.models import Alert, Deposit, Invoice
from portico.domain.billing.operations import corrections, deposits, issuing, refunds
from portico.domain.billing.operations.giving_back import RefundForm
from portico.domain.billing.operations.issuing import bill_of_job
from portico.foundation.audit.enums import ActorKind
from portico.foundation.audit.operations import Actor
from portico.foundation.messaging.models import Message
from portico.foundation.tenancy.scope import company_scope
from portico.kernel import ids
from tests.sandbox.running import submit
from tests.stripe_sandbox import Till

CLERK = Actor(ActorKind.STAFF, name="Carl Clerk")


def held(till: Till, amount: int = 5000, **more: Any) -> Deposit:
    """A deposit whose money is here."""
    deposit = till.asks(amount, **more)
    submit(till.pay_deposit(deposit).url)
    till.reconcile()
    return deposit


def issue(till: Till, deposit: Deposit, total: int) -> Invoice:
    line = InvoiceLine("Furnace", Decimal(1), total, total)
    with company_scope(till.company_id), transaction.atomic():
        bill = bill_of_job(
            job_id=deposit.job_id, estimate_ref=uuid4(), title="New furnace", lines=(line,), tax_minor=0, currency="USD"
        )
        return Invoice.objects.get(public_id=issuing.issue_invoice(bill=bill, by=CLERK))


def cancel(till: Till, deposit: Deposit) -> None:
    with company_scope(till.company_id):
        deposits.cancel(approval_ref=deposit.approval_ref, by=CLERK)


def void(till: Till, invoice: Invoice) -> None:
    with company_scope(till.company_id):
        corrections.void_invoice(
            invoice=invoice.public_id, version=till.invoice(invoice).version, reason="Wrong lines", by=CLERK
        )


def refund(till: Till, deposit: Deposit, amount: int = 5000) -> None:
    paid = till.shown(deposit).paid_by
    assert paid is not None
    with company_scope(till.company_id):
        refunds.refund(form=RefundForm(paid, amount, RefundReason.REQUESTED, ids.new_secret()), by=CLERK)
        refunds.reconcile_due()


def alerts(till: Till) -> list[str]:
    with company_scope(till.company_id), transaction.atomic():
        return list(Alert.objects.filter(closed_at=None).order_by("kind").values_list("kind", flat=True))


def mails(till: Till, kind: str) -> list[str]:
    with company_scope(till.company_id), transaction.atomic():
        return [str(letter) for letter in Message.objects.filter(kind=kind).values_list("letter", flat=True)]


def pending(till: Till) -> tuple[Deposit, str]:
    deposit = till.asks()
    till.pay_by_bank(till.pay_deposit(deposit, method=MethodKind.ACH).url)
    till.reconcile()
    return deposit, till.last_intent()
