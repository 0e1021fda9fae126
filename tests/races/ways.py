"""The ways in which money moves, each from its beginning to its end, for the matrix of faults."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from portico.domain.billing.enums import AttemptState, MethodKind, PaymentState, RefundReason
from portico.domain.billing.models import Deposit, Invoice, Payment, PaymentAttempt, PaymentMethod, Refund
from portico.domain.billing.operations import reconcile, refunds, webhooks
from portico.domain.billing.operations.giving_back import RefundForm
from portico.domain.estimates import invariants as estimate_invariants
from portico.domain.estimates.models import Approval, Estimate
from portico.foundation.messaging.models import Message
from portico.foundation.tenancy.scope import company_scope
from portico.kernel import clock, errors
from tests.domain.estimates import deciding
from tests.factories import read
from tests.factories.estimates import make_estimate
from tests.sandbox.running import pay_by_bank, submit
from tests.stripe_sandbox import Till, violations

OWED, PART, BACK = 10000, 6000, 2500
SESSIONS, INTENTS, REFUNDS = "/v1/checkout/sessions", "/v1/payment_intents", "/v1/refunds"
LONG_AGO = timedelta(minutes=10)


@dataclass
class Case:
    """One way on one till. The form's token is the same whenever it is sent."""

    till: Till
    invoice: Invoice
    estimate: Estimate | None = None
    shown: str = ""
    saved: PaymentMethod | None = None
    paid: UUID | None = None
    token: str = "the form"
    trouble: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Way:
    """`path` is the call that faults hit, `due` what the gateway has and the invoice is paid in the end."""

    name: str
    path: str
    prepare: Callable[[Till], Case]
    send: Callable[[Case], Any]
    cash: int = PART

    def begin(self, case: Case) -> None:
        """Send the form; a refusal in words is one of the things that may come of it."""
        try:
            with company_scope(case.till.company_id):
                self.send(case)
        except errors.PorticoError as refused:
            case.trouble.append(type(refused).__name__)


def _owing(till: Till) -> Case:
    return Case(till, till.owes(OWED))


def _with_saved_card(till: Till) -> Case:
    return Case(till, till.owes(OWED), saved=till.saved())


def _offered(till: Till) -> Case:
    """An estimate that asks for a deposit."""
    case = _owing(till)
    with company_scope(till.company_id), transaction.atomic():
        case.estimate = make_estimate(till.customer, OWED, deposit_kind="fixed", deposit_minor=PART)
        deciding.noted(case.estimate)
        case.shown = deciding.shown(case.estimate)
    return case


def _offered_to_a_saver(till: Till) -> Case:
    case = _offered(till)
    case.saved = till.saved()
    return case


def _paid(till: Till) -> Case:
    case = _owing(till)
    begun = till.pay((case.invoice, PART))
    submit(begun.url)
    till.reconcile()
    case.paid = begun.payment
    return case


def _by_card(case: Case) -> Any:
    return case.till.pay((case.invoice, PART), token=case.token)


def _by_bank(case: Case) -> Any:
    return case.till.pay((case.invoice, PART), token=case.token, method=MethodKind.ACH)


def _by_saved_card(case: Case) -> Any:
    assert case.saved is not None
    return case.till.pay((case.invoice, PART), token=case.token, method=case.saved.public_id)


def _approve_and_pay(case: Case, method: MethodKind | UUID) -> Any:
    """The click that approves, and the form of the deposit that it asks for."""
    assert case.estimate is not None
    approval = deciding.approve(case.estimate, case.till.login, hash_=case.shown)
    with transaction.atomic():
        deposit = Deposit.objects.get(approval_ref=approval)
    return case.till.pay_deposit(deposit, token=case.token, method=method)


def _deposit_by_card(case: Case) -> Any:
    return _approve_and_pay(case, MethodKind.CARD)


def _deposit_by_bank(case: Case) -> Any:
    return _approve_and_pay(case, MethodKind.ACH)


def _deposit_by_saved_card(case: Case) -> Any:
    assert case.saved is not None
    return _approve_and_pay(case, case.saved.public_id)


def _refund(case: Case) -> Any:
    assert case.paid is not None
    form = RefundForm(case.paid, BACK, RefundReason.REQUESTED, case.token)
    return refunds.refund(form=form, by=case.till.actor)


WAYS = {
    way.name: way
    for way in (
        Way("new card", SESSIONS, _owing, _by_card),
        Way("saved card", INTENTS, _with_saved_card, _by_saved_card),
        Way("bank account", SESSIONS, _owing, _by_bank),
        Way("refund", REFUNDS, _paid, _refund, cash=PART - BACK),
        Way("deposit by new card", SESSIONS, _offered, _deposit_by_card),
        Way("deposit by saved card", INTENTS, _offered_to_a_saver, _deposit_by_saved_card),
        Way("deposit by bank account", SESSIONS, _offered, _deposit_by_bank),
    )
}


# --- Afterwards -------------------------------------------------------------------------------------------------


