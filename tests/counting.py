"""Counts the statements that ask the database something."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext

FREE = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "SET ", "SELECT SET_CONFIG(")


@contextmanager
def statements(expected: int) -> Iterator[None]:
    """Fail unless exactly so many statements run inside; BEGIN, SAVEPOINT and the tenant setting are free."""
    with CaptureQueriesContext(connection) as captured:
        yield
    asked = [query["sql"] for query in captured.captured_queries if not query["sql"].upper().startswith(FREE)]
    listed = "\n".join(f"{number}. {sql[:400]}" for number, sql in enumerate(asked, 1))
    assert len(asked) == expected, f"{len(asked)} statements instead of {expected}:\n{listed}"
