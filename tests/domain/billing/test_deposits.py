"""Deposits: paid like invoices, held until their job is invoiced, used, given back, never spent on anything else."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from portico.domain.billing import errors, imported
from portico.domain.billing.enums import AttemptState, MethodKind, RefundReason
from portico.domain.billing.models import Alert, Deposit, Invoice
from portico.domain.billing.operations import applying, corrections, deposits, issuing, refunds
from portico.domain.billing.operations.giving_back import RefundForm
from portico.domain.billing.operations.issuing import Bill, InvoiceLine
from portico.foundation.audit.models import ActorKind
from portico.foundation.audit.operations import Actor
from portico.foundation.messaging.models import Message
from portico.foundation.tenancy.scope import company_scope
from portico.kernel import clock, ids
from tests.sandbox.running import submit
from tests.stripe_sandbox import Till, violations

CLERK = Actor(ActorKind.STAFF, name="Carl Clerk")


def held(till: Till, amount: int = 5000, **more: Any) -> Deposit:
    """A deposit whose money is here."""
    deposit = till.asks(amount, **more)
    submit(till.pay_deposit(deposit).url)
    till.reconcile()
    return deposit


def issue(till: Till, deposit: Deposit, total: int) -> Invoice:
    line = InvoiceLine("Furnace", Decimal(1), total, total)
    bill = Bill(deposit.job_id, uuid4(), "New furnace", (line,), 0, "USD")
    with company_scope(till.company_id), transaction.atomic():
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


def pending(till: Till) -> tuple[Deposit, str]:
    deposit = till.asks()
    till.pay_by_bank(till.pay_deposit(deposit, method=MethodKind.ACH).url)
    till.reconcile()
    return deposit, till.last_intent()


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


# --- The job is invoiced ------------------------------------------------------------------------------------------


def test_invoice_of_the_job_gets_the_deposit_at_once(till: Till):
    deposit = held(till)
    invoice = issue(till, deposit, 20000)
    assert (till.balance(invoice), till.credit(), till.word(deposit)) == ((5000, 0), 0, "used")
    assert [(one.number, one.amount.minor) for one in till.shown(deposit).invoices] == [("P-1001", 5000)]
    assert (till.shown(deposit).held.minor, violations(till)) == (0, [])


def test_rest_of_the_deposit_is_plain_credit(till: Till):
    deposit = held(till)
    invoice = issue(till, deposit, 3000)
    assert (till.balance(invoice), till.invoice(invoice).is_settled, till.usable()) == ((3000, 0), True, 2000)
    assert (till.word(deposit), alerts(till), violations(till)) == ("used", [], [])


def test_bill_that_stood_before_gets_nothing_of_the_deposit(till: Till):
    deposit = till.asks()
    with company_scope(till.company_id), transaction.atomic():
        job = deposit.job
    earlier = till.owes(8900, job=job)
    later = till.asks(4000, job=job)
    submit(till.pay_deposit(later).url)
    till.reconcile()
    assert (till.balance(earlier), till.word(later)) == ((0, 0), "held")
    assert (till.balance(issue(till, later, 9000)), till.balance(earlier)) == ((4000, 0), (0, 0))


def test_bank_payment_on_its_way_covers_the_invoice_that_comes_meanwhile(till: Till):
    deposit, intent = pending(till)
    invoice = issue(till, deposit, 20000)
    assert (till.balance(invoice), till.word(deposit)) == ((0, 5000), "pending")
    with pytest.raises(errors.InvoiceChanged):
        till.pay((invoice, 20000))
    till.settle(intent)
    till.hear()
    assert (till.balance(invoice), till.word(deposit), till.credit()) == ((5000, 0), "used", 0)
    assert (alerts(till), violations(till)) == ([], [])


def test_bank_payment_that_fails_after_the_invoice_leaves_all_of_it_due(till: Till):
    deposit, intent = pending(till)
    invoice = issue(till, deposit, 20000)
    till.fail(intent)
    till.hear()
    assert (till.balance(invoice), till.word(deposit), violations(till)) == ((0, 0), "invoiced", [])


def test_card_page_that_is_paid_after_the_invoice_pays_the_invoice(till: Till):
    deposit = till.asks()
    begun = till.pay_deposit(deposit)
    invoice = issue(till, deposit, 20000)
    submit(begun.url)
    till.reconcile()
    assert (till.balance(invoice), till.word(deposit), till.credit()) == ((5000, 0), "used", 0)
    assert (alerts(till), violations(till)) == ([], [])


def write_imported(till: Till, deposit: Deposit, total: int, number: str = "88001") -> Invoice:
    today = date(2026, 11, 20)
    with company_scope(till.company_id):
        with transaction.atomic():
            job = Deposit.objects.get(pk=deposit.pk).job
        invoice = imported.ImportedInvoice(
            int(number), number, till.customer.pk, job.location_id, job.pk, job.business_unit_id, None, "Furnace", "",
            today, today, "USD", total, 0, total, "", clock.now(),
        )  # fmt: skip
        written = imported.write_invoices(invoices=[invoice])
        assert written.refused == []
        with transaction.atomic():
            return Invoice.objects.get(source_id=int(number))


def test_imported_invoice_of_the_job_gets_the_deposit(till: Till):
    deposit = held(till)
    empty = write_imported(till, deposit, 0)
    assert (till.balance(empty), till.word(deposit)) == ((0, 0), "held")
    invoice = write_imported(till, deposit, 30000)
    assert (till.balance(invoice), till.word(deposit), till.credit()) == ((5000, 0), "used", 0)
    assert (till.balance(write_imported(till, deposit, 31000)), violations(till)) == ((5000, 0), [])


def test_imported_bill_that_stood_before_gets_nothing_when_it_comes_again(till: Till):
    first = till.asks()
    earlier = write_imported(till, first, 8900)
    with company_scope(till.company_id), transaction.atomic():
        job = first.job
    deposit = held(till, job=job)
    write_imported(till, deposit, 9000)
    assert (till.balance(earlier), till.word(deposit), violations(till)) == ((0, 0), "held", [])


def test_voided_invoice_gives_the_deposit_back_to_its_job(till: Till):
    deposit = held(till)
    first = issue(till, deposit, 20000)
    void(till, first)
    assert (till.balance(first), till.word(deposit), till.usable(), till.credit()) == ((0, 0), "held", 0, 5000)
    second = issue(till, deposit, 4000)
    assert (till.balance(second), till.word(deposit), till.usable()) == ((4000, 0), "used", 1000)
    assert violations(till) == []


def test_voided_invoice_leaves_the_deposit_on_the_other_one(till: Till):
    deposit = held(till)
    first = issue(till, deposit, 20000)
    second = issue(till, deposit, 3000)
    assert (till.balance(first), till.balance(second)) == ((5000, 0), (0, 0))
    void(till, first)
    assert (till.balance(second), till.usable(), till.word(deposit)) == ((3000, 0), 2000, "used")
    assert violations(till) == []


# --- Going back -------------------------------------------------------------------------------------------------


def test_deposit_that_was_given_back_can_be_canceled(till: Till):
    deposit = held(till)
    with pytest.raises(errors.DepositNotFree, match=r"The deposit of \$50.00 is paid"):
        cancel(till, deposit)
    refund(till, deposit)
    assert (till.word(deposit), till.credit(), till.cash()) == ("refunded", 0, 0)
    with pytest.raises(errors.DepositChanged, match="was given back"):
        till.pay_deposit(deposit)
    cancel(till, deposit)
    assert (till.word(deposit), violations(till)) == ("canceled", [])


def test_part_that_was_given_back_is_no_longer_held(till: Till):
    deposit = held(till)
    refund(till, deposit, 2000)
    assert (till.word(deposit), till.shown(deposit).held.minor, till.usable()) == ("held", 3000, 0)
    assert (till.balance(issue(till, deposit, 9000)), violations(till)) == ((3000, 0), [])


def test_used_deposit_can_be_given_back_too(till: Till):
    deposit = held(till)
    invoice = issue(till, deposit, 20000)
    refund(till, deposit)
    assert (till.balance(invoice), till.word(deposit), violations(till)) == ((0, 0), "refunded", [])


def test_open_page_keeps_a_deposit_from_being_canceled(till: Till):
    deposit = till.asks()
    begun = till.pay_deposit(deposit)
    with pytest.raises(errors.DepositNotFree, match="is being paid"):
        cancel(till, deposit)
    till.come_back_to(begun, is_leaving=True)
    cancel(till, deposit)
    assert (till.word(deposit), violations(till)) == ("canceled", [])


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
