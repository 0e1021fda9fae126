"""A page must not read its customer's whole history: a look at the plan that PostgreSQL keeps for it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from types import ModuleType
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import connection, transaction

from bench.cast import Kind
from bench.rows import Row, fill_company
from bench.search import people
from portico.domain.billing.queries import invoice_sql, job_invoice_sql, payment_sql
from portico.domain.documents.queries import portal_sql as document_sql
from portico.domain.jobs.queries import job_sql
from portico.foundation.tenancy.scope import company_scope
from portico.foundation.tenancy.tasks import all_company_ids
from tests import database

LONG = Kind("long", people=1, jobs=2000, open=12)
ORDINARY = Kind("ordinary", people=49, jobs=10, open=3)
COMPANIES = 5
MOST_ROWS = 200
A_PAGE = 150  # a full page ends the walk before it has looked at as many jobs as it may
NO_PAGES = {"BUNDLE", "EVERYWHERE", "JOB"}  # an archive reads a whole job; the others are parts of statements


def _statements(*modules: ModuleType) -> dict[str, str]:
    """The whole statements among a module's texts."""
    return {
        name: text
        for module in modules
        for name, text in vars(module).items()
        if name.isupper() and isinstance(text, str) and text.lstrip().startswith(("SELECT", "WITH"))
    }


HOT = _statements(invoice_sql, payment_sql)


@pytest.fixture
def company(transactional_db: None) -> Iterator[int]:
    """Several companies, their statistics known; in one a customer has two hundred times the history of any other."""
    crowd = list(people(COMPANIES * ORDINARY.people + 1))
    for at in range(COMPANIES):
        rows = [Row(number, person, ORDINARY) for number, person in enumerate(crowd[at + 1 :: COMPANIES], 1)]
        fill_company(f"plans-{at}", rows if at else [Row(0, crowd[0], LONG), *rows])
    with psycopg.connect(database.owner_url(connection.settings_dict["NAME"]), autocommit=True) as owner:
        owner.execute("ANALYZE")
    company = min(all_company_ids())
    with company_scope(company):
        yield company


def test_plans_of_hot_statements_read_little(company: int) -> None:
    values = _values(company)
    found = {name: _most_rows(text, values) for name, text in HOT.items()}
    assert {name: rows for name, rows in found.items() if rows > MOST_ROWS} == {}
    assert len(found) >= 10


@pytest.mark.parametrize("narrowed", ({}, {"words": "no such word"}, {"trade": "none"}, {"location": True}))
def test_plans_of_jobs_read_little(company: int, narrowed: dict[str, Any]) -> None:
    values = _values(company) | _job_values() | narrowed
    values |= {"location": _newest("customers_location", values["customers"])} if "location" in narrowed else {}
    texts = {**_statements(job_sql), "OF_JOB": job_invoice_sql.OF_JOB}
    for first in (True, False):
        values["after"] = None if first else values["job"]
        found = {name: _most_rows(text, values) for name, text in texts.items()}
        assert {name: rows for name, rows in found.items() if rows > MOST_ROWS} == {}
        assert sorted(found) == ["JOB", "OF_JOB", "OPEN_LIST", "PAST_LIST"]
        assert narrowed or found["PAST_LIST"] <= A_PAGE


def _job_values() -> dict[str, Any]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT public_id FROM jobs_job j WHERE customer_id = (SELECT id FROM customers_customer"
            " ORDER BY source_id LIMIT 1) ORDER BY happens_at DESC, id DESC OFFSET 1000 LIMIT 1"
        )
        job = cursor.fetchone()[0]
    days = {"since": "-infinity", "until": "infinity"}
    return {"job": job, "location": None, "words": "", "trade": "", "seen": 200, "many": 100, **days}


def _newest(table: str, customers: list[int]) -> Any:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT public_id FROM {table} WHERE customer_id = ANY(%s) ORDER BY id DESC", [customers])
        return cursor.fetchone()[0]


@pytest.mark.parametrize("narrowed", ({}, {"kind": "form"}, {"location": True}))
def test_plans_of_documents_read_little(company: int, narrowed: dict[str, Any]) -> None:
    job, document = _many_documents(company)
    values = _values(company) | {"job": job, "document": document, "kind": "", "location": None, "seen": 200, "unit": 1}
    values |= narrowed
    values |= {"location": _newest("customers_location", values["customers"])} if "location" in narrowed else {}
    texts = _statements(document_sql)
    assert sorted(name for name in texts if name not in NO_PAGES) == ["LIST", "OF_JOB", "OF_UNIT", "ONE", "STORED"]
    for before in (None, document):
        found = {name: _most_rows(texts[name], values | {"before": before}) for name in texts if name not in NO_PAGES}
        assert {name: rows for name, rows in found.items() if rows > MOST_ROWS} == {}


