"""Deposits: paid like invoices, held for their job, never spent on anything else; late and double money."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from portico.domain.billing import errors
from portico.domain.billing.enums import AttemptState, MethodKind
from portico.domain.billing.models import Deposit
from portico.domain.billing.operations import applying
from portico.foundation.audit.enums import ActorKind
from portico.foundation.audit.operations import Actor
from portico.foundation.tenancy.scope import company_scope
from tests.domain.billing.depositing import alerts, cancel, held, issue, mails, pending
from tests.sandbox.running import submit
from tests.stripe_sandbox import Till, violations

# --- Paying -----------------------------------------------------------------------------------------------------


def test_paid_deposit_is_held_and_pays_nothing_else(till: Till):
    invoice, deposit = till.owes(10000), held(till)
    assert (till.word(deposit), till.shown(deposit).held.minor, till.cash()) == ("held", 5000, 5000)
    assert (till.credit(), till.usable(), till.ledger()) == (5000, 0, [("payment_in", 5000)])
    with pytest.raises(errors.CreditChanged):
        till.pay((invoice, 5000), credit=5000)
    assert (till.balance(invoice), alerts(till), violations(till)) == ((0, 0), [], [])


def test_credit_beside_a_held_deposit_can_be_used(till: Till):
    invoice, _deposit = till.owes(10000), held(till)
    till.has_credit(3000)
    assert till.usable() == 3000
    with pytest.raises(errors.CreditChanged):
        till.pay((invoice, 3001), credit=3001)
    till.pay((invoice, 3000), credit=3000)
    assert (till.usable(), till.credit(), till.balance(invoice)) == (0, 5000, (3000, 0))
    assert violations(till) == []


def test_saved_card_pays_a_deposit_at_once(till: Till):
    deposit, card = till.asks(), till.saved()
    till.pay_deposit(deposit, method=card.public_id)
    assert (till.word(deposit), till.cash(), violations(till)) == ("held", 5000, [])


def test_declined_card_leaves_the_deposit_to_pay(till: Till):
    deposit, card = till.asks(), till.saved("pm_card_chargeCustomerFail")
    till.pay_deposit(deposit, method=card.public_id)
    assert (till.word(deposit), till.shown(deposit).is_payable, till.cash()) == ("failed", True, 0)
    submit(till.pay_deposit(deposit).url)
    till.reconcile()
    assert (till.word(deposit), till.cash(), violations(till)) == ("held", 5000, [])


def test_new_form_ends_the_older_page_of_the_same_person(till: Till):
    deposit = till.asks()
    first = till.pay_deposit(deposit)
    second = till.pay_deposit(deposit)
    assert (till.payment(first).state, till.open_pages(), till.word(deposit)) == ("canceled", [second.url], "paying")
    assert violations(till) == []
    submit(second.url)
    till.reconcile()
    assert (till.cash(), till.word(deposit), violations(till)) == (5000, "held", [])


def test_deposit_that_was_paid_meanwhile_is_not_paid_again(till: Till):
    deposit = till.asks()
    submit(till.pay_deposit(deposit).url)
    with pytest.raises(errors.AlreadyPaid, match="Your earlier payment went through"):
        till.pay_deposit(deposit)
    with pytest.raises(errors.AlreadyPaid, match="This deposit is paid already"):
        till.pay_deposit(deposit)
    assert (till.cash(), till.word(deposit)) == (5000, "held")


def test_somebody_else_cannot_pay_while_a_page_is_open(till: Till):
    deposit = till.asks()
    till.pay_deposit(deposit)
    other = Actor(ActorKind.CUSTOMER, ref=str(uuid4()), name="Ben Sample")
    with pytest.raises(errors.PaymentInProgress, match="Somebody is paying this deposit"):
        till.pay_deposit(deposit, by=other)
    assert len(till.payments()) == 1


def test_same_form_pays_once(till: Till):
    deposit = till.asks()
    first, second = (till.pay_deposit(deposit, token="one") for _ in range(2))
    assert (first.payment, first.url, len(till.payments())) == (second.payment, second.url, 1)


@pytest.mark.parametrize("change", ("customer", "amount", "canceled", "invoiced"))
def test_deposit_that_changed_is_not_paid(till: Till, change: str):
    deposit = till.asks()
    if change == "canceled":
        cancel(till, deposit)
    elif change == "invoiced":
        issue(till, deposit, 10000)
    elif change == "amount":
        deposit.amount_minor = 4000
    else:
        deposit.pk = till.asks().pk
        till.customer = other_customer(till)
    with pytest.raises(errors.DepositChanged):
        till.pay_deposit(deposit)
    assert (till.payments(), till.open_pages()) == ([], [])


def other_customer(till: Till) -> Any:
    from_elsewhere = till.owes(100)
    with company_scope(till.company_id), transaction.atomic():
        customer = type(till.customer).objects.get(pk=from_elsewhere.customer_id)
        customer.pk = customer.pk + 1000
        return customer


# --- Bank accounts ----------------------------------------------------------------------------------------------


def test_bank_payment_is_on_its_way_for_days_then_held(till: Till):
    deposit, intent = pending(till)
    assert (till.word(deposit), till.credit(), violations(till)) == ("pending", 0, [])
    with pytest.raises(errors.PartPending, match="A bank payment of this deposit is on its way since"):
        till.pay_deposit(deposit)
    with pytest.raises(errors.DepositNotFree, match="is being paid"):
        cancel(till, deposit)
    till.settle(intent)
    till.hear()
    assert (till.word(deposit), till.usable(), till.credit(), violations(till)) == ("held", 0, 5000, [])


def test_bank_payment_that_fails_later_leaves_the_deposit_to_pay(till: Till):
    deposit, intent = pending(till)
    till.fail(intent)
    till.hear()
    assert (till.word(deposit), till.credit(), alerts(till)) == ("failed", 0, ["bank_failed"])
    (body,) = mails(till, "payment_failed")
    assert "Still to pay: the deposit for New furnace." in body
    assert f"/deposits/{deposit.public_id}/" in body
    submit(till.pay_deposit(deposit).url)
    till.reconcile()
    assert (till.word(deposit), violations(till)) == ("held", [])


def test_bank_payment_that_the_bank_takes_back_is_asked_for_again(till: Till):
    deposit, intent = pending(till)
    till.settle(intent)
    till.hear()
    till.come_back(intent)
    till.hear()
    assert (till.word(deposit), till.shown(deposit).is_payable, till.credit()) == ("taken_back", True, 0)
    submit(till.pay_deposit(deposit).url)
    till.reconcile()
    assert (till.word(deposit), till.credit(), till.usable(), violations(till)) == ("held", 5000, 0, [])


def test_account_to_be_verified_is_given_up_for_a_card(till: Till):
    deposit = till.asks()
    begun = till.pay_deposit(deposit, method=MethodKind.ACH)
    till.pay_by_bank(begun.url, way="manual")
    till.reconcile()
    assert till.word(deposit) == "verifying"
    submit(till.pay_deposit(deposit).url)
    till.reconcile()
    assert (till.payment(begun).state, till.word(deposit), till.cash()) == ("canceled", "held", 5000)
    assert violations(till) == []


# --- Late and double money --------------------------------------------------------------------------------------


def fail_for_us(till: Till, begun: Any) -> None:
    """We believe that nothing came of a page which is still open at the gateway."""
    with company_scope(till.company_id):
        applying.give_up(attempt_id=till.attempt(begun).pk, state=AttemptState.EXPIRED)


def late(till: Till, meanwhile: Callable[[Deposit], object]) -> Deposit:
    """Money that comes after its payment was given up, and something else happened."""
    deposit = till.asks()
    begun = till.pay_deposit(deposit)
    fail_for_us(till, begun)
    meanwhile(deposit)
    submit(begun.url)
    till.hear()
    return deposit


def test_late_success_is_held(till: Till):
    deposit = late(till, lambda _deposit: None)
    assert (till.word(deposit), till.usable(), alerts(till), violations(till)) == ("held", 0, [], [])


def test_late_success_of_a_canceled_deposit_is_credit_and_told(till: Till):
    deposit = late(till, lambda one: cancel(till, one))
    assert (till.word(deposit), till.usable(), alerts(till)) == ("canceled", 5000, ["surplus"])
    assert violations(till) == []


def test_late_success_beside_another_payment_is_credit_and_told(till: Till):
    deposit = late(till, lambda one: till.pay_deposit(one, method=till.saved().public_id))
    assert (till.word(deposit), till.shown(deposit).held.minor) == ("held", 5000)
    assert (till.usable(), till.credit(), alerts(till)) == (5000, 10000, ["surplus"])
    assert violations(till) == []


def test_receipt_says_what_the_money_is_for(till: Till):
    held(till)
    (body,) = mails(till, "receipt")
    assert ("Deposit for New furnace" in body, "It is taken off the invoice." in body) == (True, True)
    assert "kept as your credit" not in body
