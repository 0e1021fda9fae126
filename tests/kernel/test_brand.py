import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.kernel import brand

COLOURS = [f"#{r:02x}{g:02x}{b:02x}" for r, g, b in itertools.product(range(0, 256, 17), repeat=3)]


DARK_PAGES_INK = "#eef1f5"
CSS = Path(brand.__file__).parents[1] / "faces/ui/css/00-tokens.css"


def worst_pair(colour: str) -> float:
    p = brand.palette(colour)
    pairs = [(p.fill, p.on), (p.dark_fill, p.dark_on), (p.deep, brand.WHITE), (p.dark_deep, brand.WHITE)]
    pairs += [(p.strong, ground) for ground in (brand.WHITE, brand.SUNKEN, p.tint, p.canvas)]
    pairs += [(brand.INK, p.line), (DARK_PAGES_INK, p.dark_line)]  # a soft button under the pointer
    pairs += [(p.dark_strong, ground) for ground in (brand.DARK_CANVAS, brand.DARK_SURFACE, p.dark_tint)]
    return min(brand.contrast(*pair) for pair in pairs)


def test_palette_of_4096_colours_always_readable():
    assert len(COLOURS) == 4096
    assert [colour for colour in COLOURS if worst_pair(colour) < 4.5] == []


@given(st.integers(0, 0xFFFFFF))
def test_what_is_used_of_any_color_is_readable_and_a_correction_is_said(number):
    for reading in brand.readings(f"#{number:06x}"):
        assert reading.used_contrast >= reading.least, reading
        assert reading.least == (brand.VISIBLE if reading.use == "button_dark" else brand.READABLE)
        assert reading.is_corrected == (reading.asked_contrast < reading.least)
        assert reading.asked != reading.used or not reading.is_corrected


def test_surfaces_that_are_measured_are_those_of_the_style_sheet():
    light, dark = CSS.read_text().split("@media screen", 1)
    for name, colour in (("surface", "#fff"), ("sunken", brand.SUNKEN), ("ink", brand.INK)):
        assert f"--{name}: {colour};" in light
    for name, colour in (("canvas", brand.DARK_CANVAS), ("surface", brand.DARK_SURFACE), ("ink", DARK_PAGES_INK)):
        assert f"--{name}: {colour};" in dark


@pytest.mark.parametrize(
    ("colour", "corrected"),
    (
        ("#f5b800", {"button", "words_light", "band_light", "band_dark"}),
        ("#0b1f4b", {"button_dark", "words_dark"}),
        ("#d71920", {"words_dark"}),
    ),
)
def test_uses_where_a_brand_is_corrected(colour, corrected):
    assert {reading.use for reading in brand.readings(colour) if reading.is_corrected} == corrected


def test_contrast_black_on_white():
    assert round(brand.contrast("#000000", "#ffffff"), 2) == 21.0


def test_palette_keeps_a_readable_brand_colour():
    assert brand.palette("#0f766e").fill == "#0f766e"
    assert brand.palette("#0f766e").on == brand.WHITE


def test_palette_of_yellow_takes_dark_text():
    assert brand.palette("#f5b800").on == brand.INK


def test_normalised_takes_capitals():
    assert brand.normalised(" #0F766E ") == "#0f766e"


@pytest.mark.parametrize("text", ("", "0f766e", "#0f7", "#0f766g", "#0f766e;}", "red", "#0f766e0"))
def test_normalised_refuses_what_is_no_colour(text):
    with pytest.raises(ValueError, match="is not a colour"):
        brand.normalised(text)


def test_stylesheet_has_light_and_dark():
    text = brand.stylesheet("#0f766e")
    assert text.startswith(":root{--brand:#0f766e;--on-brand:#ffffff;")
    assert text.count("--brand-strong:") == 2
