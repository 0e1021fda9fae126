"""Taking the walls between companies down, one by one, to see that each holds alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from typing import Any
from unittest import mock

import psycopg
from django.db import connection
from psycopg import sql

from portico.foundation.tenancy import sql as statements
from portico.foundation.tenancy.invariants import tenant_models
from portico.foundation.tenancy.models import ScopedManager, ScopedQuerySet
from tests import database

SAYS_COMPANY = re.compile(r"\b\w+\.company_id = %\(company\)s")


@contextmanager
def without(*, managers: bool = False, row_security: bool = False) -> Iterator[None]:
    """Work without the scoped managers (and the company named in our SQL text), without row-level security, or both."""
    with ExitStack() as down:
        if managers:
            down.enter_context(_managers_off())
        if row_security:
            down.enter_context(_row_security_off())
        yield


@contextmanager
def _managers_off() -> Iterator[None]:
    kept = statements._execute

    def everything(self: Any) -> Any:
        return ScopedQuerySet(self.model, using=self._db)

    def says_no_company(cursor: Any, statement: str, values: Any) -> Any:
        return kept(cursor, _without_company(statement), values)

    with (
        mock.patch.object(ScopedManager, "get_queryset", everything),
        mock.patch.object(statements, "_execute", says_no_company),
    ):
        yield


@lru_cache(500)
def _without_company(statement: str) -> str:
    return SAYS_COMPANY.sub("true", statement)


@contextmanager
def _row_security_off() -> Iterator[None]:
    _switch("DISABLE")
    try:
        yield
    finally:
        _switch("ENABLE")


def _switch(how: str) -> None:
    words: Any = {"ENABLE": "ENABLE ROW LEVEL SECURITY", "DISABLE": "DISABLE ROW LEVEL SECURITY"}[how]
    with psycopg.connect(database.owner_url(connection.settings_dict["NAME"])) as owner:
        for model in tenant_models():
            owner.execute(sql.SQL("ALTER TABLE {} {}").format(sql.Identifier(model._meta.db_table), sql.SQL(words)))
