"""Attached files: whether they are what the record says, and their copies in the private store.

A copy is written beside its place, flushed to disk and renamed; then its row is written. What a killed run left without
a row is removed when the next run of the same company begins.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings
from django.db import transaction

from portico.foundation.tenancy.models import Company
from portico.foundation.tenancy.scope import current_company_id
from portico.importer import sql
from portico.importer.faults import BadFolder
from portico.importer.models import StagedFile
from portico.kernel import ids

ATTACHMENTS = "forms/attachments"
PIECE = 1 << 20
AT_ONCE = 100
LONGEST_PATH = 500

PATHS = """SELECT DISTINCT s.record->>'path' FROM folder_id f JOIN importer_stagedrecord s
  ON s.company_id = %(company)s AND s.entity = f.entity AND s.source_id = f.source_id
  WHERE f.entity = 'forms/attachments' AND s.state <> 'refused' ORDER BY 1"""


def is_inside(folder: Path, path: Path) -> bool:
    """Whether the path, links followed, stays in the folder."""
    return path.resolve().is_relative_to(folder.resolve())


def fault(folder: Path, record: dict[str, Any]) -> str:
    """Why the attachment's file cannot be taken; empty when it can. Nothing outside the folder is opened."""
    said, size = record.get("path"), record.get("sizeBytes")
    if not isinstance(said, str) or not said or len(said) > LONGEST_PATH:
        return "path names no file."
    parts = PurePosixPath(said)
    if parts.is_absolute() or ".." in parts.parts or "\\" in said or "\0" in said:
        return "path leads out of the folder."
    path = folder / parts
    try:
        if not is_inside(folder, path):
            return "path leads out of the folder."
        if not path.is_file():
            return "The file is not in the folder."
        found = path.stat().st_size
    except (OSError, RuntimeError):
        return "The file cannot be read."
    return "" if size is None or found == size else f"The file has {found} bytes, sizeBytes says {size}."


def sweep() -> None:
    """Remove what an earlier run copied without coming to note it."""
    with transaction.atomic():
        kept = set(StagedFile.objects.values_list("stored_as", flat=True))
    for path in stored():
        if str(path.relative_to(settings.MEDIA_ROOT)) not in kept:
            path.unlink(missing_ok=True)


def stored() -> list[Path]:
    """What lies in the company's part of the private store."""
    store = _store()
    return sorted(store.iterdir()) if store.is_dir() else []


def keep(folder: Path, *, tell: Callable[[str], None]) -> None:
    """Copy the files of all accepted attachments that are not kept yet as they are now."""
    paths = [path for (path,) in sql.rows(PATHS)]
    if paths:
        tell(f"Copying {len(paths)} attached files")
    for at in range(0, len(paths), AT_ONCE):
        try:
            _keep(folder, paths[at : at + AT_ONCE])
        except OSError as error:
            raise BadFolder(f"{error.filename} cannot be copied: {error.strerror}. Import again.") from error


def _keep(folder: Path, paths: list[str]) -> None:
    """Copy those of the paths that are new or changed; their rows are written when all of them are on disk."""
    with transaction.atomic():
        rows = {row.path: row for row in StagedFile.objects.filter(path__in=paths)}
    store, copies = _store(), []
    for path in paths:
        source = folder / PurePosixPath(path)
        if not is_inside(folder, source):
            raise BadFolder(f"{path} changed while it was imported. Import again.")
        if path not in rows or not _is_kept(rows[path], source):
            copies.append(_copy(source, path, store))
    if copies:
        _flush(store)
        _note(rows, copies)


def _is_kept(row: StagedFile, source: Path) -> bool:
    digest = hashlib.sha256()
    for piece in _pieces(source):
        digest.update(piece)
    return bytes(row.digest) == digest.digest() and Path(settings.MEDIA_ROOT, row.stored_as).is_file()


@transaction.atomic
def _note(rows: dict[str, StagedFile], copies: list[StagedFile]) -> None:
    replaced = [rows[copy.path].stored_as for copy in copies if copy.path in rows]
    StagedFile.objects.bulk_create(
        copies,
        update_conflicts=True,
        unique_fields=["company", "path"],
        update_fields=["stored_as", "size", "digest"],
    )
    for name in replaced:
        transaction.on_commit(partial(_forget, name))


def _forget(stored_as: str) -> None:
    Path(settings.MEDIA_ROOT, stored_as).unlink(missing_ok=True)


def _copy(source: Path, path: str, store: Path) -> StagedFile:
    store.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = ids.new_secret()
    draft, digest, size = store / f".{name}.part", hashlib.sha256(), 0
    with draft.open("xb") as target:
        for piece in _pieces(source):
            digest.update(piece)
            size += target.write(piece)
        target.flush()
        os.fsync(target.fileno())
    draft.rename(store / name)
    stored_as = str((store / name).relative_to(settings.MEDIA_ROOT))
    return StagedFile(path=path, stored_as=stored_as, size=size, digest=digest.digest())


def _pieces(source: Path) -> Iterator[bytes]:
    descriptor = os.open(source, os.O_RDONLY | os.O_NOFOLLOW)
    with os.fdopen(descriptor, "rb") as stream:
        while piece := stream.read(PIECE):
            yield piece


def _flush(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _store() -> Path:
    """The company's part of the private store."""
    with transaction.atomic():
        company = Company.objects.get(pk=current_company_id())
    return Path(settings.MEDIA_ROOT, "imports", str(company.public_id))
