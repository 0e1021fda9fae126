import pytest

from portico.domain.billing import errors
from portico.domain.billing.models import GatewayCustomer
from portico.domain.billing.operations import accounts
from portico.foundation.messaging.models import Message
from portico.foundation.tenancy.scope import company_scope
from tests.sandbox.running import submit
from tests.stripe_sandbox import Till


def test_payment_of_two_invoices_is_paid_once_and_receipted(till: Till):
    first, second = till.owes(10000, due_in=5), till.owes(4000, due_in=9)
    begun = till.pay((first, 10000), (second, 2500))
    assert till.balance(first) == (0, 10000)
    submit(begun.url)
    till.reconcile(times=2)
    payment = till.payment(begun)
    assert (payment.state, payment.received_minor, payment.method_label) == ("succeeded", 12500, "Visa ending 4242")
    assert (till.balance(first), till.balance(second)) == ((10000, 0), (2500, 0))
    assert till.invoice(first).is_settled
    assert till.ledger() == [("payment_in", 12500), ("allocate", -10000), ("allocate", -2500)]
    with company_scope(till.company_id):
        message = Message.objects.get()
    assert (message.kind, message.to_email, message.key) == (
        "receipt",
        "ana@example.com",
        f"receipt:{payment.public_id}",
    )
    assert [enclosure["kind"] for enclosure in message.attachments] == ["receipt_pdf"]
    assert till.cash() == 12500


def test_same_form_sent_again_gives_the_same_payment(till: Till):
    invoice = till.owes()
    first = till.pay((invoice, 6000), token="one")
    second = till.pay((invoice, 6000), token="one")
    assert first == second
    assert len(till.open_pages()) == 1


def test_same_form_with_another_amount_is_refused(till: Till):
    invoice = till.owes()
    till.pay((invoice, 6000), token="one")
    with pytest.raises(errors.FormReused):
        till.pay((invoice, 6100), token="one")
    assert len(till.payments()) == 1


def test_new_form_ends_the_older_page_of_the_same_person(till: Till):
    invoice = till.owes()
    first = till.pay((invoice, 10000))
    second = till.pay((invoice, 10000))
    assert till.open_pages() == [second.url]
    assert (till.payment(first).state, till.payment(second).state) == ("canceled", "open")
    assert till.balance(invoice) == (0, 10000)


def test_new_form_after_the_older_page_was_paid_is_refused_and_the_money_applied(till: Till):
    invoice = till.owes()
    first = till.pay((invoice, 10000))
    submit(first.url)
    with pytest.raises(errors.AlreadyPaid):
        till.pay((invoice, 10000))
    assert (till.payment(first).state, len(till.payments()), till.balance(invoice)) == ("succeeded", 1, (10000, 0))


def test_page_of_somebody_else_is_left_alone(till: Till):
    invoice = till.owes()
    till.pay((invoice, 6000))
    other = till.actor.__class__(till.actor.kind, ref="7f0c7a52-2f0e-4f53-8f6b-0a1f4f1b9b10", name="Ben Sample")
    with pytest.raises(errors.InvoiceChanged):
        till.pay((invoice, 6000), by=other)
    assert len(till.open_pages()) == 1


def test_expired_page_releases_what_it_held(till: Till):
    invoice = till.owes()
    begun = till.pay((invoice, 10000))
    till.shop.control("POST", "advance", seconds=3600)
    try:
        till.reconcile()
    finally:
        till.shop.control("POST", "advance", seconds=-3600)
    assert (till.payment(begun).state, till.balance(invoice)) == ("canceled", (0, 0))


def test_declined_card_and_a_second_card_on_the_page_are_one_payment(till: Till):
    invoice = till.owes()
    begun = till.pay((invoice, 10000))
    submit(begun.url, number="4000000000000002")
    till.reconcile()
    declined = till.attempt(begun)
    assert (declined.state, declined.failure_code) == ("sent", "generic_decline")
    assert till.balance(invoice) == (0, 10000)
    submit(begun.url)
    till.reconcile()
    assert (till.payment(begun).state, till.balance(invoice), till.cash()) == ("succeeded", (10000, 0), 10000)
    assert till.attempt(begun).failure_text == ""


def test_declined_card_then_expiry_is_a_failed_payment_and_a_second_attempt_pays(till: Till):
    invoice = till.owes()
    begun = till.pay((invoice, 10000))
    submit(begun.url, number="4000000000009995")
    again = till.pay((invoice, 10000))
    failed = till.payment(begun)
    assert (failed.state, failed.failure_text[:39]) == ("failed", "The card does not have enough funds. Us")
    submit(again.url)
    till.reconcile()
    assert (till.payment(again).state, till.balance(invoice), till.cash()) == ("succeeded", (10000, 0), 10000)


@pytest.mark.parametrize("amount", (10001, 6000))
def test_more_than_is_left_is_refused_and_nothing_is_held(till: Till, amount):
    invoice = till.owes(10000, paid=5000)
    with pytest.raises(errors.InvoiceChanged):
        till.pay((invoice, amount))
    assert (till.payments(), till.balance(invoice), till.open_pages()) == ([], (5000, 0), [])


def test_gateway_that_does_not_answer_before_anything_is_sent_releases_at_once(till: Till):
    invoice = till.owes()
    till.fault("drop_before", path="/v1/customers", count=3)
    with pytest.raises(errors.CannotPayOnline):
        till.pay((invoice, 10000))
    assert (till.payments()[0].state, till.balance(invoice)) == ("canceled", (0, 0))


def test_account_that_the_gateway_refuses_is_told_and_releases(till: Till):
    invoice = till.owes(30)
    with pytest.raises(errors.CannotPayOnline):
        till.pay((invoice, 30))
    assert (till.payments()[0].state, till.balance(invoice)) == ("canceled", (0, 0))


def test_customer_that_the_gateway_has_forgotten_is_made_anew_at_the_next_try(till: Till):
    invoice = till.owes()
    with company_scope(till.company_id):
        account = accounts.require_account()
        GatewayCustomer.objects.create(customer=till.customer, account_id=account.id, ref="cus_forgotten")
    with pytest.raises(errors.CannotPayOnline):
        till.pay((invoice, 10000))
    assert till.balance(invoice) == (0, 0)
    assert till.pay((invoice, 10000)).url in till.open_pages()
