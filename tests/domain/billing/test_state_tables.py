"""docs/payments.md shows what each news does to a try and to a payment: told by the code, by doing it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction

from portico.config import env
from portico.domain.billing.enums import (
    AllocationState,
    AttemptKind,
    AttemptState,
    Channel,
    DisputeState,
    MethodKind,
    PaymentState,
    RefundReason,
    RefundState,
)
from portico.domain.billing.models import Allocation, Invoice, Payment, PaymentAccount, PaymentAttempt, Refund
from portico.domain.billing.operations import applying, disputes, giving_back, refund_answers
from portico.domain.billing.ports import DisputeSnapshot, Snapshot
from portico.foundation.audit.operations import SHELL
from portico.foundation.tenancy.scope import company_scope
from portico.kernel import clock, errors, ids
from tests.factories.billing import make_invoice
from tests.stripe_sandbox import Till

DOCUMENT = env.PROJECT / "docs" / "payments.md"
A, P = AttemptState, PaymentState
AMOUNT, PART = 10000, 4000

NEWS: Mapping[AttemptState, str] = {
    A.SENT: "page open",
    A.UNKNOWN: "no answer",
    A.REQUIRES_ACTION: "asks the payer",
    A.VERIFYING: "micro-deposits",
    A.PROCESSING: "on its way",
    A.SUCCEEDED: "succeeded",
    A.FAILED: "failed",
    A.EXPIRED: "page expired",
    A.CANCELED: "canceled",
}


class Undone(Exception):
    """Takes a cell's work back."""


@pytest.fixture
def scoped(till: Till) -> Any:
    with company_scope(till.company_id):
        yield till


def table(corner: str, rows: Mapping[str, Mapping[str, str]]) -> str:
    """A Markdown table."""
    columns = list(next(iter(rows.values())))
    lines = [f"| {corner} | {' | '.join(columns)} |", f"|{'---|' * (len(columns) + 1)}"]
    return "\n".join([*lines, *(f"| {name} | {' | '.join(cells.values())} |" for name, cells in rows.items())])


def after(till: Till, *steps: Callable[[PaymentAttempt], object]) -> str:
    """The states of a new try and its payment after these steps; whatever was written is taken back."""
    try:
        with transaction.atomic():
            attempt = _new_try(till)
            for step in steps:
                step(attempt)
            attempt.refresh_from_db()
            told = f"{attempt.state} / {Payment.objects.get(pk=attempt.payment_id).state}"
            raise Undone
    except Undone:
        return told
    except errors.PorticoError:
        return "refused"


def _new_try(till: Till) -> PaymentAttempt:
    invoice = make_invoice(till.customer, AMOUNT)
    payment = Payment.objects.create(
        customer=till.customer,
        amount_minor=AMOUNT,
        currency="USD",
        method=MethodKind.CARD,
        channel=Channel.PORTAL,
        created_at=clock.now(),
    )
    Allocation.objects.create(payment=payment, invoice=invoice, amount_minor=AMOUNT, state=AllocationState.RESERVED)
    Invoice.objects.filter(pk=invoice.pk).update(reserved_minor=AMOUNT)
    return PaymentAttempt.objects.create(
        payment=payment,
        account=PaymentAccount.objects.get(is_active=True),
        n=1,
        kind=AttemptKind.CHECKOUT,
        idempotency_key=ids.new_secret(),
        created_at=clock.real_now(),
        sent_at=clock.real_now(),
        next_check_at=clock.real_now(),
    )


# --- A try and what the gateway says of it ----------------------------------------------------------------------


def news(state: AttemptState) -> Callable[[PaymentAttempt], object]:
    """The gateway says this of the try."""

    def tell(attempt: PaymentAttempt) -> object:
        if state == A.UNKNOWN:
            return applying.note_unknown(attempt_id=attempt.pk)
        snapshot = Snapshot(
            state=state,
            amount_minor=AMOUNT,
            received_minor=AMOUNT if state == A.SUCCEEDED else 0,
            currency="USD",
            is_live=False,
            attempt=attempt.public_id,
            intent_ref="pi_1",
        )
        return applying.apply(attempt_id=attempt.pk, snapshot=snapshot)

    return tell


def _until(state: AttemptState) -> list[Callable[[PaymentAttempt], object]]:
    return [] if state == A.CREATED else [news(A.SENT)] if state == A.SENT else [news(A.SENT), news(state)]


def test_tries_follow_the_table_of_the_documentation(scoped: Till) -> None:
    rows: dict[str, dict[str, str]] = {}
    for state in A:
        now = after(scoped, *_until(state))
        assert now.partition(" / ")[0] == state
        then = {words: after(scoped, *_until(state), news(told)) for told, words in NEWS.items()}
        rows[f"**{now}**"] = {words: "" if cell == now else cell for words, cell in then.items()}
    assert table("try / payment", rows) in DOCUMENT.read_text()


# --- A payment that has money, and what takes it back ------------------------------------------------------------


def paid(attempt: PaymentAttempt) -> None:
    news(A.SENT)(attempt)
    news(A.SUCCEEDED)(attempt)


def refund(amount: int | None) -> Callable[[PaymentAttempt], object]:
    """The office gives so much back, or all that is left."""

    def request(attempt: PaymentAttempt) -> object:
        payment = Payment.objects.get(pk=attempt.payment_id)
        given = amount or payment.received_minor - payment.refunded_minor
        form = giving_back.RefundForm(payment.public_id, given, RefundReason.OTHER, ids.new_secret())
        return giving_back.request(form=form, by=SHELL)

    return request


def refund_fails(attempt: PaymentAttempt) -> object:
    newest = Refund.objects.filter(payment=attempt.payment_id).exclude(state=RefundState.FAILED).order_by("-pk").first()
    if newest is None:
        return None
    return refund_answers.give_up(refund_id=newest.pk, failure_code="declined")


def dispute(state: DisputeState) -> Callable[[PaymentAttempt], object]:
    def tell(attempt: PaymentAttempt) -> object:
        snapshot = DisputeSnapshot(state, "du_1", "pi_1", AMOUNT, "USD", "fraudulent", datetime.now(UTC))
        account = attempt.account_id
        return disputes.apply_dispute(payment_id=attempt.payment_id, account_id=account, snapshot=snapshot)

    return tell


WAYS_TO: Mapping[PaymentState, list[Callable[[PaymentAttempt], object]]] = {
    P.SUCCEEDED: [paid],
    P.PARTIALLY_REFUNDED: [paid, refund(PART)],
    P.REFUNDED: [paid, refund(None)],
    P.DISPUTED: [paid, dispute(DisputeState.OPEN)],
    P.CHARGED_BACK: [paid, dispute(DisputeState.LOST)],
}
TAKEN: Mapping[str, Callable[[PaymentAttempt], object]] = {
    "part refunded": refund(PART),
    "rest refunded": refund(None),
    "refund fails": refund_fails,
    "dispute opens": dispute(DisputeState.OPEN),
    "dispute won": dispute(DisputeState.WON),
    "dispute lost, or bank return": dispute(DisputeState.LOST),
}


def test_payments_with_money_follow_the_table_of_the_documentation(scoped: Till) -> None:
    rows: dict[str, dict[str, str]] = {}
    for state, way in WAYS_TO.items():
        assert after(scoped, *way) == f"succeeded / {state}"
        then = {words: after(scoped, *way, event).removeprefix("succeeded / ") for words, event in TAKEN.items()}
        rows[f"**{state}**"] = {words: "" if cell == state else cell for words, cell in then.items()}
    assert table("payment", rows) in DOCUMENT.read_text()
