"""Row locks, always in primary-key order so that two writers never wait for each other in a circle."""

from __future__ import annotations

from typing import TypeVar

from django.db import models

Row = TypeVar("Row", bound=models.Model)


def lock_one(rows: models.QuerySet[Row]) -> Row:
    """The single row of `rows`, locked until the transaction ends; raises DoesNotExist when there is none."""
    return rows.select_for_update(of=("self",)).get()


def lock_all(rows: models.QuerySet[Row]) -> list[Row]:
    """Every row of `rows`, locked in primary-key order."""
    return list(rows.select_for_update(of=("self",)).order_by("pk"))
