"""What staff are told is hidden must not read a whole history either."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from portico.domain.billing.queries import hidden as bills
from portico.domain.customers import hidden as access
from portico.domain.documents.queries import hidden as documents
from portico.domain.equipment.queries import hidden as units
from portico.domain.estimates.queries import hidden as estimates
from portico.domain.jobs.queries import hidden as jobs
from portico.domain.memberships.queries import hidden as memberships
from portico.faces.customer.viewing.hidden import KINDS
from portico.foundation.people import viewing
from portico.foundation.tenancy.scope import company_scope
from tests.sweeps import long_history as long
from tests.sweeps.long_history import company, long_history

__all__ = ["company", "long_history"]


STATEMENTS = {
    "access": access.ACCESS,
    "jobs": jobs.HIDDEN,
    "invoices": bills.HIDDEN,
    "invoices of others": bills.ELSEWHERE,
    "equipment": units.HIDDEN,
    "memberships": memberships.HIDDEN,
    "estimates": estimates.HIDDEN,
    "documents": documents.HIDDEN,
    "looks that are over": viewing.LAPSED,
    "a way over": viewing.WAITING,
}


@pytest.mark.parametrize("scope", ("whole", "elsewhere", "nothing"))
def test_plans_of_what_is_hidden_read_little(company: int, crowded: None, scope: str) -> None:
    values = _given(company, scope)
    found = {name: long.most_rows(text, values) for name, text in STATEMENTS.items()}
    assert {name: rows for name, rows in found.items() if rows > long.MOST_ROWS} == {}
    assert {name for name, rows in found.items() if rows < access.SEEN} <= {"looks that are over", "a way over"}, found


def test_every_kind_that_is_listed_has_its_plan_looked_at() -> None:
    assert {kind.part for kind in KINDS} == set(STATEMENTS) - {
        "access", "invoices of others", "looks that are over", "a way over",
    }  # fmt: skip


def _given(company: int, scope: str) -> dict[str, Any]:
    """The customer with the longest history, of everything thousands; reached as a whole, elsewhere or not at all."""
    (customer,) = long.one("SELECT id FROM customers_customer WHERE source_id = %s", long.LONG_ONE)
    customers, places = {"whole": ([customer], [None]), "elsewhere": ([customer], [0]), "nothing": ([], [])}[scope]
    return {
        "company": company,
        "customers": customers,
        "locations": places,
        "service_customers": customers,
        "service_locations": places,
        "reached": [customer],
        "email": "many@example.com",
        "now": datetime.now(UTC),
        "digest": b"nothing",
    }


@pytest.fixture(scope="module")
def crowded(long_history: int, django_db_blocker: DjangoDbBlocker) -> None:
    """A hundred locations of each customer, two thousand customers more, an address that stands on all of these."""
    with django_db_blocker.unblock():
        with company_scope(long_history):
            (customer,) = long.one("SELECT id FROM customers_customer WHERE source_id = %s", long.LONG_ONE)
            with transaction.atomic(), connection.cursor() as cursor:
                for statement in PLANTED:
                    cursor.execute(statement, {"company": long_history, "customer": customer})
        long._analyze()


PLANTED = (
    """INSERT INTO customers_location (company_id, public_id, customer_id, name, street, unit, city, region,
        postal_code, country, is_active, created_at)
      SELECT c.company_id, gen_random_uuid(), c.id, 'Unit ' || n, '', '', '', '', '', '', true, now()
      FROM customers_customer c, generate_series(1, CASE WHEN c.id = %(customer)s THEN 1000 ELSE 100 END) n""",
    """INSERT INTO customers_customer (company_id, public_id, number, name, sort_key, type, branch_id, is_branch_fixed,
        memo, is_active, do_not_mail, do_not_service, merged_into_id, created_at, street, unit, city, region,
        postal_code, country)
      SELECT %(company)s, gen_random_uuid(), 'new-' || c.id || '-' || n, 'New', 'new', 'Residential', c.branch_id,
        false, '', true, false, false, CASE WHEN n <= 10 THEN c.id END, now(), '', '', '', '', '', ''
      FROM customers_customer c, generate_series(1, 40) n""",
    """INSERT INTO customers_emailaddress (company_id, public_id, email, customer_count, is_placeholder, is_confirmed)
      VALUES (%(company)s, gen_random_uuid(), 'many@example.com', 1000, true, false)""",
    """INSERT INTO customers_portalcontact (company_id, public_id, customer_id, address_id, email, memo, billing,
        is_on_customer, is_widened, is_present)
      SELECT %(company)s, gen_random_uuid(), c.id, a.id, a.email, '', 'none', false, false, true
      FROM customers_customer c, customers_emailaddress a
      WHERE a.email = 'many@example.com'
        AND (c.id = %(customer)s OR c.merged_into_id IS NULL AND c.number LIKE 'new-%%')""",
)
