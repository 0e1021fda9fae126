from datetime import UTC, datetime, timedelta

import pytest

from portico.domain.billing.enums import AllocationState, PaymentState
from portico.domain.billing.models import Allocation, Invoice
from portico.domain.customers.enums import BillingLevel
from portico.domain.customers.models import PortalContact
from portico.foundation.messaging.models import Message
from portico.foundation.people.roles import StaffRole
from tests.faces.office.test_record import add_payment
from tests.factories import billing, people, read, statements
from tests.factories import customers as make


@pytest.fixture
def maria(company):
    with people.inside(company):
        return make.make_customer("Maria Ortega", "maria@example.com", "sam@example.com")


@pytest.fixture
def invoice(company, maria):
    with people.inside(company):
        made = billing.make_invoice(maria, 48620, number="10482")
        payment = add_payment(maria, 20000, method_label="Check 1204")
        Allocation.objects.create(
            payment=payment, invoice=made, amount_minor=20000, posted_minor=20000, state=AllocationState.POSTED
        )
        Invoice.objects.filter(pk=made.pk).update(paid_minor=20000)
    return made


def path(customer, invoice, rest=""):
    return f"/customers/{customer.public_id}/invoices/{invoice.public_id}/{rest}"


def test_invoice_shows_items_payments_and_balance(olga, maria, invoice):
    page = read(olga.get(path(maria, invoice)))
    assert page.h1 == "Invoice 10482"
    assert page.rows("item") == ["Gas control valve"]
    for text in ("Check 1204", "$200.00", "$286.20", "Partly paid"):
        assert text in page.text


def test_invoice_is_sent_to_the_chosen_address(olga, company, maria, invoice):
    answer = olga.post(path(maria, invoice, "send/"), {"to_email": "sam@example.com"})
    assert answer.headers["Location"] == path(maria, invoice)
    page = read(olga.get(path(maria, invoice)))
    assert "Invoice 10482 is on its way to sam@example.com." in page.text
    assert page.rows("mail") == ["sam@example.com"]
    with people.inside(company):
        assert list(Message.objects.filter(kind="invoice").values_list("to_email", flat=True)) == ["sam@example.com"]


@pytest.mark.parametrize("email", ("eve@example.com", "", "sam@example.com"))
def test_invoice_is_not_sent_to_who_may_not_see_it(olga, company, maria, invoice, email):
    with people.inside(company):
        PortalContact.objects.filter(email="sam@example.com").update(billing=BillingLevel.NONE)
    assert olga.post(path(maria, invoice, "send/"), {"to_email": email}).status_code == 422
    with people.inside(company):
        assert not Message.objects.filter(kind="invoice").exists()


def test_dispatcher_neither_sends_nor_sees_payments(staff, maria, invoice):
    client = staff(StaffRole.DISPATCHER)
    page = read(client.get(path(maria, invoice)))
    assert ("Send invoice" in page.text, "Check 1204" in page.text) == (False, False)
    assert client.post(path(maria, invoice, "send/"), {"to_email": "sam@example.com"}).status_code == 403
    assert client.get("/payments/").status_code == 403


def test_invoice_of_another_customer_is_not_found(olga, company, maria, invoice):
    with people.inside(company):
        sam = make.make_customer("Sam")
    assert olga.get(path(sam, invoice)).status_code == 404
    assert olga.post(path(sam, invoice, "send/"), {"to_email": "sam@example.com"}).status_code == 404


@pytest.mark.parametrize("count", (1, 40))
def test_invoice_statements_do_not_grow(olga, company, maria, invoice, count):
    with people.inside(company):
        for _ in range(count):
            payment = add_payment(maria, 1)
            Allocation.objects.create(
                payment=payment, invoice=invoice, amount_minor=1, posted_minor=1, state=AllocationState.POSTED
            )
    with statements(2):
        assert len(read(olga.get(path(maria, invoice))).rows("payment")) == count + 1


