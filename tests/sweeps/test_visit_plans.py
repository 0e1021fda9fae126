"""No page of visits reads a whole history: neither of a customer nor of a company's day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from portico.domain.jobs.queries import office_visit_sql, visit_sql
from tests.sweeps import test_plans

company = test_plans.company
STATEMENTS = {
    "coming": visit_sql.COMING,
    "one visit": visit_sql.VISIT,
    "day of the office": office_visit_sql.OF_DAY,
    "one visit of the office": office_visit_sql.ONE,
    "visits of a job": office_visit_sql.OF_JOB,
    "branches": office_visit_sql.BRANCHES,
}


def test_plans_of_visits_read_little(company: int) -> None:
    values = _given(company)
    found = {name: test_plans._most_rows(text, values) for name, text in STATEMENTS.items()}
    assert {name: rows for name, rows in found.items() if rows > test_plans.MOST_ROWS} == {}


def _given(company: int) -> dict[str, Any]:
    """The middle visit of the customer with the longest history; a day so long that only a page of it is read."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM customers_customer ORDER BY source_id LIMIT 1")
        (customer,) = cursor.fetchone()
        cursor.execute(
            "SELECT a.public_id, j.public_id FROM jobs_appointment a JOIN jobs_job j ON j.id = a.job_id"
            " WHERE j.customer_id = %s ORDER BY a.starts_at OFFSET 1000 LIMIT 1",
            [customer],
        )
        visit, job = cursor.fetchone()
    now = datetime.now(UTC)
    return {
        "company": company,
        "customers": [customer],
        "locations": [None],
        "appointment": visit,
        "after": visit,
        "job": job,
        "now": now,
        "since": now - timedelta(days=9000),
        "until": now + timedelta(days=9000),
        "branch": None,
        "status": "",
        "limit": 51,
    }
