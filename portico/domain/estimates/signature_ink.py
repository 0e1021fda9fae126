"""Signatures as pictures: drawn from strokes, or decoded and written anew. Pillow is loaded with the first of them."""

from __future__ import annotations

import io
from collections.abc import Sequence

from django.utils.translation import gettext as _
from PIL import Image, ImageDraw

from portico.domain.estimates.errors import BadSignature
from portico.domain.estimates.signature_rules import FINER, HEIGHT, PEN, WIDTH, Point, empty, too_long, unreadable
from portico.kernel.images import UNREADABLE

INK = 40  # how dark the pen is, of 255
MOST_BYTES = 200_000
MOST_WIDTH, MOST_HEIGHT = 2000, 1000
DARK, LEAST_DARK, LEAST_SIDE = 160, 60, 30  # below this a pixel counts as ink; so many, so far apart, make a line
END_OF_PNG = b"\x00\x00\x00\x00IEND\xaeB`\x82"


def png_of_strokes(strokes: Sequence[Sequence[Point]]) -> bytes:
    """Strokes that are placed, in ink on a white sheet."""
    picture = Image.new("L", (WIDTH * FINER, HEIGHT * FINER), 255)
    pen, draw = PEN * FINER, ImageDraw.Draw(picture)
    for stroke in strokes:
        for x, y in stroke:
            draw.ellipse((x - pen / 2, y - pen / 2, x + pen / 2, y + pen / 2), fill=INK)
        if len(stroke) > 1:
            draw.line(stroke, fill=INK, width=pen)
    return _png(picture.resize((WIDTH, HEIGHT), Image.Resampling.BOX))


def png_of_picture(content: bytes) -> bytes:
    """A PNG written anew; nothing of the file that was sent is kept."""
    if len(content) > MOST_BYTES:
        raise BadSignature(_("This picture is too large. Draw your signature again, or type your name instead."))
    if not content.endswith(END_OF_PNG):
        raise BadSignature(unreadable())
    try:
        with Image.open(io.BytesIO(content), formats=("PNG",)) as picture:
            return _png(_rewritten(picture))
    except UNREADABLE as refused:
        raise BadSignature(unreadable()) from refused


def _rewritten(picture: Image.Image) -> Image.Image:
    """In shades of gray on white, no larger than what is drawn here."""
    if picture.width > MOST_WIDTH or picture.height > MOST_HEIGHT:
        raise BadSignature(_("This picture is too large. Draw your signature again, or type your name instead."))
    if getattr(picture, "is_animated", False):
        raise BadSignature(unreadable())
    clear = picture.convert("RGBA")
    white = Image.new("RGBA", clear.size, "white")
    gray = Image.alpha_composite(white, clear).convert("L")
    gray.thumbnail((WIDTH, HEIGHT))
    _require_ink(gray)
    bare = Image.new("L", gray.size)
    bare.paste(gray)
    return bare


def _require_ink(gray: Image.Image) -> None:
    ink = gray.point(lambda shade: 255 if shade < DARK else 0)
    box = ink.getbbox()
    if box is None or ink.histogram()[255] < LEAST_DARK or max(box[2] - box[0], box[3] - box[1]) < LEAST_SIDE:
        raise BadSignature(empty())


def _png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    if len(out.getvalue()) > MOST_BYTES:
        raise BadSignature(too_long())
    return out.getvalue()
