"""Statements in the portal: for whom they exist, what may be asked for, and what is shown."""

import pytest

from portico.domain.customers.enums import BillingLevel
from portico.domain.customers.models import PortalContact
from tests.factories import customers as make
from tests.factories import people, read, statements
from tests.factories.books import Books
from tests.sweeps.papers import text_of_pdf


@pytest.fixture
def company(db):
    return people.make_company()


@pytest.fixture
def books(company):
    with people.inside(company):
        made = Books(make.make_customer("Ana Sample", "ana@example.com"))
        made.login = people.make_login("ana@example.com")
    return made


@pytest.fixture
def ana(books):
    return people.sign_in(people.portal(), books.login)


@pytest.fixture
def lived(company, books):
    """An overdue invoice that is half paid, and a fresh one."""
    with people.inside(company):
        books.old = books.bill(10000, ago=50, title="Furnace repair")
        books.fresh = books.bill(2500, ago=1)
        books.payment = books.pay(5000, (books.old, 4000), ago=20)
    return books


def refused(said):
    """The same words above the form and at the field."""
    return [f"There is a problem {said}", f"Error: {said}"]


def test_statement_says_what_is_open_today(ana, lived):
    page = read(ana.get("/statements/"))
    assert (page.h1, page.one(data_row="total").text) == (
        "Statement",
        "$75.00",
    )
    assert page.rows("item") == [lived.old.number, lived.fresh.number]
    for words in ("Ana Sample", "Furnace repair", "$60.00", "1–30 days past due", "Credit not yet used", "−$10.00"):
        assert words in page.text
    assert page.links[lived.old.number] == f"/invoices/{lived.old.public_id}/"


def test_statement_of_an_earlier_day_says_what_was_open_then(ana, lived):
    page = read(ana.get("/statements/", {"on": lived.day(30).isoformat()}))
    assert page.rows("item") == [lived.old.number]
    assert page.one(data_row="total").text == "$100.00"


def test_activity_carries_the_balance_forward(ana, lived):
    page = read(ana.get("/statements/", {"show": "activity", "since": lived.day(30), "until": lived.day(0)}))
    assert page.rows("line") == ["Payment", f"Invoice {lived.fresh.number}"]
    assert [words for words in ("$100.00", "−$50.00", "$50.00", "$75.00") if words not in page.text] == []
    assert page.links["Payment"] == f"/payments/{lived.payment.public_id}/"


@pytest.mark.parametrize("period", ("this_month", "last_month", "this_year", "last_12_months", "whatever"))
def test_named_periods_can_be_chosen(ana, lived, period):
    answer = ana.get("/statements/", {"show": "activity", "period": period})
    assert (answer.status_code, "Closing balance" in read(answer).text) == (200, True)


@pytest.mark.parametrize(
    ("asked", "said"),
    (
        ({"on": "2999-01-01"}, "This day is still to come. Choose today or an earlier day."),
        ({"on": "1066-10-14"}, "Enter a day after 1989."),
        ({"on": "2026-02-30"}, "Enter a day such as 2026-03-31."),
        ({"on": "' OR 1=1"}, "Enter a day such as 2026-03-31."),
        ({"show": "activity", "since": "", "until": "2024-01-01"}, "Enter the first day."),
        ({"show": "activity", "since": "2024-01-01"}, "Enter the last day."),
        ({"show": "activity", "since": "2024-02-01", "until": "2024-01-01"}, "This day is before the first one."),
        (
            {"show": "activity", "since": "2020-01-01", "until": "2022-01-01"},
            "A statement covers at most 24 months. Choose days that are closer together.",
        ),
        (
            {"show": "activity", "since": "2024-01-01", "until": "2999-01-01"},
            "This day is still to come. Choose today or an earlier day.",
        ),
    ),
)
def test_days_that_cannot_be_are_refused_in_words(ana, lived, asked, said):
    answer = ana.get("/statements/", asked)
    page = read(answer)
    assert (answer.status_code, page.errors) == (422, refused(said))
    assert page.title.startswith("Error: Statement")
    assert "PDF" not in page.links
    paper = ana.get("/statements/pdf/", asked)
    assert (paper.status_code, paper.headers["Location"].startswith("/statements/?")) == (302, True)


def test_tomorrow_at_the_branch_is_still_to_come(ana, lived):
    tomorrow = lived.day(-1)
    assert ana.get("/statements/", {"on": tomorrow}).status_code == 422
    assert ana.get("/statements/", {"on": lived.today}).status_code == 200


