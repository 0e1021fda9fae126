"""Whose records these are: the scope, the setting in the database, and what happens without them."""

from __future__ import annotations

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from portico.domain.customers.models import Customer, Location
from portico.foundation.tenancy import scope
from portico.foundation.tenancy.models import Branch
from portico.foundation.tenancy.scope import OutsideScope, company_scope, reading
from portico.foundation.tenancy.sql import fetch_json
from tests import database
from tests.factories import customers as make
from tests.factories import people

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def a() -> int:
    return people.make_company("alder").id


@pytest.fixture
def b() -> int:
    return people.make_company("birch").id


def told() -> str:
    """The company that the database knows of, asked past our backend."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('portico.company', true), '')")
        return str(cursor.fetchone()[0])


def test_query_without_a_scope_is_refused(a: int) -> None:
    with transaction.atomic(), pytest.raises(OutsideScope):
        Branch.objects.count()


def test_statement_outside_a_transaction_is_refused(a: int) -> None:
    with company_scope(a), pytest.raises(OutsideScope):
        Branch.objects.count()


def test_statement_text_outside_a_transaction_is_refused(a: int) -> None:
    with company_scope(a), pytest.raises(OutsideScope):
        fetch_json("SELECT to_jsonb(1)")


def test_statement_text_without_a_scope_is_refused(a: int) -> None:
    with transaction.atomic(), pytest.raises(OutsideScope):
        fetch_json("SELECT to_jsonb(1)")


def test_other_company_inside_a_scope_is_refused(a: int, b: int) -> None:
    with company_scope(a), pytest.raises(OutsideScope), company_scope(b):
        pass
    with company_scope(a), company_scope(a), transaction.atomic():
        assert Branch.objects.count() == 1


def test_scope_that_fails_is_left(a: int, b: int) -> None:
    with pytest.raises(KeyError), company_scope(a):
        raise KeyError
    with company_scope(b), transaction.atomic():
        assert told() == str(b)


def test_setting_ends_with_the_transaction(a: int) -> None:
    with company_scope(a), transaction.atomic():
        assert told() == str(a)
    with transaction.atomic():
        assert told() == ""


def test_scope_entered_inside_a_transaction_is_taken_back_at_its_end(a: int) -> None:
    with transaction.atomic():
        with company_scope(a):
            assert told() == str(a)
        assert told() == ""


def test_savepoint_that_is_rolled_back_keeps_the_company(a: int) -> None:
    with company_scope(a), transaction.atomic():
        with transaction.atomic():
            Branch.objects.update(name="Lost")
            transaction.set_rollback(True)
        assert (told(), Branch.objects.get().name) == (str(a), "Brightwater Home")


def test_error_in_the_database_leaves_the_connection_usable_for_the_next_company(a: int, b: int) -> None:
    with pytest.raises(DatabaseError), company_scope(a), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")
    with company_scope(b), transaction.atomic():
        assert (told(), Branch.objects.get().company_id) == (str(b), b)


def test_one_connection_serves_company_after_company(a: int, b: int) -> None:
    seen = []
    for company in (a, b, a, b):
        with company_scope(company), transaction.atomic():
            seen.append((connection.connection.info.backend_pid, Branch.objects.get().company_id))
    assert [company for _, company in seen] == [a, b, a, b]
    assert len({pid for pid, _ in seen}) == 1


def test_new_connection_inside_a_scope_knows_the_company(a: int) -> None:
    with company_scope(a):
        connection.close()
        with transaction.atomic():
            assert Branch.objects.count() == 1


def test_reading_opens_a_transaction_only_where_there_is_none(a: int) -> None:
    @reading
    def is_inside() -> tuple[bool, int]:
        return connection.in_atomic_block, Branch.objects.count()

    with company_scope(a):
        assert is_inside() == (True, 1)
        assert not connection.in_atomic_block
        with transaction.atomic():
            assert is_inside() == (True, 1)


def test_new_row_belongs_to_the_scopes_company(a: int) -> None:
    with company_scope(a), transaction.atomic():
        assert make.make_customer().company_id == a


def test_row_for_another_company_is_refused_by_the_database(a: int, b: int) -> None:
    with company_scope(a), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        Branch.objects.create(company_id=b, name="Foreign", display_name="Foreign", time_zone="UTC")


def test_row_cannot_be_given_to_another_company(a: int, b: int) -> None:
    with company_scope(a), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        Branch.objects.update(company_id=b)


def test_rows_of_another_company_are_neither_seen_nor_changed_without_the_managers(a: int, b: int) -> None:
    with company_scope(a), transaction.atomic():
        assert set(Branch.unscoped.values_list("company_id", flat=True)) == {a}
        assert Branch.unscoped.filter(company_id=b).update(name="Taken") == 0
        assert Branch.unscoped.filter(company_id=b).delete() == (0, {})


def test_rows_of_nobody_are_seen_without_a_company(a: int, b: int) -> None:
    with psycopg.connect(database.app_url(connection.settings_dict["NAME"])) as app:
        assert app.execute("SELECT count(*) FROM tenancy_branch").fetchone() == (0,)
        app.execute("SELECT set_config('portico.company', '', true)")
        assert app.execute("SELECT count(*) FROM tenancy_branch").fetchone() == (0,)


def test_key_cannot_cross_companies_whoever_writes_it(a: int, b: int) -> None:
    """The owner bypasses nothing either: the company is part of the foreign key."""
    with company_scope(b), transaction.atomic():
        foreign = make.make_customer()
    with company_scope(a), transaction.atomic():
        place = make.make_location(make.make_customer())
    with company_scope(a), transaction.atomic():
        Location.objects.filter(pk=place.pk).update(customer_id=foreign.pk)
        with pytest.raises(IntegrityError):
            connection.check_constraints()
        transaction.set_rollback(True)
    with company_scope(a), transaction.atomic():
        assert not Customer.objects.filter(pk=foreign.pk).exists()


def test_adopted_scope_is_restored(a: int) -> None:
    with transaction.atomic():
        scope.tell_database(a)
        scope.adopt(a)
        assert (scope.current_company_id(), told()) == (a, str(a))
        scope.restore(None)
        assert (scope.company_id_or_none(), told()) == (None, "")
