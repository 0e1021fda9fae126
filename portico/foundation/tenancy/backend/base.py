"""PostgreSQL that knows the company: it is named at every BEGIN, and nothing runs outside a transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import psycopg
from django.db.backends.postgresql import base

from portico.foundation.tenancy import scope
from portico.foundation.tenancy.backend.schema import DatabaseSchemaEditor

_unguarded: ContextVar[bool] = ContextVar("portico_unguarded", default=False)


@contextmanager
def anywhere() -> Iterator[None]:
    """Let Django's own set-up statements pass the guard."""
    token = _unguarded.set(True)
    try:
        yield
    finally:
        _unguarded.reset(token)


class DatabaseWrapper(base.DatabaseWrapper):
    SchemaEditorClass = DatabaseSchemaEditor

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.execute_wrappers.append(_guard)

    def connect(self) -> None:
        with anywhere():
            super().connect()

    def is_usable(self) -> bool:
        """Look at the socket instead of asking: each request looks, and a question costs as much as a statement."""
        try:
            for _ in ("what the server said last", "that it hung up"):
                self.connection.pgconn.consume_input()
        except psycopg.Error:
            return False
        return bool(self.connection.pgconn.status == psycopg.pq.ConnStatus.OK)

    def set_autocommit(self, autocommit: Any, force_begin_transaction_with_broken_autocommit: Any = None) -> None:
        super().set_autocommit(autocommit, bool(force_begin_transaction_with_broken_autocommit))
        company_id = scope.company_id_or_none()
        if not autocommit and company_id is not None:
            scope.tell_database(company_id)


def _guard(execute: Callable[..., Any], sql: str, params: Any, many: Any, context: dict[str, Any]) -> Any:
    outside = context["connection"].get_autocommit()
    if outside and scope.company_id_or_none() is not None and not _unguarded.get():
        raise scope.OutsideScope("statement outside a transaction")
    return execute(sql, params, many, context)
