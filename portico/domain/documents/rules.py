"""What a file is, by its own bytes, and how it may leave the house. Pure."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

INLINE_TYPES = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})
PDF = "application/pdf"
UNKNOWN = "application/octet-stream"
MOST_BYTES = 12_000_000
MOST_FILES = 20
LONGEST_NAME = 120

_ENDINGS = {
    "image/jpeg": ("jpg", "jpeg"),
    "image/png": ("png",),
    "image/webp": ("webp",),
    "image/gif": ("gif",),
    PDF: ("pdf",),
}
# Endings that nothing runs when such a file is opened, whatever is in it.
_INERT = frozenset(
    (
        *("jpg", "jpeg", "png", "gif", "webp", "heic", "heif", "avif", "tif", "tiff", "bmp"),
        *("pdf", "txt", "csv", "docx", "xlsx", "pptx", "odt", "ods"),
        *("mp4", "mov", "m4v", "mp3", "m4a", "wav"),
    )
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def is_inline(content_type: str) -> bool:
    """Whether a browser may show it; everything else is a download."""
    return content_type in INLINE_TYPES


def looks_like_pdf(head: bytes) -> bool:
    """Whether the file begins as a PDF does."""
    return head.startswith(b"%PDF-")


def shown_name(said: str) -> str:
    """A file's name without its folders and without characters that hide how it ends."""
    bare = _CONTROL.sub("", said.replace("\\", "/").rsplit("/", 1)[-1]).strip().strip(".")
    stem, suffix = PurePosixPath(bare).stem, PurePosixPath(bare).suffix
    return stem[: LONGEST_NAME - len(suffix)] + suffix if len(suffix) < 12 else bare[:LONGEST_NAME]


def download_name(name: str, content_type: str) -> str:
    """The name to save it under: its ending is that of what the bytes are, and none that a computer would run."""
    plain = shown_name(name) or "document"
    ending = PurePosixPath(plain).suffix.lstrip(".").lower()
    right = _ENDINGS.get(content_type)
    if right is None:
        return plain if ending in _INERT else f"{plain}.bin"
    if ending in right:
        return plain
    return f"{PurePosixPath(plain).stem if ending in _INERT else plain}.{right[0]}"
