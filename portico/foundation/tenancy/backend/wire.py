"""Statements straight through libpq: prepared once a connection, one message each, a tenth of a cursor's cost.

psycopg's own cursors must not prepare on the same connection: at a ROLLBACK they would drop these too.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import psycopg
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGconn, PGresult

DONE = frozenset({ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK})
BOOLEAN = 16


class Wire:
    """One connection, and the names of the statements that its server has prepared."""

    def __init__(self, pgconn: PGconn) -> None:
        self.pgconn = pgconn
        self.names: dict[bytes, bytes] = {}
        self.first = b""

    def tell(self, statements: bytes) -> None:
        """Run statements that say nothing, several in one message."""
        _checked(self.pgconn.exec_(statements))

    def tell_with_next(self, statement: bytes) -> None:
        """Run this statement in one message with what is asked next, or when `tell_first` is called."""
        self._named(statement)
        self.first = statement

    def tell_first(self) -> None:
        """Run now what was to go out with the next question."""
        first, self.first = self.first, b""
        if first:
            self.tell(first)

    def ask(self, statement: bytes, values: Sequence[Any]) -> bytes | None:
        """The single value of the first row, as text; None for NULL and where there is no row."""
        name = self._named(statement)
        texts: Any = [_text(value) for value in values]  # the stubs know no NULL
        found = self._after_first(name, texts) if self.first else _checked(self.pgconn.exec_prepared(name, texts))
        if not found.ntuples:
            return None
        value = found.get_value(0, 0)
        return {b"t": b"true", b"f": b"false"}.get(value, value) if found.ftype(0) == BOOLEAN and value else value

    def _after_first(self, name: bytes, texts: Any) -> PGresult:
        """libpq's pipeline: both leave together, the answers are read in turn up to the mark of the end."""
        first, self.first = self.names[self.first], b""
        self.pgconn.enter_pipeline_mode()
        try:
            self.pgconn.send_query_prepared(first, None)
            self.pgconn.send_query_prepared(name, texts)
            self.pgconn.pipeline_sync()
            begun, found = self._answer(), self._answer()
            self.pgconn.get_result()
        finally:
            self.pgconn.exit_pipeline_mode()
        _checked(begun)
        return _checked(found)

    def _answer(self) -> PGresult | None:
        """One statement's result, and the empty one behind it."""
        found = self.pgconn.get_result()
        self.pgconn.get_result()
        return found

    def _named(self, statement: bytes) -> bytes:
        """The name under which the server knows the statement."""
        return self.names.get(statement) or self._prepare(statement)

    def _prepare(self, statement: bytes) -> bytes:
        name = b"portico_%d" % len(self.names)
        _checked(self.pgconn.prepare(name, statement))
        self.names[statement] = name
        return name


def _checked(result: PGresult | None) -> PGresult:
    if result is None:
        raise psycopg.OperationalError("the server closed the connection")
    if result.status not in DONE:
        raise error_from_result(result)
    return result


def _text(value: Any) -> bytes | None:
    """A value as PostgreSQL reads it; its type is what the statement makes of it."""
    if value is None:
        return None
    if isinstance(value, bytes):
        return b"\\x" + value.hex().encode()
    written = _array(value) if isinstance(value, list | tuple) else _plain(value)
    if "\0" in written:
        raise psycopg.DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
    return written.encode()


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _array(values: Sequence[Any]) -> str:
    return "{" + ",".join("NULL" if value is None else _element(value) for value in values) + "}"


def _element(value: Any) -> str:
    if isinstance(value, int):
        return str(value)
    return '"' + _plain(value).replace("\\", "\\\\").replace('"', '\\"') + '"'
