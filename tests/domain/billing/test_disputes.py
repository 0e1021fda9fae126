"""The bank asks money back: nothing moves while it decides; what it takes is due again, what it gives back is not."""

from dataclasses import replace
from typing import Any

import pytest
from django.db import transaction

from portico.domain.billing.enums import DisputeState, MethodKind, RefundReason
from portico.domain.billing.models import Alert, Dispute, Payment
from portico.domain.billing.operations import payments, refunds, webhooks
from portico.domain.billing.operations.disputes import apply_dispute
from portico.domain.billing.operations.giving_back import NotRefundable, RefundForm
from portico.foundation.audit.enums import ActorKind
from portico.foundation.audit.operations import Actor
from portico.foundation.messaging.models import Message
from portico.foundation.tenancy.models import Branch
from portico.foundation.tenancy.scope import company_scope
from portico.kernel import ids
from tests.sandbox.running import pay_by_bank, submit
from tests.stripe_sandbox import Till, violations

BOSS = Actor(ActorKind.STAFF, name="Mona Manager")


@pytest.fixture(autouse=True)
def office_has_an_address(till: Till) -> None:
    with company_scope(till.company_id), transaction.atomic():
        Branch.objects.update(support_email="office@example.com")


def paid(till: Till, *parts: Any) -> Payment:
    begun = till.pay(*parts)
    submit(begun.url)
    till.reconcile()
    return till.payment(begun)


def paid_by_bank(till: Till, *parts: Any, account: str = "000123456789") -> Payment:
    with company_scope(till.company_id):
        wanted = till.wants(*parts, method=MethodKind.ACH)
        begun = payments.pay(wanted=wanted, by=till.actor)
    pay_by_bank(begun.url, account)
    till.reconcile()
    payment = till.payment(begun)
    assert payment.state == "processing"
    till.shop.settle(till.attempt(begun).intent_ref)
    till.reconcile()
    return till.payment(begun)


def bank(till: Till, act: str, **more: Any) -> None:
    """Something happens at the gateway, and we hear of it."""
    till.shop.control("POST", act, **more)
    news(till)


def news(till: Till) -> None:
    with company_scope(till.company_id):
        webhooks.catch_up()


def state(till: Till, payment: Payment) -> tuple[str, int, int]:
    """State, what is disputed or taken, what of all money is credit."""
    now = till.payment(payment.public_id)
    return now.state, now.disputed_minor, sum(amount for _kind, amount in till.ledger())


def alerts(till: Till) -> list[str]:
    with company_scope(till.company_id), transaction.atomic():
        return list(Alert.objects.filter(closed_at=None).order_by("pk").values_list("kind", flat=True))


def mails(till: Till) -> list[tuple[str, str]]:
    with company_scope(till.company_id), transaction.atomic():
        found = Message.objects.exclude(kind="receipt").order_by("pk")
        return list(found.values_list("kind", "to_email"))


def refund(till: Till, payment: Payment, amount: int) -> str:
    form = RefundForm(payment.public_id, amount, RefundReason.OTHER, ids.new_secret())
    with company_scope(till.company_id):
        return refunds.refund(form=form, by=BOSS).state.value


def test_open_dispute_moves_no_money_and_refuses_refunds(till: Till):
    invoice = till.owes()
    payment = paid(till, (invoice, 10000))
    bank(till, "disputes/open", intent=payment.reference)
    assert state(till, payment) == ("disputed", 10000, 0)
    assert (till.balance(invoice), alerts(till)) == ((10000, 0), ["dispute"])
    assert mails(till) == [("office_news", "office@example.com")]
    with pytest.raises(NotRefundable, match="deciding"):
        refund(till, payment, 1000)
    with company_scope(till.company_id), transaction.atomic():
        alert, dispute = Alert.objects.get(), Dispute.objects.get()
    assert alert.due_at == dispute.evidence_due_at
    assert alert.due_at is not None
    assert violations(till) == []


def test_lost_dispute_makes_the_invoice_due_again_and_tells_both(till: Till):
    first, second = till.owes(6000, due_in=1), till.owes(4000, due_in=9)
    payment = paid(till, (first, 6000), (second, 4000))
    bank(till, "disputes/open", intent=payment.reference, amount=5000)
    bank(till, "disputes/lose", intent=payment.reference)
    assert state(till, payment) == ("charged_back", 5000, 0)
    assert (till.balance(first), till.balance(second)) == ((5000, 0), (0, 0))
    assert till.ledger()[-3:] == [("unapply", 1000), ("unapply", 4000), ("dispute_out", -5000)]
    assert mails(till) == [
        ("office_news", "office@example.com"),
        ("money_taken_back", "ana@example.com"),
        ("office_news", "office@example.com"),
    ]
    assert (alerts(till), till.cash(), violations(till)) == ([], 5000, [])


