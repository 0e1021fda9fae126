from datetime import timedelta

import pytest
from django.db import transaction

from portico.domain.billing import errors
from portico.domain.billing.enums import AttemptState, MethodState
from portico.domain.billing.models import PaymentAttempt, PaymentMethod
from portico.domain.billing.operations.payments import Begun
from portico.foundation.messaging.models import Message
from portico.foundation.tenancy.scope import company_scope
from portico.kernel import clock
from tests.factories.customers import make_customer
from tests.stripe_sandbox import Till, violations

INTENTS = "/v1/payment_intents"


def pass_time(till: Till, begun: Begun, by: timedelta) -> None:
    """As if the attempt had been sent so long ago."""
    with company_scope(till.company_id), transaction.atomic():
        attempt = PaymentAttempt.objects.get(payment__public_id=begun.payment)
        rows = PaymentAttempt.objects.filter(pk=attempt.pk)
        rows.update(expires_at=attempt.expires_at - by, sent_at=attempt.sent_at - by)


def receipts(till: Till) -> int:
    with company_scope(till.company_id), transaction.atomic():
        return Message.objects.filter(kind="receipt").count()


def test_saved_card_is_charged_at_once_and_receipted(till: Till):
    invoice, card = till.owes(), till.saved()
    begun = till.pay((invoice, 6000), method=card.public_id)
    payment = till.payment(begun)
    assert (begun.url, payment.state, payment.method_label, payment.method) == (
        "",
        "succeeded",
        "Visa ending 4242",
        "card",
    )
    assert (till.balance(invoice), till.cash(), receipts(till)) == ((6000, 0), 6000, 1)
    assert violations(till) == []


def test_same_form_with_a_saved_card_charges_once(till: Till):
    invoice, card = till.owes(), till.saved()
    first = till.pay((invoice, 800), method=card.public_id, token="one")
    second = till.pay((invoice, 800), method=card.public_id, token="one")
    assert (first.payment == second.payment, till.cash(), till.balance(invoice)) == (True, 800, (800, 0))


def test_same_form_with_another_method_is_refused(till: Till):
    invoice, card = till.owes(), till.saved()
    till.pay((invoice, 800), method=card.public_id, token="one")
    with pytest.raises(errors.FormReused):
        till.pay((invoice, 800), token="one")


def test_declined_saved_card_is_a_failed_payment_at_once(till: Till):
    invoice, card = till.owes(), till.saved("pm_card_chargeCustomerFail")
    begun = till.pay((invoice, 10000), method=card.public_id)
    payment = till.payment(begun)
    assert (begun.url, payment.state, till.balance(invoice), till.cash()) == ("", "failed", (0, 0), 0)
    assert payment.failure_text.startswith("The card was declined. Nothing was charged.")
    assert till.attempt(begun).intent_ref is not None
    assert violations(till) == []


@pytest.mark.parametrize(("answer", "state", "paid"), (("complete", "succeeded", 10000), ("fail", "failed", 0)))
def test_bank_of_a_saved_card_asks_its_holder(till: Till, answer, state, paid):
    invoice, card = till.owes(), till.saved("pm_card_authenticationRequired")
    begun = till.pay((invoice, 10000), method=card.public_id)
    assert ("/3ds/" in begun.url, till.payment(begun).state, till.balance(invoice)) == (True, "open", (0, 10000))
    assert till.come_back_to(begun).url == begun.url
    back = till.authenticate(begun.url, answer)
    assert f"/payments/{begun.payment}/return/" in back
    assert till.come_back_to(begun).state == state
    assert (till.payment(begun).state, till.balance(invoice), till.cash()) == (state, (paid, 0), paid)
    assert violations(till) == []


def test_who_leaves_the_banks_question_has_the_charge_canceled(till: Till):
    invoice, card = till.owes(), till.saved("pm_card_authenticationRequired")
    begun = till.pay((invoice, 10000), method=card.public_id)
    assert till.come_back_to(begun, is_leaving=True).state == AttemptState.CANCELED
    assert (till.payment(begun).state, till.balance(invoice)) == ("canceled", (0, 0))
    till.authenticate(begun.url)
    till.reconcile()
    assert till.cash() == 0


def test_question_that_nobody_answers_is_canceled_after_its_time(till: Till):
    invoice, card = till.owes(), till.saved("pm_card_authenticationRequired")
    begun = till.pay((invoice, 10000), method=card.public_id)
    till.reconcile()
    assert till.payment(begun).state == "open"
    pass_time(till, begun, timedelta(minutes=36))
    till.reconcile()
    assert (till.payment(begun).state, till.balance(invoice)) == ("canceled", (0, 0))


