import psycopg
import pytest
from django.db import connection, transaction

from portico.foundation.tenancy.models import Branch
from portico.foundation.tenancy.scope import company_scope
from portico.kernel import locks
from tests import database
from tests.counting import statements
from tests.factories import people

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def company() -> int:
    made = people.make_company()
    with people.inside(made):
        Branch.objects.create(name="North", display_name="North", time_zone="America/Phoenix")
    return made.id


def is_locked(name: str, company: int) -> bool:
    with psycopg.connect(database.app_url(connection.settings_dict["NAME"])) as other:
        other.execute("SELECT set_config('portico.company', %s, true)", [str(company)])
        return not other.execute(
            "SELECT 1 FROM tenancy_branch WHERE name = %s FOR UPDATE SKIP LOCKED", [name]
        ).fetchall()


def test_one_row_is_locked_until_the_transaction_ends(company: int) -> None:
    with company_scope(company), transaction.atomic():
        assert locks.lock_one(Branch.objects.filter(name="North")).name == "North"
        assert (is_locked("North", company), is_locked("Brightwater Home", company)) == (True, False)
    assert not is_locked("North", company)


def test_many_rows_are_locked_in_the_order_of_their_keys(company: int) -> None:
    with company_scope(company), transaction.atomic():
        with statements(1):
            rows = locks.lock_all(Branch.objects.order_by("-name"))
        assert [row.pk for row in rows] == sorted(row.pk for row in rows)
        assert is_locked("North", company)
        assert is_locked("Brightwater Home", company)


def test_locking_what_is_not_there_says_so(company: int) -> None:
    with company_scope(company), transaction.atomic(), pytest.raises(Branch.DoesNotExist):
        locks.lock_one(Branch.objects.filter(name="South"))
