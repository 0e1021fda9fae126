"""A lasting connection ends with its server; the next request makes a new one."""

from __future__ import annotations

import psycopg
import pytest
from django.db import DataError, close_old_connections, connection, transaction
from psycopg.pq import TransactionStatus

from portico.foundation.tenancy.backend.base import begin_with_next
from portico.foundation.tenancy.sql import fetch_unscoped
from tests.factories import people

pytestmark = pytest.mark.django_db(transaction=True)


def test_request_after_the_server_ended_the_connection_works() -> None:
    people.make_company("alder")
    browser = people.portal("alder")
    assert browser.get("/sign-in/").status_code == 200
    ended = connection.connection.info.backend_pid
    _end(ended)

    close_old_connections()  # each request ends with it, other than those of the test client
    answer = browser.get("/sign-in/")

    assert answer.status_code == 200
    assert connection.connection.info.backend_pid != ended


def test_connection_known_as_lost_is_not_usable_and_says_so_again() -> None:
    connection.ensure_connection()
    _end(connection.connection.info.backend_pid)

    assert [connection.is_usable(), connection.is_usable()] == [False, False]
    connection.close()


def _begin() -> transaction.Atomic:
    opened = transaction.atomic()
    with begin_with_next():
        opened.__enter__()
    return opened


def _standing() -> TransactionStatus:
    return TransactionStatus(connection.connection.pgconn.transaction_status)


def test_transaction_that_begins_with_its_first_statement_is_one() -> None:
    connection.ensure_connection()
    opened = _begin()
    assert _standing() == TransactionStatus.IDLE
    own = fetch_unscoped("SELECT to_jsonb(set_config('portico.tried', 'yes', true))", {})
    assert (own, _standing()) == ("yes", TransactionStatus.INTRANS)
    opened.__exit__(None, None, None)
    assert _standing() == TransactionStatus.IDLE
    with transaction.atomic():
        assert fetch_unscoped("SELECT to_jsonb(current_setting('portico.tried', true))", {}) in (None, "")


def test_cursor_as_the_first_statement_is_in_the_transaction_too() -> None:
    connection.ensure_connection()
    opened = _begin()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    assert _standing() == TransactionStatus.INTRANS
    opened.__exit__(None, None, None)
    assert _standing() == TransactionStatus.IDLE


def test_first_statement_that_cannot_be_sent_or_fails_leaves_a_working_connection() -> None:
    connection.ensure_connection()
    for statement, values in (("SELECT to_jsonb(%(one)s::text)", {"one": "\0"}), ("SELECT to_jsonb(1 / 0)", {})):
        opened = _begin()
        with pytest.raises(DataError) as failed:
            fetch_unscoped(statement, values)
        opened.__exit__(DataError, failed.value, None)
        assert _standing() == TransactionStatus.IDLE
    with transaction.atomic():
        assert fetch_unscoped("SELECT to_jsonb(1)", {}) == 1


def _end(backend: int) -> None:
    """What a restarted server does to each connection."""
    parameters = {**connection.get_connection_params(), "cursor_factory": psycopg.Cursor}
    parameters.pop("context", None)
    with psycopg.connect(**parameters, autocommit=True) as another:
        assert another.execute("SELECT pg_terminate_backend(%s, 5000)", [backend]).fetchone() == (True,)
