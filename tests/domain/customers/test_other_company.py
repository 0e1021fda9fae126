import pytest

from portico.domain.customers import operations, queries
from portico.domain.customers.errors import Missing
from portico.foundation.people.models import Login
from tests.factories import customers as make
from tests.factories import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows():
    """The same address on a customer of each of two companies."""
    found = {}
    for host in ("demo", "other"):
        with people.inside(people.make_company(host, name=host)):
            customer = make.make_customer(f"Smith of {host}", "ana@example.com")
            found[host] = make.row_of(customer, "ana@example.com")
    return found


def test_nothing_can_be_done_with_a_row_of_another_company(rows):
    with people.inside_id(rows["other"].company_id):
        with pytest.raises(Missing):
            operations.revoke_access(portal_contact=rows["demo"].public_id, by=people.OFFICE)
        assert queries.portal_table(rows["demo"].customer.public_id) == []


def test_same_address_reaches_each_companys_own_customers(rows):
    for host, row in rows.items():
        with people.inside_id(row.company_id):
            assert [reach.name for reach in queries.reach_of("ana@example.com")] == [f"Smith of {host}"]


def test_account_in_one_company_is_no_account_in_the_other(rows):
    with people.inside_id(rows["demo"].company_id):
        people.make_login("ana@example.com")
    with people.inside_id(rows["other"].company_id):
        assert Login.objects.count() == 0
        (row,) = queries.portal_table(rows["other"].customer.public_id)
        assert row.status == ""
