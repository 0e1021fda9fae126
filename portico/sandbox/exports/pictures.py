"""Small files that are what they say: logos, photographs and papers."""

import math
import random
import struct
from collections.abc import Callable
from dataclasses import dataclass
from xml.sax.saxutils import escape

Color = tuple[int, int, int]

_DC_COUNTS = (0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0)
_DC_VALUES = tuple(range(12))
_END_OF_BLOCK = (0b00, 2)


def logo(*, name: str, tagline: str, color: str) -> bytes:
    """A word mark with a drop, in the brand's color."""
    label = escape(f"{name} {tagline}", {'"': "&quot;"})
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 260 64" role="img" aria-label="{label}">
<rect x="4" y="4" width="56" height="56" rx="16" fill="{color}"/>
<path d="M32 14c8 10 13 16 13 23a13 13 0 0 1-26 0c0-7 5-13 13-23z" fill="#ffffff"/>
<path d="M26 37a6 6 0 0 0 6 6" fill="none" stroke="{color}" stroke-width="3" stroke-linecap="round"/>
<text x="74" y="31" font-family="sans-serif" font-size="22" font-weight="700" fill="{color}">{escape(name)}</text>
<text x="74" y="50" font-family="sans-serif" font-size="13" fill="#4a5560">{escape(tagline)}</text>
</svg>
""".encode()


def photo(seed: int, *, columns: int = 40, rows: int = 30) -> bytes:
    """A JPEG of 8 by 8 patches: a machine before a wall, different for every seed."""
    draw = random.Random(seed)  # noqa: S311 pictures, not secrets
    return jpeg(_machine(draw, columns, rows), columns, rows)


def _machine(draw: random.Random, columns: int, rows: int) -> Callable[[int, int], Color]:
    wall, body = ([draw.randrange(90, 220) for _ in range(3)] for _ in range(2))
    left, top = draw.randrange(4, columns // 3), draw.randrange(3, rows // 3)
    center = (draw.randrange(columns // 3, columns // 2), draw.randrange(rows // 3, 2 * rows // 3))

    def paint(x: int, y: int) -> Color:
        shade = round(30 * math.sin(x / 7) - 2 * y)
        inside = left <= x < columns - left and top <= y < rows - top
        dial = math.dist((x, y), center) < 4
        base = (40, 44, 52) if dial else body if inside else wall
        red, green, blue = (max(0, min(255, part + shade)) for part in base)
        return red, green, blue

    return paint


@dataclass
class _Bits:
    """Bits on their way into a JPEG scan."""

    done: bytearray
    held: int = 0
    width: int = 0

    def put(self, value: int, width: int) -> None:
        self.held = self.held << width | value
        self.width += width
        while self.width >= 8:
            self.width -= 8
            self._byte(self.held >> self.width & 0xFF)
        self.held &= (1 << self.width) - 1

    def _byte(self, value: int) -> None:
        self.done.append(value)
        if value == 0xFF:
            self.done.append(0)

    def close(self) -> bytes:
        if self.width:
            self.put((1 << (8 - self.width)) - 1, 8 - self.width)
        return bytes(self.done)


def jpeg(paint: Callable[[int, int], Color], columns: int, rows: int) -> bytes:
    """A baseline JPEG whose blocks each have one color: only their means are stored."""
    codes = _codes()
    bits, last = _Bits(bytearray()), [0, 0, 0]
    for y in range(rows):
        for x in range(columns):
            for part, level in enumerate(_luminance(paint(x, y))):
                _put_mean(bits, codes, 8 * level - last[part])
                last[part] = 8 * level
    return _jpeg_head(columns * 8, rows * 8) + bits.close() + b"\xff\xd9"


def _put_mean(bits: _Bits, codes: dict[int, tuple[int, int]], step: int) -> None:
    size = abs(step).bit_length()
    bits.put(*codes[size])
    if size:
        bits.put(step if step > 0 else step + (1 << size) - 1, size)
    bits.put(*_END_OF_BLOCK)


def _luminance(color: Color) -> tuple[int, int, int]:
    red, green, blue = color
    bright = 0.299 * red + 0.587 * green + 0.114 * blue
    return round(bright - 128), round((blue - bright) * 0.564), round((red - bright) * 0.713)


def _codes() -> dict[int, tuple[int, int]]:
    """Canonical Huffman codes of the standard table for means."""
    codes: dict[int, tuple[int, int]] = {}
    code, values = 0, iter(_DC_VALUES)
    for width, count in enumerate(_DC_COUNTS, start=1):
        for _ in range(count):
            codes[next(values)] = (code, width)
            code += 1
        code <<= 1
    return codes


def _jpeg_head(width: int, height: int) -> bytes:
    parts = bytes((1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0))
    return b"".join(
        (
            b"\xff\xd8",
            _segment(0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"),
            _segment(0xDB, b"\x00" + b"\x01" * 64),
            _segment(0xC0, struct.pack(">BHHB", 8, height, width, 3) + parts),
            _segment(0xC4, b"\x00" + bytes(_DC_COUNTS) + bytes(_DC_VALUES)),
            _segment(0xC4, b"\x10" + bytes((0, 1) + (0,) * 14) + b"\x00"),
            _segment(0xDA, b"\x03" + bytes((1, 0, 2, 0, 3, 0)) + b"\x00\x3f\x00"),
        )
    )


def _segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def paper(title: str, lines: tuple[str, ...]) -> bytes:
    """A PDF of one page with a title and some lines."""
    shown = [b"BT /F1 18 Tf 72 720 Td (%s) Tj ET" % _pdf_text(title)]
    shown += [b"BT /F1 11 Tf 72 %d Td (%s) Tj ET" % (690 - 18 * at, _pdf_text(x)) for at, x in enumerate(lines)]
    content = b"\n".join(shown)
    return _pdf(
        (
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources 6 0 R >>",
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
            b"<< /Font << /F1 5 0 R >> >>",
        )
    )


def _pdf_text(text: str) -> bytes:
    plain = text.encode("cp1252", "replace")
    return plain.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def _pdf(objects: tuple[bytes, ...]) -> bytes:
    out, places = bytearray(b"%PDF-1.4\n"), []
    for at, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (at, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)
