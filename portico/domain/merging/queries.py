"""What a merge would move, and which merges stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from portico.domain.merging import preview_sql
from portico.foundation.tenancy.scope import reading
from portico.foundation.tenancy.sql import fetch_json


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
    found = fetch_json(preview_sql.SIDES, ids=list(ids))
    records = (Record(**row | {"id": UUID(row["id"]), "emails": tuple(row["emails"])}) for row in found)
    return {record.id: record for record in records}


@reading
def standing_merges(customer: UUID) -> list[Standing]:
    """The merges into this record, newest first; of a record that was merged away, its own."""
    return [_standing(row) for row in fetch_json(preview_sql.STANDING, customer=customer)]


def _standing(row: dict[str, Any]) -> Standing:
    at = datetime.fromisoformat(row["at"])
    return Standing(**row | {"id": UUID(row["id"]), "merge": UUID(row["merge"]), "at": at})
