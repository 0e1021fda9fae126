"""Rows that come from another system and keep its ids: written in bulk, and what was changed here is kept.

For each column three values are compared: what the source said when it was last applied, what it says now, and what
stands here. A column changed here stays while the source's own value is unchanged; when both changed, the source wins.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from portico.foundation.tenancy.models import TenantModel
from portico.kernel import locks

Row = TypeVar("Row", bound=TenantModel)

Columns = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One record of the source. `said` is None when it was never applied; `bound` are keys found here, never kept."""

    source_id: int
    says: Columns
    said: Columns | None = None
    bound: Columns = field(default_factory=dict)


@dataclass(slots=True)
class Written:
    """What became of the changes, by source id; `overruled` names the columns in which the source won."""

    created: list[int] = field(default_factory=list)
    updated: list[int] = field(default_factory=list)
    overruled: list[tuple[int, str]] = field(default_factory=list)
    rebound: list[tuple[int, str]] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)


def write(
    model: type[Row],
    changes: Sequence[Change],
    *,
    fixed: Columns | None = None,
    revived_by: Collection[str] | None = None,
) -> Written:
    """Create or update one row for each change, in the caller's transaction.

    `fixed` are columns that belong to the key. A row that was removed here comes back only when one of the columns
    `revived_by` changed at the source; without it, always.
    """
    written = Written()
    ids = [change.source_id for change in changes]
    found = {
        row.source_id: row  # type: ignore[attr-defined]  # every model given has the column
        for row in locks.lock_all(model.objects.filter(source_id__in=ids, **(fixed or {})))
    }
    new = []
    for change in changes:
        row = found.get(change.source_id)
        if row is not None:
            _update(row, change, written)
        elif _comes_back(change, revived_by):
            new.append(model(source_id=change.source_id, **(fixed or {}), **change.says, **change.bound))
            written.created.append(change.source_id)
        else:
            written.updated.append(change.source_id)
    model.objects.bulk_create(new)
    return written


def settle(ours: Columns, change: Change) -> tuple[dict[str, Any], list[str]]:
    """The columns to change here, and those among them that had been changed here too."""
    differing = {name: value for name, value in change.says.items() if ours[name] != value}
    said = change.said
    if said is None:
        return differing, []
    moved = {name: value for name, value in differing.items() if value != said.get(name, value)}
    return moved, [name for name in moved if ours[name] != said.get(name, ours[name])]


def keys(model: type[Row], ids: Collection[int]) -> dict[int, int]:
    """Primary keys by source id."""
    found = model.objects.filter(source_id__in=ids)
    return {row["source_id"]: row["pk"] for row in found.values("source_id", "pk")}


def _update(row: Row, change: Change, written: Written) -> None:
    ours = {name: getattr(row, name) for name in change.says}
    moved, overruled = settle(ours, change)
    rebound = {name: value for name, value in change.bound.items() if getattr(row, name) != value}
    for name, value in {**moved, **rebound}.items():
        setattr(row, name, value)
    if moved or rebound:
        row.save(update_fields=[*moved, *rebound])
    written.updated.append(change.source_id)
    written.overruled += [(change.source_id, name) for name in overruled]
    written.rebound += [(change.source_id, name) for name in rebound]


def _comes_back(change: Change, revived_by: Collection[str] | None) -> bool:
    if change.said is None or revived_by is None:
        return True
    return any(change.says[name] != change.said.get(name) for name in revived_by)
