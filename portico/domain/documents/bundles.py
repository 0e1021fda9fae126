"""All documents of a job as one archive, made while it is sent: never more than a piece of it in memory."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Generator, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import PurePosixPath
from typing import IO, Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from django.utils.translation import gettext as _
from django.utils.translation import override

from portico.domain.documents import rules
from portico.domain.documents.form_paper import form_sheet
from portico.domain.documents.queries.portal import MOST_IN_BUNDLE, Bundle, BundleEntry
from portico.foundation.messaging import paper
from portico.foundation.messaging.sheets import sheet_brand
from portico.foundation.tenancy import files
from portico.foundation.tenancy.folder import PIECE
from portico.kernel import formats

log = logging.getLogger("portico.documents")

LONGEST = 100
NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
NAMES_OF_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
Pieces = Generator[bytes, None, None]
EARLIEST = 1980  # an archive knows no year before


class Passage(io.RawIOBase):
    """A stream that nothing can go back in: what is written is taken away at once."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def take(self) -> bytes:
        """What was written since the last time."""
        taken, self._pieces = b"".join(self._pieces), []
        return taken


def archive(bundle: Bundle, *, lang: str) -> Iterator[bytes]:
    """The archive piece by piece. The brand is read now; from then on nothing is asked of the database."""
    return _pieces(bundle, sheet_brand(bundle.brand), lang)


def archive_name(bundle: Bundle) -> str:
    """The name to save it under."""
    return f"{_safe('job-' + bundle.number)}-documents.zip"


def entry_names(bundle: Bundle) -> list[str]:
    """What each document is called in there: safe on every computer, no two alike."""
    taken: set[str] = set()
    return [_unused(_safe(_plain_name(entry)), taken) for entry in bundle.entries]


def _pieces(bundle: Bundle, brand: dict[str, Any], lang: str) -> Iterator[bytes]:
    passage = Passage()
    left_out: list[str] = []
    with ZipFile(passage, "w", ZIP_STORED) as zipped:
        for entry, name in zip(bundle.entries, entry_names(bundle), strict=True):
            head = _head(name, formats.as_local(entry.created_at, bundle.brand.time_zone))
            content = _content(bundle, entry, brand, lang)
            if content is None:
                left_out.append(name)
                continue
            with closing(content), zipped.open(head, "w", force_zip64=False) as inside:
                for piece in content:
                    inside.write(piece)
                    yield passage.take()
            yield passage.take()
        with override(lang):
            note = _note(left_out, is_cut=bundle.is_cut)
        if note:
            zipped.writestr("_not-included.txt", note)
    yield passage.take()


def _content(bundle: Bundle, entry: BundleEntry, brand: dict[str, Any], lang: str) -> Pieces | None:
    """The bytes of a document in pieces; None when there are none."""
    if entry.kind == "form":
        return _form(bundle, entry, brand, lang)
    if not entry.stored_as:
        return None
    try:
        return _read(files.open_stored(entry.stored_as))
    except FileNotFoundError:
        log.exception("documents.file_missing", extra={"document": entry.id})
        return None


def _read(opened: IO[bytes]) -> Pieces:
    with opened as content:
        while piece := content.read(PIECE):
            yield piece


def _form(bundle: Bundle, entry: BundleEntry, brand: dict[str, Any], lang: str) -> Pieces:
    with override(lang):
        sheet = form_sheet(
            brand=brand,
            title=entry.name,
            completed_at=formats.as_local(entry.created_at, bundle.brand.time_zone),
            job_number=bundle.number,
            place=bundle.address,
            answers=entry.answers,
        )
        printed = paper.render("form", sheet)
    yield printed


def _head(name: str, at: datetime) -> ZipInfo:
    return ZipInfo(name, (max(at.year, EARLIEST), at.month, at.day, at.hour, at.minute, at.second))


def _note(left_out: list[str], *, is_cut: bool) -> str:
    said = []
    if left_out:
        said += [_("These documents are not ready. Download them later from the portal:"), *left_out]
    if is_cut:
        said.append(_("Only the newest %(n)s documents are in here.") % {"n": MOST_IN_BUNDLE})
    return "\n".join(said)


def _plain_name(entry: BundleEntry) -> str:
    return f"{entry.name}.pdf" if entry.kind == "form" else rules.download_name(entry.name, entry.content_type)


def _safe(name: str) -> str:
    """Without what some computer would stumble over; not longer than every one of them takes."""
    plain = NOT_IN_NAMES.sub("_", rules.shown_name(NOT_IN_NAMES.sub("_", name))).strip(" .") or "document"
    if NAMES_OF_DEVICES.fullmatch(plain):
        plain = f"_{plain}"
    path = PurePosixPath(plain)
    while len(path.name.encode()) > LONGEST * 2 and len(path.stem) > 1:
        path = path.with_stem(path.stem[:-1])
    return path.name


def _unused(name: str, taken: set[str]) -> str:
    path, number = PurePosixPath(name), 1
    while path.name.casefold() in taken:
        number += 1
        path = PurePosixPath(name).with_stem(f"{PurePosixPath(name).stem} ({number})")
    taken.add(path.name.casefold())
    return path.name