def test_new_form_ends_the_question_of_the_older_one(till: Till):
    invoice, card = till.owes(), till.saved("pm_card_authenticationRequired")
    first = till.pay((invoice, 10000), method=card.public_id)
    second = till.pay((invoice, 10000), method=card.public_id)
    assert (till.payment(first).state, till.payment(second).state) == ("canceled", "open")
    till.authenticate(first.url)
    till.authenticate(second.url)
    till.reconcile()
    assert (till.cash(), till.balance(invoice)) == (10000, (10000, 0))


@pytest.mark.parametrize("kind", ("drop_after", "error_after", "malformed"))
def test_answer_that_is_lost_is_found_by_our_own_id(till: Till, kind):
    invoice, card = till.owes(), till.saved()
    till.fault(kind, path=INTENTS, count=3)
    begun = till.pay((invoice, 800), method=card.public_id)
    assert (till.attempt(begun).state, till.balance(invoice)) == ("unknown", (0, 800))
    till.shop.control("DELETE", "faults")
    till.shop.control("POST", "idempotency/prune")
    till.reconcile()
    assert (till.payment(begun).state, till.balance(invoice), till.cash()) == ("succeeded", (800, 0), 800)
    assert receipts(till) == 1


def test_request_that_never_arrived_is_sent_again_under_its_key(till: Till):
    invoice, card = till.owes(), till.saved()
    till.fault("drop_before", path=INTENTS, count=3)
    begun = till.pay((invoice, 800), method=card.public_id)
    assert (till.attempt(begun).state, till.cash()) == ("unknown", 0)
    till.reconcile()
    assert (till.payment(begun).state, till.cash()) == ("succeeded", 800)


def test_request_that_never_arrived_is_given_up_after_its_time(till: Till):
    invoice, card = till.owes(), till.saved()
    till.fault("drop_before", path=INTENTS, count=3)
    begun = till.pay((invoice, 800), method=card.public_id)
    pass_time(till, begun, timedelta(minutes=36))
    till.reconcile()
    assert (till.payment(begun).state, till.cash(), till.balance(invoice)) == ("canceled", 0, (0, 0))


def test_method_of_another_customer_is_refused(till: Till):
    invoice, card = till.owes(), till.saved()
    with company_scope(till.company_id), transaction.atomic():
        other = make_customer("Ben Sample", "ben@example.com")
        PaymentMethod.objects.filter(pk=card.pk).update(customer=other)
    with pytest.raises(errors.MethodNotOffered):
        till.pay((invoice, 800), method=card.public_id)
    assert (till.payments(), till.balance(invoice)) == ([], (0, 0))


@pytest.mark.parametrize(
    "change",
    (
        {"state": MethodState.DISABLED, "is_default": False},
        {"state": MethodState.VERIFYING, "is_default": False},
        {"expires_on": clock.real_now().date() - timedelta(days=40)},
    ),
)
def test_method_that_is_not_good_is_refused(till: Till, change):
    invoice, card = till.owes(), till.saved()
    with company_scope(till.company_id), transaction.atomic():
        PaymentMethod.objects.filter(pk=card.pk).update(**change)
    with pytest.raises(errors.MethodNotOffered):
        till.pay((invoice, 800), method=card.public_id)
    assert (till.payments(), till.balance(invoice), till.cash()) == ([], (0, 0), 0)


def test_method_that_the_gateway_has_forgotten_is_told_and_releases(till: Till):
    invoice, card = till.owes(), till.saved()
    till.shop.api.payment_methods.detach(card.ref)
    with pytest.raises(errors.MethodNotOffered):
        till.pay((invoice, 800), method=card.public_id)
    assert (till.payments()[0].state, till.balance(invoice)) == ("canceled", (0, 0))


def test_news_of_a_charge_before_its_answer_is_applied_once(till: Till):
    invoice, card = till.owes(), till.saved()
    till.fault("drop_after", path=INTENTS, count=3)
    begun = till.pay((invoice, 800), method=card.public_id)
    till.hear()
    till.hear()
    till.reconcile()
    assert (till.payment(begun).state, till.balance(invoice), receipts(till)) == ("succeeded", (800, 0), 1)


def test_charge_of_another_amount_is_quarantined_and_later_explained(till: Till):
    invoice, card = till.owes(), till.saved()
    till.fault("wrong_amount", path=INTENTS, count=1)
    begun = till.pay((invoice, 800), method=card.public_id)
    assert (till.payment(begun).quarantine_note != "", till.balance(invoice)) == (True, (0, 800))
    till.reconcile()
    assert (till.payment(begun).quarantine_note, till.balance(invoice)) == ("", (800, 0))
