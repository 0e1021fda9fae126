from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.domain.billing import rules
from portico.domain.billing.enums import ATTEMPT_OVER, AttemptState, InvoiceWord, PaymentState
from portico.domain.billing.rules import BadAmount, Fault, Owed, Policy
from portico.domain.billing.words import FAULTS, LABEL, PAYMENT_LABEL, PAYMENT_TONE, TONE, amount_words

TODAY = date(2026, 11, 22)
BALANCES = st.lists(st.integers(0, 500_000), min_size=1, max_size=8)
DAYS = st.lists(st.integers(-400, 400), min_size=8, max_size=8)


def owed(balances, days=range(8)) -> list[Owed]:
    return [
        Owed(number, str(number), TODAY + timedelta(days=day), balance, balance)
        for number, (balance, day) in enumerate(zip(balances, days, strict=False))
    ]


def fault(balances, amount: int, policy: Policy | None = None) -> Fault | None:
    try:
        rules.require_payable(owed(balances), amount, policy=policy or Policy())
    except BadAmount as bad:
        return bad.fault
    return None


@given(BALANCES, DAYS, st.integers(0, 5_000_000))
def test_spread_gives_the_whole_amount_oldest_first_and_never_more_than_is_owed(balances, days, amount):
    chosen = owed(balances, days)
    parts = rules.spread(chosen, amount)
    given_to = {part.invoice_id: part.amount_minor for part in parts}
    assert sum(given_to.values()) == min(amount, sum(balances))
    assert all(0 < given_to[one.invoice_id] <= one.payable_minor for one in chosen if one.invoice_id in given_to)
    in_order = sorted((one for one in chosen if one.payable_minor), key=lambda one: (one.due_on, one.invoice_id))
    short = [one for one in in_order if given_to.get(one.invoice_id, 0) < one.payable_minor]
    assert all(one.invoice_id not in given_to for one in short[1:])


@given(BALANCES, DAYS, st.integers(-10, 5_000_000), st.integers(0, 5_000), st.booleans())
def test_whatever_is_accepted_can_be_charged_and_leaves_nothing_that_cannot(balances, days, amount, least, is_partial):
    chosen = owed(balances, days)
    try:
        parts = rules.require_payable(chosen, amount, policy=Policy(is_partial, least))
    except BadAmount:
        return
    assert sum(part.amount_minor for part in parts) == amount >= rules.PROCESSOR_MINIMUM
    if amount < sum(balances):
        assert is_partial
        assert amount >= least
        left = {one.invoice_id: one.payable_minor for one in chosen}
        rests = [left[part.invoice_id] - part.amount_minor for part in parts]
        assert not any(0 < rest < rules.PROCESSOR_MINIMUM for rest in rests)


@given(st.lists(st.integers(1, 500_000), min_size=1, max_size=8))
def test_full_balance_is_always_accepted_from_fifty_cents_on(balances):
    whole = sum(balances)
    expected = None if whole >= rules.PROCESSOR_MINIMUM else Fault.BALANCE_TOO_SMALL
    assert fault(balances, whole) == expected


@pytest.mark.parametrize(
    ("balances", "amount", "policy", "expected"),
    (
        ([0], 0, Policy(), Fault.NOTHING_DUE),
        ([10000], 10001, Policy(), Fault.TOO_MUCH),
        ([10000], 99, Policy(), Fault.TOO_SMALL),
        ([10000], 100, Policy(), None),
        ([70], 70, Policy(), None),
        ([70], 60, Policy(), Fault.TOO_SMALL),
        ([30], 30, Policy(), Fault.BALANCE_TOO_SMALL),
        ([30, 1000], 1030, Policy(), None),
        ([10000], 9951, Policy(), Fault.LEAVES_TOO_LITTLE),
        ([10000], 9950, Policy(), None),
        ([10000], 2499, Policy(minimum_minor=2500), Fault.TOO_SMALL),
        ([10000], 30, Policy(minimum_minor=0), Fault.TOO_SMALL),
        ([10000], 5000, Policy(is_partial_allowed=False), Fault.ONLY_IN_FULL),
        ([10000], 10000, Policy(is_partial_allowed=False), None),
        ([10000], 5000, Policy(partial_minimum_invoice_minor=10001), Fault.INVOICE_ONLY_IN_FULL),
        ([10000, 20000], 10000, Policy(partial_minimum_invoice_minor=50000), None),
        ([100_000_000], 100_000_000, Policy(), Fault.OVER_CARD_LIMIT),
    ),
)
def test_amounts(balances, amount, policy, expected):
    assert fault(balances, amount, policy) == expected


@pytest.mark.parametrize(
    ("total", "paid", "reserved", "held", "due_in", "expected"),
    (
        (100, 0, 0, 0, 0, InvoiceWord.DUE),
        (100, 0, 0, 0, -1, InvoiceWord.OVERDUE),
        (100, 40, 0, 0, 0, InvoiceWord.PARTLY_PAID),
        (100, 40, 0, 0, -1, InvoiceWord.PARTLY_PAID_OVERDUE),
        (100, 100, 0, 0, -1, InvoiceWord.PAID),
        (100, 40, 60, 0, -1, InvoiceWord.PENDING),
        (100, 40, 60, 60, -1, InvoiceWord.PARTLY_PAID_OVERDUE),
        (100, 0, 60, 0, 0, InvoiceWord.DUE),
        (-100, 0, 0, 0, 0, InvoiceWord.CREDIT),
    ),
)
def test_invoice_in_words(total, paid, reserved, held, due_in, expected):
    due_on = TODAY + timedelta(days=due_in)
    found = rules.invoice_word(total=total, paid=paid, reserved=reserved, held=held, due_on=due_on, today=TODAY)
    assert found == expected


def test_money_that_came_is_never_taken_back_by_older_news():
    assert [then for then in AttemptState if rules.may_become(AttemptState.SUCCEEDED, then)] == []


def test_late_success_is_always_taken():
    assert all(rules.may_become(now, AttemptState.SUCCEEDED) for now in AttemptState if now != AttemptState.SUCCEEDED)


def test_what_is_over_ends_only_in_success():
    for now in ATTEMPT_OVER:
        assert {then for then in AttemptState if rules.may_become(now, then)} <= {AttemptState.SUCCEEDED}


def test_paid_payments_fail_no_more():
    assert not rules.payment_may_become(PaymentState.SUCCEEDED, PaymentState.FAILED)
    assert not rules.payment_may_become(PaymentState.SUCCEEDED, PaymentState.CANCELED)
    assert rules.payment_may_become(PaymentState.FAILED, PaymentState.SUCCEEDED)


@pytest.mark.parametrize("fault", Fault)
def test_every_fault_is_told_with_its_amount(fault):
    told = amount_words(BadAmount(fault, minor=1234, number="77"), "USD")
    assert ("%(" in told, fault == Fault.NOTHING_DUE or "$12.34" in told) == (False, True)


def test_every_state_has_words():
    assert (set(LABEL), set(TONE)) == (set(InvoiceWord), set(InvoiceWord))
    assert (set(PAYMENT_LABEL), set(PAYMENT_TONE)) == (set(PaymentState), set(PaymentState))
    assert set(FAULTS) == set(Fault)
