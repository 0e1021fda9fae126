"""Pictures from outside are decoded and written anew; nothing of the file that was sent is kept.

Imported by who needs it and not before: Pillow takes 8 MiB, and most processes never see a picture.
"""

import io
import struct
import zlib
from dataclasses import dataclass
from typing import IO

from PIL import Image, ImageOps, UnidentifiedImageError

from portico.kernel.errors import UnusablePicture

LOGO_SIDE = 512
THUMBNAIL_SIDE = 480
MOST_BYTES = 5_000_000
MOST_PIXELS = 40_000_000

TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}
UNREADABLE = (
    *(UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning),
    *(OSError, EOFError, SyntaxError, ValueError, IndexError, KeyError, TypeError, struct.error, zlib.error),
)
_ORIENTATION, _ON_ITS_SIDE = 0x0112, 5
_PLAIN_SEGMENTS = ("APP0", "APP14")  # JFIF and Adobe: how the colors are meant, nothing about the picture


@dataclass(frozen=True, slots=True)
class Picture:
    """What a picture's first bytes say. `is_bare`: it carries no place, camera, comment or other hidden text."""

    content_type: str
    width: int
    height: int
    is_bare: bool


@dataclass(frozen=True, slots=True)
class Fresh:
    """A picture that was written anew."""

    content: bytes
    content_type: str
    width: int
    height: int


def clean_logo(content: bytes) -> bytes:
    """A PNG or JPEG as a fresh PNG of at most 512 pixels a side, without anything that was hidden in the file."""
    if len(content) > MOST_BYTES:
        raise UnusablePicture("This picture is too large. Take one of at most 5 MB.")
    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as picture:
            return _fresh_png(picture)
    except UNREADABLE as unreadable:
        raise UnusablePicture("This file is not a PNG or JPEG picture that can be read.") from unreadable


def trimmed(png: bytes) -> bytes:
    """A PNG of ours without its transparent margins."""
    with Image.open(io.BytesIO(png), formats=("PNG",)) as picture:
        whole = picture.convert("RGBA")
    box = whole.getchannel("A").getbbox()
    if box is None:
        raise UnusablePicture("This drawing shows nothing.")
    return _png(whole.crop(box))


def look(stream: IO[bytes]) -> Picture | None:
    """What kind of picture begins here, by its own bytes and without decoding it; None when it is none of ours."""
    try:
        with Image.open(stream, formats=tuple(TYPES)) as picture:
            width, height = _size(picture)
            return Picture(TYPES[str(picture.format)], width, height, _is_bare(picture))
    except UNREADABLE:
        return None


def fresh(stream: IO[bytes]) -> Fresh:
    """The picture the right way up, written anew: no place, no camera, no text, nothing behind its end."""
    try:
        with Image.open(stream, formats=tuple(TYPES)) as picture:
            _require_size(picture)
            return _rewritten(picture)
    except UNREADABLE as unreadable:
        raise UnusablePicture("This picture cannot be read.") from unreadable


def thumbnail(stream: IO[bytes]) -> bytes:
    """A small JPEG of the picture, at most 480 pixels a side, the right way up."""
    try:
        with Image.open(stream, formats=tuple(TYPES)) as picture:
            _require_size(picture)
            picture.draft("RGB", (THUMBNAIL_SIDE * 2, THUMBNAIL_SIDE * 2))
            small = ImageOps.exif_transpose(picture)
            small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
            return _jpeg(_on_white(small), quality=80)
    except UNREADABLE as unreadable:
        raise UnusablePicture("This picture cannot be read.") from unreadable


def _size(picture: Image.Image) -> tuple[int, int]:
    """As it is seen. A PNG would be decoded to find out which side is up, so it is taken as it lies."""
    width, height = picture.size
    turn = picture.getexif().get(_ORIENTATION, 1) if picture.format == "JPEG" else 1
    return (height, width) if turn >= _ON_ITS_SIDE else (width, height)


def _is_bare(picture: Image.Image) -> bool:
    """Only a JPEG tells all its parts before it is decoded."""
    segments = [name for name, _ in getattr(picture, "applist", [("?", b"")])]
    return all(name in _PLAIN_SEGMENTS for name in segments)


def _require_size(picture: Image.Image) -> None:
    if picture.width * picture.height > MOST_PIXELS:
        raise UnusablePicture("This picture has too many pixels. Take a smaller one.")


def _rewritten(picture: Image.Image) -> Fresh:
    kind = str(picture.format)
    upright = ImageOps.exif_transpose(picture)
    if kind == "JPEG":
        content = _jpeg(_on_white(upright), quality=90)
    else:
        kind, bare = "PNG", Image.new("RGBA", upright.size)
        bare.paste(upright.convert("RGBA"))
        content = _png(bare)
    return Fresh(content, TYPES[kind], *upright.size)


def _on_white(picture: Image.Image) -> Image.Image:
    """A copy without the transparency, and without what else the picture carries."""
    if picture.mode in ("RGB", "L", "CMYK"):
        opaque = picture.convert("RGB")
    else:
        clear = picture.convert("RGBA")
        opaque = Image.new("RGB", picture.size, "white")
        opaque.paste(clear, mask=clear.getchannel("A"))
    bare = Image.new("RGB", opaque.size)
    bare.paste(opaque)
    return bare


def _fresh_png(picture: Image.Image) -> bytes:
    _require_size(picture)
    picture.draft("RGB", (LOGO_SIDE, LOGO_SIDE))
    bare = Image.new("RGBA", picture.size)
    bare.paste(picture.convert("RGBA"))
    bare.thumbnail((LOGO_SIDE, LOGO_SIDE))
    return _png(bare)


def _png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def _jpeg(picture: Image.Image, *, quality: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()
