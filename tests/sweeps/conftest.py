"""The world of the sweeps: built once for each file, in committed rows; every test works on it in a transaction."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connection, connections
from pytest_django.plugin import DjangoDbBlocker

from portico.config import payments
from tests import database
from tests.factories import world as worlds
from tests.factories.world import World


@pytest.fixture(scope="module")
def with_gateway() -> Iterator[None]:
    """Companies have an account at a gateway that nobody answers at; no page needs an answer."""
    kept = settings.STRIPE_API_BASE
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    payments.wire()
    yield
    settings.STRIPE_API_BASE = kept
    payments.wire()


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker, with_gateway: None) -> Iterator[World]:
    with django_db_blocker.unblock():
        built = worlds.committed()
    yield built
    with django_db_blocker.unblock():
        connections.close_all()
        database.empty(connection.settings_dict["NAME"])
