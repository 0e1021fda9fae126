"""Deposits whose job is invoiced, and deposits that are given back."""

from datetime import date

import pytest
from django.db import transaction

from portico.domain.billing import errors, imported
from portico.domain.billing.models import Deposit, Invoice
from portico.foundation.tenancy.scope import company_scope
from portico.kernel import clock
from tests.domain.billing.depositing import alerts, cancel, held, issue, pending, refund, void
from tests.sandbox.running import submit
from tests.stripe_sandbox import Till, violations

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
