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

    def tell(self, statements: bytes) -> None:
        """Run statements that say nothing, several in one message."""
        _checked(self.pgconn.exec_(statements))

    def ask(self, statement: bytes, values: Sequence[Any]) -> bytes | None:
        """The single value of the first row, as text; None for NULL and where there is no row."""
        name = self.names.get(statement) or self._prepare(statement)
        texts: Any = [_text(value) for value in values]  # the stubs know no NULL
        found = _checked(self.pgconn.exec_prepared(name, texts))
        if not found.ntuples:
            return None
        value = found.get_value(0, 0)
        return {b"t": b"true", b"f": b"false"}.get(value, value) if found.ftype(0) == BOOLEAN and value else value

    def _prepare(self, statement: bytes) -> bytes:
        name = b"portico_%d" % len(self.names)
        _checked(self.pgconn.prepare(name, statement))
        self.names[statement] = name
        return name


def _checked(result: PGresult) -> PGresult:
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
