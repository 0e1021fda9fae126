"""Charts as shapes: plain numbers in, rectangles and words out; `ui/chart.html` draws them as SVG.

A chart says nothing that the table behind it does not say, so its title and description are enough for who hears it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDE = 400
LEFT, TOP, HIGH, FOOT = 34, 8, 130, 22
BAR, STEP = 12, 36
LETTER = 8  # about as wide as a letter


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers of one kind, one for each place; `look` is how they are drawn: first, second or third."""

    label: str
    look: str
    values: Sequence[int]


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle."""

    x: float
    y: float
    width: float
    height: float
    look: str


@dataclass(frozen=True, slots=True)
class Words:
    """A text with its place; `anchor` is start, middle or end."""

    x: float
    y: float
    text: str
    anchor: str = "start"


@dataclass(frozen=True, slots=True)
class Chart:
    """What is drawn. `id` is unique on its page."""

    id: str
    title: str
    told: str
    width: int
    height: int
    boxes: tuple[Box, ...]
    words: tuple[Words, ...]
    lines: tuple[float, ...] = ()
    legend: tuple[tuple[str, str], ...] = ()


def columns(*, name: str, title: str, told: str, places: Sequence[str], series: Sequence[Series]) -> Chart:
    """A column for each place, the series stacked in it."""
    sums = [sum(one.values[n] for one in series) for n in range(len(places))]
    top = round_up(max(sums, default=0))
    wide = (WIDE - LEFT) / max(len(places), 1)
    column = min(wide * 0.7, 36)
    boxes: list[Box] = []
    for n in range(len(places)):
        base = 0
        for one in series:
            if one.values[n]:
                tall = HIGH * one.values[n] / top
                y = TOP + HIGH - HIGH * base / top - tall
                x = LEFT + wide * n + (wide - column) / 2
                boxes.append(Box(round(x, 1), round(y, 1), round(column, 1), round(tall, 1), one.look))
            base += one.values[n]
    levels = [0, top // 2, top] if top > 1 else [0, top]
    heights = [round(TOP + HIGH - HIGH * level / top, 1) for level in levels]
    words = [Words(LEFT - 5, y + 4, _short(level), "end") for level, y in zip(levels, heights, strict=True)]
    words += [
        Words(round(LEFT + wide * (n + 0.5), 1), TOP + HIGH + 16, text, "middle") for n, text in enumerate(places)
    ]
    legend = tuple((one.look, one.label) for one in series) if len(series) > 1 else ()
    return Chart(name, title, told, WIDE, TOP + HIGH + FOOT, tuple(boxes), tuple(words), tuple(heights), legend)


def bars(*, name: str, title: str, told: str, rows: Sequence[tuple[str, int]]) -> Chart:
    """A bar for each row, its words above it; the longest is as wide as the chart."""
    top = max((value for _text, value in rows), default=0) or 1
    boxes, words = [], []
    for n, (text, value) in enumerate(rows):
        y = STEP * n
        boxes.append(Box(0, y + 17, WIDE, BAR, "empty"))
        if value:
            boxes.append(Box(0, y + 17, round(max(WIDE * value / top, 2), 1), BAR, "first"))
        number = f"{value:,}"
        words += [Words(0, y + 12, _cut(text, WIDE - LETTER * (len(number) + 2))), Words(WIDE, y + 12, number, "end")]
    return Chart(name, title, told, WIDE, STEP * len(rows), tuple(boxes), tuple(words))


def round_up(value: int) -> int:
    """The next number that is easy to read on a scale and can be halved: 2, 4, 6, 10, 20, 40, 60, 100 …"""
    if value <= 1:
        return 1
    scale = 1
    while True:
        for step in (2, 4, 6, 10):
            if value <= step * scale:
                return step * scale
        scale *= 10


def _short(value: int) -> str:
    """A number on a scale: 12,000 is 12k."""
    return f"{value // 1000}k" if value >= 10_000 and value % 1000 == 0 else f"{value}"


def _cut(text: str, room: int) -> str:
    """As much as fits; the table says the rest."""
    most = room // LETTER
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