def _many_documents(company: int) -> tuple[Any, Any]:
    """A photo of each job of the long history, a thousand more of one of them: that job, and a photo amid them."""
    rows = """INSERT INTO documents_document (company_id, public_id, source, source_path, kind, name, customer_id,
        location_id, job_id, answers, form_status, created_at, uploaded_by_name, is_shared, shared_by_name)
      SELECT %(company)s, gen_random_uuid(), '', '', 'photo', 'photo.jpg', j.customer_id, j.location_id, j.id, '[]', '',
        j.happens_at + n * interval '1 second', '', true, '' FROM jobs_job j, generate_series(1, %(each)s) n
      WHERE j.company_id = %(company)s AND (%(job)s::bigint IS NULL OR j.id = %(job)s::bigint)"""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, public_id FROM jobs_job WHERE customer_id = (SELECT id FROM customers_customer"
            " ORDER BY source_id LIMIT 1) ORDER BY happens_at DESC, id DESC OFFSET 1000 LIMIT 1"
        )
        key, job = cursor.fetchone()
        cursor.execute(rows, {"company": company, "job": None, "each": 1})
        cursor.execute(rows, {"company": company, "job": key, "each": 1000})
        cursor.execute(
            "SELECT public_id FROM documents_document WHERE job_id = %s ORDER BY created_at DESC LIMIT 1 OFFSET 500",
            [key],
        )
        document = cursor.fetchone()[0]
    with psycopg.connect(database.owner_url(connection.settings_dict["NAME"]), autocommit=True) as owner:
        owner.execute("ANALYZE documents_document")
    return job, document


def test_plans_guard_sees_a_whole_history(company: int) -> None:
    whole = "SELECT count(*) FROM billing_invoice i WHERE i.customer_id = ANY(%(customers)s::bigint[])"
    assert _most_rows(whole, _values(company)) > MOST_ROWS


def _values(company: int) -> dict[str, Any]:
    """What the statements are given, for the customer with the long history."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM customers_customer ORDER BY source_id LIMIT 1")
        customer = cursor.fetchone()[0]
        cursor.execute(
            "SELECT public_id FROM billing_invoice WHERE customer_id = %s ORDER BY issued_on DESC, id DESC"
            " OFFSET 1000 LIMIT 1",
            [customer],
        )
        invoice = cursor.fetchone()[0]
        cursor.execute(
            "SELECT public_id FROM billing_payment WHERE customer_id = %s ORDER BY created_at DESC, id DESC"
            " OFFSET 1000 LIMIT 1",
            [customer],
        )
        payment = cursor.fetchone()[0]
    scope = {"customers": [customer], "locations": [None]}
    service = {f"service_{name}": value for name, value in scope.items()}
    one = {"invoice": invoice, "after": invoice, "invoices": [invoice], "payment": payment, "before": payment}
    rest = {
        "company": company,
        "limit": 26,
        "now": datetime.now(UTC),
        "real_now": datetime.now(UTC),
        "login": uuid4(),
        "email": "person0@plans-0.example.com",
        "gateways": ["sandbox"],
    }
    return {**scope, **service, **one, **rest}


def _most_rows(text: str, values: dict[str, Any]) -> int:
    """The most rows that one node of the generic plan touches, those thrown away by a filter too."""
    names = list(dict.fromkeys(re.findall(r"%\((\w+)\)s", text)))
    numbered = re.sub(r"%\((\w+)\)s", lambda found: f"${names.index(found[1]) + 1}", text)
    with transaction.atomic(), psycopg.ClientCursor(connection.connection) as cursor:
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        cursor.execute("PREPARE probe AS " + numbered)
        marks = ", ".join(["%s"] * len(names))
        row = cursor.execute(
            f"EXPLAIN (ANALYZE, TIMING off, FORMAT JSON) EXECUTE probe ({marks})", [values[name] for name in names]
        ).fetchone()
        cursor.execute("DEALLOCATE probe")
    assert row is not None
    plan = row[0] if isinstance(row[0], list) else json.loads(row[0])
    return max(_rows(plan[0]["Plan"]))


def _rows(node: dict[str, Any]) -> Iterator[int]:
    thrown = sum(count for key, count in node.items() if key.startswith("Rows Removed by"))
    yield round((node["Actual Rows"] + thrown) * node["Actual Loops"])
    for inner in node.get("Plans", []):
        yield from _rows(inner)
