"""The rules about money that went back: each is broken by hand, alone, and named."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction

from portico.domain.billing import invariants
from portico.domain.billing.enums import MethodKind
from portico.domain.billing.models import (
    CreditBalance,
    CreditUse,
    Dispute,
    GatewayMovement,
    Invoice,
    LedgerEntry,
    Payment,
    PaymentAttempt,
    PaymentMethod,
    PaymentRest,
    Refund,
)
from portico.domain.billing.operations import comparison
from portico.foundation.tenancy.scope import company_scope
from portico.kernel import clock
from tests.domain.billing.test_disputes import bank
from tests.domain.billing.test_invariants import FOUND
from tests.domain.billing.test_manual import credit, record
from tests.domain.billing.test_refunds import give_back, paid
from tests.factories.customers import make_customer
from tests.stripe_sandbox import Till, violations


def entry(payment: Payment, **columns: object) -> None:
    wanted = {"kind": "credit", "amount_minor": 1, "currency": "USD", "source_type": "planted", "source_ref": "planted"}
    LedgerEntry.objects.create(
        **({"customer": payment.customer, "payment": payment, "at": clock.now()} | wanted | columns)
    )


def refunded() -> Payment:
    return Payment.objects.get(state="partially_refunded")


def taken() -> Payment:
    return Payment.objects.get(state="charged_back")


def disputed() -> Payment:
    return Payment.objects.get(state="disputed")


def check() -> Payment:
    return Payment.objects.get(method="check")


def second_success() -> None:
    first = PaymentAttempt.objects.get(payment=refunded())
    first.pk, first.public_id, first.n = None, None, 2
    first.idempotency_key, first.session_ref, first.intent_ref = "second", "cs_second", "pi_second"
    first.public_id = PaymentAttempt._meta.get_field("public_id").get_default()
    first.save()


def foreign_method() -> None:
    attempt = PaymentAttempt.objects.get(payment=refunded())
    stranger = make_customer("Bo Stranger", "bo@example.com")
    attempt.saved_method = PaymentMethod.objects.create(
        customer=stranger, account=attempt.account, ref="pm_foreign", kind=MethodKind.CARD, created_at=clock.now()
    )
    attempt.save()


def refund_while_disputed() -> None:
    Refund.objects.update(payment=disputed(), created_at=clock.now() + timedelta(days=1))


def verifying() -> None:
    Payment.objects.filter(state="open").update(state="verifying")


def credit_use() -> None:
    payment = refunded()
    CreditUse.objects.create(
        customer=payment.customer, amount_minor=5, currency="USD", form_token="planted", created_at=clock.now()
    )


PLANTS: dict[str, Callable[[], object]] = {
    "a customer's kept credit is what the ledger says": lambda: CreditBalance.objects.update(amount_minor=1),
    "what is kept as left of a payment is what the ledger says": lambda: PaymentRest.objects.update(amount_minor=1),
    "a payment received what the ledger says": lambda: entry(check()),
    "what is left of a payment is what came in less what is on invoices and what went back": lambda: entry(
        check(), kind="writeoff"
    ),
    "every entry of the ledger is of a payment and in its currency": lambda: entry(
        check(), kind="writeoff", currency="EUR"
    ),
    "what was given back of a payment is what its refunds say": lambda: Refund.objects.update(amount_minor=1),
    "the ledger gave back what the refunds say": lambda: entry(refunded(), kind="refund_out", amount_minor=-1),
    "the bank took what the lost disputes say": lambda: entry(taken(), kind="dispute_out", amount_minor=-1),
    "what is disputed of a payment is what its disputes say": lambda: Payment.objects.filter(pk=disputed().pk).update(
        disputed_minor=1
    ),
    "a payment is disputed exactly while one of its disputes is open": lambda: Payment.objects.filter(
        pk=disputed().pk
    ).update(state="succeeded"),
    "nobody refunds what is disputed": refund_while_disputed,
    "a refund that goes on will be looked at again, one that is over will not": lambda: Refund.objects.update(
        next_check_at=clock.now()
    ),
    "a refund goes through the account that was paid": lambda: Refund.objects.update(intent_ref="pi_other"),
    "the gateway's cash is in the ledger, or the difference was told": lambda: GatewayMovement.objects.filter(
        kind="dispute"
    ).update(amount_minor=-1),
    "a payment that waits for small amounts holds nothing": verifying,
    "a payment that goes on covers its whole amount": lambda: Payment.objects.filter(state="open").update(
        amount_minor=1
    ),
    "a second success of a payment was told": second_success,
    "a payment that was set aside was told": lambda: Payment.objects.filter(pk=check().pk).update(quarantine_note="x"),
    "money that came here has a receipt number": lambda: Payment.objects.filter(pk=check().pk).update(
        receipt_number=None
    ),
    "a payment covers invoices of its own customer and currency": lambda: Invoice.objects.filter(
        allocations__payment=check()
    ).update(customer=make_customer("Bo Stranger", "bo@example.com")),
    "a saved method is charged for its own customer at its own account": foreign_method,
    "credit that was put to use is what the ledger says": credit_use,
    "no more is given back than was received": lambda: Payment.objects.filter(pk=refunded().pk).update(
        refunded_minor=10001
    ),
    "no more of a payment is on invoices than was received and kept": lambda: Dispute.objects.filter(
        payment=disputed()
    ).update(state="lost"),
}
BY_DATABASE = {"no balance is beyond zero"}  # a check constraint refuses it


@pytest.mark.parametrize("rule", sorted(PLANTS))
def test_broken_rule_is_named(till: Till, rule):
    back = paid(till, (till.owes(), 10000))
    give_back(till, back, 2500)
    for _ in range(2):
        bank(till, "disputes/open", intent=paid(till, (till.owes(), 10000)).reference)
    with company_scope(till.company_id), transaction.atomic():
        reference = Payment.objects.filter(state="disputed").earliest("pk").reference
    bank(till, "disputes/lose", intent=reference)
    record(till, 3000, (till.owes(), 3000))
    credit(till, 700)
    till.pay((till.owes(), 4000))
    with company_scope(till.company_id):
        comparison.compare_payments()
    assert violations(till) == []
    with company_scope(till.company_id), transaction.atomic():
        PLANTS[rule]()
    assert rule in {violation.rule for violation in violations(till)}


def test_every_rule_has_a_plant():
    planted = PLANTS.keys() | {rule for rules in FOUND.values() for rule in rules}
    assert invariants.RULES.keys() - planted == BY_DATABASE
