"""Money that goes back: entered before it is sent, undone when nothing comes of it, never more than came in."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction

from portico.domain.billing.enums import RefundReason
from portico.domain.billing.models import Alert, Payment, PaymentAttempt, Refund
from portico.domain.billing.operations import giving_back, refunds, webhooks
from portico.domain.billing.operations.giving_back import NotRefundable, RefundForm
from portico.foundation.audit.enums import ActorKind
from portico.foundation.audit.models import AuditEntry
from portico.foundation.audit.operations import Actor
from portico.foundation.messaging.models import Message
from portico.foundation.tenancy.scope import company_scope
from portico.kernel import clock, ids
from tests.sandbox.running import submit
from tests.stripe_sandbox import Till, violations

BOSS = Actor(ActorKind.STAFF, name="Mona Manager")


def paid(till: Till, *parts, card: str = "4242 4242 4242 4242") -> Payment:
    begun = till.pay(*parts)
    submit(begun.url, number=card)
    till.reconcile()
    return till.payment(begun)


def give_back(till: Till, payment: Payment, amount: int, **more) -> str:
    form = RefundForm(
        payment=payment.public_id,
        amount_minor=amount,
        reason=RefundReason.REQUESTED,
        form_token=more.pop("token", "") or ids.new_secret(),
        **more,
    )
    with company_scope(till.company_id):
        return refunds.refund(form=form, by=BOSS).state.value


def look_again(till: Till) -> None:
    with company_scope(till.company_id):
        with transaction.atomic():
            Refund.objects.filter(next_check_at__isnull=False).update(next_check_at=clock.real_now())
        refunds.reconcile_due()


def kept(till: Till, payment: Payment) -> tuple[str, int, int]:
    """State, what was given back, what is left as credit."""
    now = till.payment(payment.public_id)
    return now.state, now.refunded_minor, sum(amount for _kind, amount in till.ledger())


def alerts(till: Till) -> list[str]:
    with company_scope(till.company_id), transaction.atomic():
        return list(Alert.objects.filter(closed_at=None).values_list("kind", flat=True))


def mails(till: Till) -> list[str]:
    with company_scope(till.company_id), transaction.atomic():
        return list(Message.objects.exclude(kind="receipt").order_by("pk").values_list("kind", flat=True))


def test_full_refund_makes_the_invoice_due_again_and_mails_the_payer(till: Till):
    invoice = till.owes()
    payment = paid(till, (invoice, 10000))
    assert give_back(till, payment, 10000) == "succeeded"
    assert kept(till, payment) == ("refunded", 10000, 0)
    assert (till.balance(invoice), till.cash()) == ((0, 0), 0)
    assert till.ledger()[-2:] == [("unapply", 10000), ("refund_out", -10000)]
    assert mails(till) == ["refund"]
    assert violations(till) == []
    with company_scope(till.company_id), transaction.atomic():
        verbs = AuditEntry.objects.filter(subject_id=str(payment.public_id)).order_by("pk")
        assert list(verbs.values_list("verb", flat=True))[-2:] == ["refund.requested", "refund.succeeded"]


def test_partial_refund_takes_the_newest_posting_unless_told_otherwise(till: Till):
    first, second = till.owes(6000, due_in=1), till.owes(4000, due_in=9)
    payment = paid(till, (first, 6000), (second, 4000))
    assert give_back(till, payment, 1000) == "succeeded"
    assert (till.balance(first), till.balance(second)) == ((6000, 0), (3000, 0))
    assert give_back(till, payment, 2000, split={first.public_id: 2000}) == "succeeded"
    assert (till.balance(first), till.balance(second)) == ((4000, 0), (3000, 0))
    assert kept(till, payment) == ("partially_refunded", 3000, 0)
    assert (till.cash(), violations(till)) == (7000, [])


@pytest.mark.parametrize(
    ("amount", "split"),
    ((10001, None), (0, None), (5000, {"first": 4000}), (5000, {"first": 10001}), (1000, {"first": 2000})),
)
def test_refund_that_does_not_add_up_is_refused(till: Till, amount, split):
    invoice = till.owes()
    payment = paid(till, (invoice, 10000))
    chosen = {invoice.public_id: split["first"]} if split else None
    with pytest.raises(NotRefundable):
        give_back(till, payment, amount, split=chosen)
    assert (kept(till, payment), till.cash()) == (("succeeded", 0, 0), 10000)


def test_same_form_refunds_once(till: Till):
    payment = paid(till, (till.owes(), 10000))
    assert [give_back(till, payment, 2500, token="the form") for _ in range(3)] == ["succeeded"] * 3
    assert (kept(till, payment), till.cash()) == (("partially_refunded", 2500, 0), 7500)


def test_refunds_together_never_exceed_what_came_in(till: Till):
    payment = paid(till, (till.owes(), 10000))
    assert give_back(till, payment, 6000) == "succeeded"
    with pytest.raises(NotRefundable, match=r"At most \$40.00"):
        give_back(till, payment, 6000)
    assert give_back(till, payment, 4000) == "succeeded"
    with pytest.raises(NotRefundable, match="gone back already"):
        give_back(till, payment, 1)
    assert (till.cash(), violations(till)) == (0, [])


@pytest.mark.parametrize(
    "kind", ("drop_after", "drop_before", "error_after", "error_before", "rate_limit", "malformed")
)
def test_lost_answer_is_unknown_and_refunds_once(till: Till, kind):
    invoice = till.owes()
    payment = paid(till, (invoice, 10000))
    till.fault(kind, path="/v1/refunds", count=3)
    assert give_back(till, payment, 4000) == "unknown"
    assert (till.balance(invoice), violations(till)) == ((6000, 0), [])
    till.shop.control("DELETE", "faults")
    till.shop.control("POST", "idempotency/prune")
    look_again(till)
    assert (kept(till, payment), till.cash()) == (("partially_refunded", 4000, 0), 6000)
    assert list(till.shop.stats()["refunds_by_refund"].values()) == [1]
    assert (mails(till), violations(till)) == (["refund"], [])


def test_program_killed_before_sending_is_sent_by_the_task(till: Till, monkeypatch):
    payment = paid(till, (till.owes(), 10000))
    with monkeypatch.context() as patched:
        patched.setattr(refunds, "send", lambda refund_id: None)
        assert give_back(till, payment, 4000) == "requested"
    look_again(till)
    assert (kept(till, payment), till.cash()) == (("partially_refunded", 4000, 0), 6000)


def test_refusal_by_the_gateway_puts_everything_back(till: Till):
    invoice = till.owes()
    payment = paid(till, (invoice, 10000))
    till.shop.control("POST", "refunds/create", intent=payment.reference, amount=9000)
    assert give_back(till, payment, 4000) == "failed"
    assert kept(till, payment) == ("succeeded", 0, 0)
    assert (till.balance(invoice), alerts(till), mails(till)) == ((10000, 0), ["refund_failed"], [])
    assert violations(till) == []


def test_refund_that_fails_later_is_undone_and_both_are_told(till: Till):
    invoice = till.owes()
    payment = paid(till, (invoice, 10000))
    assert give_back(till, payment, 10000) == "succeeded"
    with company_scope(till.company_id), transaction.atomic():
        ref = Refund.objects.get().ref
    till.shop.control("POST", "refunds/fail", refund=ref)
    news(till)
    assert kept(till, payment) == ("succeeded", 0, 0)
    assert (till.balance(invoice), till.cash()) == ((10000, 0), 10000)
    assert (alerts(till), mails(till), violations(till)) == (["refund_failed"], ["refund", "refund_failed"], [])


def test_failed_refund_whose_invoice_was_paid_meanwhile_is_credit(till: Till):
    invoice = till.owes()
    payment = paid(till, (invoice, 10000))
    give_back(till, payment, 10000)
    paid(till, (invoice, 10000))
    with company_scope(till.company_id), transaction.atomic():
        ref = Refund.objects.get().ref
    till.shop.control("POST", "refunds/fail", refund=ref)
    news(till)
    assert kept(till, payment) == ("succeeded", 0, 10000)
    assert (till.balance(invoice), violations(till)) == ((10000, 0), [])


def test_refund_made_at_the_gateway_is_found_once(till: Till):
    invoice = till.owes()
    payment = paid(till, (invoice, 10000))
    till.shop.control("POST", "refunds/create", intent=payment.reference, amount=2500)
    news(till)
    news(till)
    assert kept(till, payment) == ("partially_refunded", 2500, 0)
    assert (till.balance(invoice), till.cash(), violations(till)) == ((7500, 0), 7500, [])
    with company_scope(till.company_id), transaction.atomic():
        assert Refund.objects.get().reason == "gateway"


def test_pending_refund_is_looked_at_until_it_arrives(till: Till):
    payment = paid(till, (till.owes(), 10000), card="4000 0000 0000 7726")
    assert give_back(till, payment, 10000) == "pending"
    with company_scope(till.company_id), transaction.atomic():
        ref = Refund.objects.get().ref
    till.shop.control("POST", "refunds/settle", refund=ref)
    look_again(till)
    with company_scope(till.company_id), transaction.atomic():
        found = Refund.objects.get()
    assert (found.state, found.next_check_at, mails(till)) == ("succeeded", None, ["refund"])


def test_old_bank_payment_cannot_be_refunded_but_handed_back(till: Till):
    payment = paid(till, (till.owes(), 10000))
    with company_scope(till.company_id), transaction.atomic():
        long_ago = clock.now() - timedelta(days=181)
        Payment.objects.filter(pk=payment.pk).update(method="ach", succeeded_at=long_ago)
    with pytest.raises(NotRefundable, match="180 days"):
        give_back(till, payment, 1000)
    assert give_back(till, payment, 1000, is_handed_back=True) == "succeeded"
    assert (till.cash(), violations(till)) == (10000, [])


def test_undone_refund_is_entered_and_taken_back_in_the_ledger(till: Till):
    payment = paid(till, (till.owes(), 10000))
    till.shop.control("POST", "refunds/create", intent=payment.reference, amount=10000)
    give_back(till, payment, 10000)
    assert till.ledger()[2:] == [
        ("unapply", 10000),
        ("refund_out", -10000),
        ("refund_out", 10000),
        ("allocate", -10000),
    ]
    assert giving_back.UNDONE == "refund_undone"


def test_second_success_is_credit_and_its_refund_goes_to_the_second_charge(till: Till):
    invoice = till.owes()
    payment = paid(till, (invoice, 10000))
    with company_scope(till.company_id), transaction.atomic():
        again = PaymentAttempt.objects.get()
        again.pk, again.n, again.state = None, 2, "sent"
        again.public_id, again.idempotency_key = uuid4(), "second"
        again.session_ref, again.intent_ref = None, None
        again.next_check_at = clock.real_now() + timedelta(hours=1)
        again.save()
    second = till.shop.intent(amount=10000, metadata={"attempt": str(again.public_id)})
    news(till)
    assert kept(till, payment) == ("succeeded", 0, 10000)
    assert (till.balance(invoice), till.cash(), alerts(till)) == ((10000, 0), 20000, ["second_success"])
    assert violations(till) == []
    assert give_back(till, payment, 10000) == "succeeded"
    with company_scope(till.company_id), transaction.atomic():
        assert Refund.objects.get().intent_ref == second.id
    assert (kept(till, payment), till.cash(), alerts(till)) == (("partially_refunded", 10000, 0), 10000, [])
    assert (till.balance(invoice), violations(till)) == ((10000, 0), [])
    with pytest.raises(NotRefundable, match=r"At most \$100.00"):
        give_back(till, payment, 10001)


def news(till: Till) -> None:
    """Every event that the gateway has, as the hourly task asks for them."""
    with company_scope(till.company_id):
        webhooks.catch_up()
