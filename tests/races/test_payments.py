"""Many at once, answers lost, programs killed: the customer is charged once and our books say what the gateway says."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from portico.domain.billing import errors, ports
from portico.domain.billing.models import Allocation, GatewayEvent, Invoice, PaymentAttempt
from portico.domain.billing.operations import locking, reconcile, sending, webhooks
from portico.domain.billing.operations.payments import Begun
from portico.foundation.messaging.models import Message
from portico.foundation.people.throttling import TooManyTries
from portico.foundation.tenancy.scope import company_scope
from portico.kernel import clock, ids
from tests.sandbox.running import submit
from tests.stripe_sandbox import Till, together, violations


def settle(till: Till) -> None:
    """Somebody pays on every page there is; then everything is looked after until nothing is open."""
    till.pay_every_page()
    till.reconcile(times=3)


def assert_paid_once(till: Till, invoice: Invoice, amount: int) -> None:
    """The gateway's cash, the ledger, the invoice and the receipts agree, and nothing is left open or held."""
    assert (till.cash(), till.ledger_cash(), till.balance(invoice)) == (amount, amount, (amount, 0))
    states = [payment.state for payment in till.payments()]
    assert (states.count("succeeded"), set(states) - {"succeeded", "failed", "canceled"}) == (1, set())
    assert violations(till) == []
    with company_scope(till.company_id), transaction.atomic():
        assert not PaymentAttempt.objects.filter(next_check_at__isnull=False).exists()
        assert Message.objects.filter(kind="receipt").count() == 1


# --- Many at once -----------------------------------------------------------------------------------------------


def test_twelve_identical_submissions_of_a_part_charge_once(shared_till: Till):
    till = shared_till
    invoice = till.owes(10000)
    begun = together(12, lambda number: till.pay((invoice, 800), token="the form"))
    assert [one for one in begun if isinstance(one, Exception)] == []
    assert len({one.payment for one in begun if isinstance(one, Begun)}) == 1
    settle(till)
    assert_paid_once(till, invoice, 800)


def test_eight_tabs_paying_most_of_one_invoice_one_wins(shared_till: Till):
    till = shared_till
    invoice = till.owes(10000)
    outcomes = together(8, lambda number: till.pay((invoice, 6000)))
    refusals = [one for one in outcomes if isinstance(one, Exception)]
    assert {type(one) for one in refusals} <= {errors.InvoiceChanged, errors.PaymentInProgress, TooManyTries}
    assert till.balance(invoice) == (0, 6000)
    settle(till)
    assert_paid_once(till, invoice, 6000)


def test_eight_people_paying_most_of_one_invoice_one_wins(shared_till: Till):
    till = shared_till
    invoice = till.owes(10000)
    outcomes = together(8, lambda number: till.pay((invoice, 6000), by=_somebody(till)))
    kinds = sorted(type(one).__name__ for one in outcomes)
    assert kinds == ["Begun"] + ["InvoiceChanged"] * 7
    settle(till)
    assert_paid_once(till, invoice, 6000)


def test_without_the_lock_on_invoices_only_the_last_wall_holds(shared_till: Till, monkeypatch: pytest.MonkeyPatch):
    """The twin of the test above: with the lock taken out, people meet a crash instead of a sentence."""
    till = shared_till
    invoice = till.owes(10000)
    gate = threading.Barrier(2)

    def unlocked(invoice_ids: Any) -> dict[int, Invoice]:
        found = {row.pk: row for row in Invoice.objects.filter(pk__in=list(invoice_ids)).order_by("pk")}
        gate.wait(5)
        return found

    monkeypatch.setattr(locking, "lock_invoices", unlocked)
    outcomes = together(2, lambda number: till.pay((invoice, 6000), by=_somebody(till)))
    assert IntegrityError in {type(one) for one in outcomes}


def test_invoices_named_in_opposite_order_do_not_deadlock(shared_till: Till):
    till = shared_till
    first, second = till.owes(100000), till.owes(100000)

    def pay(number: int) -> Begun:
        parts = [(first, 500), (second, 500)]
        return till.pay(*(parts if number % 2 else reversed(parts)), by=_somebody(till))

    outcomes = together(3, pay)
    assert [one for one in outcomes if isinstance(one, Exception)] == []
    assert (till.balance(first), till.balance(second)) == ((0, 1500), (0, 1500))


def test_opposite_lock_order_is_survived_by_starting_anew(shared_till: Till):
    """What `brief` is for: a deadlock that somebody else's code causes."""
    till = shared_till
    first, second = till.owes(), till.owes()
    gate = threading.Barrier(2, timeout=5)

    def touch(number: int) -> int:
        order = [first.pk, second.pk] if number else [second.pk, first.pk]
        tries: list[int] = []

        @locking.brief
        def both() -> None:
            tries.append(1)
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '5s'")
            for invoice_id in order:
                Invoice.objects.select_for_update().get(pk=invoice_id)
                if len(tries) == 1 and invoice_id == order[0]:
                    gate.wait()

        with company_scope(till.company_id):
            both()
        return len(tries)

    assert sorted(together(2, touch)) == [1, 2]  # type: ignore[type-var]


