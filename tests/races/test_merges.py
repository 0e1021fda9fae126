"""A merge beside somebody who pays, and beside another merge: money lands once, and with the one who is left."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import transaction

from portico.domain.billing import invariants as billing
from portico.domain.billing.enums import MethodKind
from portico.domain.billing.errors import InvoiceChanged, PaymentInProgress
from portico.domain.billing.models import Invoice, Payment
from portico.domain.billing.operations import locking, manual
from portico.domain.customers.models import Customer
from portico.domain.merging import invariants, operations
from portico.domain.merging.errors import MergeRefused
from portico.foundation.audit.operations import SHELL
from portico.kernel import clock, ids
from tests.factories import billing as bills
from tests.factories import people
from tests.factories.customers import make_customer
from tests.factories.threads import together

pytestmark = pytest.mark.django_db(transaction=True)
MISSED = (InvoiceChanged, PaymentInProgress, MergeRefused)


@pytest.fixture
def company() -> Any:
    return people.make_company()


@pytest.fixture
def pair(company: Any) -> tuple[Customer, Customer]:
    with people.inside(company):
        return make_customer("Smith", "ana@example.com"), make_customer("Smith again", "bo@example.com")


def merge(survivor: Customer, loser: Customer) -> Any:
    return operations.merge_customers(survivor=survivor.public_id, loser=loser.public_id, by=people.OFFICE)


def cash(customer: Customer, invoice: Invoice | None, amount: int) -> manual.ManualForm:
    parts = {invoice.public_id: amount} if invoice else {}
    return manual.ManualForm(
        customer.public_id, MethodKind.CASH, amount, parts, clock.now().date(), f"{ids.new_public_id()}",
        keeps_rest=True,
    )  # fmt: skip


def broken(company: Any) -> list[Any]:
    with people.inside(company), transaction.atomic():
        return billing.check() + invariants.check()


@pytest.mark.parametrize("is_credit", (False, True))
def test_payment_beside_a_merge_lands_once_with_the_survivor(
    company: Any, pair: tuple[Customer, Customer], is_credit: bool
) -> None:
    smith, _double = pair
    for round_ in range(6):
        with people.inside(company), transaction.atomic():
            other = make_customer(f"Smith {round_}")
            invoice = bills.make_invoice(other, 5000)
        form = cash(other, None if is_credit else invoice, 5000)
        _merged, paid = together(
            company,
            lambda other=other: merge(smith, other),
            lambda form=form: manual.record_payment(form=form, by=SHELL),
            caught=MISSED,
        )
        with people.inside(company), transaction.atomic():
            landed = list(Payment.objects.filter(form_token=form.form_token).values_list("customer", flat=True))
            invoice.refresh_from_db()
        assert landed == ([] if isinstance(paid, Exception) else [smith.pk]), round_
        assert invoice.customer_id == smith.pk
        assert invoice.paid_minor == (0 if is_credit or isinstance(paid, Exception) else 5000)
    assert broken(company) == []


def test_without_the_hold_money_stays_with_who_is_gone(
    company: Any, pair: tuple[Customer, Customer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin of the test above: the payer was read before the merge, the money is written after it."""
    smith, double = pair
    monkeypatch.setattr(locking, "hold_payer", lambda _customer_id: None)
    read, merged = threading.Event(), threading.Event()
    sound = manual._require_sound

    def read_then_wait(*arguments: Any) -> None:
        sound(*arguments)
        read.set()
        assert merged.wait(10)

    monkeypatch.setattr(manual, "_require_sound", read_then_wait)

    def merge_meanwhile() -> None:
        assert read.wait(10)
        merge(smith, double)
        merged.set()

    form = cash(double, None, 5000)
    together(company, merge_meanwhile, lambda: manual.record_payment(form=form, by=SHELL), caught=MISSED)
    assert [one.rule for one in broken(company)] == [
        "nothing of billing_payment stands with a customer merged away here"
    ]


def test_two_merges_of_two_leave_one(company: Any, pair: tuple[Customer, Customer]) -> None:
    for _round in range(6):
        one, two = together(company, lambda: merge(*pair), lambda: merge(*reversed(pair)), caught=MISSED)
        assert isinstance(one, MergeRefused) != isinstance(two, MergeRefused)
        with people.inside(company):
            operations.unmerge(merge=two if isinstance(one, MergeRefused) else one, by=people.OFFICE)
    assert broken(company) == []


def test_without_the_lock_two_merges_leave_nobody(
    company: Any, pair: tuple[Customer, Customer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin of the test above: each goes into the other, and both are gone."""
    gate = threading.Barrier(2)

    def unlocked(survivor: Any, loser: Any) -> tuple[Customer, Customer]:
        found = {row.public_id: row for row in Customer.objects.filter(public_id__in=[survivor, loser])}
        gate.wait(10)
        return found[survivor], found[loser]

    monkeypatch.setattr(operations, "take_turn", lambda: None)
    monkeypatch.setattr(operations, "_locked_pair", unlocked)
    together(company, lambda: merge(*pair), lambda: merge(*reversed(pair)), caught=MISSED)
    with people.inside(company), transaction.atomic():
        assert Customer.objects.filter(merged_into=None).count() == 0
