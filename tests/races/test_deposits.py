"""Deposits with many at once: one payment holds a deposit, its money is spent once; unlocked they meet walls."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from portico.domain.billing import errors
from portico.domain.billing.lines import InvoiceLine
from portico.domain.billing.models import Deposit, Invoice, Payment
from portico.domain.billing.operations import credit, deposit_room, deposits, issuing
from portico.domain.billing.operations.payments import Begun
from portico.foundation.audit.enums import ActorKind
from portico.foundation.audit.operations import SYSTEM, Actor
from portico.foundation.people.throttling import TooManyTries
from portico.foundation.tenancy.scope import company_scope
from portico.kernel import ids
from tests.sandbox.running import submit
from tests.stripe_sandbox import Till, together, violations

REFUSED = {errors.PaymentInProgress, errors.AlreadyPaid, TooManyTries}


def somebody() -> Actor:
    return Actor(ActorKind.CUSTOMER, ref=str(ids.new_public_id()), name="Ben Sample")


def unlocked(rows: Any) -> Any:
    """What a lock of one row gives, without the lock."""
    return rows.get()


def bill(till: Till, deposit: Deposit, total: int, estimate: UUID | None = None) -> UUID:
    line = InvoiceLine("Furnace", Decimal(1), total, total)
    with company_scope(till.company_id):
        billed = issuing.bill_of_job(
            job_id=deposit.job_id,
            estimate_ref=estimate or ids.new_public_id(),
            title="New furnace",
            lines=(line,),
            tax_minor=0,
            currency="USD",
        )
        return issuing.issue_invoice(bill=billed, by=SYSTEM)


def balances(till: Till, invoices: Iterable[UUID]) -> list[int]:
    with company_scope(till.company_id), transaction.atomic():
        return list(
            Invoice.objects.filter(public_id__in=list(invoices)).order_by("pk").values_list("paid_minor", flat=True)
        )


def test_eight_people_paying_one_deposit_at_once_one_pays(shared_till: Till):
    till, deposit, card = shared_till, shared_till.asks(), shared_till.saved()
    outcomes = together(8, lambda _number: till.pay_deposit(deposit, method=card.public_id, by=somebody()))
    assert [type(one) for one in outcomes].count(Begun) == 1
    assert {type(one) for one in outcomes} - {Begun} <= REFUSED
    assert (till.cash(), till.word(deposit), till.credit(), violations(till)) == (5000, "held", 5000, [])


def test_two_tabs_of_one_person_leave_one_page_open(shared_till: Till):
    till, deposit = shared_till, shared_till.asks()
    outcomes = together(2, lambda _number: till.pay_deposit(deposit))
    assert {type(one) for one in outcomes} <= {Begun} | REFUSED
    assert len(till.open_pages()) == 1
    submit(till.open_pages()[0])
    till.reconcile(times=2)
    assert (till.cash(), till.word(deposit), violations(till)) == (5000, "held", [])


def test_without_the_lock_on_the_deposit_two_people_meet_the_constraint(
    shared_till: Till, monkeypatch: pytest.MonkeyPatch
):
    """The twin of the tests above: both see nobody paying; only the database stops the second, with a crash."""
    till, deposit, gate = shared_till, shared_till.asks(), threading.Barrier(2)
    require = deposit_room._require_wanted

    def both(*args: Any) -> None:
        require(*args)
        gate.wait(5)

    monkeypatch.setattr(deposit_room.locks, "lock_one", unlocked)
    monkeypatch.setattr(deposit_room, "_require_wanted", both)
    outcomes = together(2, lambda _number: till.pay_deposit(deposit, by=somebody()))
    assert sorted(type(one).__name__ for one in outcomes) == ["Begun", "LookupError"]


def test_same_form_sent_six_times_pays_once(shared_till: Till):
    till, deposit, card = shared_till, shared_till.asks(), shared_till.saved()
    outcomes = together(6, lambda _number: till.pay_deposit(deposit, method=card.public_id, token="the form"))
    assert [one for one in outcomes if isinstance(one, Exception)] == []
    assert len({one.payment for one in outcomes if isinstance(one, Begun)}) == 1
    till.reconcile(times=2)
    assert (till.cash(), till.word(deposit), violations(till)) == (5000, "held", [])


def test_canceling_while_the_money_comes_leaves_one_or_the_other(shared_till: Till):
    """The office takes the approval back while the gateway's answer is applied: paid and kept, or nothing of both."""
    till, deposit = shared_till, shared_till.asks()
    submit(till.pay_deposit(deposit).url)

    def work(number: int) -> None:
        if number:
            till.reconcile()
            return
        with company_scope(till.company_id):
            deposits.cancel(approval_ref=deposit.approval_ref, by=SYSTEM)

    outcomes = together(2, work)
    till.reconcile()
    assert isinstance(outcomes[0], errors.DepositNotFree)
    assert (till.word(deposit), till.usable(), violations(till)) == ("held", 0, [])