# --- Answers lost, late, refused --------------------------------------------------------------------------------


@pytest.mark.parametrize("lost", (1, 3))
def test_lost_answer_is_not_a_failure_and_is_paid_once(till: Till, lost):
    invoice = till.owes()
    till.fault("drop_after", count=lost)
    begun = till.pay((invoice, 10000))
    assert till.attempt(begun).state == ("sent" if lost == 1 else "unknown")
    assert till.balance(invoice) == (0, 10000)
    with pytest.raises(errors.InvoiceChanged):
        till.pay((invoice, 10000), by=_somebody(till))
    till.reconcile()
    assert (till.attempt(begun).state, len(till.open_pages())) == ("sent", 1)
    settle(till)
    assert_paid_once(till, invoice, 10000)


def test_request_that_never_arrived_is_sent_again_under_its_key(till: Till):
    invoice = till.owes()
    till.fault("drop_before", count=3)
    begun = till.pay((invoice, 10000))
    assert (till.attempt(begun).state, till.open_pages()) == ("unknown", [])
    settle(till)
    settle(till)
    assert_paid_once(till, invoice, 10000)


@pytest.mark.parametrize("kind", ("rate_limit", "error_before", "error_after", "malformed"))
def test_trouble_at_the_gateway_is_unknown_and_is_paid_once(till: Till, kind):
    invoice = till.owes()
    till.fault(kind, count=3)
    begun = till.pay((invoice, 10000))
    assert (begun.url, till.attempt(begun).state, till.balance(invoice)) == ("", "unknown", (0, 10000))
    till.shop.control("DELETE", "faults")
    till.shop.control("POST", "idempotency/prune")
    settle(till)
    settle(till)
    assert_paid_once(till, invoice, 10000)


def test_slow_gateway_whose_key_is_in_use_is_unknown_and_is_paid_once(till: Till):
    invoice = till.owes()
    till.fault("slow_before", seconds=5)
    begun = till.pay((invoice, 10000))
    assert (till.attempt(begun).state, till.balance(invoice)) == ("unknown", (0, 10000))
    time.sleep(3)
    till.reconcile()
    settle(till)
    assert_paid_once(till, invoice, 10000)


def test_forgotten_keys_are_no_second_page(till: Till):
    invoice = till.owes()
    till.fault("drop_after", count=3)
    till.pay((invoice, 10000))
    till.shop.control("POST", "idempotency/prune")
    till.reconcile()
    assert len(till.open_pages()) == 1
    settle(till)
    assert_paid_once(till, invoice, 10000)


def test_reconcile_while_the_first_request_is_in_flight_opens_one_page(shared_till: Till):
    till = shared_till
    invoice = till.owes()
    till.fault("slow_before", seconds=1)
    second = threading.Event()

    def work(number: int) -> None:
        if number == 0:
            till.pay((invoice, 10000))
            return
        _until(lambda: any(payment.pk for payment in till.payments()) and _is_sent(till))
        till.reconcile()
        second.set()

    assert together(2, work) == [None, None]
    assert second.is_set()
    till.reconcile()
    assert len(till.open_pages()) == 1
    settle(till)
    assert_paid_once(till, invoice, 10000)


@pytest.mark.parametrize("kind", ("wrong_amount", "wrong_currency"))
def test_money_that_differs_is_quarantined_until_it_is_explained(till: Till, kind):
    invoice = till.owes()
    begun = till.pay((invoice, 10000))
    submit(begun.url)
    till.fault(kind, method="GET")
    till.reconcile()
    payment = till.payment(begun)
    assert (payment.state, bool(payment.quarantine_note), till.ledger()) == ("open", True, [])
    assert till.balance(invoice) == (0, 10000)
    till.reconcile()
    assert (till.payment(begun).quarantine_note, till.balance(invoice)) == ("", (10000, 0))
    assert_paid_once(till, invoice, 10000)


# --- Killed -----------------------------------------------------------------------------------------------------


class Killed(BaseException):
    """The program ends here."""


def test_killed_between_charge_and_record_is_paid_once(till: Till, monkeypatch: pytest.MonkeyPatch):
    invoice = till.owes()
    begun = till.pay((invoice, 10000))
    submit(begun.url)
    monkeypatch.setattr(reconcile.applying, "apply", _die)
    with pytest.raises(Killed):
        till.reconcile()
    monkeypatch.undo()
    assert (till.cash(), till.ledger()) == (10000, [])
    till.reconcile()
    assert_paid_once(till, invoice, 10000)


def test_killed_between_opening_the_page_and_noting_it_is_paid_once(till: Till, monkeypatch: pytest.MonkeyPatch):
    invoice = till.owes()
    monkeypatch.setattr(reconcile.applying, "apply", _die)
    with pytest.raises(Killed):
        till.pay((invoice, 10000))
    monkeypatch.undo()
    assert (len(till.open_pages()), till.balance(invoice)) == (1, (0, 10000))
    till.pay_every_page()
    till.reconcile()
    assert_paid_once(till, invoice, 10000)


