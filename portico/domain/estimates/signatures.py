"""Signatures from browsers: strokes are drawn here, pictures are decoded and written anew."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NoReturn

from django.utils.translation import gettext as _
from PIL import Image, ImageDraw

from portico.domain.estimates.enums import SignatureKind
from portico.domain.estimates.errors import BadSignature
from portico.kernel.images import UNREADABLE

WIDTH, HEIGHT, MARGIN, PEN = 1000, 300, 20, 5
FINER = 2  # drawn twice as large, so that the lines come out smooth
INK = 40  # how dark the pen is, of 255
MOST_LETTERS = 400_000
MOST_STROKES, MOST_POINTS = 500, 20_000
FARTHEST = 10_000
LEAST_LENGTH, LEAST_SPAN = 20, 10  # pixels of the page; a dot has neither
MOST_BYTES = 200_000
MOST_WIDTH, MOST_HEIGHT = 2000, 1000
DARK, LEAST_DARK, LEAST_SIDE = 160, 60, 30  # below this a pixel counts as ink; so many, so far apart, make a line
END_OF_PNG = b"\x00\x00\x00\x00IEND\xaeB`\x82"

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Signature:
    """How somebody signed. `png` is the drawing as it was written here; a typed one has none."""

    kind: SignatureKind
    png: bytes = b""


TYPED = Signature(SignatureKind.TYPED)
BY_PHONE = Signature(SignatureKind.NONE)


def drawn(strokes: str) -> Signature:
    """From the JSON of a canvas: a list of strokes, each a list of [x, y] in pixels of the page."""
    return Signature(SignatureKind.DRAWN, _png(_picture(_strokes(strokes))))


def uploaded(content: bytes) -> Signature:
    """From a PNG; nothing of the file that was sent is kept."""
    if len(content) > MOST_BYTES:
        raise BadSignature(_("This picture is too large. Draw your signature again, or type your name instead."))
    if not content.endswith(END_OF_PNG):
        raise BadSignature(_unreadable())
    try:
        with Image.open(io.BytesIO(content), formats=("PNG",)) as picture:
            return Signature(SignatureKind.DRAWN, _png(_rewritten(picture)))
    except UNREADABLE as refused:
        raise BadSignature(_unreadable()) from refused


# --- Strokes ----------------------------------------------------------------------------------------------------


def _strokes(text: str) -> list[list[Point]]:
    if not text.strip():
        raise BadSignature(_empty())
    if len(text) > MOST_LETTERS:
        raise BadSignature(_too_long())
    try:
        found = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError) as refused:
        raise BadSignature(_unreadable()) from refused
    if not isinstance(found, list) or not all(isinstance(stroke, list) for stroke in found):
        raise BadSignature(_unreadable())
    if len(found) > MOST_STROKES or sum(map(len, found)) > MOST_POINTS:
        raise BadSignature(_too_long())
    strokes = [[_point(point) for point in stroke] for stroke in found if stroke]
    _require_line(strokes)
    return strokes


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no place on a page")


def _point(point: Any) -> Point:
    if not isinstance(point, list) or len(point) != 2 or not all(_is_place(number) for number in point):
        raise BadSignature(_unreadable())
    return float(point[0]), float(point[1])


def _is_place(number: Any) -> bool:
    return type(number) in (int, float) and abs(number) <= FARTHEST


def _require_line(strokes: Sequence[Sequence[Point]]) -> None:
    length = sum(math.dist(one, other) for stroke in strokes for one, other in pairwise(stroke))
    if length < LEAST_LENGTH or max(_spans(strokes)) < LEAST_SPAN:
        raise BadSignature(_empty())


def _spans(strokes: Sequence[Sequence[Point]]) -> tuple[float, float]:
    across, down = zip(*(point for stroke in strokes for point in stroke), strict=True)
    return max(across) - min(across), max(down) - min(down)


def _picture(strokes: Sequence[Sequence[Point]]) -> Image.Image:
    """The strokes, as large as they fit, in the middle of a white sheet."""
    picture = Image.new("L", (WIDTH * FINER, HEIGHT * FINER), 255)
    pen, draw = PEN * FINER, ImageDraw.Draw(picture)
    for stroke in _placed(strokes):
        for x, y in stroke:
            draw.ellipse((x - pen / 2, y - pen / 2, x + pen / 2, y + pen / 2), fill=INK)
        if len(stroke) > 1:
            draw.line(stroke, fill=INK, width=pen)
    return picture.resize((WIDTH, HEIGHT), Image.Resampling.BOX)


def _placed(strokes: Sequence[Sequence[Point]]) -> list[list[Point]]:
    wide, high = _spans(strokes)
    left = min(point[0] for stroke in strokes for point in stroke)
    top = min(point[1] for stroke in strokes for point in stroke)
    scale = FINER * min((WIDTH - 2 * MARGIN) / max(wide, 1), (HEIGHT - 2 * MARGIN) / max(high, 1))
    across, down = (WIDTH * FINER - wide * scale) / 2, (HEIGHT * FINER - high * scale) / 2
    return [[((x - left) * scale + across, (y - top) * scale + down) for x, y in stroke] for stroke in strokes]


# --- Pictures ---------------------------------------------------------------------------------------------------


def _rewritten(picture: Image.Image) -> Image.Image:
    """In shades of gray on white, no larger than what is drawn here."""
    if picture.width > MOST_WIDTH or picture.height > MOST_HEIGHT:
        raise BadSignature(_("This picture is too large. Draw your signature again, or type your name instead."))
    if getattr(picture, "is_animated", False):
        raise BadSignature(_unreadable())
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
        raise BadSignature(_empty())


def _png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    if len(out.getvalue()) > MOST_BYTES:
        raise BadSignature(_too_long())
    return out.getvalue()


# --- Words ------------------------------------------------------------------------------------------------------


def _empty() -> str:
    return _("Sign in the box, or type your name instead. A single dot is not enough.")


def _too_long() -> str:
    return _("This drawing is too long. Draw your signature again, or type your name instead.")


def _unreadable() -> str:
    return _("This is not a signature that can be read. Draw it again, or type your name instead.")
