"""A company's tables as text that two runs can be compared by: without surrogate keys, random ids and clocks."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from portico.foundation.tenancy.models import HostName
from portico.foundation.tenancy.scope import company_scope

ALWAYS = {"id", "public_id", "company_id", "host_id"}
CLOCKS = {
    "audit_auditentry": {"at", "subject_id", "customer_id"},
    "customers_portalcontact": {"stage_at"},
    "estimates_estimateevent": {"at"},
    "estimates_estimateversion": {"at"},
    "documents_storedfile": {"stored_as", "original_as", "thumbnail_as", "created_at"},
    "importer_importrun": {"started_at", "finished_at", "report"},
    "importer_stagedfile": {"stored_as"},
    "tenancy_company": {"created_at"},
}
RANDOM = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
KEYS = """
SELECT conrelid::regclass::text, a.attname, confrelid::regclass::text FROM pg_constraint c
JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace AND a.attname <> 'company_id'
"""
TABLES = """
SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'company_id'
  AND table_name NOT LIKE 'procrastinate%%' ORDER BY 1
"""


def dump(host: str) -> list[str]:
    """Every row of the company, sorted; keys are replaced by what the row they lead to says of itself."""
    with transaction.atomic():
        company = HostName.objects.get(host=host).company_id
    with company_scope(company), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(KEYS)
        keys = {(table, column): target for table, column, target in cursor.fetchall()}
        cursor.execute(TABLES)
        tables = [table for (table,) in cursor.fetchall()]
        rows: dict[str, dict[int, dict[str, Any]]] = {}
        for table in tables:
            cursor.execute(f"SELECT to_jsonb(t) FROM {table} t WHERE company_id = %s", [company])
            found = [json.loads(row) if isinstance(row, str) else row for (row,) in cursor.fetchall()]
            rows[table] = {row.get("id", row.get("customer_id")): row for row in found}
    reader = _Reader(rows, keys)
    return sorted(f"{table} {reader.said(table, key)}" for table in rows for key in rows[table])


class _Reader:
    def __init__(self, rows: dict[str, dict[int, dict[str, Any]]], keys: dict[tuple[str, str], str]) -> None:
        self.rows, self.keys = rows, keys
        self.known: dict[tuple[str, int], str] = {}

    def said(self, table: str, key: int) -> str:
        if (table, key) not in self.known:
            row = self.rows[table][key]
            columns = {name: self._value(table, name, row[name]) for name in sorted(row) if self._counts(table, name)}
            if table == "importer_stagedfile":
                content = Path(settings.MEDIA_ROOT, row["stored_as"]).read_bytes()
                columns["content"] = hashlib.sha256(content).hexdigest()
            self.known[table, key] = json.dumps(columns, ensure_ascii=False)
        return self.known[table, key]

    def _counts(self, table: str, name: str) -> bool:
        return name not in ALWAYS and name not in CLOCKS.get(table, set())

    def _value(self, table: str, name: str, value: Any) -> Any:
        if (table, name) == ("estimates_estimateversion", "content"):
            return RANDOM.sub("random", json.dumps(value, sort_keys=True))
        target = self.keys.get((table, name))
        if target is None or value is None or target not in self.rows:
            return value
        return hashlib.sha256(self.said(target, value).encode()).hexdigest()[:16]


def stray_files(host: str) -> set[str]:
    """Files in the store that no row names, and names without a file."""
    with transaction.atomic():
        company = HostName.objects.get(host=host).company
    folder = Path(settings.MEDIA_ROOT, "imports", str(company.public_id))
    with company_scope(company.pk), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT stored_as FROM importer_stagedfile")
        named = {name for (name,) in cursor.fetchall()}
    there = {f"imports/{company.public_id}/{path.name}" for path in folder.iterdir()} if folder.is_dir() else set()
    return named ^ there
