"""The private store as a local folder: a file is there whole or not at all, and for this program's user only."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage

PIECE = 1 << 20


class PrivateFolder(FileSystemStorage):
    """Writes beside the place, flushes to disk and renames."""

    def _save(self, name: str, content: File[Any]) -> str:
        target = Path(self.path(name))
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = target.with_name(f".{target.name}.part")
        try:
            _write(draft, content)
            draft.rename(target)
        finally:
            draft.unlink(missing_ok=True)
        _flush(target.parent)
        return name


def _write(draft: Path, content: File[Any]) -> None:
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        for piece in content.chunks(PIECE):
            stream.write(piece)
        stream.flush()
        os.fsync(stream.fileno())


def _flush(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
