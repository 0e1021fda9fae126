"""Changing what the application may not change."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection

from tests import database

TABLES = (
    "estimates_approval",
    "estimates_approvalpaper",
    "estimates_approvalundo",
    "estimates_estimate",
    "estimates_estimateitem",
    "estimates_estimateversion",
    "estimates_estimateterms",
    "estimates_proposal",
    "billing_deposit",
    "jobs_job",
    "audit_auditentry",
)


def mighty() -> psycopg.Connection:
    """Past the application's role and its row-level security."""
    url = database.mighty_url(connection.settings_dict["NAME"])
    if not url:
        pytest.skip("nobody may do everything on this server")
    return psycopg.connect(url, autocommit=True)


@contextmanager
def put_back(server: psycopg.Connection) -> Iterator[None]:
    """What is changed inside is as before afterwards."""
    server.execute("SET session_replication_role = replica")
    for table in TABLES:
        server.execute(f"CREATE TEMP TABLE kept_{table} AS TABLE {table}")
    yield
    for table in TABLES:
        server.execute(f"DELETE FROM {table}")
        server.execute(f"INSERT INTO {table} OVERRIDING SYSTEM VALUE SELECT * FROM kept_{table}")