def finish(way: Way, case: Case) -> None:
    """The person does what is left to do, the bank takes its days, and the machine looks after everything.

    Where nothing came of it for a day, the person tries once more, with a new form.
    """
    for token in ("the form", "another form"):
        case.token = token
        way.begin(case)
        for _ in range(2):
            _go_on(case)
        if is_done(way, case):
            return
        _let_a_day_pass(case.till)
        _go_on(case)


def _go_on(case: Case) -> None:
    _pay_open_pages(case.till)
    case.till.advance(business_days=5)
    look_after(case.till)


def _let_a_day_pass(till: Till) -> None:
    """Whatever was sent was sent yesterday, and the gateway has forgotten its key."""
    till.shop.control("POST", "idempotency/prune")
    yesterday = clock.real_now() - timedelta(hours=21)
    with company_scope(till.company_id), transaction.atomic():
        PaymentAttempt.objects.filter(next_check_at__isnull=False, sent_at__gt=yesterday).update(
            created_at=yesterday, sent_at=yesterday, expires_at=yesterday + timedelta(minutes=35)
        )
        Refund.objects.filter(next_check_at__isnull=False, sent_at__gt=yesterday).update(sent_at=yesterday)


def is_done(way: Way, case: Case) -> bool:
    """Whether the gateway has what it should have in the end."""
    return case.till.cash() == way.cash


def look_after(till: Till) -> None:
    """What the worker does in the next hours."""
    with company_scope(till.company_id):
        for _ in range(3):
            _make_older()
            reconcile.reconcile_due()
            refunds.reconcile_due()
        with suppress(errors.PorticoError):
            webhooks.sweep()
            webhooks.catch_up()


def _make_older() -> None:
    """Everything is due to be looked at, and what was never sent was not sent long ago."""
    now = clock.real_now()
    with transaction.atomic():
        PaymentAttempt.objects.filter(next_check_at__isnull=False).update(next_check_at=now)
        PaymentAttempt.objects.filter(sent_at=None).update(created_at=now - LONG_AGO)
        Refund.objects.filter(next_check_at__isnull=False).update(next_check_at=now)


def _pay_open_pages(till: Till) -> None:
    for session in till.shop.api.checkout.sessions.list({"limit": 100}).data:
        if session.status != "open":
            continue
        if session.payment_method_types == ["us_bank_account"]:
            pay_by_bank(session.url)
        else:
            submit(session.url)


def faults_of(way: Way, case: Case) -> list[str]:
    """What is not as it must be; nothing when money is neither lost nor doubled and everything has come to its end."""
    till, stats = case.till, case.till.shop.stats()
    with company_scope(till.company_id), transaction.atomic():
        open_attempts = PaymentAttempt.objects.filter(next_check_at__isnull=False).count()
        open_refunds = Refund.objects.filter(next_check_at__isnull=False).count()
        states = list(Payment.objects.values_list("state", flat=True))
        attempts = list(PaymentAttempt.objects.values_list("state", flat=True))
        receipts = Message.objects.filter(kind="receipt").count()
    is_money = {PaymentState.SUCCEEDED, PaymentState.PARTIALLY_REFUNDED}
    told = {
        "cash at the gateway": (till.cash(), way.cash),
        "cash in the ledger": (ledger_cash(till), way.cash),
        "paid on the invoice, and reserved": (till.balance(case.invoice), (0 if case.estimate else way.cash, 0)),
        "payments with money": (len([state for state in states if state in is_money]), 1),
        "other payments": (set(states) - is_money - {PaymentState.CANCELED, PaymentState.FAILED}, set()),
        "tries that succeeded": (attempts.count(AttemptState.SUCCEEDED), 1),
        "tries and refunds that go on": (open_attempts + open_refunds, 0),
        "charges of one try": (max(stats["paid_by_attempt"].values(), default=0), 1),
        "charges of one refund": (max(stats["refunds_by_refund"].values(), default=0), int(way.name == "refund")),
        "receipts": (receipts, 1),
        "broken rules of the books": ([violation.rule for violation in violations(till)], []),
    }
    told |= _of_estimate(case, case.estimate) if case.estimate else {}
    return [f"{what}: {seen} instead of {wanted}" for what, (seen, wanted) in told.items() if seen != wanted]


def _of_estimate(case: Case, estimate: Estimate) -> dict[str, tuple[Any, Any]]:
    """Approved once with one deposit that is kept, and its customer reads so."""
    page = read(case.till.browser().get(f"/estimates/{estimate.public_id}/deposit/"))
    with company_scope(case.till.company_id), transaction.atomic():
        approvals = Approval.objects.filter(estimate=estimate, undo=None).count()
        deposits = list(Deposit.objects.values_list("amount_minor", "canceled_at"))
        broken = [violation.rule for violation in estimate_invariants.check()]
    return {
        "approvals": (approvals, 1),
        "deposits": (deposits, [(PART, None)]),
        "what the customer reads": (page.rows("standing"), ["held"]),
        "credit for other bills": (case.till.usable(), 0),
        "broken rules of estimates": (broken, []),
    }


def ledger_cash(till: Till) -> int:
    """What the gateway should have by our books."""
    cash = {"payment_in", "refund_out", "dispute_out", "dispute_back"}
    return sum(amount for kind, amount in till.ledger() if kind in cash)
