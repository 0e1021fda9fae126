"""From a folder's lines to staged records: the newest line of each id, kept with its file and line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from portico.importer import files, lines, sql
from portico.importer.registry import ENTITIES, Entity
from portico.importer.report import Report

AT_ONCE = 1000
MERGED_AT_ONCE = 5000
COLUMNS = "source_id, line, modified_at, checksum, record, fault"

MAKE_TABLES = """
CREATE TEMPORARY TABLE IF NOT EXISTS folder_line (source_id bigint NOT NULL, line integer NOT NULL,
  modified_at timestamptz, checksum bytea NOT NULL, record jsonb NOT NULL, fault text NOT NULL);
CREATE TEMPORARY TABLE IF NOT EXISTS folder_id (entity varchar(60) NOT NULL, source_id bigint NOT NULL);
CREATE TEMPORARY TABLE IF NOT EXISTS folder_edge (entity varchar(60) NOT NULL, source_id bigint NOT NULL,
  position integer NOT NULL, field text NOT NULL, ref_entity varchar(60) NOT NULL, ref_id bigint NOT NULL);
CREATE INDEX IF NOT EXISTS folder_line_of_id ON folder_line (source_id);
CREATE INDEX IF NOT EXISTS folder_id_of_entity ON folder_id (entity, source_id);
TRUNCATE folder_line, folder_id, folder_edge
"""

MERGE = """
INSERT INTO importer_stagedrecord AS s
  (company_id, entity, source_id, file, line, modified_at, checksum, record, fault, state, reason)
SELECT %(company)s, %(entity)s, n.source_id, %(file)s, n.line, n.modified_at, n.checksum, n.record, n.fault,
  'waiting', ''
FROM (SELECT DISTINCT ON (source_id) * FROM folder_line WHERE source_id > %(above)s AND source_id <= %(upto)s
      ORDER BY source_id, modified_at DESC NULLS LAST, line DESC) n
ON CONFLICT (company_id, entity, source_id) DO UPDATE SET
  file = excluded.file, line = excluded.line, modified_at = excluded.modified_at, checksum = excluded.checksum,
  record = excluded.record, fault = excluded.fault,
  state = CASE WHEN s.checksum = excluded.checksum THEN s.state
               WHEN s.applied_checksum = excluded.checksum THEN 'applied' ELSE 'waiting' END,
  applied_record = CASE WHEN s.applied_checksum = excluded.checksum THEN NULL
                        WHEN s.applied_checksum = s.checksum THEN s.record ELSE s.applied_record END
WHERE (s.modified_at IS NULL OR excluded.modified_at >= s.modified_at)
  AND (s.checksum, s.file, s.line, s.fault) IS DISTINCT FROM
      (excluded.checksum, excluded.file, excluded.line, excluded.fault)
"""

NOTE_IDS = """
INSERT INTO folder_id SELECT %(entity)s, n.source_id FROM (
  SELECT DISTINCT ON (source_id) source_id, modified_at FROM folder_line
  ORDER BY source_id, modified_at DESC NULLS LAST, line DESC) n
JOIN importer_stagedrecord s ON s.company_id = %(company)s AND s.entity = %(entity)s AND s.source_id = n.source_id
WHERE s.modified_at IS NOT DISTINCT FROM n.modified_at
"""


OPEN_IDS = """
INSERT INTO folder_id SELECT s.entity, s.source_id FROM importer_stagedrecord s
WHERE s.company_id = %(company)s AND s.entity = ANY(%(entities)s) AND s.applied_checksum IS DISTINCT FROM s.checksum
"""


def read_folder(folder: Path, report: Report, *, tell: Callable[[str], None]) -> None:
    """Stage every file of the folder, each in batches that commit by themselves."""
    _make_tables()
    for entity in ENTITIES:
        path = folder / entity.file
        if path.is_file() and files.is_inside(folder, path):
            tell(f"Reading {entity.file}")
            _read_file(folder, path, entity, report)
    sql.analyse("folder_id")
    sql.refresh_statistics(sql.STAGE)


def take_open(report: Report) -> None:
    """Look at what is staged and not applied as if a folder held just that."""
    _make_tables()
    sql.change(OPEN_IDS, entities=[entity.name for entity in ENTITIES])
    sql.analyse("folder_id")
    for entity, number in sql.rows("SELECT entity, count(*) FROM folder_id GROUP BY 1"):
        report.count(entity, "read", number)


def _make_tables() -> None:
    with sql.cursor() as cursor:
        for statement in MAKE_TABLES.split(";"):
            cursor.execute(statement)


def _read_file(folder: Path, path: Path, entity: Entity, report: Report) -> None:
    sql.change("TRUNCATE folder_line")
    with path.open("rb") as stream:
        for batch in _batches(lines.read(stream), AT_ONCE):
            _copy(folder, entity, batch, report)
    for above, upto in _ranges():
        sql.change(MERGE, entity=entity.name, file=entity.file, above=above, upto=upto)
    current = sql.change(NOTE_IDS, entity=entity.name)
    [(total,)] = sql.rows("SELECT count(*) FROM folder_line")
    report.count(entity.name, "superseded", total - current)


def _copy(folder: Path, entity: Entity, batch: list[lines.Line | lines.BadLine], report: Report) -> None:
    report.count(entity.name, "read", len(batch))
    good = []
    for line in batch:
        if isinstance(line, lines.BadLine):
            report.refuse(entity.name, line.number, None, line.reason)
        else:
            good.append(_row(folder, entity, line))
    sql.copy_rows("folder_line", COLUMNS, good)


def _row(folder: Path, entity: Entity, line: lines.Line) -> tuple[Any, ...]:
    fault = line.fault
    if not fault and entity.name == files.ATTACHMENTS:
        fault = files.fault(folder, line.record)
    return (line.source_id, line.number, line.modified_at, line.checksum, line.text, fault)


def _ranges() -> Iterator[tuple[int, int]]:
    """Ranges of ids with at most MERGED_AT_ONCE lines or so, so that no statement grows with the file."""
    found = sql.rows("SELECT source_id FROM folder_line ORDER BY source_id")
    ids = [source_id for (source_id,) in found]
    above = ids[0] - 1 if ids else 0
    for at in range(MERGED_AT_ONCE, len(ids) + MERGED_AT_ONCE, MERGED_AT_ONCE):
        upto = ids[min(at, len(ids)) - 1]
        if upto > above:
            yield above, upto
            above = upto


def _batches(found: Iterator[Any], size: int) -> Iterator[list[Any]]:
    while batch := list(islice(found, size)):
        yield batch


def outcomes() -> dict[str, Counter[str]]:
    """How many of the folder's records stand in which state, by entity."""
    counted: dict[str, Counter[str]] = {}
    statement = """SELECT s.entity, s.state, count(*) FROM folder_id f JOIN importer_stagedrecord s
      ON s.company_id = %(company)s AND s.entity = f.entity AND s.source_id = f.source_id GROUP BY 1, 2"""
    for entity, state, number in sql.rows(statement):
        counted.setdefault(entity, Counter())[state] = number
    return counted
