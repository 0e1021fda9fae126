"""PostgreSQL that knows the company: it is named at every BEGIN, and nothing runs outside a transaction."""

from __future__ import annotations

import select
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from django.db.backends.utils import debug_transaction
from psycopg.pq import TransactionStatus

from portico.foundation.tenancy import scope
from portico.foundation.tenancy.backend.schema import DatabaseSchemaEditor
from portico.foundation.tenancy.backend.wire import Wire

BEGIN = b"BEGIN"
BEGIN_FOR = b"BEGIN; SELECT set_config('portico.company', '%d', true)"

_unguarded: ContextVar[bool] = ContextVar("portico_unguarded", default=False)
_begins_with_next: ContextVar[bool] = ContextVar("portico_begins_with_next", default=False)


@contextmanager
def anywhere() -> Iterator[None]:
    """Let Django's own set-up statements pass the guard."""
    token = _unguarded.set(True)
    try:
        yield
    finally:
        _unguarded.reset(token)


@contextmanager
def begin_with_next() -> Iterator[None]:
    """Let a transaction that begins here go out in one message with its first statement."""
    token = _begins_with_next.set(True)
    try:
        yield
    finally:
        _begins_with_next.reset(token)


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
        pgconn = self.connection.pgconn
        try:
            if _has_news(pgconn.socket):
                for _ in ("what the server said last", "that it hung up"):
                    pgconn.consume_input()
        except psycopg.Error:  # also where there is no socket any more
            return False
        return bool(pgconn.status == psycopg.pq.ConnStatus.OK)

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        made = super().get_new_connection(conn_params)
        self.wire = Wire(made.pgconn)
        return made

    def _set_autocommit(self, autocommit: Any) -> None:
        """Transactions begin by the message below, and psycopg stays as it is."""
        if self.connection.autocommit != autocommit:
            super()._set_autocommit(autocommit)  # type: ignore[misc]  # stubs leave out private ways

    def _start_transaction_under_autocommit(self) -> None:
        """BEGIN and the name of the company in one message."""
        company_id = scope.company_id_or_none()
        with self.wrap_database_errors:
            if company_id is not None:
                self.wire.tell(BEGIN_FOR % company_id)
            elif _begins_with_next.get():
                self.wire.tell_with_next(BEGIN)
            else:
                self.wire.tell(BEGIN)

    def _commit(self) -> None:
        self._end(b"COMMIT")

    def _rollback(self) -> None:
        self._end(b"ROLLBACK")

    def _end(self, how: bytes) -> None:
        if self.connection is None:
            return
        self.wire.first = b""
        if self.wire.pgconn.transaction_status == TransactionStatus.IDLE:
            return
        logged = debug_transaction(self, how.decode()) if self.queries_logged else nullcontext()
        with logged, self.wrap_database_errors:
            self.wire.tell(how)


def _has_news(socket: int) -> bool:
    """Whether the server said something unasked; that it hung up counts as such."""
    look = select.poll()
    look.register(socket, select.POLLIN)
    return bool(look.poll(0))


def _guard(execute: Callable[..., Any], sql: str, params: Any, many: Any, context: dict[str, Any]) -> Any:
    outside = context["connection"].get_autocommit()
    if outside and scope.company_id_or_none() is not None and not _unguarded.get():
        raise scope.OutsideScope("statement outside a transaction")
    if "cursor" in context:  # what goes through the wire takes BEGIN along
        context["connection"].wire.tell_first()
    return execute(sql, params, many, context)