def test_payments_are_listed_newest_first_with_their_sum(olga, company, maria):
    with people.inside(company):
        first, second = add_payment(maria, 1000), add_payment(maria, 2550, state=PaymentState.SUCCEEDED)
    page = read(olga.get("/payments/"))
    assert page.rows("payment") == [str(second.public_id), str(first.public_id)]
    assert "2 payments on this page, $35.50 received" in page.text


@pytest.mark.parametrize(
    ("show", "state"),
    (("paid", "succeeded"), ("pending", "processing"), ("failed", "failed"), ("back", "refunded"), ("started", "open")),
)
def test_payments_are_narrowed_by_state(olga, company, maria, show, state):
    with people.inside(company):
        payments = {each: add_payment(maria, 1000, state=each) for each in PaymentState.values if each != "canceled"}
    page = read(olga.get("/payments/", {"show": show}))
    assert str(payments[state].public_id) in page.rows("payment")
    assert set(page.rows("payment")) < {str(payment.public_id) for payment in payments.values()}


def test_payments_are_narrowed_by_days(olga, company, maria):
    with people.inside(company):
        old = add_payment(maria, 1000, memo="old")
        type(old).objects.filter(pk=old.pk).update(created_at=datetime.now(UTC) - timedelta(days=40))
        add_payment(maria, 2000)
    until = (datetime.now(UTC) - timedelta(days=20)).date().isoformat()
    assert read(olga.get("/payments/", {"until": until})).rows("payment") == [str(old.public_id)]
    page = olga.get("/payments/", {"since": "tomorrow"})
    assert (page.status_code, "There is a problem" in read(page).text) == (422, True)


def test_payment_that_wants_somebody_says_so(olga, company, maria):
    with people.inside(company):
        payment = add_payment(maria, 1000, quarantine_note="The gateway names another amount.")
        add_payment(maria, 1000)
    assert read(olga.get("/payments/", {"show": "attention"})).rows("payment") == [str(payment.public_id)]
    assert "The gateway names another amount." in read(olga.get(f"/payments/{payment.public_id}/")).text


@pytest.mark.parametrize("count", (1, 50))
def test_payments_statements_do_not_grow(olga, company, maria, count):
    with people.inside(company):
        for _ in range(count):
            add_payment(maria, 1000)
    with statements(3):
        assert len(read(olga.get("/payments/")).rows("payment")) == count


def test_payments_go_on_page_by_page_and_keep_what_was_asked(olga, company, maria):
    with people.inside(company):
        for _ in range(55):
            add_payment(maria, 1000)
    first = read(olga.get("/payments/", {"show": "paid"}))
    second = read(olga.get(first.links["Older"]))
    assert (len(first.rows("payment")), len(second.rows("payment"))) == (50, 5)
    assert second.form("/payments/").fields["show"] == "paid"


def test_payment_tells_its_story(olga, maria, invoice, company):
    with people.inside(company):
        payment = Allocation.objects.get(invoice=invoice).payment
    with statements(3):
        page = read(olga.get(f"/payments/{payment.public_id}/"))
    assert page.h1 == "Payment of $200.00"
    assert page.rows("part") == ["10482"]
    assert "Check 1204" in page.text


def test_payment_of_another_company_is_not_found(olga):
    with people.inside(people.make_company("other", name="Other")):
        payment = add_payment(make.make_customer("Sam"))
    assert olga.get(f"/payments/{payment.public_id}/").status_code == 404


@pytest.mark.parametrize(
    "days",
    (
        {"since": "0001-01-01", "until": "9999-12-31"},
        {"since": "2026-10-31", "until": "2026-10-01"},
    ),
)
def test_days_that_no_payment_can_have_are_said_to_be_wrong(olga, company, days):
    page = olga.get("/payments/", days)
    assert (page.status_code, "There is a problem" in read(page).text) == (422, True)
