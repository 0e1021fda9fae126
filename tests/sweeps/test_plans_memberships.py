"""The pages of memberships must not read a landlord's whole list: a look at the plans of their statements."""

from __future__ import annotations

from datetime import date
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction

from portico.domain.memberships.queries import membership_sql, office_sql
from tests import database
from tests.sweeps.test_plans import MOST_ROWS, _most_rows, _values, company

__all__ = ["company"]

STATEMENTS = ("MEMBERSHIPS", "ONE", "DISCOUNTS", "DUE", "ACTIVE_AT")


@pytest.mark.parametrize("is_place", (False, True))
def test_plans_of_memberships_read_little(company: int, is_place: bool) -> None:
    values = _values(company)
    membership = _many_memberships(company, values["customers"][0])
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM customers_location WHERE customer_id = %s", [values["customers"][0]])
        location = cursor.fetchone()[0]
    if is_place:
        values |= {"locations": [location], "service_locations": [location]}
    values |= {"membership": membership, "location": location, "from": date(2020, 1, 1), "to": date(2100, 1, 1)}
    values |= {"billing_customers": values["customers"], "billing_locations": values["locations"], "limit": 11}
    values |= {"customer": _newest_customer(values["customers"])}
    texts = {name: getattr(membership_sql, name) for name in STATEMENTS} | {"OFFICE": office_sql.OF_CUSTOMER}
    for after in (None, membership):
        found = {name: _most_rows(text, values | {"after": after}) for name, text in texts.items()}
        assert {name: rows for name, rows in found.items() if rows > MOST_ROWS} == {}


def _newest_customer(customers: list[int]) -> Any:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT public_id FROM customers_customer WHERE id = %s", [customers[0]])
        return cursor.fetchone()[0]


def _many_memberships(company: int, customer: int) -> Any:
    """Two thousand memberships of the long customer, each with four visits and two invoices: one amid them."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO memberships_membershiptype (company_id, public_id, name, display_name, billing, is_active)
            VALUES (%s, gen_random_uuid(), 'Plan', 'Plan', '[]', true) RETURNING id""",
            [company],
        )
        kind = cursor.fetchone()[0]
        cursor.execute(
            """INSERT INTO memberships_membership (company_id, public_id, source_id, customer_id, location_id, type_id,
              status, starts_at, listed_at, billing_frequency, memo, created_at)
            SELECT %s, gen_random_uuid(), n, c.id,
              (SELECT min(l.id) FROM customers_location l WHERE l.customer_id = c.id), %s,
              (ARRAY['Active', 'Suspended', 'Expired', 'Canceled', 'Deleted'])[1 + mod(n, 5)],
              now() - n * interval '1 hour', now() - n * interval '1 hour', 'Annual', '', now()
            FROM customers_customer c, generate_series(1, 2000) n WHERE c.id = %s""",
            [company, kind, customer],
        )
        cursor.execute(
            """INSERT INTO memberships_recurringserviceevent
              (company_id, public_id, membership_id, name, due_at, status)
            SELECT m.company_id, gen_random_uuid(), m.id, 'Tune-up', now() + n * interval '5 days', 'NotAttempted'
            FROM memberships_membership m, generate_series(-2, 2) n WHERE m.company_id = %s""",
            [company],
        )
        cursor.execute(
            "UPDATE billing_invoice SET membership_source_id = 1 + mod(id, 1000) WHERE customer_id = %s", [customer]
        )
        cursor.execute(
            "SELECT public_id FROM memberships_membership WHERE company_id = %s AND source_id = 1000", [company]
        )
        found = cursor.fetchone()[0]
    with psycopg.connect(database.owner_url(connection.settings_dict["NAME"]), autocommit=True) as owner:
        owner.execute("ANALYZE memberships_membership, memberships_recurringserviceevent, billing_invoice")
    return found
