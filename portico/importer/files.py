"""Attached files: whether they are what the record says, and their copies in the private store.

A copy is written beside its place, flushed to disk and renamed; then its row is written. What a killed run left without
a row is removed when the next run of the same company begins.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
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
LONGEST_PATH = 500

PATHS = f"""SELECT DISTINCT s.record->>'path' FROM folder_id f JOIN {sql.STAGE} s
  ON s.company_id = %(company)s AND s.entity = f.entity AND s.source_id = f.source_id
  WHERE f.entity = '{ATTACHMENTS}' AND s.state <> 'refused' ORDER BY 1"""


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
    store = _store()
    if not store.is_dir():
        return
    with transaction.atomic():
        kept = set(StagedFile.objects.values_list("stored_as", flat=True))
    for path in store.iterdir():
        if f"{store.relative_to(settings.MEDIA_ROOT)}/{path.name}" not in kept:
            path.unlink(missing_ok=True)


def keep(folder: Path, *, tell: Callable[[str], None]) -> None:
    """Copy the files of all accepted attachments that are not kept yet as they are now."""
    paths = [path for (path,) in sql.rows(PATHS)]
    if paths:
        tell(f"Copying {len(paths)} attached files")
    for path in paths:
        source = folder / PurePosixPath(path)
        if not is_inside(folder, source):
            raise BadFolder(f"{path} changed while it was imported. Import again.")
        try:
            _keep(source, path)
        except OSError as error:
            raise BadFolder(f"{path} cannot be copied: {error.strerror}. Nothing is lost; import again.") from error


def _keep(source: Path, path: str) -> None:
    digest = hashlib.sha256()
    for piece in _pieces(source):
        digest.update(piece)
    with transaction.atomic():
        row = StagedFile.objects.filter(path=path).first()
    if row is not None and bytes(row.digest) == digest.digest() and Path(settings.MEDIA_ROOT, row.stored_as).is_file():
        return
    stored_as, size, copied = _copy(source)
    _note(row, path=path, stored_as=stored_as, size=size, digest=copied)


@transaction.atomic
def _note(row: StagedFile | None, *, path: str, stored_as: str, size: int, digest: bytes) -> None:
    replaced = row.stored_as if row is not None else ""
    StagedFile.objects.update_or_create(path=path, defaults={"stored_as": stored_as, "size": size, "digest": digest})
    if replaced:
        transaction.on_commit(lambda: Path(settings.MEDIA_ROOT, replaced).unlink(missing_ok=True))


def _copy(source: Path) -> tuple[str, int, bytes]:
    store = _store()
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
    _flush(store)
    return str((store / name).relative_to(settings.MEDIA_ROOT)), size, digest.digest()


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
