"""The background worker of the tests: does what waits, here and now, in this thread and this transaction."""

import json
from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import app

LONGEST = 500


def drain(*, queue: str | None = None, at_most: int = LONGEST, also_later: timedelta = timedelta(0)) -> list[str]:
    """Run waiting jobs in order until none is left, those they defer included; the names of the tasks that ran.

    A task that raises is marked failed and its error comes through. `also_later` reaches jobs that wait for a time.
    """
    done: list[str] = []
    while len(done) < at_most:
        job = _next_job(queue, timezone.now() + also_later)
        if job is None:
            return done
        _run(*job)
        done.append(job[1])
    raise AssertionError(f"{at_most} jobs ran and there are more: {done[-5:]}")


def waiting() -> list[str]:
    """The names of the tasks that wait, in order."""
    rows = _rows("SELECT task_name FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id", [])
    return [name for (name,) in rows]


def _next_job(queue: str | None, until: Any) -> tuple[int, str, dict[str, Any]] | None:
    rows = _rows(
        "SELECT id, task_name, args::text FROM procrastinate_jobs WHERE status = 'todo'"
        " AND coalesce(scheduled_at, %s) <= %s AND (%s::text IS NULL OR queue_name = %s)"
        " ORDER BY priority DESC, id LIMIT 1",
        [until, until, queue, queue],
    )
    return (rows[0][0], rows[0][1], json.loads(rows[0][2])) if rows else None


def _run(number: int, name: str, args: dict[str, Any]) -> None:
    _mark(number, "doing")
    try:
        app.tasks[name].func(**args)
    except BaseException:
        if not connection.needs_rollback:
            _mark(number, "failed")
        raise
    _mark(number, "succeeded")


def _mark(number: int, status: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = %s WHERE id = %s", [status, number])


def _rows(sql: str, params: Collection[Any]) -> list[tuple[Any, ...]]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())
