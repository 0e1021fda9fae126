"""What must be true of the stage and of the files that were copied for it."""

from __future__ import annotations

from portico.foundation.tenancy import files as store
from portico.foundation.tenancy.invariants import Violation
from portico.foundation.tenancy.scope import reading
from portico.importer import files, sql
from portico.importer.models import StagedFile, StagedRecord, StageState
from portico.importer.registry import ENTITIES

MISSING = """SELECT count(*), coalesce(min(s.source_id)::text, '') FROM importer_stagedrecord s
  WHERE s.company_id = %(company)s AND s.entity = %(entity)s AND s.state = 'applied' AND NOT EXISTS (
    SELECT FROM {table} t WHERE t.company_id = s.company_id AND t.source_id = s.source_id {among})"""
AMONG = {
    "forms/attachments": "AND t.source = 'attachment'",
    "forms/submissions": "AND t.source = 'submission'",
}
MAY_BE_REMOVED_HERE = frozenset({"crm/customer-contacts", "crm/location-contacts"})


@reading
def check() -> list[Violation]:
    """Files and rows that do not belong together, and records that count as applied without a row."""
    found = [*_files(), *_unfounded(), *_missing()]
    return [violation for violation in found if violation.count]


def _files() -> list[Violation]:
    rows = list(StagedFile.objects.order_by("path"))
    named, there = {row.stored_as for row in rows}, files.stored()
    stray, absent = sorted(there - named), sorted(named - there)
    wrong = [row.path for row in rows if row.stored_as in there and store.size_of(row.stored_as) != row.size]
    return [
        Violation("every copied file has its row", len(stray), next(iter(stray), "")),
        Violation("every copied file is there", len(absent), next(iter(absent), "")),
        Violation("every copied file is whole", len(wrong), next(iter(wrong), "")),
    ]


def _unfounded() -> list[Violation]:
    """A refusal says why."""
    silent = StagedRecord.objects.filter(state=StageState.REFUSED, reason="").order_by("pk")
    first = silent.values_list("source_id", flat=True).first()
    return [Violation("a refused record says why", silent.count(), "" if first is None else str(first))]


def _missing() -> list[Violation]:
    found = []
    for entity in ENTITIES:
        if entity.tables and entity.name not in MAY_BE_REMOVED_HERE:
            statement = MISSING.replace("{table}", entity.tables[0]).replace("{among}", AMONG.get(entity.name, ""))
            [(count, example)] = sql.rows(statement, entity=entity.name)
            found.append(Violation(f"an applied record of {entity.name} has its row", count, example))
    return found
