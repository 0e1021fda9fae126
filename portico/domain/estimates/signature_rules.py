"""What a signature may be: strokes of a canvas, checked and placed on a sheet. Pure."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NoReturn

from django.utils.translation import gettext as _

from portico.domain.estimates.errors import BadSignature

WIDTH, HEIGHT, MARGIN, PEN = 1000, 300, 20, 5
FINER = 2  # drawn twice as large, so that the lines come out smooth
MOST_LETTERS = 400_000
MOST_STROKES, MOST_POINTS = 500, 20_000
FARTHEST = 10_000
LEAST_LENGTH, LEAST_SPAN = 20, 10  # pixels of the page; a dot has neither

Point = tuple[float, float]


def strokes_of(text: str) -> list[list[Point]]:
    """From the JSON of a canvas: a list of strokes, each a list of [x, y] in pixels of the page."""
    if not text.strip():
        raise BadSignature(empty())
    if len(text) > MOST_LETTERS:
        raise BadSignature(too_long())
    try:
        found = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError) as refused:
        raise BadSignature(unreadable()) from refused
    if not isinstance(found, list) or not all(isinstance(stroke, list) for stroke in found):
        raise BadSignature(unreadable())
    if len(found) > MOST_STROKES or sum(map(len, found)) > MOST_POINTS:
        raise BadSignature(too_long())
    strokes = [[_point(point) for point in stroke] for stroke in found if stroke]
    _require_line(strokes)
    return strokes


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no place on a page")


def _point(point: Any) -> Point:
    if not isinstance(point, list) or len(point) != 2 or not all(_is_place(number) for number in point):
        raise BadSignature(unreadable())
    return float(point[0]), float(point[1])


def _is_place(number: Any) -> bool:
    return type(number) in (int, float) and abs(number) <= FARTHEST


def _require_line(strokes: Sequence[Sequence[Point]]) -> None:
    length = sum(math.dist(one, other) for stroke in strokes for one, other in pairwise(stroke))
    if length < LEAST_LENGTH or max(_spans(strokes)) < LEAST_SPAN:
        raise BadSignature(empty())


def _spans(strokes: Sequence[Sequence[Point]]) -> tuple[float, float]:
    across, down = zip(*(point for stroke in strokes for point in stroke), strict=True)
    return max(across) - min(across), max(down) - min(down)


def placed(strokes: Sequence[Sequence[Point]]) -> list[list[Point]]:
    """The strokes as large as they fit, in the middle of the sheet."""
    wide, high = _spans(strokes)
    left = min(point[0] for stroke in strokes for point in stroke)
    top = min(point[1] for stroke in strokes for point in stroke)
    scale = FINER * min((WIDTH - 2 * MARGIN) / max(wide, 1), (HEIGHT - 2 * MARGIN) / max(high, 1))
    across, down = (WIDTH * FINER - wide * scale) / 2, (HEIGHT * FINER - high * scale) / 2
    return [[((x - left) * scale + across, (y - top) * scale + down) for x, y in stroke] for stroke in strokes]


# --- Words ------------------------------------------------------------------------------------------------------


def empty() -> str:
    """That there is no line."""
    return _("Sign in the box, or type your name instead. A single dot is not enough.")


def too_long() -> str:
    """That there is too much of it."""
    return _("This drawing is too long. Draw your signature again, or type your name instead.")


def unreadable() -> str:
    """That it is none."""
    return _("This is not a signature that can be read. Draw it again, or type your name instead.")
