"""Cash and checks, voids and credit, as the office types them."""

from datetime import timedelta

import pytest

from portico.domain.billing.models import Allocation, Invoice, Payment
from portico.foundation.messaging.models import Message
from portico.foundation.people.roles import StaffRole
from portico.kernel import clock
from tests.factories import billing, people, read, statements
from tests.factories import customers as make


@pytest.fixture
def maria(company):
    with people.inside(company):
        return make.make_customer("Maria Ortega", "maria@example.com", "sam@example.com")


@pytest.fixture
def invoices(company, maria):
    """Two, the older one first."""
    with people.inside(company):
        return [billing.make_invoice(maria, 10000, due_in=1), billing.make_invoice(maria, 5000, due_in=9)]


def record_path(customer):
    return f"/customers/{customer.public_id}/payments/record/"


def on(invoice):
    return f"on_{invoice.public_id}"


def check(client, customer, **typed):
    """The form as it was shown, with what was typed into it."""
    fields = read(client.get(record_path(customer))).form("").fields
    return fields | {"method": "check", "reference": "1204", "act": "record"} | typed


def paid(company):
    with people.inside(company):
        return list(Invoice.objects.order_by("pk").values_list("paid_minor", flat=True))


def count(company):
    with people.inside(company):
        return Payment.objects.count()


def test_check_is_recorded_over_several_invoices(olga, company, maria, invoices):
    typed = check(
        olga, maria, amount="120", **{on(invoices[0]): "100", on(invoices[1]): "20"}, receipt_email="sam@example.com"
    )
    answer = olga.post(record_path(maria), typed)
    page = read(olga.get(answer.headers["Location"]))
    assert (page.h1, page.rows("part")) == ("Payment of $120.00", [one.number for one in invoices])
    assert "The payment was recorded." in page.text
    assert "Payment recorded by the office" in page.text
    assert page.rows("entry") == ["payment_in", "allocate", "allocate"]
    assert (paid(company), page.rows("mail")) == ([10000, 2000], ["sam@example.com"])


def test_check_sent_twice_is_recorded_once(olga, company, maria, invoices):
    typed = check(olga, maria, amount="50", **{on(invoices[0]): "50"})
    places = {olga.post(record_path(maria), typed).headers["Location"] for _ in range(2)}
    assert (len(places), count(company), paid(company)) == (1, 1, [5000, 0])


def test_preview_puts_the_amount_on_the_oldest_and_records_nothing(olga, company, maria, invoices):
    page = read(olga.post(record_path(maria), check(olga, maria, amount="120", act="preview", memo="By mail")))
    fields = page.form("").fields
    assert (fields[on(invoices[0])], fields[on(invoices[1])], fields["memo"]) == ("100.00", "20.00", "By mail")
    assert (page.errors, count(company)) == ([], 0)
    olga.post(record_path(maria), fields | {"act": "record"})
    assert paid(company) == [10000, 2000]


def test_without_parts_the_first_press_shows_where_it_goes(olga, company, maria, invoices):
    page = read(olga.post(record_path(maria), check(olga, maria, amount="200")))
    assert (page.form("").fields[on(invoices[1])], count(company)) == ("50.00", 0)
    assert "$50.00 is left" in page.text


@pytest.mark.parametrize(
    ("typed", "told"),
    (
        ({"amount": "much"}, "is not an amount"),
        ({"amount": "120"}, "$20.00 is on no invoice."),
        ({"amount": "90"}, "More is put on the invoices than was received."),
        ({"reference": " "}, "Enter the number of the check."),
        ({"paid_on": "2190-01-01"}, "The day lies in the future."),
        ({"receipt_email": "eve@example.com"}, "Select a valid choice."),
    ),
)
def test_what_cannot_be_recorded_is_said_at_its_field_and_kept(olga, company, maria, invoices, typed, told):
    whole = check(olga, maria, **{"amount": "100", on(invoices[0]): "100", "memo": "Keep me"} | typed)
    page = read(olga.post(record_path(maria), whole))
    assert (page.status, count(company)) == (422, 0)
    assert any(told in error for error in page.errors)
    assert (page.form("").fields["memo"], page.form("").fields[on(invoices[0])]) == ("Keep me", "100")
    assert page.title.startswith("Error:")


def test_more_than_an_invoice_is_due_is_refused_at_that_invoice(olga, company, maria, invoices):
    page = read(olga.post(record_path(maria), check(olga, maria, amount="90", **{on(invoices[1]): "90"})))
    assert (page.status, count(company)) == (422, 0)
    assert page.one(id=f"id_{on(invoices[1])}_error").text == "Error: Only $50.00 is due on this invoice."


