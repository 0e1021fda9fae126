"""The private store of a company's files: a local folder, or an S3-compatible store where the settings name one.

Names are random and carry the company's public id. A file comes before its row: what a killed program leaves without
a row is swept. Nothing here asks who is looking; the views do.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any
from urllib.parse import quote

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage, storages
from django.db import transaction

from portico.foundation.tenancy.folder import PIECE
from portico.foundation.tenancy.models import Company
from portico.foundation.tenancy.scope import current_company_id
from portico.kernel import errors, ids

SIGNED_SECONDS = 300


class StoreDown(errors.Unavailable):
    """The store cannot be reached, or refuses; `reason` is for whoever runs it, never for the page."""

    code = "store_down"

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that was just put away."""

    stored_as: str
    size: int
    digest: bytes


def save(area: str, content: bytes | IO[bytes]) -> Kept:
    """Put a file into this area (`imports`, `documents`) of the company's part, under a random name."""
    stream: File[Any] = ContentFile(content) if isinstance(content, bytes) else File(content)
    stream.seek(0)
    digest = digest_of(stream)
    stream.seek(0)
    size = stream.size
    return Kept(_store().save(f"{folder(area)}/{ids.new_secret()}", stream), size, digest)


def digest_of(stream: Any) -> bytes:
    """SHA-256 of what can be read from here on."""
    found = hashlib.sha256()
    while piece := stream.read(PIECE):
        found.update(piece)
    return found.digest()


def open_stored(stored_as: str) -> IO[bytes]:
    """The file for reading; FileNotFoundError when it is gone."""
    opened: IO[bytes] = _store().open(stored_as, "rb")
    return opened


class Stream:
    """The pieces of a file; whoever stops early closes it, as Django does with an answer that nobody reads."""

    def __init__(self, stored_as: str, opened: IO[bytes] | None = None) -> None:
        self._stored_as, self._opened = stored_as, opened

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        if self._opened is None:
            self._opened = open_stored(self._stored_as)
        piece = self._opened.read(PIECE)
        if piece:
            return piece
        self.close()
        raise StopIteration

    def close(self) -> None:
        if self._opened is not None:
            self._opened.close()


def stream(stored_as: str) -> Stream:
    """The file piece by piece, for an answer. A local one is opened now, so that a missing one is known at once.

    One in an S3 store is opened with the first piece: by then the request's transaction is over.
    """
    return Stream(stored_as, None if settings.PORTICO_FILES_S3 else open_stored(stored_as))


def signed_url(stored_as: str, *, content_type: str, file_name: str, is_inline: bool = False) -> str | None:
    """An address that lets its holder read this file for five minutes; None where files lie in a local folder."""
    if not settings.PORTICO_FILES_S3:
        return None
    shown = "inline" if is_inline else "attachment"
    said = {
        "ResponseContentType": content_type,
        "ResponseContentDisposition": f"{shown}; filename*=UTF-8''{quote(file_name, safe='')}",
        "ResponseCacheControl": "private, no-store",
    }
    store: Any = _store()
    return str(store.url(stored_as, parameters=said, expire=SIGNED_SECONDS))


def exists(stored_as: str) -> bool:
    return _store().exists(stored_as)


def size_of(stored_as: str) -> int:
    return _store().size(stored_as)


def written_at(stored_as: str) -> datetime:
    return _store().get_modified_time(stored_as)


def delete(stored_as: str) -> None:
    """Remove the file; one that is gone already is no error."""
    _store().delete(stored_as)


def stored_in(area: str) -> set[str]:
    """Every file of the company in this area."""
    place = folder(area)
    try:
        _, names = _store().listdir(place)
    except FileNotFoundError:
        return set()
    return {f"{place}/{name}" for name in names if name}


def folder(area: str) -> str:
    """The company's part of an area."""
    with transaction.atomic():
        company = Company.objects.get(pk=current_company_id())
    return f"{area}/{company.public_id}"


def _store() -> Storage:
    return storages["default"]
