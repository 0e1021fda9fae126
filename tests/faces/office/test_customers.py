import pytest

from portico.domain.customers.models import Customer
from portico.domain.customers.search import refresh_search
from tests.factories import billing, people, read, statements
from tests.factories import customers as make

PATH = "/customers/"


@pytest.fixture
def maria(company):
    with people.inside(company):
        customer = make.make_customer("Maria Ortega", "maria@example.com")
        billing.make_invoice(customer, 48620, number="10482")
        refresh_search()
    return customer


def test_search_shows_who_fits(olga, maria):
    page = read(olga.get(PATH, {"q": "mraia ortega"}))
    assert page.rows("customer") == [maria.number]
    assert page.row("customer", maria.number).text.endswith("not invited $486.20")
    assert "1 customer found for “mraia ortega”" in page.text
    assert page.form(PATH).fields == {"q": "mraia ortega"}


@pytest.mark.parametrize("typed", ("10482", "#10482", "INV 10482", "invoice #10482", "Inv. 10482"))
def test_invoice_number_leads_to_its_customer(olga, maria, typed):
    page = read(olga.get(PATH, {"q": typed}))
    assert page.rows("customer") == [maria.number]
    assert "has this invoice" in page.text


def test_one_letter_says_that_two_are_needed(olga, maria):
    page = read(olga.get(PATH, {"q": "o"}))
    assert page.rows("customer") == [maria.number]
    assert "Type two letters or more to search." in page.text


def test_nobody_fits(olga, maria):
    page = read(olga.get(PATH, {"q": "zzzz qqqq"}))
    assert page.rows("customer") == []
    assert "No customer fits" in page.text


def test_htmx_gets_the_results_alone(olga, maria):
    answer = olga.get(PATH, {"q": "ortega"}, headers={"hx-request": "true"})
    assert read(answer).rows("customer") == [maria.number]
    assert "<html" not in answer.content.decode()


def test_all_customers_stand_by_name_page_after_page(olga, company):
    with people.inside(company):
        for number in range(30):
            make.make_customer(f"Customer {number:02}")
        numbers = list(Customer.objects.order_by("sort_key").values_list("number", flat=True))
    first = read(olga.get(PATH))
    second = read(olga.get(first.links["Next"]))
    assert (first.rows("customer"), second.rows("customer")) == (numbers[:25], numbers[25:])


@pytest.mark.parametrize("count", (1, 25))
def test_search_statements_do_not_grow(olga, company, count):
    with people.inside(company):
        for _ in range(count):
            billing.make_invoice(make.make_customer("Maria Ortega", "maria@example.com"))
        refresh_search()
    with statements(3):
        assert len(read(olga.get(PATH, {"q": "ortega"})).rows("customer")) == count


def test_search_text_is_shown_as_text(olga, maria):
    answer = olga.get(PATH, {"q": "<script>alert(1)</script>"})
    assert b"<script>alert" not in answer.content


def test_another_companys_customers_are_not_found(olga, maria):
    with people.inside(people.make_company("other", name="Other")):
        make.make_customer("Maria Ortega")
        refresh_search()
    assert read(olga.get(PATH, {"q": "ortega"})).rows("customer") == [maria.number]


def test_stranger_is_asked_to_sign_in(company):
    assert people.office().get(PATH).status_code == 302
