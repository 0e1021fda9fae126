"""Two hands on the same money: refunds, disputes, cash, voids and online payments at the same moment."""

from __future__ import annotations

import contextlib
import threading
from typing import Any

import pytest
from django.db import IntegrityError

from portico.domain.billing.enums import MethodKind, RefundReason
from portico.domain.billing.models import Invoice, Payment
from portico.domain.billing.operations import corrections, disputes, locking, manual, refunds, webhooks
from portico.domain.billing.operations.giving_back import NotRefundable, RefundForm
from portico.domain.billing.operations.manual import HeldOnline, ManualForm
from portico.foundation.tenancy.scope import company_scope
from portico.kernel import clock, ids
from tests.domain.billing.test_refunds import BOSS, look_again, paid
from tests.sandbox.running import submit
from tests.stripe_sandbox import PHOENIX, Till, together, violations


def give_back(till: Till, payment: Payment, amount: int) -> str:
    form = RefundForm(payment.public_id, amount, RefundReason.OTHER, ids.new_secret())
    with company_scope(till.company_id):
        return str(refunds.refund(form=form, by=BOSS).state.value)


def cash(till: Till, invoice: Invoice, amount: int, *, overtakes: bool = True) -> Any:
    form = ManualForm(
        customer=till.customer.public_id,
        method=MethodKind.CASH,
        amount_minor=amount,
        parts={invoice.public_id: amount},
        paid_on=clock.today(PHOENIX),
        form_token=ids.new_secret(),
        overtakes=overtakes,
    )
    with company_scope(till.company_id):
        return manual.record_payment(form=form, by=BOSS)


def void(till: Till, invoice: Invoice) -> Any:
    with company_scope(till.company_id):
        return corrections.void_invoice(invoice=invoice.public_id, version=1, reason="Billed twice", by=BOSS)


def names(outcomes: list[Any]) -> set[str]:
    return {type(one).__name__ for one in outcomes if isinstance(one, Exception)}


def test_six_refunds_of_most_of_a_payment_one_wins(shared_till: Till):
    till = shared_till
    payment = paid(till, (till.owes(), 10000))
    outcomes = together(6, lambda number: give_back(till, payment, 6000))
    assert (outcomes.count("succeeded"), names(outcomes)) == (1, {"NotRefundable"})
    assert (till.cash(), till.payment(payment.public_id).refunded_minor) == (4000, 6000)
    assert violations(till) == []


def test_without_the_lock_on_the_payment_too_much_would_go_back(shared_till: Till, monkeypatch: pytest.MonkeyPatch):
    """The twin of the test above: only the gateway's own refusal and the ledger's walls are left."""
    till = shared_till
    gate = threading.Barrier(2)

    def unlocked(payment_id: int) -> Payment:
        found = Payment.objects.get(pk=payment_id)
        if gate.n_waiting < gate.parties and not gate.broken:
            with contextlib.suppress(threading.BrokenBarrierError):
                gate.wait(3)
        return found

    monkeypatch.setattr(locking, "lock_payment", unlocked)
    for _ in range(10):  # the two need not meet each time
        gate.reset()
        payment = paid(till, (till.owes(), 10000))
        together(2, lambda number, payment=payment: give_back(till, payment, 6000))
        if violations(till):
            break
    assert violations(till) != []


def test_same_form_sent_twelve_times_refunds_once(shared_till: Till):
    till = shared_till
    payment = paid(till, (till.owes(), 10000))
    form = RefundForm(payment.public_id, 800, RefundReason.OTHER, "the form")

    def one(number: int) -> Any:
        with company_scope(till.company_id):
            return refunds.refund(form=form, by=BOSS).refund

    outcomes = together(12, one)
    assert (len(set(outcomes)), names(outcomes)) == (1, set())
    assert (till.cash(), list(till.shop.stats()["refunds_by_refund"].values())) == (9200, [1])