def test_killed_before_anything_was_sent_releases_after_two_minutes(till: Till, monkeypatch: pytest.MonkeyPatch):
    invoice = till.owes()
    monkeypatch.setattr(sending, "send", _die)
    with pytest.raises(Killed):
        till.pay((invoice, 10000))
    monkeypatch.undo()
    till.reconcile()
    assert till.balance(invoice) == (0, 10000)
    _make_older(till)
    till.reconcile()
    assert (till.balance(invoice), till.open_pages(), till.payments()[0].state) == ((0, 0), [], "canceled")


# --- News in any order ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", ("created", "reversed", "shuffled"))
def test_webhooks_before_the_answer_many_times_in_any_order_pay_once(till: Till, order):
    invoice = till.owes()
    till.fault("drop_after", count=3)
    begun = till.pay((invoice, 10000))
    submit(till.open_pages()[0], number="4000000000000002")
    submit(till.open_pages()[0])
    assert till.attempt(begun).session_ref is None
    events = [event.to_dict() for event in till.shop.api.events.list({"limit": 50}).data]
    _arrive(till, {"created": events[::-1], "reversed": events, "shuffled": events[::2] + events[1::2]}[order] * 5)
    assert_paid_once(till, invoice, 10000)


def test_one_event_five_times_at_the_same_moment_pays_once(shared_till: Till):
    till = shared_till
    invoice = till.owes()
    begun = till.pay((invoice, 10000))
    submit(begun.url)
    event = next(one for one in till.shop.api.events.list({"limit": 50}).data if one.type == "payment_intent.succeeded")
    outcomes = together(5, lambda number: _arrive(till, [event.to_dict()]))
    assert [one for one in outcomes if one is not None] == []
    assert_paid_once(till, invoice, 10000)


def test_late_success_after_the_money_was_given_up_is_recorded_and_the_surplus_kept(till: Till):
    invoice = till.owes(10000)
    begun = till.pay((invoice, 10000))
    attempt = till.attempt(begun)
    with company_scope(till.company_id):
        reconcile.applying.give_up(attempt_id=attempt.pk, state=ports.AttemptState.EXPIRED)
        with transaction.atomic():
            Invoice.objects.filter(pk=invoice.pk).update(paid_minor=4000)
    submit(begun.url)
    with company_scope(till.company_id):
        snapshot = reconcile.accounts.gateway_of(attempt.account_id).fetch(attempt.session_ref or "")
        reconcile.applying.apply(attempt_id=attempt.pk, snapshot=snapshot)
    assert (till.payment(begun).state, till.balance(invoice)) == ("succeeded", (10000, 0))
    assert till.ledger() == [("payment_in", 10000), ("allocate", -6000)]
    with company_scope(till.company_id), transaction.atomic():
        assert Allocation.objects.get().posted_minor == 6000


def test_older_news_does_not_undo_money(till: Till):
    invoice = till.owes()
    begun = till.pay((invoice, 10000))
    attempt = till.attempt(begun)
    with company_scope(till.company_id):
        open_page = reconcile.accounts.gateway_of(attempt.account_id).fetch(attempt.session_ref or "")
    submit(begun.url)
    till.reconcile()
    for state in (ports.AttemptState.SENT, ports.AttemptState.EXPIRED, ports.AttemptState.FAILED):
        with company_scope(till.company_id):
            old = ports.Snapshot(**{name: getattr(open_page, name) for name in open_page.__slots__} | {"state": state})
            reconcile.applying.apply(attempt_id=attempt.pk, snapshot=old)
    assert_paid_once(till, invoice, 10000)


def _arrive(till: Till, events: list[dict[str, Any]]) -> None:
    """Events come in, already believed: their signatures are another test's."""
    with company_scope(till.company_id):
        account = webhooks.accounts.require_account()
        for event in events:
            about = event["data"]["object"]
            told = ports.Event(event["id"], event["type"], about["object"], about["id"], is_live=False)
            webhooks._work_on(account, webhooks._keep(account, told))
        with transaction.atomic():
            assert not GatewayEvent.objects.filter(processed_at__isnull=True).exists()


def _somebody(till: Till) -> Any:
    return till.actor.__class__(till.actor.kind, ref=str(ids.new_public_id()), name="Somebody")


def _die(**_: Any) -> None:
    raise Killed


def _is_sent(till: Till) -> bool:
    with company_scope(till.company_id), transaction.atomic():
        return PaymentAttempt.objects.filter(sent_at__isnull=False).exists()


def _make_older(till: Till) -> None:
    with company_scope(till.company_id), transaction.atomic():
        PaymentAttempt.objects.update(created_at=clock.real_now() - reconcile.NEVER_SENT_AFTER)


def _until(condition: Callable[[], bool], seconds: float = 5) -> None:
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, "it did not happen in time"
        time.sleep(0.02)
