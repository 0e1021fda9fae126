"""Which staged records may be applied: each by itself, then all against one another until nothing more falls."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from portico.importer import sql
from portico.importer.faults import Refused
from portico.importer.fields import Fields, Setting
from portico.importer.registry import ENTITIES, Entity

AT_ONCE = 1000

OPEN = """SELECT id FROM importer_stagedrecord WHERE company_id = %(company)s AND entity = %(entity)s
  AND applied_checksum IS DISTINCT FROM checksum AND state <> 'refused' ORDER BY source_id"""

ASK_AGAIN = """UPDATE importer_stagedrecord SET state = 'waiting', reason = ''
  WHERE company_id = %(company)s AND state = 'refused' AND applied_checksum IS DISTINCT FROM checksum"""

REFUSE = """UPDATE importer_stagedrecord s SET state = 'refused', reason = u.reason
  FROM unnest(%(ids)s::bigint[], %(reasons)s::text[]) AS u (id, reason) WHERE s.id = u.id"""

FALL = """
UPDATE importer_stagedrecord s SET state = 'refused', reason = bad.field ||
  CASE WHEN bad.is_absent THEN ' names ' ELSE ' names a refused record: ' END || bad.ref_entity || ' ' || bad.ref_id ||
  CASE WHEN bad.is_absent THEN ', which is not in this export.' ELSE '.' END
FROM (SELECT DISTINCT ON (e.entity, e.source_id) e.*, t.id IS NULL AS is_absent
      FROM folder_edge e LEFT JOIN importer_stagedrecord t
        ON t.company_id = %(company)s AND t.entity = e.ref_entity AND t.source_id = e.ref_id
      WHERE t.id IS NULL OR t.state = 'refused'
      ORDER BY e.entity, e.source_id, t.id IS NULL DESC, e.position) bad
WHERE s.company_id = %(company)s AND s.entity = bad.entity AND s.source_id = bad.source_id AND s.state <> 'refused'
"""

LINKS = """SELECT source_id, (record->>%(field)s)::bigint FROM importer_stagedrecord
  WHERE company_id = %(company)s AND entity = %(entity)s AND state <> 'refused'
  AND record->>%(field)s ~ '^[0-9]{1,18}$'"""


@dataclass(frozen=True, slots=True)
class Staged:
    """A staged record as the check and the applying read it."""

    id: int
    source_id: int
    record: dict[str, Any]
    applied: dict[str, Any] | None
    fault: str


def check(setting: Setting) -> None:
    """Refuse what cannot be taken. Safe to repeat: earlier refusals are thought over again."""
    sql.change(ASK_AGAIN)
    for entity in ENTITIES:
        for batch in open_records(entity, open_ids(entity)):
            _check_batch(entity, batch, setting)
    for entity in ENTITIES:
        if entity.own:
            _refuse_circles(entity)
    sql.analyse("folder_edge")
    while sql.change(FALL):
        pass


def open_ids(entity: Entity) -> list[int]:
    """Staged records of the entity that are not applied as they stand, by source id."""
    found = sql.rows(OPEN, entity=entity.name)
    return [staged for (staged,) in found]


def open_records(entity: Entity, ids: list[int], *, at_once: int = AT_ONCE) -> Iterator[list[Staged]]:
    """The records of these stage ids, in this order, in batches."""
    for at in range(0, len(ids), at_once):
        yield staged_records(ids[at : at + at_once])


def staged_records(ids: list[int]) -> list[Staged]:
    """The records of these stage ids, in this order."""
    statement = "SELECT id, source_id, record, applied_record, fault FROM importer_stagedrecord WHERE id = ANY(%(ids)s)"
    found = {
        staged: Staged(staged, source_id, json.loads(record), json.loads(applied) if applied else None, fault)
        for staged, source_id, record, applied, fault in sql.rows(statement, ids=ids)
    }
    return [found[staged] for staged in ids]


def refuse(reasons: dict[int, str]) -> None:
    """Mark staged records as refused, by stage id."""
    if reasons:
        sql.change(REFUSE, ids=list(reasons), reasons=list(reasons.values()))


def _check_batch(entity: Entity, batch: list[Staged], setting: Setting) -> None:
    reasons: dict[int, str] = {}
    edges: list[tuple[str, int, int, str, str, int]] = []
    for staged in batch:
        fields = Fields(staged.record, setting)
        try:
            if staged.fault:
                raise Refused(staged.fault)
            entity.parse(fields)
        except Refused as refused:
            reasons[staged.id] = str(refused)
            continue
        edges += [
            (entity.name, staged.source_id, position, ref.field, ref.entity, ref.id)
            for position, ref in enumerate(fields.refs)
        ]
    refuse(reasons)
    sql.copy_rows("folder_edge", "entity, source_id, position, field, ref_entity, ref_id", edges)


def _refuse_circles(entity: Entity) -> None:
    """Records that lead back to themselves, such as a customer merged into one that was merged into it."""
    leads = dict(sql.rows(LINKS, entity=entity.name, field=entity.own))
    circling = [source_id for source_id in leads if source_id in set(_followed(leads, source_id))]
    if circling:
        sql.change(
            """UPDATE importer_stagedrecord SET state = 'refused', reason = %(reason)s
              WHERE company_id = %(company)s AND entity = %(entity)s AND source_id = ANY(%(ids)s)""",
            entity=entity.name,
            ids=circling,
            reason=f"{entity.own} leads back to the record itself.",
        )


def _followed(leads: dict[int, int], start: int) -> Iterator[int]:
    seen: set[int] = set()
    at = start
    while at in leads and at not in seen:
        seen.add(at)
        at = leads[at]
        yield at


def depth_order(entity: Entity, ids: list[int]) -> list[list[int]]:
    """Stage ids in groups, so that a record comes after the one of its own entity that it names."""
    if not entity.own or not ids:
        return [ids]
    leads = dict(sql.rows(LINKS, entity=entity.name, field=entity.own))
    found = sql.rows("SELECT id, source_id FROM importer_stagedrecord WHERE id = ANY(%(ids)s)", ids=ids)
    depth = {staged: sum(1 for _ in _followed(leads, source_id)) for staged, source_id in found}
    groups: dict[int, list[int]] = {}
    for staged in ids:
        groups.setdefault(depth[staged], []).append(staged)
    return [groups[level] for level in sorted(groups)]
