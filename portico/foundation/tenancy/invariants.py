"""What must be true of every table of a company, whatever happened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, models

from portico.foundation.tenancy.backend.schema import belongs_to_company
from portico.foundation.tenancy.scope import reading


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that does not hold, how often, and where to begin looking."""

    rule: str
    count: int
    example: str = ""


def tenant_models() -> list[type[models.Model]]:
    """Every table of a company, in a fixed order."""
    return [model for model in sorted(apps.get_models(), key=lambda m: m._meta.label) if belongs_to_company(model)]


def inner_keys(model: type[models.Model]) -> Iterator[models.ForeignKey[Any, Any]]:
    """The foreign keys of a tenant's table that lead to tenants' tables."""
    for field in model._meta.local_fields:
        if isinstance(field, models.ForeignKey) and field.name != "company" and belongs_to_company(field.related_model):
            yield field


@reading
def check() -> list[Violation]:
    """Rows whose foreign key leaves the company. Under row-level security such a row shows as a dangling one."""
    found = []
    for model in tenant_models():
        for key in inner_keys(model):
            violation = _dangling(model, key)
            if violation.count:
                found.append(violation)
    return found


def _dangling(model: type[models.Model], key: models.ForeignKey[Any, Any]) -> Violation:
    quote = connection.ops.quote_name
    table, target = quote(model._meta.db_table), quote(key.related_model._meta.db_table)
    column = quote(key.column)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*), coalesce(min(t.id)::text, '') FROM {table} t"  # noqa: S608 - names of our own tables
            f" WHERE t.{column} IS NOT NULL AND NOT EXISTS (SELECT FROM {target} o WHERE o.id = t.{column})"
        )
        count, example = cursor.fetchone()
    return Violation(f"{model._meta.label}.{key.name} stays in the company", count, example)