def test_invoices_of_one_job_share_the_deposit_once(shared_till: Till):
    till = shared_till
    deposit = till.asks()
    submit(till.pay_deposit(deposit).url)
    till.reconcile()
    outcomes = together(4, lambda _number: bill(till, deposit, 4000))
    assert [one for one in outcomes if isinstance(one, Exception)] == []
    found = [one for one in outcomes if isinstance(one, UUID)]
    assert (sorted(balances(till, found)), till.usable(), till.credit()) == ([0, 0, 0, 4000], 1000, 1000)
    with company_scope(till.company_id), transaction.atomic():
        numbers = sorted(Invoice.objects.filter(public_id__in=found).values_list("number", flat=True))
    assert (numbers, violations(till)) == (["P-1001", "P-1002", "P-1003", "P-1004"], [])


def test_without_the_lock_on_the_deposit_it_is_used_twice(shared_till: Till, monkeypatch: pytest.MonkeyPatch):
    """The twin of the test above: both think that the money is still there."""
    till = shared_till
    deposit = till.asks()
    submit(till.pay_deposit(deposit).url)
    till.reconcile()
    gate = threading.Barrier(2)

    def unlocked_of_jobs(job_ids: Any) -> list[Deposit]:
        found = list(Deposit.objects.filter(job__in=list(job_ids), released_at=None))
        gate.wait(5)
        return found

    monkeypatch.setattr(issuing.deposits, "lock_of_jobs", unlocked_of_jobs)
    monkeypatch.setattr(
        deposits, "_source", lambda deposit, payment: deposits.Source("deposit", str(ids.new_public_id()))
    )
    monkeypatch.setattr(deposits.books, "left_of", lambda payment: 5000)
    outcomes = together(2, lambda _number: bill(till, deposit, 4000))
    found = [one for one in outcomes if isinstance(one, UUID)]
    assert (balances(till, found), till.credit()) == ([4000, 4000], -3000)


def test_one_estimate_that_two_clerks_invoice_has_one_invoice(shared_till: Till):
    till, estimate = shared_till, ids.new_public_id()
    deposit = till.asks()
    bill(till, deposit, 100)  # so that no deposit waits, whose lock would part them too
    outcomes = together(4, lambda _number: bill(till, deposit, 4000, estimate))
    assert len(set(outcomes)) == 1
    assert isinstance(outcomes[0], UUID)


def test_without_the_lock_on_the_numbers_two_clerks_meet_the_constraint(
    shared_till: Till, monkeypatch: pytest.MonkeyPatch
):
    till, estimate, gate = shared_till, ids.new_public_id(), threading.Barrier(2)
    deposit = till.asks()
    bill(till, deposit, 100)
    numbers = iter(("P-2001", "P-2002"))

    def both(_sequence: object) -> str:
        gate.wait(5)
        return next(numbers)

    monkeypatch.setattr(issuing, "_lock_numbers", lambda: issuing.InvoiceSequence.objects.get())
    monkeypatch.setattr(issuing, "_next_number", both)
    outcomes = together(2, lambda _number: bill(till, deposit, 4000, estimate))
    assert sorted(type(one).__name__ for one in outcomes) == ["IntegrityError", "UUID"]
    assert IntegrityError in {type(one) for one in outcomes}


def test_credit_and_deposit_of_one_customer_are_not_mixed_up(shared_till: Till):
    """Money of a deposit comes while the customer's credit is used: only what is plain credit is spent."""
    till, deposit, invoice = shared_till, shared_till.asks(), shared_till.owes(20000)
    till.has_credit(3000)
    submit(till.pay_deposit(deposit).url)

    def work(number: int) -> Any:
        return till.reconcile() if number else till.pay((invoice, 3000), credit=3000)

    outcomes = together(2, work)
    assert [one for one in outcomes if isinstance(one, Exception)] == []
    with pytest.raises(errors.CreditChanged):
        till.pay((invoice, 1), credit=1)
    assert (till.balance(invoice), till.usable(), till.credit(), violations(till)) == ((3000, 0), 0, 5000, [])


def test_credit_that_does_not_leave_deposits_out_spends_them(till: Till, monkeypatch: pytest.MonkeyPatch):
    """The twin: without the rule the deposit pays another bill."""
    deposit, invoice = till.asks(), till.owes(20000)
    submit(till.pay_deposit(deposit).url)
    till.reconcile()
    monkeypatch.setattr(credit.deposits, "held_in", lambda payments: {})
    monkeypatch.setattr(credit.deposits, "held_of", lambda customer, currency: 0)
    till.pay((invoice, 5000), credit=5000)
    assert [violation.rule for violation in violations(till)] == ["nothing is paid of a deposit that is held"]
    with company_scope(till.company_id), transaction.atomic():
        assert Payment.objects.filter(deposit=deposit).count() == 1
