"""Statements written as text: what they take, what they give, and that they outlive a rollback."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import DataError, ProgrammingError, connection, transaction

from portico.foundation.tenancy.scope import company_scope
from portico.foundation.tenancy.sql import columns, fetch_json, rows_of
from tests.counting import statements
from tests.factories import people

pytestmark = pytest.mark.django_db(transaction=True)

ID = UUID("0f0e0d0c-0b0a-4908-8706-050403020100")
TAKEN = (
    ("bigint", 7, 7),
    ("boolean", True, True),
    ("text", None, None),
    ("text", "O’Neil \\ \"quoted\" 'too'", "O’Neil \\ \"quoted\" 'too'"),
    ("uuid", ID, str(ID)),
    ("date", date(2026, 11, 5), "2026-11-05"),
    ("timestamptz", datetime(2026, 11, 5, 7, 30, tzinfo=UTC), "2026-11-05T07:30:00+00:00"),
    ("bytea", b"\x00\xff\\", "\\x00ff5c"),
    ("bigint[]", [1, None, -2], [1, None, -2]),
    ("text[]", ["a,b", '"', "\\", "", "NULL", None, "{}"], ["a,b", '"', "\\", "", "NULL", None, "{}"]),
    ("uuid[]", (ID,), [str(ID)]),
)


@pytest.fixture
def company() -> Any:
    with company_scope(people.make_company("alder").id):
        yield


@pytest.mark.parametrize(("kind", "given", "expected"), TAKEN)
def test_value_arrives_as_it_was_given(company: None, kind: str, given: Any, expected: Any) -> None:
    with transaction.atomic():
        assert fetch_json(f"SELECT to_jsonb(%(given)s::{kind})", given=given) == expected


def test_answer_without_a_row_is_none(company: None) -> None:
    with transaction.atomic():
        assert fetch_json("SELECT to_jsonb(1) WHERE %(never)s::boolean", never=False) is None


def test_bare_answer_is_read_too(company: None) -> None:
    with transaction.atomic():
        assert [fetch_json(f"SELECT {text}") for text in ("true", "1 = 2", "NULL::boolean", "42")] == [
            True,
            False,
            None,
            42,
        ]


def test_text_with_a_nul_is_refused(company: None) -> None:
    with transaction.atomic(), pytest.raises(DataError):
        fetch_json("SELECT to_jsonb(%(given)s::text)", given="a\0b")


def test_error_of_the_server_is_djangos_with_its_state(company: None) -> None:
    with pytest.raises(DataError) as found, transaction.atomic():
        fetch_json("SELECT to_jsonb(1 / %(by)s::int)", by=0)
    assert getattr(found.value.__cause__, "sqlstate", None) == "22012"


def test_text_that_is_not_sql_is_refused_at_each_try(company: None) -> None:
    for _ in range(2):
        with pytest.raises(ProgrammingError), transaction.atomic():
            fetch_json("SELECT FROM WHERE")


def test_statement_is_prepared_once_and_outlives_a_rollback(company: None) -> None:
    text = "SELECT to_jsonb(%(given)s::bigint + 41)"
    for _ in range(3):
        with transaction.atomic(), statements(1):
            assert fetch_json(text, given=1) == 42
            transaction.set_rollback(True)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%%bigint + 41)'", [])
        assert cursor.fetchone() == (1,)


def test_new_connection_prepares_anew(company: None) -> None:
    for _ in range(2):
        with transaction.atomic():
            assert fetch_json("SELECT to_jsonb(%(given)s::bigint)", given=5) == 5
        connection.close()


@pytest.mark.parametrize("limit", (0, 1, 3))
def test_columns_bring_rows_in_their_order(company: None, limit: int) -> None:
    pairs = """SELECT p.* FROM (VALUES (2, NULL), (3, 'c'), (1, '[]')) AS p(key, word)
      ORDER BY p.key DESC LIMIT %(limit)s"""
    with transaction.atomic():
        found = fetch_json(f"SELECT {columns('r', 'key', 'word')} FROM ({pairs}) r", limit=limit)
    expected = [{"key": 3, "word": "c"}, {"key": 2, "word": None}, {"key": 1, "word": "[]"}]
    assert rows_of(found) == expected[:limit]
