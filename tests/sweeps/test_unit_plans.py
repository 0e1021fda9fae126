"""No page of equipment reads a whole history: ten units or thousands, a unit with thousands of jobs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, transaction

from portico.domain.equipment.queries import office_sql
from portico.domain.equipment.queries import unit_sql as equipment_sql
from portico.domain.jobs.queries import unit_sql as jobs_sql
from tests.sweeps import test_plans

company = test_plans.company
STATEMENTS = {
    "units": equipment_sql.UNITS,
    "one unit": equipment_sql.ONE_UNIT,
    "home": equipment_sql.HOME,
    "jobs of a unit": jobs_sql.OF_UNIT,
    "jobs at a home": jobs_sql.AT_HOME,
    "units in the office": office_sql.OF_CUSTOMER,
    "one unit in the office": office_sql.ONE_UNIT,
}
BY_KEY = (jobs_sql.OF_UNIT, jobs_sql.AT_HOME)


@pytest.mark.parametrize("of_location", (False, True))
def test_plans_of_equipment_read_little(company: int, of_location: bool) -> None:
    found = {}
    for name, text in STATEMENTS.items():
        values = given(company, of_location=of_location, by_key=text in BY_KEY)
        found[name] = test_plans._most_rows(text, values)
    assert {name: rows for name, rows in found.items() if rows > test_plans.MOST_ROWS} == {}


def given(company: int, *, of_location: bool, by_key: bool) -> dict[str, Any]:
    """The unit in the middle of the customer with the longest history; its first one for the jobs."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.id, c.public_id, l.id, l.public_id FROM customers_customer c"
            " JOIN customers_location l ON l.customer_id = c.id ORDER BY c.source_id LIMIT 1"
        )
        customer, customer_id, location, location_id = cursor.fetchone()
        cursor.execute(
            "SELECT public_id FROM equipment_installedequipment WHERE customer_id = %s AND is_active"
            " ORDER BY location_id, id OFFSET 1000 LIMIT 1",
            [customer],
        )
        after = cursor.fetchone()[0]
        cursor.execute("SELECT min(id) FROM equipment_installedequipment WHERE customer_id = %s", [customer])
        first = cursor.fetchone()[0]
    return {
        "customers": [customer],
        "locations": [location if of_location else None],
        "customer": customer_id,
        "company": company,
        "now": datetime.now(UTC),
        "limit": 26,
        "seen": 200,
        "gone": False,
        "after": after,
        **({"unit": first, "location": location} if by_key else {"unit": after, "location": location_id}),
    }
