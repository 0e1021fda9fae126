"""A lasting connection ends with its server; the next request makes a new one."""

from __future__ import annotations

import psycopg
import pytest
from django.db import close_old_connections, connection

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


def _end(backend: int) -> None:
    """What a restarted server does to each connection."""
    parameters = {**connection.get_connection_params(), "cursor_factory": psycopg.Cursor}
    parameters.pop("context", None)
    with psycopg.connect(**parameters, autocommit=True) as another:
        assert another.execute("SELECT pg_terminate_backend(%s, 5000)", [backend]).fetchone() == (True,)
