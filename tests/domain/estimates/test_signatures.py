"""Signatures as people and as attackers send them: a drawing of ours comes out, or a sentence."""

from __future__ import annotations

import base64
import io
import json
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, PngImagePlugin

from portico.domain.estimates import signature_ink, signatures
from portico.domain.estimates.errors import BadSignature

WAVE = [[[0, 0], [40, 30], [80, 5], [120, 30]], [[10, 40], [110, 42]]]


def drawing(size: tuple[int, int] = (600, 200), *, kind: str = "PNG", mode: str = "RGBA", **saved: object) -> bytes:
    """A line on a transparent sheet, as a canvas gives it."""
    picture = Image.new(mode, size, (0, 0, 0, 0) if mode == "RGBA" else "white")
    ImageDraw.Draw(picture).line([(20, 20), (size[0] - 20, size[1] - 20)], fill="black", width=4)
    out = io.BytesIO()
    picture.save(out, kind, **saved)
    return out.getvalue()


def shown(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png), formats=("PNG",))


def chunk(kind: bytes, content: bytes) -> bytes:
    crc = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + crc


def bomb() -> bytes:
    """A picture of 30,000 by 30,000 in a few bytes."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 30_000, 30_000, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 100_000)) + chunk(b"IEND", b"")


# --- Strokes ----------------------------------------------------------------------------------------------------


def test_strokes_are_drawn_on_a_sheet_of_ours() -> None:
    made = signatures.drawn(json.dumps(WAVE))
    picture = shown(made.png)
    assert (made.kind, picture.size, picture.mode, picture.info) == ("drawn", (1000, 300), "L", {})
    assert picture.getextrema() == (40, 255)
    assert len(made.png) < 20_000


def test_strokes_fill_the_sheet_whatever_the_canvas_was() -> None:
    far = [[[x + 5000, y - 3000] for x, y in stroke] for stroke in WAVE]
    large = [[[x * 9, y * 9] for x, y in stroke] for stroke in WAVE]
    assert (
        signatures.drawn(json.dumps(far)) == signatures.drawn(json.dumps(WAVE)) == signatures.drawn(json.dumps(large))
    )


def test_dot_beside_a_line_is_drawn() -> None:
    with_dot = signatures.drawn(json.dumps([*WAVE, [[60, -10]]]))
    assert with_dot != signatures.drawn(json.dumps(WAVE))


@pytest.mark.parametrize(
    "sent",
    (
        "",
        "   ",
        "[]",
        "[[]]",
        "[[[5,5]]]",
        "[[[5,5],[5,5],[6,5]]]",
        "[[[5,5]],[[9,9]],[[200,50]]]",
        "null",
        "{}",
        "7",
        '"<svg onload=alert(1)>"',
        "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        "javascript:alert(1)",
        "data:image/png;base64,AAAA",
        "[[[NaN,1],[90,90]]]",
        "[[[Infinity,1],[90,90]]]",
        "[[[-Infinity,1],[90,90]]]",
        "[[[1e999,1],[90,90]]]",
        "[[[1e9,1],[90,90]]]",
        "[[[true,1],[90,90]]]",
        '[[["1",1],[90,90]]]',
        "[[[1],[90,90]]]",
        "[[[1,2,3],[90,90]]]",
        "[[1,2],[90,90]]",
        "[[[1,[2]],[90,90]]]",
        "[[[1,null],[90,90]]]",
        "[[[" + "9" * 5000 + ",1],[90,90]]]",
        "[" * 100_000,
        "[" * 100_000 + "]" * 100_000,
        "[[[0,0],[90,90]]" + ",[[0,0],[90,90]]" * 500 + "]",
        json.dumps([[[number % 300, number % 90] for number in range(20_001)]]),
        json.dumps([[[number % 300, number % 90] for number in range(1_000_000)]]),
    ),
    ids=lambda sent: sent[:30],
)
def test_strokes_that_are_no_signature_are_refused_in_words(sent: str) -> None:
    with pytest.raises(BadSignature) as refused:
        signatures.drawn(sent)
    assert "type your name" in refused.value.message


@given(
    st.text(max_size=60) | st.recursive(st.none() | st.floats() | st.text(), st.lists, max_leaves=30).map(json.dumps)
)
def test_no_text_breaks_the_reader(sent: str) -> None:
    try:
        made = signatures.drawn(sent)
    except BadSignature:
        return
    assert shown(made.png).size == (1000, 300)


# --- Pictures ---------------------------------------------------------------------------------------------------


def test_picture_is_written_anew_on_white() -> None:
    made = signatures.uploaded(drawing())
    picture = shown(made.png)
    assert (made.kind, picture.size, picture.mode) == ("drawn", (600, 200), "L")
    assert picture.getpixel((0, 199)) == 255


def test_picture_keeps_nothing_that_was_hidden_in_it() -> None:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Comment", "<script>alert(1)</script>")
    made = signatures.uploaded(drawing(pnginfo=texts))
    assert b"script" not in made.png
    assert shown(made.png).info == {}


def test_large_picture_is_made_small() -> None:
    assert shown(signatures.uploaded(drawing((2000, 1000))).png).size == (600, 300)


@pytest.mark.parametrize(
    "sent",
    (
        b"",
        b"not a picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<script>alert(1)</script>",
        b"%PDF-1.7",
        base64.b64encode(drawing()),
        drawing(kind="JPEG", mode="RGB"),
        drawing(kind="GIF", mode="RGB"),
        drawing(kind="WEBP"),
        drawing()[:-20],
        drawing() + b"PK\x03\x04 an archive behind it",
        b"GIF89a" + drawing(),
        b"\x89PNG\r\n\x1a\n" + signature_ink.END_OF_PNG,
        drawing((2001, 10)),
        drawing((100, 1001)),
        drawing((1, 1)),
        bomb(),
        drawing() + b"\0" * 300_000 + signature_ink.END_OF_PNG,
        drawing(save_all=True, append_images=[Image.new("RGBA", (600, 200), "red")]),
    ),
    ids=lambda sent: repr(sent[:12]) + str(len(sent)),
)
def test_picture_that_is_no_signature_is_refused_in_words(sent: bytes) -> None:
    with pytest.raises(BadSignature) as refused:
        signatures.uploaded(sent)
    assert "type your name" in refused.value.message


@pytest.mark.parametrize("spots", ((), ((300, 100),), ((10, 10), (500, 150))))
def test_picture_without_a_line_is_refused(spots: tuple[tuple[int, int], ...]) -> None:
    picture = Image.new("RGBA", (600, 200), (0, 0, 0, 0))
    for x, y in spots:
        ImageDraw.Draw(picture).ellipse((x - 2, y - 2, x + 2, y + 2), fill="black")
    out = io.BytesIO()
    picture.save(out, "PNG")
    with pytest.raises(BadSignature, match="Sign in the box, or type your name instead"):
        signatures.uploaded(out.getvalue())


@given(st.binary(max_size=200), st.integers(8, 400))
def test_no_bytes_break_the_decoder(noise: bytes, at: int) -> None:
    whole = drawing((120, 60))
    broken = whole[:at] + noise + whole[at + len(noise) :]
    try:
        made = signatures.uploaded(broken)
    except BadSignature:
        return
    assert shown(made.png).size == (120, 60)
