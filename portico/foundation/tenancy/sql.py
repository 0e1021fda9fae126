"""Statements written as SQL text, prepared on the server: the hot pages."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

from portico.foundation.tenancy import scope

PLACEHOLDER = re.compile(r"%(?:%|\((\w+)\)s)")


def fetch_json(statement: str, **values: Any) -> Any:
    """The single JSON value that `statement` gives, e.g. of jsonb_build_object(…). Runs in the open transaction.

    `%(company)s` is the company of the scope: a look-up by id or address names it, so that the statement keeps to its
    company without row-level security too.
    """
    return fetch_unscoped(statement, {"company": scope.current_company_id(), **values})


def columns(rows: str, *names: str) -> str:
    """SQL for a long list: each column in one go, in the order in which `rows` come; dearer is JSON of each row."""
    aggregates = [f"'{name}', json_agg({rows}.{name})" for name in names]
    return f"json_build_object({', '.join(aggregates)})"


def rows_of(found: dict[str, list[Any] | None]) -> list[dict[str, Any]]:
    """The rows of what `columns()` brought."""
    lists = [values or [] for values in found.values()]
    return [dict(zip(found, row, strict=True)) for row in zip(*lists, strict=True)]


def fetch_unscoped(statement: str, values: dict[str, Any]) -> Any:
    """The same before any company is known: for the way in, and nothing else."""
    database = connections[DEFAULT_DB_ALIAS]
    if not database.in_atomic_block:
        raise scope.OutsideScope("statement outside a transaction")
    found = _execute(database, statement, values)
    return None if found is None else json.loads(found.decode())  # of bytes json would guess the encoding


def _execute(database: Any, statement: str, values: dict[str, Any]) -> bytes | None:
    """Past Django's cursor, which binds on the client and so never prepares; the guards and the count still see it."""

    def run(sql: str, params: Any, many: Any, context: dict[str, Any]) -> Any:
        if database.queries_logged:
            database.queries_log.append({"sql": sql.strip(), "time": ""})
        text, names = _numbered(sql)
        return database.wire.ask(text, [params[name] for name in names])

    execute: Any = run
    for wrapper in reversed(database.execute_wrappers):
        execute = _wrapped(wrapper, execute)
    with database.wrap_database_errors:
        found: bytes | None = execute(statement, values, None, {"connection": database})
    return found


@lru_cache(500)
def _numbered(statement: str) -> tuple[bytes, tuple[str, ...]]:
    """`%(name)s` as PostgreSQL's own `$1`; psycopg would take a statement as long as a page's apart at every call."""
    names = list(dict.fromkeys(name for name in PLACEHOLDER.findall(statement) if name))

    def number(found: re.Match[str]) -> str:
        return f"${names.index(found[1]) + 1}" if found[1] else "%"

    return PLACEHOLDER.sub(number, statement).encode(), tuple(names)


def _wrapped(wrapper: Any, inner: Any) -> Any:
    return lambda sql, params, many, context: wrapper(inner, sql, params, many, context)
