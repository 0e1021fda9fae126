"""A file from outside is told by its bytes: pictures are written anew, PDFs kept as they are, the rest is refused."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

from django.utils.translation import gettext as _

from portico.domain.documents import rules
from portico.domain.documents.errors import UnusableFile
from portico.kernel.errors import UnusablePicture

HEAD = 16
TAIL = 70_000
HEIF = (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypmsf1", b"ftyphevc", b"ftypheif")


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as the browser sent it."""

    name: str
    content: IO[bytes]
    size: int


@dataclass(frozen=True, slots=True)
class Usable:
    """What is kept of it."""

    name: str
    content: IO[bytes]
    content_type: str
    width: int | None = None
    height: int | None = None


def usable(sent: Sent, *, photos_only: bool = False) -> Usable:
    """What is kept of a file that was sent; UnusableFile says why it is not taken."""
    if not sent.size:
        raise UnusableFile(_("This file is empty."))
    if sent.size > rules.MOST_BYTES:
        raise UnusableFile(_("This file is larger than 12 MB. Make it smaller, then upload it again."))
    sent.content.seek(0)
    head = sent.content.read(HEAD)
    sent.content.seek(0)
    if rules.looks_like_pdf(head) and not photos_only:
        return _pdf(sent)
    if head[4:12] in HEIF:
        raise UnusableFile(_("This is a HEIC picture, which few browsers show. Save it as JPEG, then upload it again."))
    return _picture(sent, _only_photos() if photos_only else _photos_and_pdfs())


def _photos_and_pdfs() -> str:
    return _("Only photos (JPEG, PNG, WebP, GIF) and PDF files can be uploaded.")


def _only_photos() -> str:
    return _("Only photos can be added here: JPEG or PNG.")


def _pdf(sent: Sent) -> Usable:
    _require_ending(sent.name, ("pdf",), _("PDF"))
    sent.content.seek(max(0, sent.size - TAIL))
    tail = sent.content.read(TAIL)
    sent.content.seek(0)
    if b"%%EOF" not in tail:
        raise UnusableFile(_("The end of this PDF is missing. Save it again, then upload it."))
    if b"PK\x05\x06" in tail:
        raise UnusableFile(_("This file is a PDF and an archive at once. Save it as a plain PDF, then upload it."))
    return Usable(rules.download_name(sent.name, rules.PDF), sent.content, rules.PDF)


def _picture(sent: Sent, otherwise: str) -> Usable:
    from portico.kernel import images  # loads Pillow

    if images.look(sent.content) is None:
        raise UnusableFile(otherwise)
    _require_ending(sent.name, ("jpg", "jpeg", "jpe", "jfif", "png", "webp", "gif"), _("picture"))
    sent.content.seek(0)
    try:
        fresh = images.fresh(sent.content)
    except UnusablePicture as refused:
        raise UnusableFile(refused.message) from refused
    name = rules.download_name(sent.name, fresh.content_type)
    return Usable(name, io.BytesIO(fresh.content), fresh.content_type, fresh.width, fresh.height)


def _require_ending(name: str, endings: tuple[str, ...], kind: str) -> None:
    """A name that says something else than the bytes is a trick or a mistake."""
    ending = PurePosixPath(rules.shown_name(name)).suffix.lstrip(".").lower()
    if ending and ending not in endings:
        wrong = _("The name of this file ends in .%(ending)s, but it is a %(kind)s. Correct its name, then upload it.")
        raise UnusableFile(wrong % {"ending": ending[:12], "kind": kind})
