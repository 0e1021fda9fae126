from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction

from portico.domain.customers import search
from portico.domain.customers.enums import ContactType
from portico.domain.customers.models import Contact, Customer
from portico.domain.customers.search_models import SearchRow
from portico.foundation.tenancy.scope import company_scope
from tests.factories import customers as make
from tests.factories import people, statements

pytestmark = pytest.mark.django_db


@pytest.fixture
def company():
    return people.make_company()


@pytest.fixture
def inside(company):
    with people.inside(company):
        yield company


def add(name: str, *emails: str, phone: str = "", **columns: Any) -> Customer:
    customer = make.make_customer(name, *emails)
    if columns:
        Customer.objects.filter(pk=customer.pk).update(**columns)
    if phone:
        digits = "".join(filter(str.isdigit, phone))
        Contact.objects.create(customer=customer, type=ContactType.PHONE, value=phone, phone_digits=digits)
    search.refresh_search([customer.pk])
    return customer


def found(typed: str) -> list[int]:
    return [one.customer_id for one in search.find_customers(typed)]


@pytest.mark.parametrize(
    "typed",
    (
        "Maria Ortega", "ortega maria", "MARÍA ORTEGA", "mraia ortega", "maria ortgea", "maria ortegga",
        "maria ortea", "maria or", "1420 Adler Creek Drive", "1420 alder creek dr", "(512) 555-0188", "+1 512.555.0188",
        "5550188", "0188", "maria.ortega@example.com", "Maria.Ortega@Example.com ", "maria.orteg@example.com",
        "20418", "#20418", "mariaortega",
    ),
)  # fmt: skip
def test_customer_is_found_by_name_address_phone_email_and_number(inside, typed):
    ana = add("Ana Castillo", "ana@example.com", phone="(602) 555-0101", street="9 Main Street", number="77")
    maria = add(
        "María Ortega",
        "maria.ortega@example.com",
        phone="512-555-0188",
        street="1420 Alder Creek Drive",
        number="20418",
    )
    assert found(typed)[0] == maria.pk
    assert ana.pk not in found(typed)


def test_nothing_is_found_by_nothing(inside):
    add("Maria Ortega")
    assert [found(typed) for typed in ("", " ", "m", "'", "*", "a & b | !", "zzzzqqq", "%")] == [[]] * 8


def test_quotes_and_operators_are_letters_only(inside):
    brien = add("Sean O'Brien")
    assert [found(typed) for typed in ("o'brien", "obrien", "o’brien | x:*", "') OR 1=1 --")] == [[brien.pk]] * 3 + [[]]


def test_location_address_leads_to_its_customer(inside):
    customer = add("Desert Rentals")
    place = make.make_location(customer)
    type(place).objects.filter(pk=place.pk).update(street="88 Mesquite Hollow", city="Tempe")
    search.refresh_search([customer.pk])
    assert found("88 mesqiute") == [customer.pk]


def test_merged_away_customer_leads_to_its_survivor(inside):
    survivor, away = add("Maria Ortega"), add("Mary Ortegal", number="9001")
    Customer.objects.filter(pk=away.pk).update(merged_into=survivor)
    search.refresh_search([away.pk])
    assert (found("mary ortegal"), found("9001")) == ([survivor.pk], [survivor.pk])
    assert list(SearchRow.objects.values_list("customer_id", flat=True)) == [survivor.pk]


def test_refresh_follows_a_change_and_repeats_without_one(inside):
    customer = add("Maria Ortega")
    Customer.objects.filter(pk=customer.pk).update(name="Rosa Delgado")
    assert search.refresh_search() == 1
    assert (found("ortega"), found("delgado")) == ([], [customer.pk])
    assert search.refresh_search() == 1


def test_exact_name_comes_before_one_with_an_error(inside):
    jon, john = add("Jon Smith"), add("John Smith")
    assert found("john smith") == [john.pk, jon.pk]
    assert found("jon smith") == [jon.pk, john.pk]


def test_a_word_too_many_still_finds(inside):
    customer = add("Maria Ortega")
    assert found("maria ortega jr") == [customer.pk]


def test_search_takes_one_statement_however_many_fit(inside):
    for number in range(30):
        add(f"Smith {number}")
    with statements(1):
        assert len(search.find_customers("smith", limit=25)) == 25


# --- The wall between companies, which this function stands upon ----------------------------------------------------


CALL = "SELECT customer_id FROM portico_find_customers(ARRAY['''ortega'''], '', 100)"


def rows(sql: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [row[0] for row in cursor.fetchall()]


def test_search_never_crosses_companies(company):
    other = people.make_company("other", name="Other Company")
    owners = {}
    for one in (company, other):
        with people.inside(one):
            owners[one.id] = add("Maria Ortega", "maria@example.com", phone="5125550188", number="20418").pk
    for one in (company, other):
        with people.inside(one):
            assert [found(typed) for typed in ("maria ortega", "5125550188", "maria@example.com", "20418")] == [
                [owners[one.id]]
            ] * 4


def test_function_called_directly_gives_the_own_company_only(company):
    other = people.make_company("other", name="Other Company")
    with people.inside(other):
        add("Maria Ortega")
    with people.inside(company):
        mine = add("Maria Ortega")
        assert rows(CALL) == [mine.pk]
        assert rows("SELECT customer_id FROM customers_searchrow") == [mine.pk]


def test_function_gives_nothing_without_a_company(company):
    with people.inside(company):
        add("Maria Ortega")
    with transaction.atomic():
        assert rows("SELECT set_config('portico.company', '', true)") == [""]
        assert rows(CALL) == []


def test_application_cannot_become_the_search_role(company):
    with pytest.raises(ProgrammingError), company_scope(company.id), transaction.atomic():
        rows("SET ROLE portico_search")


def test_function_belongs_to_the_search_role_and_fixes_its_path(company):
    with people.inside(company):
        assert rows("SELECT proowner::regrole::text FROM pg_proc WHERE proname = 'portico_find_customers'") == [
            "portico_search"
        ]
        (config,) = rows("SELECT proconfig FROM pg_proc WHERE proname = 'portico_find_customers'")
        assert "search_path=pg_catalog, pg_temp" in config
        assert rows("SELECT rolcanlogin FROM pg_roles WHERE rolname = 'portico_search'") == [False]