def test_rest_becomes_credit_only_when_ticked(olga, company, maria, invoices):
    typed = check(olga, maria, amount="150", **{on(invoices[0]): "100", "keeps_rest": "on"})
    olga.post(record_path(maria), typed)
    page = read(olga.get(f"/customers/{maria.public_id}/"))
    assert (paid(company), page.rows("credit")) == ([10000, 0], ["$50.00"])


def test_invoice_that_is_being_paid_online_asks_first(olga, company, maria, invoices):
    with people.inside(company):
        online = Payment.objects.create(
            customer=maria, amount_minor=10000, method="card", channel="portal", created_at=clock.now()
        )
        Allocation.objects.create(payment=online, invoice=invoices[0], amount_minor=10000, state="reserved")
        Invoice.objects.filter(pk=invoices[0].pk).update(reserved_minor=10000)
    typed = check(olga, maria, amount="100", **{on(invoices[0]): "100"})
    page = read(olga.post(record_path(maria), typed))
    assert (page.status, count(company)) == (409, 1)
    assert any("online right now" in error for error in page.errors)
    assert olga.post(record_path(maria), page.form("").fields | {"act": "record", "overtakes": "on"}).status_code == 302
    assert paid(company) == [10000, 0]


@pytest.mark.parametrize("count", (1, 35))
def test_recording_statements_do_not_grow(olga, company, maria, count):
    with people.inside(company):
        for _ in range(count):
            billing.make_invoice(maria, 100)
    with statements(4):
        assert len(read(olga.get(record_path(maria))).rows("open")) == count


def test_invoice_is_voided_and_its_money_is_credit(olga, company, maria, invoices):
    olga.post(record_path(maria), check(olga, maria, amount="40", **{on(invoices[0]): "40"}))
    path = f"/customers/{maria.public_id}/invoices/{invoices[0].public_id}/"
    page = read(olga.get(f"{path}void/"))
    assert "$40.00 was paid on it." in page.text
    fields = page.form("").fields
    refused = read(olga.post(f"{path}void/", fields))
    assert (refused.status, "Say why the invoice is void." in refused.text) == (422, True)
    done = read(olga.post(f"{path}void/", fields | {"reason": "Billed twice"}, follow=True))
    assert "is void. $40.00 that was paid on it is credit now." in done.text
    assert "Void" not in done.links
    again = olga.post(f"{path}void/", fields | {"reason": "Billed twice"})
    assert (again.status_code, "void already" in read(again).text) == (409, True)


def test_credit_is_given_on_an_invoice_and_on_the_account(olga, company, maria, invoices):
    path = f"/customers/{maria.public_id}/invoices/{invoices[0].public_id}/credit/"
    typed = read(olga.get(path)).form("").fields | {"amount": "30", "reason": "Late visit"}
    for _ in range(2):
        olga.post(path, typed)
    too_much = read(olga.post(path, typed | {"amount": "71", "token": "another"}))
    assert (too_much.status, too_much.form("").fields["reason"]) == (422, "Late visit")
    assert any("Only $70.00 of this invoice is due." in error for error in too_much.errors)
    account = f"/customers/{maria.public_id}/credit/"
    typed = read(olga.get(account)).form("").fields | {"amount": "5", "reason": "Goodwill"}
    page = read(olga.post(account, typed, follow=True))
    assert "Credit of $5.00 was given." in page.text
    assert (paid(company), page.rows("credit"), count(company)) == ([3000, 0], ["$5.00"], 2)


@pytest.mark.parametrize(
    ("role", "record", "correct"),
    (
        (StaffRole.CSR, 200, 403),
        (StaffRole.DISPATCHER, 403, 403),
        (StaffRole.ACCOUNTANT, 200, 200),
        (StaffRole.MANAGER, 200, 200),
    ),
)
def test_role_may_record_or_correct(staff, maria, invoices, role, record, correct):
    client, base = staff(role), f"/customers/{maria.public_id}/"
    one = f"{base}invoices/{invoices[0].public_id}/"
    answers = [client.get(path).status_code for path in (f"{one}void/", f"{one}credit/", f"{base}credit/")]
    assert (client.get(record_path(maria)).status_code, answers) == (record, [correct] * 3)
    page = read(client.get(one))
    assert ("Record a payment" in page.links, "Void" in page.links) == (record == 200, correct == 200)


def test_day_of_the_branch_is_today(olga, maria):
    fields = read(olga.get(record_path(maria))).form("").fields
    assert fields["paid_on"] == clock.today(maria.branch.time_zone).isoformat()


def test_receipt_goes_to_nobody_unless_chosen(olga, company, maria, invoices):
    day = (clock.today(maria.branch.time_zone) - timedelta(days=3)).isoformat()
    olga.post(record_path(maria), check(olga, maria, amount="10", paid_on=day, **{on(invoices[0]): "10"}))
    with people.inside(company):
        assert (Message.objects.count(), str(Payment.objects.get().paid_on)) == (0, day)
