import pytest
from django.db import ProgrammingError, connection, transaction

from portico.foundation.tenancy.models import Company
from tests.factories import drain, read, statements


@pytest.mark.django_db
def test_role_of_the_tests_is_neither_owner_nor_mighty():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == ("portico_app", False, False)
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE tenancy_company CASCADE")


@pytest.mark.django_db
def test_statements_leaves_out_transactions_and_settings():
    with statements(1), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('portico.company', '', true)")
        cursor.execute("SELECT 1")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", (1, 2))
def test_committed_rows_are_gone_in_the_next_test(turn):
    assert Company.objects.count() == 0
    Company.objects.create(name="Northwind Heating", currency="USD")


@pytest.mark.django_db
def test_drain_without_jobs_does_nothing():
    assert drain() == []


def test_read_sees_what_a_visitor_sees():
    page = read(
        "<html><head><title>Pay</title></head><body><h1>Pay</h1><ul><li data-row='invoice' data-key='7'>Seven "
        "<b>$1</b></li></ul><p hidden>secret</p><a href='/x/'>Next</a><form action='/pay/' method='post'>"
        "<input name='a' value='1'><input type='checkbox' name='b'><select name='c'><option value='u' selected>U"
        "</select><textarea name='d'>\nhi</textarea><p data-error>Too small</p><button>Go</button></form></body></html>"
    )
    assert (page.title, page.h1, page.rows("invoice"), page.links) == ("Pay", "Pay", ["7"], {"Next": "/x/"})
    assert page.form("/pay/").fields == {"a": "1", "c": "u", "d": "hi"}
    assert (page.form("/pay/").buttons, page.errors) == (["Go"], ["Too small"])
    assert "secret" not in page.text
