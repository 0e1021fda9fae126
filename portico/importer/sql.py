"""Statements on the stage: plain SQL, inside the company's scope and a transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection, transaction

from portico.foundation.tenancy import scope

STAGE = "importer_stagedrecord"


@contextmanager
def cursor() -> Iterator[Any]:
    """A cursor in a transaction of its own, or in the one that is open."""
    with transaction.atomic(), connection.cursor() as opened:
        yield opened


def rows(statement: str, **values: Any) -> list[tuple[Any, ...]]:
    """What a query gives; `company` is filled in."""
    with cursor() as opened:
        opened.execute(statement, {"company": scope.current_company_id(), **values})
        found: list[tuple[Any, ...]] = opened.fetchall()
        return found


def change(statement: str, **values: Any) -> int:
    """Run a statement that changes rows; how many."""
    with cursor() as opened:
        opened.execute(statement, {"company": scope.current_company_id(), **values})
        return int(opened.rowcount)


def analyse(table: str) -> None:
    """Tell the planner how large a temporary table became."""
    with cursor() as opened:
        opened.execute(f"ANALYZE {table}")


def refresh_statistics(*tables: str) -> None:
    """The same for tables of the product, which belong to another role (migration 0003)."""
    with cursor() as opened:
        opened.execute("SELECT portico_analyse(%s)", [list(tables)])


def is_power_of_two(number: int) -> bool:
    """The batches after which statistics are worth refreshing while a table grows."""
    return number & (number - 1) == 0


def copy_rows(table: str, columns: str, records: Sequence[Sequence[Any]]) -> None:
    """COPY rows into a temporary table (COPY straight into a table with row-level security is refused)."""
    with transaction.atomic():
        connection.ensure_connection()
        with (
            psycopg.Cursor(connection.connection) as raw,
            raw.copy(f"COPY {table} ({columns}) FROM STDIN") as copy,
        ):
            for record in records:
                copy.write_row(record)
