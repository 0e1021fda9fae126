"""Exports that a test changes as the source would."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

from django.db import transaction

from portico.domain.billing import invariants
from portico.foundation.audit.operations import SHELL
from portico.foundation.tenancy.models import HostName
from portico.foundation.tenancy.scope import company_scope
from portico.importer import operations
from portico.importer.models import ImportRun
from portico.importer.report import Report

EXPORTED_ON = datetime(2026, 11, 20, 15, tzinfo=UTC)
LATER = "2027-01-01T00:00:00Z"


def take(folder: Path) -> Report:
    """Import the folder."""
    return operations.import_folder(folder=folder, by=SHELL, tell=lambda _: None)


def has_finished(folder: Path) -> bool:
    """Whether an import of the folder's company came to its end."""
    with transaction.atomic():
        known = HostName.objects.filter(host=host_of(folder)).exists()
    if not known:
        return False
    with inside(folder):
        return ImportRun.objects.filter(finished_at__isnull=False).exists()


@contextmanager
def inside(folder: Path) -> Iterator[None]:
    """In the scope and a transaction of the folder's company."""
    with transaction.atomic():
        company = HostName.objects.get(host=host_of(folder)).company_id
    with company_scope(company), transaction.atomic():
        yield


def money_faults(folder: Path) -> list[Any]:
    """What the invariants of billing say against the books."""
    with inside(folder):
        return list(invariants.check())


def host_of(folder: Path) -> str:
    return str(json.loads((folder / "branch.json").read_text())["company"]["host"])


def copy_of(folder: Path, to: Path) -> Path:
    return Path(shutil.copytree(folder, to, symlinks=True))


def lines(folder: Path, entity: str) -> Iterator[dict[str, Any]]:
    """The records of a file that can be read."""
    for line in (folder / f"{entity}.jsonl").read_bytes().splitlines():
        try:
            record = json.loads(line, parse_constant=_no_constant)
        except ValueError:
            continue
        if isinstance(record, dict) and type(record.get("id")) is int:
            yield record


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def newest(folder: Path, entity: str) -> dict[int, dict[str, Any]]:
    """The record of each id."""
    found: dict[int, dict[str, Any]] = {}
    for record in lines(folder, entity):
        before = found.get(record["id"])
        if before is None or record.get("modifiedOn", "") >= before.get("modifiedOn", ""):
            found[record["id"]] = record
    return found


def change(folder: Path, entity: str, record: dict[str, Any], *, on: str = LATER, **changed: Any) -> dict[str, Any]:
    """Append the record with other values, as a newer line."""
    after = {**record, **changed, "modifiedOn": on}
    with (folder / f"{entity}.jsonl").open("ab") as stream:
        stream.write(b"\n" + json.dumps(after, ensure_ascii=False).encode() + b"\n")
    return after
