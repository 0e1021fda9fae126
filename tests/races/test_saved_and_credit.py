"""Saved methods and credit with many at once: charged once, used once, and nothing is held for good."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from portico.domain.billing import errors
from portico.domain.billing.enums import MethodKind
from portico.domain.billing.models import Payment, PaymentMethod
from portico.domain.billing.operations import credit, keeping, methods, webhooks
from portico.domain.billing.operations.payments import Begun
from portico.foundation.audit.enums import ActorKind
from portico.foundation.audit.operations import Actor
from portico.foundation.messaging.models import Message
from portico.foundation.people.throttling import TooManyTries
from portico.foundation.tenancy.scope import company_scope
from portico.kernel import ids
from tests.stripe_sandbox import Till, together, violations

REFUSED = {errors.InvoiceChanged, errors.PaymentInProgress, errors.AlreadyPaid, TooManyTries}


def somebody(till: Till) -> Actor:
    return Actor(ActorKind.CUSTOMER, ref=str(ids.new_public_id()), name="Ben Sample")


def receipts(till: Till) -> int:
    with company_scope(till.company_id), transaction.atomic():
        return Message.objects.filter(kind="receipt").count()


def test_two_people_charging_the_saved_card_for_the_same_invoice_one_wins(shared_till: Till):
    till = shared_till
    invoice, card = till.owes(10000), till.saved()
    outcomes = together(4, lambda number: till.pay((invoice, 6000), method=card.public_id, by=somebody(till)))
    assert [type(one) for one in outcomes].count(Begun) == 1
    assert {type(one) for one in outcomes} - {Begun} <= REFUSED
    assert (till.cash(), till.balance(invoice), receipts(till), violations(till)) == (6000, (6000, 0), 1, [])


def test_twelve_identical_submissions_of_a_part_charge_the_saved_card_once(shared_till: Till):
    till = shared_till
    invoice, card = till.owes(10000), till.saved()
    outcomes = together(12, lambda number: till.pay((invoice, 800), method=card.public_id, token="the form"))
    assert [one for one in outcomes if isinstance(one, Exception)] == []
    assert len({one.payment for one in outcomes if isinstance(one, Begun)}) == 1
    till.reconcile(times=2)
    assert (till.cash(), till.balance(invoice), receipts(till), violations(till)) == (800, (800, 0), 1, [])


def test_reconcile_while_the_charge_is_in_flight_charges_once(shared_till: Till):
    """Here only the attempt's own key stands between one charge and two."""
    till = shared_till
    invoice, card = till.owes(10000), till.saved()
    till.fault("slow_before", path="/v1/payment_intents", seconds=1)
    sent = threading.Event()

    def work(number: int) -> Any:
        if number == 0:
            sent.set()
            return till.pay((invoice, 800), method=card.public_id)
        sent.wait(5)
        threading.Event().wait(0.5)
        till.reconcile()
        return None

    outcomes = together(2, work)
    assert [one for one in outcomes if isinstance(one, Exception)] == []
    till.reconcile(times=2)
    assert (till.cash(), till.balance(invoice), violations(till)) == (800, (800, 0), [])


def test_credit_that_six_people_use_at_once_is_spent_once(shared_till: Till):
    till = shared_till
    invoices = [till.owes(10000) for _ in range(6)]
    till.has_credit(5000)
    outcomes = together(6, lambda number: till.pay((invoices[number], 3000), credit=3000, by=somebody(till)))
    kinds = sorted(type(one).__name__ for one in outcomes)
    assert kinds == ["Begun"] + ["CreditChanged"] * 5
    assert (till.credit(), sum(till.balance(invoice)[0] for invoice in invoices)) == (2000, 3000)
    assert violations(till) == []


def test_without_the_lock_on_its_sources_credit_is_spent_twice(shared_till: Till, monkeypatch: pytest.MonkeyPatch):
    """The twin of the test above: what its lock is for."""
    till = shared_till
    invoices = [till.owes(10000) for _ in range(2)]
    source = till.has_credit(5000)
    gate = threading.Barrier(2)

    def unlocked(customer_id: int, currency: str) -> list[Payment]:
        return list(Payment.objects.filter(pk=source.pk))

    def left_of_both(payment: Payment) -> int:
        found = 5000
        gate.wait(5)
        return found

    monkeypatch.setattr(credit, "lock_sources", unlocked)
    monkeypatch.setattr(credit.books, "left_of", left_of_both)
    outcomes = together(2, lambda number: till.pay((invoices[number], 3000), credit=3000, by=somebody(till)))
    assert [one for one in outcomes if isinstance(one, Exception)] == []
    assert till.credit() == -1000


def test_same_form_sent_six_times_uses_its_credit_once(shared_till: Till):
    till = shared_till
    invoice = till.owes(10000)
    till.has_credit(9000)
    outcomes = together(6, lambda number: till.pay((invoice, 1000), credit=1000, token="the form"))
    assert [one for one in outcomes if isinstance(one, Exception)] == []
    assert (till.credit(), till.balance(invoice), violations(till)) == (8000, (1000, 0), [])