def test_what_the_bank_left_can_still_be_refunded(till: Till):
    payment = paid(till, (till.owes(), 10000))
    bank(till, "disputes/open", intent=payment.reference, amount=4000)
    bank(till, "disputes/lose", intent=payment.reference)
    with pytest.raises(NotRefundable, match=r"At most \$60.00"):
        refund(till, payment, 6001)


def test_won_dispute_leaves_everything_as_it_was(till: Till):
    invoice = till.owes()
    payment = paid(till, (invoice, 10000))
    bank(till, "disputes/open", intent=payment.reference)
    bank(till, "disputes/under_review", intent=payment.reference)
    assert state(till, payment)[0] == "disputed"
    bank(till, "disputes/win", intent=payment.reference)
    assert state(till, payment) == ("succeeded", 0, 0)
    assert (till.balance(invoice), alerts(till), till.cash()) == ((10000, 0), [], 10000)
    assert violations(till) == []


def test_dispute_won_after_all_puts_the_money_back_as_far_as_there_is_room(till: Till):
    invoice, other = till.owes(6000), till.owes(4000)
    payment = paid(till, (invoice, 6000), (other, 4000))
    bank(till, "disputes/open", intent=payment.reference)
    bank(till, "disputes/lose", intent=payment.reference)
    paid(till, (other, 4000))
    with company_scope(till.company_id):
        account = webhooks.accounts.require_account()
        won = replace(account.gateway.fetch_dispute(_ref(till)), state=DisputeState.WON)
        apply_dispute(payment_id=payment.pk, account_id=account.id, snapshot=won)
    assert state(till, payment) == ("succeeded", 0, 4000)
    assert (till.balance(invoice), till.balance(other)) == ((6000, 0), (4000, 0))
    assert violations(till) == []


def test_dispute_after_a_partial_refund_takes_what_is_left(till: Till):
    invoice = till.owes()
    payment = paid(till, (invoice, 10000))
    refund(till, payment, 3000)
    bank(till, "disputes/open", intent=payment.reference, amount=7000)
    bank(till, "disputes/lose", intent=payment.reference)
    assert state(till, payment) == ("charged_back", 7000, 0)
    assert (till.balance(invoice), till.cash(), violations(till)) == ((0, 0), 0, [])


def test_late_return_of_a_bank_payment(till: Till):
    invoice = till.owes()
    payment = paid_by_bank(till, (invoice, 10000))
    assert (payment.state, till.balance(invoice)) == ("succeeded", (10000, 0))
    bank(till, "return", intent=payment.reference)
    assert state(till, payment) == ("charged_back", 10000, 0)
    assert (till.balance(invoice), till.cash(), alerts(till)) == ((0, 0), 0, ["late_return"])
    assert ("money_taken_back", "ana@example.com") in mails(till)
    assert ("office_news", "office@example.com") in mails(till)
    assert violations(till) == []


def test_bank_returns_what_was_refunded_already_and_the_books_say_so(till: Till):
    payment = paid_by_bank(till, (till.owes(), 10000))
    assert refund(till, payment, 10000) in ("pending", "succeeded")
    bank(till, "return", intent=payment.reference)
    assert state(till, payment) == ("charged_back", 10000, -10000)
    assert sorted(alerts(till)) == ["difference", "late_return"]
    assert (till.cash(), violations(till)) == (-10000, [])


def test_dispute_that_is_told_again_changes_nothing(till: Till):
    payment = paid(till, (till.owes(), 10000))
    bank(till, "disputes/open", intent=payment.reference)
    bank(till, "disputes/lose", intent=payment.reference)
    before = till.ledger(), mails(till)
    with company_scope(till.company_id):
        account = webhooks.accounts.require_account()
        for _ in range(3):
            work = webhooks.disputes.on_dispute(account, _ref(till))
            assert work is not None
            work()
    assert (till.ledger(), mails(till)) == before


def _ref(till: Till) -> str:
    with transaction.atomic():
        return str(Dispute.objects.get().ref)


def test_dispute_in_the_second_of_a_refund_is_no_refund_of_what_is_disputed(till: Till):
    payment = paid(till, (till.owes(10000), 10000))
    refund(till, payment, 4000)
    bank(till, "disputes/open", intent=payment.reference)
    assert till.payment(payment.public_id).state == "disputed"
    assert violations(till) == []
