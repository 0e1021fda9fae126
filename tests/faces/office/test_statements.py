import pytest

from portico.foundation.people.roles import StaffRole
from tests.factories import customers as make
from tests.factories import people, read, statements
from tests.factories.books import Books
from tests.sweeps.papers import text_of_pdf


@pytest.fixture
def books(company):
    with people.inside(company):
        made = Books(make.make_customer("Maria Ortega", "maria@example.com"))
        made.due = made.bill(10000, ago=50)
        made.payment = made.pay(4000, (made.due, 4000), ago=20)
    return made


@pytest.fixture
def path(books):
    return f"/customers/{books.customer.public_id}/statement/"


def test_record_leads_to_the_statement(olga, books, path):
    assert read(olga.get(f"/customers/{books.customer.public_id}/")).links["Statement"] == path


def test_statement_says_what_is_open(olga, books, path):
    page = read(olga.get(path))
    assert page.h1 == "Statement of Maria Ortega"
    assert page.rows("item") == [books.due.number]
    assert page.one(data_row="total").text == "$60.00"
    assert page.links[books.due.number] == f"/customers/{books.customer.public_id}/invoices/{books.due.public_id}/"


def test_activity_leads_to_the_payments_of_the_office(olga, books, path):
    page = read(olga.get(path, {"show": "activity", "period": "last_12_months"}))
    assert page.rows("line") == [f"Invoice {books.due.number}", "Payment"]
    assert page.links["Payment"] == f"/payments/{books.payment.public_id}/"
    assert "$60.00" in text_of_pdf(olga.get(page.links["PDF"]).content)


def test_days_that_cannot_be_are_refused(olga, path):
    answer = olga.get(path, {"on": "2999-01-01"})
    assert (answer.status_code, len(read(answer).errors)) == (422, 2)
    assert olga.get(f"{path}pdf/", {"on": "2999-01-01"}).headers["Location"] == f"{path}?on=2999-01-01"


@pytest.mark.parametrize(
    ("role", "status"),
    (
        *((StaffRole.CSR, 200), (StaffRole.DISPATCHER, 403), (StaffRole.ACCOUNTANT, 200)),
        *((StaffRole.MANAGER, 200), (StaffRole.ADMIN, 200)),
    ),
)
def test_statement_is_for_who_may_see_payments(staff, books, path, role, status):
    client = staff(role)
    assert [client.get(path).status_code, client.get(f"{path}pdf/").status_code] == [status, status]
    is_linked = "Statement" in read(client.get(f"/customers/{books.customer.public_id}/")).links
    assert is_linked == (status == 200)


def test_merged_customer_leads_to_the_survivor(olga, company, books, path):
    with people.inside(company):
        old = make.make_customer("Maria Old")
        old.merged_into = books.customer
        old.save()
    assert olga.get(f"/customers/{old.public_id}/statement/").headers["Location"] == path
    assert olga.get(f"/customers/{old.public_id}/statement/pdf/").status_code == 302


def test_unknown_customer_has_no_statement(olga, books):
    nobody = books.due.public_id
    assert olga.get(f"/customers/{nobody}/statement/").status_code == 404
    assert olga.get(f"/customers/{nobody}/statement/pdf/").status_code == 404


@pytest.mark.parametrize("count", (1, 120))
def test_statement_takes_the_same_looks_however_long(olga, company, books, path, count):
    with people.inside(company):
        for number in range(count):
            books.bill(1000 + number, ago=20)
    with statements(3):
        answer = olga.get(path)
    assert len(read(answer).rows("item")) == count + 1
