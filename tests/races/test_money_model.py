"""Money through random lives: whatever happens in whatever order, the rules of the books hold after each step."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from portico.domain.billing.enums import DisputeState, MethodKind, PaymentState, RefundReason
from portico.domain.billing.imported_payments import ImportedPayment, ImportedShare, write_payments
from portico.domain.billing.models import Dispute, Invoice, LedgerEntry, Payment, PaymentAttempt, PaymentMethod, Refund
from portico.domain.billing.operations import corrections, manual, refunds
from portico.domain.billing.operations.giving_back import RefundForm
from portico.foundation.audit.operations import SHELL
from portico.foundation.tenancy.scope import company_scope
from portico.kernel import clock, errors, ids
from portico.sandbox.stripe.server import Sandbox
from tests.races.ways import look_after
from tests.sandbox.running import pay_by_bank, submit
from tests.stripe_sandbox import PHOENIX, Till, open_till, violations

PARTS, FEW_STEPS, MANY_STEPS = 4, 6, 12
ANY = st.integers(min_value=0, max_value=10**6)
AMOUNT = st.integers(min_value=50, max_value=12000)
CARDS = ("4242424242424242", "4000000000000002")
BANKS = ("000123456789", "000222222227", "000555555559")
SAVED = ("pm_card_visa", "pm_card_chargeCustomerFail", "pm_usBankAccount_success", "pm_usBankAccount_insufficientFunds")
CASH = {"payment_in", "refund_out", "dispute_out", "dispute_back"}
_hosts = count(1)
_source_ids = count(500_000)


REFUSED_IS_FINE = suppress(errors.PorticoError)  # in words; anything else is a bug


class Life(RuleBasedStateMachine):
    """One customer of one company, at one account of the gateway."""

    sandbox: Sandbox

    @initialize()
    def opens(self) -> None:
        self.till: Till = open_till(self.sandbox, host=f"model{next(_hosts)}")
        self.imported: list[int] = []
        self.till.owes(12000)
        self.pays_by_new_card(0, 9000, CARDS[0], credit=False)
        self.till.owes(4000)
        self.pays_from_a_bank_account(1, 2000, BANKS[0], "instant")

    # --- The customer ---

    @rule(total=AMOUNT)
    def is_invoiced(self, total: int) -> None:
        self.till.owes(total)

    @rule(which=ANY, amount=AMOUNT, card=st.sampled_from(CARDS), credit=st.booleans())
    def pays_by_new_card(self, which: int, amount: int, card: str, credit: bool) -> None:
        self._pay(which, amount, MethodKind.CARD, lambda url: submit(url, number=card), credit=credit)

    @rule(which=ANY, amount=AMOUNT)
    def leaves_the_card_page(self, which: int, amount: int) -> None:
        self._pay(which, amount, MethodKind.CARD, lambda url: None, credit=False)

    @rule(which=ANY, amount=AMOUNT, bank=st.sampled_from(BANKS), way=st.sampled_from(("instant", "manual")))
    def pays_from_a_bank_account(self, which: int, amount: int, bank: str, way: str) -> None:
        self._pay(which, amount, MethodKind.ACH, lambda url: pay_by_bank(url, bank, way=way), credit=False)

    @rule(which=ANY, amount=AMOUNT, test_method=st.sampled_from(SAVED), credit=st.booleans())
    def pays_with_a_saved_method(self, which: int, amount: int, test_method: str, credit: bool) -> None:
        with REFUSED_IS_FINE:
            method: PaymentMethod = self.till.saved(test_method)
            self._pay(which, amount, method.public_id, lambda url: None, credit=credit)

    def _pay(self, which: int, amount: int, method: Any, go_on: Callable[[str], Any], *, credit: bool) -> None:
        invoice = self._one(Invoice, which, state="issued", is_settled=False, total_minor__gt=0)
        if invoice is None:
            return
        room = invoice.total_minor - invoice.paid_minor - invoice.reserved_minor
        usable = max(self.till.credit(), 0) if credit else 0
        with REFUSED_IS_FINE:
            begun = self.till.pay((invoice, min(amount, room) or amount), method=method, credit=usable)
            if begun.url and self.till.shop.sandbox.base in begun.url:
                go_on(begun.url)

    # --- The office ---

    @rule(which=ANY, amount=AMOUNT, overtakes=st.booleans())
    def brings_cash(self, which: int, amount: int, overtakes: bool) -> None:
        invoice = self._one(Invoice, which, state="issued", total_minor__gt=0)
        if invoice is None:
            return
        form = manual.ManualForm(
            customer=self.till.customer.public_id,
            method=MethodKind.CASH,
            amount_minor=amount,
            parts={invoice.public_id: min(amount, max(invoice.total_minor - invoice.paid_minor, 1))},
            paid_on=clock.today(PHOENIX),
            form_token=ids.new_secret(),
            keeps_rest=True,
            overtakes=overtakes,
        )
        self._do(lambda: manual.record_payment(form=form, by=SHELL))

    @rule(which=ANY, amount=AMOUNT)
    def is_refunded(self, which: int, amount: int) -> None:
        payment = self._one(Payment, which, received_minor__gt=0)
        if payment is not None:
            part = 1 + amount % payment.received_minor
            form = RefundForm(payment.public_id, part, RefundReason.OTHER, ids.new_secret())
            self._do(lambda: refunds.refund(form=form, by=SHELL))

    @rule(which=ANY)
    def has_an_invoice_voided(self, which: int) -> None:
        invoice = self._one(Invoice, which, state="issued")
        if invoice is not None:
            asked = {"invoice": invoice.public_id, "version": invoice.version, "reason": "Wrong house"}
            self._do(lambda: corrections.void_invoice(**asked, by=SHELL))

    @rule(which=ANY, amount=AMOUNT, on_account=st.booleans())
    def is_given_credit(self, which: int, amount: int, on_account: bool) -> None:
        invoice = self._one(Invoice, which, state="issued")
        target = None if on_account or invoice is None else invoice.public_id
        form = corrections.CreditForm(self.till.customer.public_id, amount, "Sorry", ids.new_secret(), target)
        self._do(lambda: corrections.give_credit(form=form, by=SHELL))

    @rule(which=ANY, amount=AMOUNT, state=st.sampled_from(("processing", "succeeded", "failed", "canceled")))
    def is_imported(self, which: int, amount: int, state: str) -> None:
        """A payment of another system comes, or comes again changed."""
        invoice = self._one(Invoice, which, state="issued", total_minor__gt=0)
        if invoice is None:
            return
        self.imported = [*self.imported, next(_source_ids)] if which % 2 or not self.imported else self.imported
        today = clock.today(PHOENIX)
        payment = ImportedPayment(
            source_id=self.imported[which % len(self.imported)],
            customer_id=self.till.customer.pk,
            amount_minor=amount,
            currency="USD",
            method=MethodKind.CHECK,
            method_label="Check",
            state=PaymentState(state),
            paid_on=today,
            at=datetime.now(UTC),
            reference="",
            memo="",
            shares=(ImportedShare(invoice.pk, amount, today),),
        )
        self._do(lambda: write_payments(payments=[payment]))

    # --- The banks ---

    @rule(amount=st.integers(min_value=50, max_value=2500), which=ANY)
    def is_refunded_in_the_dashboard(self, amount: int, which: int) -> None:
        self._at_gateway("refunds/create", which, amount=amount)

    @rule(which=ANY)
    def is_disputed(self, which: int) -> None:
        self._at_gateway("disputes/open", which)

    @rule(which=ANY, outcome=st.sampled_from(("win", "lose", "under_review")))
    def has_a_dispute_decided(self, which: int, outcome: str) -> None:
        self._at_gateway(f"disputes/{outcome}", which)

    @rule(which=ANY)
    def has_a_bank_payment_returned(self, which: int) -> None:
        self._at_gateway("return", which, reason="insufficient_funds")

    @rule(days=st.integers(min_value=1, max_value=6))
    def waits(self, days: int) -> None:
        self.till.advance(business_days=days)

    def _at_gateway(self, order: str, which: int, **wanted: Any) -> None:
        intents = self.till.shop.api.payment_intents.list({"limit": 20}).data
        if not intents:
            return
        wanted |= {"account": self.till.shop.key, "intent": intents[which % len(intents)].id}
        self.till.shop.try_control(order, **wanted)

    # --- The machine ---

    @rule()
    def is_looked_after(self) -> None:
        """Afterwards nothing is between the gateway's cash and ours but what a dispute has withdrawn for now."""
        for _ in range(2):
            look_after(self.till)
        assert self._cash_here() == self.till.cash() + self._in_dispute()

    @invariant()
    def books_agree(self) -> None:
        assert violations(self.till) == []

    def teardown(self) -> None:
        if hasattr(self, "till"):
            self.till.advance(business_days=6)
            self.is_looked_after()
            self.books_agree()

    def _cash_here(self) -> int:
        """What of our cash came through the gateway and was not handed back past it."""
        with company_scope(self.till.company_id), transaction.atomic():
            handed = [str(one) for one in Refund.objects.filter(account=None).values_list("public_id", flat=True)]
            through = PaymentAttempt.objects.values("payment_id")
            rows = LedgerEntry.objects.filter(kind__in=CASH, payment__in=through)
            return sum(rows.exclude(source_ref__in=handed).values_list("amount_minor", flat=True))

    def _in_dispute(self) -> int:
        with company_scope(self.till.company_id), transaction.atomic():
            held = Dispute.objects.filter(state__in=[DisputeState.OPEN, DisputeState.UNDER_REVIEW])
            return sum(held.values_list("amount_minor", flat=True))

    def _one(self, model: Any, which: int, **wanted: Any) -> Any:
        with company_scope(self.till.company_id), transaction.atomic():
            found = list(model.objects.filter(**wanted).order_by("pk"))
        return found[which % len(found)] if found else None

    def _do(self, work: Callable[[], object]) -> None:
        with REFUSED_IS_FINE, company_scope(self.till.company_id):
            work()


@pytest.mark.parametrize("part", range(PARTS))
def test_books_hold_through_random_lives(part: int, db: None, wired_sandbox: Sandbox) -> None:
    _live(part, wired_sandbox, lives=25, steps=FEW_STEPS)


@pytest.mark.full
@pytest.mark.parametrize("part", range(PARTS, 2 * PARTS))
def test_books_hold_through_a_thousand_random_lives(part: int, db: None, wired_sandbox: Sandbox) -> None:
    _live(part, wired_sandbox, lives=250, steps=MANY_STEPS)


def _live(part: int, sandbox: Sandbox, *, lives: int, steps: int) -> None:
    machine = seed(part)(type(f"Life{part}", (Life,), {"sandbox": sandbox}))
    how = settings(
        max_examples=lives,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=how)