def test_credit_and_card_at_once_on_one_invoice_do_not_cover_it_twice(shared_till: Till):
    till = shared_till
    invoice, card = till.owes(10000), till.saved()
    till.has_credit(8000)

    def pay(number: int) -> Begun:
        more: dict[str, Any] = {"method": card.public_id} if number % 2 else {"credit": 6000}
        return till.pay((invoice, 6000), by=somebody(till), **more)

    outcomes = together(4, pay)
    assert [type(one) for one in outcomes].count(Begun) == 1
    assert {type(one) for one in outcomes} - {Begun} <= REFUSED
    assert (till.balance(invoice), violations(till)) == ((6000, 0), [])


def test_method_removed_while_it_is_charged_ends_in_something_certain(shared_till: Till):
    till = shared_till
    invoice, card = till.owes(10000), till.saved()

    def work(number: int) -> Any:
        if number == 0:
            return till.pay((invoice, 800), method=card.public_id)
        with company_scope(till.company_id):
            return methods.remove(method_id=card.pk, by=till.actor)

    outcomes = together(2, work)
    problems = {type(one) for one in outcomes if isinstance(one, Exception)}
    assert problems <= {errors.MethodInUse, errors.MethodNotOffered}
    till.reconcile(times=2)
    (payment,) = till.payments() or [None]
    is_paid = payment is not None and payment.state == "succeeded"
    assert payment is None or payment.state in ("succeeded", "canceled")
    assert (till.cash(), till.balance(invoice)) == ((800, (800, 0)) if is_paid else (0, (0, 0)))
    assert (till.method(card).state == "detached") == (errors.MethodInUse not in problems)
    assert violations(till) == []


def test_first_two_methods_kept_at_once_leave_one_default(shared_till: Till):
    till = shared_till
    snapshots = []
    for test_method in ("pm_card_visa", "pm_usBankAccount_success"):
        method = till.saved(test_method)
        with company_scope(till.company_id):
            snapshots.append((method.account_id, keeping_snapshot(till, method)))
    with company_scope(till.company_id), transaction.atomic():
        PaymentMethod.objects.all().delete()

    def keep(number: int) -> Any:
        account_id, snapshot = snapshots[number % 2]
        with company_scope(till.company_id):
            return keeping.keep(
                customer_id=till.customer.pk, account_id=account_id, snapshot=snapshot, by=till.actor
            ).pk

    outcomes = together(6, keep)
    assert [one for one in outcomes if isinstance(one, Exception)] == []
    with company_scope(till.company_id), transaction.atomic():
        assert sorted(PaymentMethod.objects.values_list("is_default", flat=True)) == [False, True]


def test_without_the_lock_on_the_customer_only_the_last_wall_holds(shared_till: Till, monkeypatch: pytest.MonkeyPatch):
    """The twin of the test above: two that keep the same method meet a crash."""
    till = shared_till
    method = till.saved()
    snapshot = keeping_snapshot(till, method)
    with company_scope(till.company_id), transaction.atomic():
        PaymentMethod.objects.all().delete()
    gate = threading.Barrier(2)
    monkeypatch.setattr(keeping, "lock_customer", lambda customer_id: None)
    monkeypatch.setattr(keeping, "_has_default", lambda customer_id: gate.wait(5) is None)

    def keep(number: int) -> Any:
        with company_scope(till.company_id):
            return keeping.keep(
                customer_id=till.customer.pk, account_id=method.account_id, snapshot=snapshot, by=till.actor
            )

    assert IntegrityError in {type(one) for one in together(2, keep)}


def keeping_snapshot(till: Till, method: PaymentMethod) -> Any:
    """What the gateway says about a method."""
    with company_scope(till.company_id):
        return methods.accounts.gateway_of(method.account_id).method(method.ref)[0]


def test_news_of_one_bank_payment_five_times_at_once_posts_it_once(shared_till: Till):
    till = shared_till
    invoice = till.owes(10000)
    begun = till.pay((invoice, 6000), method=MethodKind.ACH)
    till.pay_by_bank(begun.url)
    till.come_back_to(begun)
    till.settle(till.attempt(begun).intent_ref or "")

    def hear(number: int) -> int:
        with company_scope(till.company_id):
            return webhooks.catch_up()

    outcomes = together(5, hear)
    assert [one for one in outcomes if isinstance(one, Exception)] == []
    assert (till.ledger(), till.balance(invoice)) == ([("payment_in", 6000), ("allocate", -6000)], (6000, 0))
    assert (receipts(till), violations(till)) == (1, [])


def test_verified_account_meets_a_payment_of_the_same_invoice(shared_till: Till):
    """It is verified at the moment when somebody pays by card: the invoice is never covered beyond its total."""
    till = shared_till
    invoice, card = till.owes(10000), till.saved()
    waiting = till.pay((invoice, 10000), method=MethodKind.ACH)
    till.pay_by_bank(waiting.url, way="manual")
    till.come_back_to(waiting)
    intent = till.attempt(waiting).intent_ref or ""

    def work(number: int) -> Any:
        if number == 0:
            till.shop.api.payment_intents.verify_microdeposits(intent, {"descriptor_code": "SM11AA"})
            return till.hear()
        return till.pay((invoice, 10000), method=card.public_id, by=somebody(till))

    outcomes = together(2, work)
    till.hear()
    till.reconcile()
    paid, reserved = till.balance(invoice)
    assert paid + reserved <= 10000
    assert isinstance(outcomes[1], (Begun, errors.InvoiceChanged, errors.PaymentInProgress))
    assert violations(till) == []
