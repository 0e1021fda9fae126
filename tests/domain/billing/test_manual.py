"""What the office does by hand: cash and checks, voids, credit."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from portico.domain.billing import errors
from portico.domain.billing.enums import MethodKind, RefundReason
from portico.domain.billing.models import Alert, Allocation, Invoice
from portico.domain.billing.operations import corrections, manual, payments, refunds
from portico.domain.billing.operations.corrections import BadCredit, CannotVoid, CreditForm
from portico.domain.billing.operations.giving_back import RefundForm
from portico.domain.billing.operations.manual import BadRecord, HeldOnline, ManualForm
from portico.foundation.audit.enums import ActorKind
from portico.foundation.audit.operations import Actor
from portico.foundation.messaging.models import Message
from portico.foundation.tenancy.scope import company_scope
from portico.kernel import clock, ids
from tests.sandbox.running import pay_by_bank, submit
from tests.stripe_sandbox import PHOENIX, Till, violations

CLERK = Actor(ActorKind.STAFF, name="Carl Clerk")


def record(till: Till, amount: int, *parts: tuple[Invoice, int], **more: Any) -> UUID:
    wanted = {
        "customer": till.customer.public_id,
        "method": MethodKind.CHECK,
        "amount_minor": amount,
        "parts": {invoice.public_id: part for invoice, part in parts},
        "paid_on": clock.today(PHOENIX) - timedelta(days=1),
        "form_token": ids.new_secret(),
        "reference": "1042",
    }
    with company_scope(till.company_id):
        return manual.record_payment(form=ManualForm(**(wanted | more)), by=CLERK)


def void(till: Till, invoice: Invoice, version: int = 1) -> int:
    with company_scope(till.company_id):
        return corrections.void_invoice(invoice=invoice.public_id, version=version, reason="Billed twice", by=CLERK)


def credit(till: Till, amount: int, **more: Any) -> UUID:
    wanted = {"customer": till.customer.public_id, "reason": "Late visit", "form_token": ids.new_secret()}
    with company_scope(till.company_id):
        return corrections.give_credit(form=CreditForm(amount_minor=amount, **(wanted | more)), by=CLERK)


def credit_of(till: Till) -> int:
    return sum(amount for _kind, amount in till.ledger())


def of(till: Till, invoice: Invoice) -> list[tuple[str, int]]:
    with company_scope(till.company_id), transaction.atomic():
        return list(Allocation.objects.filter(invoice=invoice).order_by("pk").values_list("state", "posted_minor"))


# --- Cash and checks --------------------------------------------------------------------------------------------


def test_check_covers_several_invoices_and_mails_a_receipt(till: Till):
    first, second = till.owes(6000), till.owes(4000)
    payment = till.payment(record(till, 8000, (first, 6000), (second, 2000), receipt_email="ana@example.com"))
    assert (till.balance(first), till.balance(second)) == ((6000, 0), (2000, 0))
    assert (payment.state, payment.method_label, payment.made_by_name) == ("succeeded", "Check 1042", "Carl Clerk")
    assert payment.paid_on == clock.today(PHOENIX) - timedelta(days=1)
    with company_scope(till.company_id), transaction.atomic():
        assert Message.objects.get().key == f"receipt:{payment.public_id}"
    assert (credit_of(till), violations(till)) == (0, [])


def test_same_form_records_once(till: Till):
    invoice = till.owes()
    day = clock.today(PHOENIX)
    told = [record(till, 5000, (invoice, 5000), form_token="the form", paid_on=day) for _ in range(3)]
    assert (len(set(told)), till.balance(invoice)) == (1, (5000, 0))
    with pytest.raises(errors.FormReused):
        record(till, 4000, (invoice, 4000), form_token="the form", paid_on=day)


def test_surplus_is_kept_only_when_ticked(till: Till):
    invoice = till.owes(6000)
    with pytest.raises(BadRecord, match=r"\$40.00 is on no invoice") as refused:
        record(till, 10000, (invoice, 6000))
    assert refused.value.field == "keeps_rest"
    record(till, 10000, (invoice, 6000), keeps_rest=True)
    assert (credit_of(till), till.balance(invoice), violations(till)) == (4000, (6000, 0), [])


@pytest.mark.parametrize(
    ("typed", "field"),
    (
        ({"paid_on": clock.today(PHOENIX) + timedelta(days=3)}, "paid_on"),
        ({"reference": " "}, "reference"),
        ({"method": MethodKind.CARD}, "method"),
        ({"receipt_email": "nobody"}, "receipt_email"),
        ({"amount_minor": 4999}, "parts"),
        ({"amount_minor": 0}, "amount"),
    ),
)
def test_what_cannot_be_recorded_names_its_field(till: Till, typed, field):
    invoice = till.owes()
    with pytest.raises(BadRecord) as refused:
        record(till, typed.pop("amount_minor", 5000), (invoice, 5000), **typed)
    assert (refused.value.field, till.payments()) == (field, [])


def test_more_than_is_due_is_refused(till: Till):
    invoice = till.owes(6000)
    with pytest.raises(errors.InvoiceChanged, match=r"Only \$60.00"):
        record(till, 7000, (invoice, 7000))
    assert till.payments() == []


def test_invoice_of_somebody_else_is_refused(till: Till):
    with company_scope(till.company_id), transaction.atomic():
        stranger = till.customer.__class__.objects.create(
            name="Bo Stranger", branch=till.customer.branch, number="C-2", created_at=clock.now()
        )
        foreign = till.owes()
        Invoice.objects.filter(pk=foreign.pk).update(customer=stranger)
    with pytest.raises(errors.InvoiceChanged):
        record(till, 100, (foreign, 100))


def test_cash_overtakes_an_open_page_after_a_warning(till: Till):
    invoice = till.owes()
    begun = till.pay((invoice, 10000))
    with pytest.raises(HeldOnline):
        record(till, 10000, (invoice, 10000), method=MethodKind.CASH)
    record(till, 10000, (invoice, 10000), method=MethodKind.CASH, overtakes=True)
    assert (till.balance(invoice), of(till, invoice)) == ((10000, 0), [("released", 0), ("posted", 10000)])
    assert violations(till) == []
    submit(begun.url)
    till.reconcile()
    assert (till.payment(begun).state, till.balance(invoice), credit_of(till)) == ("succeeded", (10000, 0), 10000)
    with company_scope(till.company_id), transaction.atomic():
        assert list(Alert.objects.values_list("kind", flat=True)) == ["surplus"]
    assert violations(till) == []


def test_cash_does_not_overtake_a_bank_payment_on_its_way(till: Till):
    invoice = till.owes()
    with company_scope(till.company_id):
        begun = payments.pay(wanted=till.wants((invoice, 6000), method=MethodKind.ACH), by=till.actor)
    pay_by_bank(begun.url)
    till.reconcile()
    assert till.payment(begun).state == "processing"
    with pytest.raises(errors.InvoiceChanged, match=r"Only \$40.00"):
        record(till, 5000, (invoice, 5000), overtakes=True)
    record(till, 4000, (invoice, 4000))
    assert (till.balance(invoice), violations(till)) == ((4000, 6000), [])


def test_cash_is_handed_back(till: Till):
    invoice = till.owes()
    payment = record(till, 10000, (invoice, 10000), receipt_email="ana@example.com")
    form = RefundForm(payment, 2500, RefundReason.WORK, ids.new_secret(), note="Leaked again")
    with company_scope(till.company_id):
        assert refunds.refund(form=form, by=CLERK).state == "succeeded"
    assert (till.payment(payment).state, till.balance(invoice)) == ("partially_refunded", (7500, 0))
    assert violations(till) == []


# --- Voids ------------------------------------------------------------------------------------------------------


def test_void_turns_what_was_paid_into_credit(till: Till):
    invoice = till.owes()
    record(till, 6000, (invoice, 6000))
    submit(till.pay((invoice, 1500)).url)
    till.reconcile()
    assert void(till, invoice) == 7500
    assert (till.invoice(invoice).state, till.balance(invoice), credit_of(till)) == ("void", (0, 0), 7500)
    assert violations(till) == []
    with pytest.raises(CannotVoid, match="already"):
        void(till, invoice, 2)


def test_void_lets_an_open_page_go_and_late_money_is_credit(till: Till):
    invoice = till.owes()
    begun = till.pay((invoice, 10000))
    assert void(till, invoice) == 0
    assert (till.balance(invoice), violations(till)) == ((0, 0), [])
    submit(begun.url)
    till.reconcile()
    assert (till.payment(begun).state, credit_of(till), violations(till)) == ("succeeded", 10000, [])


def test_void_waits_for_a_bank_payment(till: Till):
    invoice = till.owes()
    with company_scope(till.company_id):
        begun = payments.pay(wanted=till.wants((invoice, 6000), method=MethodKind.ACH), by=till.actor)
    pay_by_bank(begun.url)
    till.reconcile()
    with pytest.raises(CannotVoid, match=r"\$60.00 on this invoice is on its way"):
        void(till, invoice)
    assert (till.invoice(invoice).state, till.balance(invoice)) == ("issued", (0, 6000))


def test_void_of_an_invoice_that_changed_is_refused(till: Till):
    invoice = till.owes()
    with pytest.raises(errors.InvoiceChanged):
        void(till, invoice, version=2)
    assert till.invoice(invoice).state == "issued"


# --- Credit -----------------------------------------------------------------------------------------------------


def test_credit_on_an_invoice_lowers_what_is_due(till: Till):
    invoice = till.owes()
    payment = till.payment(credit(till, 2500, invoice=invoice.public_id))
    assert (till.balance(invoice), credit_of(till)) == ((2500, 0), 0)
    assert (payment.method, payment.received_minor, payment.receipt_number) == ("credit", 2500, None)
    assert violations(till) == []


def test_credit_on_the_account_is_given_once(till: Till):
    assert len({credit(till, 2500, form_token="the form") for _ in range(2)}) == 1
    assert (credit_of(till), violations(till)) == (2500, [])
    with pytest.raises(errors.FormReused):
        credit(till, 9900, form_token="the form")


@pytest.mark.parametrize(("amount", "more", "field"), ((0, {}, "amount"), (100, {"reason": " "}, "reason")))
def test_credit_without_amount_or_reason_is_refused(till: Till, amount, more, field):
    with pytest.raises(BadCredit) as refused:
        credit(till, amount, **more)
    assert (refused.value.field, till.payments()) == (field, [])


def test_credit_beyond_the_invoice_is_refused(till: Till):
    invoice = till.owes(1000)
    with pytest.raises(BadCredit, match=r"Only \$10.00"):
        credit(till, 1001, invoice=invoice.public_id)
    assert till.payments() == []
