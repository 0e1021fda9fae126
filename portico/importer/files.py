"""Attached files: whether they are what the record says, and their copies in the private store.

A copy comes first, then its row. What a killed run left without a row is removed when the next run of the same company
begins.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from pathlib import Path, PurePosixPath
from typing import IO, Any

from django.db import transaction

from portico.domain.documents import imported as documents
from portico.domain.documents.imported import Copy
from portico.foundation.tenancy import files
from portico.importer import sql
from portico.importer.faults import BadFolder
from portico.importer.models import StagedFile

ATTACHMENTS = "forms/attachments"
AREA = "imports"
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
    """Remove what an earlier run copied without coming to note it, and copies that a newer one replaced."""
    with transaction.atomic():
        kept = set(StagedFile.objects.values_list("stored_as", flat=True))
    for name in stored() - kept:
        files.delete(name)


def stored() -> set[str]:
    """What lies in the importer's area of the company's private store."""
    return files.stored_in(AREA)


def keep(folder: Path, *, tell: Callable[[str], None]) -> None:
    """Copy the files of all accepted attachments that are not kept yet as they are now."""
    paths = [path for (path,) in sql.rows(PATHS)]
    if not paths:
        return
    tell(f"Copying {len(paths)} attached files")
    there = stored()
    for at in range(0, len(paths), AT_ONCE):
        try:
            _keep(folder, paths[at : at + AT_ONCE], there)
        except OSError as error:
            raise BadFolder(f"{error.filename} cannot be copied: {error.strerror}. Import again.") from error


def link() -> None:
    """Give the documents their files; a copy that was replaced goes when nothing shows it any longer."""
    with transaction.atomic():
        rows = list(StagedFile.objects.order_by("pk"))
    for at in range(0, len(rows), AT_ONCE):
        copies = [Copy(row.path, row.stored_as, row.size, bytes(row.digest)) for row in rows[at : at + AT_ONCE]]
        documents.link_files(copies)
    sweep()


def _keep(folder: Path, paths: list[str], there: Collection[str]) -> None:
    """Copy those of the paths that are new or changed; their rows are written when all of them are on disk."""
    with transaction.atomic():
        rows = {row.path: row for row in StagedFile.objects.filter(path__in=paths)}
    copies = []
    for path in paths:
        source = folder / PurePosixPath(path)
        if not is_inside(folder, source):
            raise BadFolder(f"{path} changed while it was imported. Import again.")
        with _opened(source) as stream:
            if path not in rows or rows[path].stored_as not in there or not _is_same(rows[path], stream):
                copies.append(_copy(stream, path))
    if copies:
        _note(copies)


def _is_same(row: StagedFile, stream: IO[bytes]) -> bool:
    return bytes(row.digest) == files.digest_of(stream)


@transaction.atomic
def _note(copies: list[StagedFile]) -> None:
    """Documents may still show a copy that is replaced here: it goes with the sweep, when they show the new one."""
    StagedFile.objects.bulk_create(
        copies,
        update_conflicts=True,
        unique_fields=["company", "path"],
        update_fields=["stored_as", "size", "digest"],
    )


def _copy(stream: IO[bytes], path: str) -> StagedFile:
    stream.seek(0)
    kept = files.save(AREA, stream)
    return StagedFile(path=path, stored_as=kept.stored_as, size=kept.size, digest=kept.digest)


def _opened(source: Path) -> IO[bytes]:
    """Open without following a link that took the file's place."""
    return os.fdopen(os.open(source, os.O_RDONLY | os.O_NOFOLLOW), "rb")