def test_too_much_for_one_statement_is_said(ana, lived, monkeypatch):
    monkeypatch.setattr("portico.domain.billing.queries.statements.MOST_LINES", 2)
    answer = ana.get("/statements/", {"show": "activity", "since": lived.day(60), "until": lived.day(0)})
    assert answer.status_code == 422
    assert read(answer).errors == refused(
        "More happened between these days than one statement holds. Choose days that are closer together."
    )


def test_pdf_says_the_same_as_the_page(ana, lived):
    page = read(ana.get("/statements/"))
    answer = ana.get(page.links["PDF"])
    said = text_of_pdf(answer.content)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == (
        f'inline; filename="statement-{lived.customer.number}-{lived.today}.pdf"'
    )
    assert [words for words in (lived.old.number, "$75.00", "Ana Sample") if words not in said] == []
    activity = read(ana.get("/statements/", {"show": "activity", "period": "last_12_months"}))
    assert "$75.00" in text_of_pdf(ana.get(activity.links["PDF"]).content)


def test_statement_without_any_bill_says_so(ana, books):
    for asked, said in (
        ({}, "Nothing was open on this day"),
        ({"show": "activity"}, "Nothing happened on this account between these days"),
    ):
        page = read(ana.get("/statements/", asked))
        assert (said in page.text, "$" in page.text, "PDF" in page.links) == (True, False, False)


def test_statement_of_credit_alone_says_so(ana, company, books):
    with people.inside(company):
        books.pay(1500, ago=3)
    page = read(ana.get("/statements/"))
    assert page.one(data_row="total").text == "−$15.00"
    assert "No invoice was open on this day" in page.text
    assert "Nothing is due: this is credit in your favor." in page.text


def test_without_billing_access_there_is_no_statement(ana, company, lived):
    with people.inside(company):
        PortalContact.objects.update(billing=BillingLevel.NONE)
    assert [ana.get(path).status_code for path in ("/statements/", "/statements/pdf/")] == [404, 404]
    assert ana.get(f"/statements/?customer={lived.customer.public_id}").status_code == 404
    assert "/statements/" not in ana.get("/invoices/").content.decode()


def test_address_of_one_place_has_no_statement(company, lived):
    """It may see the bills of its place; a balance of the whole account would tell of the others."""
    with people.inside(company):
        make.make_location(lived.customer, "tenant@example.com")
        tenant = people.sign_in(people.portal(), people.make_login("tenant@example.com"))
    assert [tenant.get(path).status_code for path in ("/statements/", "/statements/pdf/")] == [404, 404]
    page = read(tenant.get("/invoices/"))
    assert (page.h1, "Statement" in page.links) == ("Invoices", False)


def test_statement_of_somebody_else_is_not_found(ana, company, lived):
    with people.inside(company):
        other = make.make_customer("Ben Sample", "ben@example.com")
    for path in ("/statements/", "/statements/pdf/"):
        assert ana.get(path, {"customer": other.public_id}).status_code == 404
        assert ana.get(path, {"customer": "nonsense"}).status_code == 404


def test_each_of_several_accounts_has_its_own_statement(ana, company, lived):
    with people.inside(company):
        second = Books(make.make_customer("Zoe Rental", "ana@example.com"))
        bill = second.bill(4200, ago=3)
    first = read(ana.get("/statements/"))
    assert first.rows("item") == [lived.old.number, lived.fresh.number]
    switch = first.links[next(label for label in first.links if label.startswith("Zoe Rental"))]
    page = read(ana.get(switch))
    assert page.rows("item") == [bill.number]
    assert lived.old.number not in page.text
    assert bill.number in text_of_pdf(ana.get(page.links["PDF"]).content)


def test_bill_to_somebody_else_is_not_named(ana, company, lived):
    with people.inside(company):
        other = Books(make.make_customer("Ben Sample"))
        theirs = other.bill(7777, ago=5)
        lived.pay(7777, (theirs, 7777), ago=4)
    page = read(ana.get("/statements/", {"show": "activity", "period": "last_12_months"}))
    said = text_of_pdf(ana.get(page.links["PDF"]).content)
    assert [theirs.number in text or "Ben" in text for text in (page.text, said)] == [False, False]
    assert "Put on an invoice of another account" in page.text


@pytest.mark.parametrize("count", (1, 300))
@pytest.mark.parametrize("path", ("/statements/", "/statements/?show=activity&period=last_12_months"))
def test_statement_pages_take_the_same_looks_however_long(ana, company, books, count, path):
    with people.inside(company):
        for number in range(count):
            books.bill(1000 + number, ago=20)
    with statements(2):
        answer = ana.get(path)
    assert len(read(answer).rows("item" if "show" not in path else "line")) == count


def test_statement_is_linked_from_the_invoices(ana, lived):
    assert read(ana.get("/invoices/")).links["Statement"] == "/statements/"
