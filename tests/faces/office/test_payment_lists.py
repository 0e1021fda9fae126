"""Needs attention, filters, the file and the totals of days."""

import csv
import io
from datetime import timedelta

import pytest

from portico.domain.billing.enums import AlertKind
from portico.domain.billing.models import Alert, Payment, PaymentAccount, PaymentAttempt
from portico.domain.billing.operations.alerts import raise_alert
from portico.foundation.people.roles import StaffRole
from portico.kernel import clock
from tests.faces.office.test_record import add_payment
from tests.factories import customers as make
from tests.factories import people, read, statements
from tests.factories.books import Books

ATTENTION = "/payments/attention/"
CLOSE = f"{ATTENTION}close/"


@pytest.fixture
def maria(company):
    with people.inside(company):
        return make.make_customer("Maria Ortega", "maria@example.com")


def trouble(company, payment, kind=AlertKind.SURPLUS, **more):
    with people.inside(company):
        return raise_alert(kind=kind, subject=str(payment.public_id), payment=payment, amount_minor=1500, **more)


def make_account():
    return PaymentAccount.objects.create(secret_key_sealed=b"x")


def add(company, customer, amount=1000, **columns):
    with people.inside(company):
        return add_payment(customer, amount, **columns)


# --- Needs attention --------------------------------------------------------------------------------------------


def test_nothing_needs_anybody(olga):
    assert "Nothing needs you" in read(olga.get(ATTENTION)).text


@pytest.mark.parametrize("kind", [kind for kind in AlertKind if kind != AlertKind.DISPUTE])
def test_matter_says_what_to_do_and_leads_to_its_payment(olga, company, maria, kind):
    payment = add(company, maria)
    trouble(company, payment, kind, note="Look at it.")
    page = read(olga.get(ATTENTION))
    assert page.rows("attention") == [kind.value]
    assert any(href == f"/payments/{payment.public_id}/" for href in page.links.values())
    assert "$15.00 Open" in page.text
    assert "Look at it." in page.text
    assert "1 needs attention" in read(olga.get("/payments/")).links
    assert "Close it under Needs attention" in read(olga.get(f"/payments/{payment.public_id}/")).links


def test_what_has_a_due_date_comes_first(olga, company, maria):
    trouble(company, add(company, maria))
    trouble(company, add(company, maria), AlertKind.DISPUTE, due_at=clock.now() + timedelta(days=3))
    page = read(olga.get(ATTENTION))
    assert (page.rows("attention"), page.text.count("Answer by")) == (["dispute", "surplus"], 1)


def test_outcome_that_stays_unknown_is_found_and_goes_by_itself(olga, company, maria):
    payment = add(company, maria, state="open")
    with people.inside(company):
        PaymentAttempt.objects.create(
            payment=payment,
            account=make_account(),
            n=1,
            state="unknown",
            idempotency_key="a key",
            created_at=clock.real_now(),
            sent_at=clock.real_now() - timedelta(minutes=20),
            next_check_at=clock.real_now(),
        )
    page = read(olga.get(ATTENTION))
    assert (page.rows("attention"), [form.action for form in page.forms if form.action == CLOSE]) == (["unknown"], [])


def test_matter_is_closed_with_a_note_once(olga, company, maria):
    payment = add(company, maria)
    trouble(company, payment)
    fields = read(olga.get(ATTENTION)).form(CLOSE).fields
    refused = read(olga.post(CLOSE, fields | {"note": " "}))
    assert (refused.status, "Say what came of it." in refused.text) == (422, True)
    page = read(olga.post(CLOSE, fields | {"note": "Left as credit"}, follow=True))
    assert ("Taken care of." in page.text, page.rows("attention")) == (True, [])
    again = read(olga.post(CLOSE, fields | {"note": "Once more"}, follow=True))
    assert "Somebody has taken care of this already." in again.text
    with people.inside(company):
        assert Alert.objects.get().closing_note == "Left as credit"
    assert "Left as credit" in read(olga.get(f"/payments/{payment.public_id}/")).text


@pytest.mark.parametrize(("role", "looks", "closes"), ((StaffRole.CSR, 200, 403), (StaffRole.DISPATCHER, 403, 403)))
def test_role_that_may_not_close_sees_no_form(staff, company, maria, role, looks, closes):
    trouble(company, add(company, maria))
    client = staff(role)
    answer = client.get(ATTENTION)
    assert (answer.status_code, client.post(CLOSE, {"note": "x"}).status_code) == (looks, closes)
    assert CLOSE not in answer.content.decode()


@pytest.mark.parametrize("count", (1, 35))
def test_attention_statements_do_not_grow(olga, company, maria, count):
    for _ in range(count):
        trouble(company, add(company, maria))
    with statements(2):
        assert len(read(olga.get(ATTENTION)).rows("attention")) == count


