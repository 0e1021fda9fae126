"""Estimates through random lives: never two accepted options, no deposit without its approval, and sound books."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from portico.domain.billing import invariants as billing_invariants
from portico.domain.billing.enums import AttemptState, MethodKind, RefundReason
from portico.domain.billing.lines import InvoiceLine
from portico.domain.billing.models import Deposit, Invoice, Payment, PaymentAccount, PaymentAttempt
from portico.domain.billing.operations import applying, corrections, issuing, refunds, starting
from portico.domain.billing.operations.giving_back import RefundForm
from portico.domain.billing.operations.starting import Wanted
from portico.domain.billing.ports import Snapshot
from portico.domain.estimates import invariants
from portico.domain.estimates.models import Approval, Estimate
from portico.domain.estimates.operations import declining, proposals, undoing, versions
from portico.foundation.tenancy.scope import company_scope
from portico.kernel import clock, errors, ids
from tests.domain.estimates import deciding
from tests.factories import people
from tests.factories.customers import make_customer
from tests.factories.estimates import make_options

PARTS, FEW_STEPS, MANY_STEPS = 2, 8, 14
ANY = st.integers(min_value=0, max_value=10**6)
NEWS = (
    AttemptState.SUCCEEDED,
    AttemptState.FAILED,
    AttemptState.PROCESSING,
    AttemptState.VERIFYING,
    AttemptState.EXPIRED,
    AttemptState.UNKNOWN,
)
_hosts = count(1)
REFUSED_IS_FINE = suppress(errors.PorticoError)  # in words; anything else is a bug


class Life(RuleBasedStateMachine):
    """Three options with a deposit, two people of one house, the office and a gateway that says anything."""

    @initialize()
    def begins(self) -> None:
        company = people.make_company(f"options{next(_hosts)}")
        self.company_id = company.id
        with people.inside(company):
            PaymentAccount.objects.create(gateway="sandbox", secret_key_sealed=b"")
            home = make_customer("Alvarez")
            self.logins = [people.make_login(name="Ana Alvarez"), people.make_login(name="Ben Alvarez")]
            self.options = make_options(home, deposit_kind="percent", deposit_percent=Decimal(10))
            deciding.noted(*self.options)
            self.looked = [deciding.shown(option) for option in self.options]

    # --- The customers ---

    @rule(which=ANY)
    def look(self, which: int) -> None:
        """What is approved later is what was on the page then."""
        with company_scope(self.company_id), transaction.atomic():
            self.looked[which % 3] = deciding.shown(self.options[which % 3])

    @rule(which=ANY, who=ANY)
    def approve(self, which: int, who: int) -> None:
        option, login = self.options[which % 3], self.logins[who % 2]
        self._do(lambda: deciding.approve(option, login, hash_=self.looked[which % 3]))

    @rule(which=ANY, who=ANY)
    def decline(self, which: int, who: int) -> None:
        estimate, by = self.options[which % 3].public_id, deciding.actor(self.logins[who % 2])
        self._do(lambda: declining.decline(estimate=estimate, reason="Too dear", by=by))

    @rule(which=ANY, who=ANY)
    def undo(self, which: int, who: int) -> None:
        approval = self._one(Approval, which)
        if approval is not None:
            self._do(lambda: undoing.undo(approval=approval.public_id, by=deciding.actor(self.logins[who % 2])))

    @rule(which=ANY, who=ANY, method=st.sampled_from((MethodKind.CARD, MethodKind.ACH)), token=st.integers(0, 3))
    def pay(self, which: int, who: int, method: MethodKind, token: int) -> None:
        deposit = self._one(Deposit, which)
        if deposit is None:
            return
        wanted = Wanted(
            customer_id=deposit.customer_id,
            parts=(),
            currency="USD",
            form_token=f"form {token}",
            receipt_email="",
            method=method,
            deposit_id=deposit.pk,
            deposit_minor=deposit.amount_minor,
        )
        account = self._one(PaymentAccount, 0)
        by = deciding.actor(self.logins[who % 2])
        self._do(lambda: starting.start(wanted=wanted, account_id=account.pk, by=by))

    # --- The office ---

    @rule(which=ANY, price=st.integers(min_value=100, max_value=90_000))
    def edit(self, which: int, price: int) -> None:
        self._do(lambda: self._edit(self.options[which % 3], price))

    @rule(which=ANY, days=st.sampled_from((-1, 30)))
    def expire_or_renew(self, which: int, days: int) -> None:
        self._do(lambda: self._edit(self.options[which % 3], None, expires_at=clock.now() + timedelta(days=days)))

    @transaction.atomic
    def _edit(self, option: Estimate, price: int | None, **columns: Any) -> None:
        row = proposals.locked(option.public_id)
        if row.status != "Open":
            return
        if price is not None:
            row.items.update(price_minor=price, total_minor=price)
            row.subtotal_minor = row.total_minor = price
        for name, value in columns.items():
            setattr(row, name, value)
        row.save()
        versions.note(row, by=people.OFFICE)
        proposals.settle([row.proposal_id])

    @rule(which=ANY)
    def invoice(self, which: int) -> None:
        deposit = self._one(Deposit, which, canceled_at=None)
        if deposit is None:
            return
        line = InvoiceLine("Heater", Decimal(1), 3000 + which % 90_000, 3000 + which % 90_000)

        def bill() -> None:
            found = issuing.bill_of_job(
                job_id=deposit.job_id,
                estimate_ref=deposit.approval_ref,
                title="Heater",
                lines=(line,),
                tax_minor=0,
                currency="USD",
            )
            issuing.issue_invoice(bill=found, by=people.OFFICE)

        self._do(bill)

    @rule(which=ANY)
    def void(self, which: int) -> None:
        invoice = self._one(Invoice, which, state="issued")
        if invoice is not None:
            told = {"invoice": invoice.public_id, "version": invoice.version, "reason": "Wrong"}
            self._do(lambda: corrections.void_invoice(**told, by=people.OFFICE))

    @rule(which=ANY, amount=ANY)
    def refund(self, which: int, amount: int) -> None:
        payment = self._one(Payment, which, received_minor__gt=0)
        if payment is not None:
            part = payment.received_minor if amount % 2 else 1 + amount % payment.received_minor
            form = RefundForm(payment.public_id, part, RefundReason.OTHER, ids.new_secret(), is_handed_back=True)
            self._do(lambda: refunds.refund(form=form, by=people.OFFICE))

    # --- The gateway ---

    @rule(which=ANY, state=st.sampled_from(NEWS))
    def hear(self, which: int, state: AttemptState) -> None:
        """Any news of any try, also of one that is over."""
        attempt = self._one(PaymentAttempt, which)
        if attempt is None:
            return
        with company_scope(self.company_id), transaction.atomic():
            amount = Payment.objects.get(pk=attempt.payment_id).amount_minor
        snapshot = Snapshot(
            state=state,
            amount_minor=amount,
            received_minor=amount if state == AttemptState.SUCCEEDED else 0,
            currency="USD",
            is_live=False,
            attempt=attempt.public_id,
            intent_ref=f"pi_{self.company_id}_{attempt.pk}",
        )
        self._do(lambda: applying.apply(attempt_id=attempt.pk, snapshot=snapshot))

    # --- What always holds ---

    @invariant()
    def one_option_at_most_and_no_deposit_without_approval(self) -> None:
        if not hasattr(self, "company_id"):
            return
        with company_scope(self.company_id), transaction.atomic():
            sold = Estimate.objects.filter(status="Sold").count()
            standing = set(Approval.objects.filter(undo=None).values_list("public_id", flat=True))
            asked = list(Deposit.objects.filter(canceled_at=None).values_list("approval_ref", flat=True))
        assert (sold, len(standing), set(asked)) == (len(standing), min(sold, 1), standing)

    @invariant()
    def books_agree(self) -> None:
        if hasattr(self, "company_id"):
            with company_scope(self.company_id):
                assert billing_invariants.check() == []
                assert invariants.check() == []

    def _one(self, model: Any, which: int, **wanted: Any) -> Any:
        with company_scope(self.company_id), transaction.atomic():
            found = list(model.objects.filter(**wanted).order_by("pk"))
        return found[which % len(found)] if found else None

    def _do(self, work: Callable[[], object]) -> None:
        with REFUSED_IS_FINE, company_scope(self.company_id):
            work()


@pytest.mark.parametrize("part", range(PARTS))
def test_estimates_and_deposits_hold_through_random_lives(part: int, db: None) -> None:
    _live(part, lives=50, steps=FEW_STEPS)


@pytest.mark.full
@pytest.mark.parametrize("part", range(PARTS, PARTS + 4))
def test_estimates_and_deposits_hold_through_a_thousand_random_lives(part: int, db: None) -> None:
    _live(part, lives=250, steps=MANY_STEPS)


def _live(part: int, *, lives: int, steps: int) -> None:
    how = settings(
        max_examples=lives,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(seed(part)(type(f"Life{part}", (Life,), {})), settings=how)
