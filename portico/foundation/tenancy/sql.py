"""Statements written as SQL text, prepared on the server: the hot pages."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any

import psycopg
from django.db import connection

from portico.foundation.tenancy import scope

PLACEHOLDER = re.compile(r"%(?:%|\((\w+)\)s)")


def fetch_json(statement: str, **values: Any) -> Any:
    """The single JSON value that `statement` gives, e.g. of jsonb_build_object(…). Runs in the open transaction.

    `%(company)s` is the company of the scope: a look-up by id or address names it, so that the statement keeps to its
    company without row-level security too.
    """
    return fetch_unscoped(statement, {"company": scope.current_company_id(), **values})


def fetch_unscoped(statement: str, values: dict[str, Any]) -> Any:
    """The same before any company is known: for the way in, and nothing else."""
    if not connection.in_atomic_block:
        raise scope.OutsideScope("statement outside a transaction")
    with psycopg.RawCursor(connection.connection) as cursor:
        row = _execute(cursor, statement, values)
    return json.loads(row[0]) if row is not None and isinstance(row[0], str) else row and row[0]


def _execute(cursor: psycopg.RawCursor[Any], statement: str, values: dict[str, Any]) -> Any:
    """Past Django's cursor, which binds on the client and so never prepares; the guards and the count still see it."""

    def run(sql: str, params: Any, many: Any, context: dict[str, Any]) -> Any:
        if connection.queries_logged:
            connection.queries_log.append({"sql": sql.strip(), "time": ""})
        text, names = _numbered(sql)
        return cursor.execute(text, [params[name] for name in names], prepare=True).fetchone()

    execute: Any = run
    for wrapper in reversed(connection.execute_wrappers):
        execute = _wrapped(wrapper, execute)
    with connection.wrap_database_errors:
        return execute(statement, values, None, {"connection": connection, "cursor": cursor})


@lru_cache(500)
def _numbered(statement: str) -> tuple[bytes, tuple[str, ...]]:
    """`%(name)s` as PostgreSQL's own `$1`; psycopg would take a statement as long as a page's apart at every call."""
    names = list(dict.fromkeys(name for name in PLACEHOLDER.findall(statement) if name))

    def number(found: re.Match[str]) -> str:
        return f"${names.index(found[1]) + 1}" if found[1] else "%"

    return PLACEHOLDER.sub(number, statement).encode(), tuple(names)


def _wrapped(wrapper: Any, inner: Any) -> Any:
    return lambda sql, params, many, context: wrapper(inner, sql, params, many, context)
