"""What a merge would move, and which merges stand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from portico.domain.merging import preview_sql
from portico.foundation.tenancy.scope import current_company_id, reading


@dataclass(frozen=True, slots=True)
class Record:
    """One of the two: how much of each table is its own, what is owed on it in minor units, who gets in."""

    id: UUID
    name: str
    number: str
    address: str
    is_merged: bool
    counts: Mapping[str, int]
    open_minor: int
    emails: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """A merge of two customers that can be undone; `id` is the record that was merged away."""

    id: UUID
    name: str
    number: str
    at: datetime
    by_name: str
    merge: UUID


@reading
def records_of(*ids: UUID) -> dict[UUID, Record]:
    """These records, by id; what is not of this company is missing."""
    found = (
        Record(row[0], row[1], row[2], row[3], row[4], _loaded(row[5]), row[6], tuple(_loaded(row[7])))
        for row in _ask(preview_sql.SIDES, ids=list(ids))
    )
    return {record.id: record for record in found}


@reading
def standing_merges(customer: UUID) -> list[Standing]:
    """The merges into this record, newest first; of a record that was merged away, its own."""
    return [Standing(*row) for row in _ask(preview_sql.STANDING, customer=customer)]


def _loaded(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _ask(statement: str, **values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"company": current_company_id(), **values})
        return list(cursor.fetchall())