# --- Filters ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "asked",
    (
        {"text": "ortega"},
        {"text": "check 1204"},
        {"text": "R777"},
        {"method": "check"},
        {"channel": "office"},
        {"least": "50"},
        {"least": "49.99", "most": "50", "method": "check"},
    ),
)
def test_payments_are_narrowed_by_everything(olga, company, maria, asked):
    with people.inside(company):
        add_payment(make.make_customer("Ben Sample"), 1000, method="card")
    wanted = add(
        company, maria, 5000, method="check", method_label="Check 1204", channel="office", receipt_number="R777"
    )
    assert read(olga.get("/payments/", asked)).rows("payment") == [str(wanted.public_id)]


def test_wrong_filter_is_said_at_its_field(olga, company, maria):
    page = read(olga.get("/payments/", {"least": "9", "most": "5", "text": "Maria"}))
    assert (page.status, page.form("/payments/").fields["text"]) == (422, "Maria")
    assert any("This amount is smaller than the first one." in error for error in page.errors)


# --- The file ---------------------------------------------------------------------------------------------------


def lines(answer):
    text = b"".join(answer.streaming_content).decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def test_file_holds_all_pages_of_what_the_filters_show(olga, company, maria):
    for _ in range(53):
        add(company, maria, method="card")
    add(company, maria, method="cash", method_label="Cash")
    answer = olga.get("/payments/csv/", {"method": "card"})
    rows = lines(answer)
    assert (len(rows), rows[0][0], rows[1][1], rows[1][7]) == (54, "Date", "Maria Ortega", "10.00")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="payments-')


@pytest.mark.parametrize("start", ("=", "+", "-", "@", "\t", "\r"))
def test_no_cell_of_the_file_is_a_formula(olga, company, start):
    name = f"{start}cmd|' /C calc'!A0"
    with people.inside(company):
        customer = make.make_customer("Eve Sample")
        type(customer).objects.filter(pk=customer.pk).update(name=name)
        add_payment(customer, -1000, reference=name, made_by_name=name, failure_text=name)
    row = lines(olga.get("/payments/csv/"))[1]
    assert (row[1], row[5], row[11], row[12]) == (f"'{name}",) * 4
    assert row[7] == "-10.00"  # a number of ours


def test_file_of_wrong_filters_leads_to_the_list(olga, company):
    assert olga.get("/payments/csv/", {"since": "x"}).headers["Location"] == "/payments/?since=x"


def test_list_leads_to_the_file_of_its_filters(olga, company, maria):
    add(company, maria)
    page = read(olga.get("/payments/", {"show": "paid", "text": "Maria"}))
    assert page.links["Download as CSV"] == "/payments/csv/?text=Maria&show=paid"


# --- Day totals -------------------------------------------------------------------------------------------------


def test_days_are_added_up_by_method(olga, company, maria):
    with people.inside(company):
        books = Books(maria)
        bill = books.bill(20000, ago=5)
        card = books.pay(10000, (bill, 10000), ago=2)
        books.pay(2500, ago=2, method="check", method_label="Check 7")
        books.give_back(card, bill, 3000, ago=1)
        day, after = books.day(2).isoformat(), books.day(1).isoformat()
    page = read(olga.get("/payments/days/"))
    assert page.rows("total") == [f"{after} card", f"{day} card", f"{day} check"]
    assert "$100.00" in page.row("total", f"{day} card").text
    assert "-$30.00" in page.row("total", f"{after} card").text.replace("−", "-")
    assert f"/payments/?since={day}&until={day}&method=check" in [
        link["href"].replace("&amp;", "&") for link in page.all("a")
    ]


@pytest.mark.parametrize(
    "asked",
    ({"since": "2020-01-01", "until": "2026-01-01"}, {"since": "x"}, {"since": "2026-02-02", "until": "2026-02-01"}),
)
def test_days_that_cannot_be_added_up_are_refused(olga, company, asked):
    assert olga.get("/payments/days/", asked).status_code == 422


@pytest.mark.parametrize("asked", ({"since": "2026-01-01"}, {"until": "2026-01-01"}, {"since": "2190-01-01"}))
def test_one_day_is_enough(olga, company, asked):
    page = read(olga.get("/payments/days/", asked))
    assert (page.status, "No money moved on these days" in page.text) == (200, True)


@pytest.mark.parametrize("count", (1, 35))
def test_day_statements_do_not_grow(olga, company, maria, count):
    with people.inside(company):
        books = Books(maria)
        for ago in range(count):
            books.pay(1000, ago=ago)
        since = books.day(60).isoformat()
    with statements(3):
        page = read(olga.get("/payments/days/", {"since": since, "until": books.day(0).isoformat()}))
    assert len(page.rows("total")) == count


def test_payment_of_credit_has_its_story(olga, company, maria):
    payment = add(company, maria, method="credit", method_label="")
    assert read(olga.get(f"/payments/{payment.public_id}/")).h1 == "Payment of $10.00"
    assert read(olga.get("/payments/")).rows("payment") == [str(payment.public_id)]
    with people.inside(company):
        assert Payment.objects.count() == 1