def test_refund_against_a_dispute_never_pays_twice(shared_till: Till):
    till = shared_till
    invoice = till.owes()
    payment = paid(till, (invoice, 10000))
    opened = till.shop.control("POST", "disputes/open", intent=payment.reference)

    def one(number: int) -> Any:
        if number:
            return give_back(till, payment, 10000)
        with company_scope(till.company_id):
            work = disputes.on_dispute(webhooks.accounts.require_account(), opened["id"])
            return work() if work else None

    outcomes = together(2, one)
    assert names(outcomes) <= {"NotRefundable"}
    assert isinstance(outcomes[1], NotRefundable) or outcomes[1] == "failed"
    now = till.payment(payment.public_id)
    assert (now.state, now.refunded_minor, till.balance(invoice)) == ("disputed", 0, (10000, 0))
    assert violations(till) == []


def test_task_and_sender_refund_once(shared_till: Till):
    till = shared_till
    payment = paid(till, (till.owes(), 10000))
    till.fault("slow_before", path="/v1/refunds", seconds=1)

    def one(number: int) -> Any:
        if number:
            threading.Event().wait(0.4)
            return look_again(till)
        return give_back(till, payment, 4000)

    together(2, one)
    look_again(till)
    assert (till.cash(), list(till.shop.stats()["refunds_by_refund"].values())) == (6000, [1])
    assert violations(till) == []


def test_cash_by_four_clerks_against_an_online_payment(shared_till: Till):
    till = shared_till
    invoice = till.owes()
    begun = till.pay((invoice, 10000))
    outcomes = together(4, lambda number: cash(till, invoice, 6000))
    assert len([one for one in outcomes if not isinstance(one, Exception)]) == 1
    assert names(outcomes) <= {"InvoiceChanged", "PaymentInProgress"}
    assert till.balance(invoice) == (6000, 0)
    submit(begun.url)
    till.reconcile()
    assert (till.balance(invoice), sum(amount for _kind, amount in till.ledger())) == ((10000, 0), 6000)
    assert violations(till) == []


def test_cash_while_the_online_money_arrives(shared_till: Till):
    till = shared_till
    invoice = till.owes()
    submit(till.pay((invoice, 10000)).url)
    outcomes = together(2, lambda number: till.reconcile() if number else cash(till, invoice, 10000))
    assert names(outcomes) <= {"InvoiceChanged", "PaymentInProgress", "HeldOnline"}
    assert not isinstance(outcomes[0], HeldOnline)
    till.reconcile()
    assert (till.balance(invoice), violations(till)) == ((10000, 0), [])


def test_without_the_lock_on_invoices_cash_meets_the_last_wall(shared_till: Till, monkeypatch: pytest.MonkeyPatch):
    till = shared_till
    invoice = till.owes()
    gate = threading.Barrier(2)

    def unlocked(invoice_ids: Any) -> dict[int, Invoice]:
        found = {row.pk: row for row in Invoice.objects.filter(pk__in=list(invoice_ids)).order_by("pk")}
        gate.wait(5)
        return found

    monkeypatch.setattr(locking, "lock_invoices", unlocked)
    outcomes = together(2, lambda number: cash(till, invoice, 6000))
    broken = [one for one in outcomes if isinstance(one, IntegrityError)]
    assert broken or violations(till) != []


def test_void_against_payment_leaves_one_of_them(shared_till: Till):
    till = shared_till
    for _ in range(5):
        invoice = till.owes()
        outcomes = together(
            2, lambda number, invoice=invoice: void(till, invoice) if number else cash(till, invoice, 10000)
        )
        allowed = {"InvoiceChanged", "PaymentInProgress", "CannotVoid"}
        assert names(outcomes) <= allowed
        assert till.balance(invoice) in ((0, 0), (10000, 0))
        assert (till.invoice(invoice).state == "void") == (till.balance(invoice) == (0, 0))
    assert violations(till) == []
