"""Statements written as SQL text, prepared on the server: the hot pages."""

from __future__ import annotations

import json
from typing import Any

import psycopg
from django.db import connection

from portico.foundation.tenancy import scope


def fetch_json(statement: str, **values: Any) -> Any:
    """The single JSON value that `statement` gives, e.g. of jsonb_build_object(…). Runs in the open transaction.

    `%(company)s` is the company of the scope: a look-up by id or address names it, so that the statement keeps to its
    company without row-level security too.
    """
    values = {"company": scope.current_company_id(), **values}
    if not connection.in_atomic_block:
        raise scope.OutsideScope("statement outside a transaction")
    raw = connection.connection
    with psycopg.Cursor(raw) as cursor:
        row = _execute(cursor, statement, values)
    return json.loads(row[0]) if row is not None and isinstance(row[0], str) else row and row[0]


def _execute(cursor: psycopg.Cursor[Any], statement: str, values: dict[str, Any]) -> Any:
    """Past Django's cursor, which binds on the client and so never prepares; the guards and the count still see it."""

    def run(sql: str, params: Any, many: Any, context: dict[str, Any]) -> Any:
        if connection.queries_logged:
            connection.queries_log.append({"sql": sql.strip(), "time": ""})
        return cursor.execute(sql, params, prepare=True).fetchone()

    execute: Any = run
    for wrapper in reversed(connection.execute_wrappers):
        execute = _wrapped(wrapper, execute)
    with connection.wrap_database_errors:
        return execute(statement, values, None, {"connection": connection, "cursor": cursor})


def _wrapped(wrapper: Any, inner: Any) -> Any:
    return lambda sql, params, many, context: wrapper(inner, sql, params, many, context)
