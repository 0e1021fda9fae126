import itertools

import pytest

from portico.kernel import brand

COLOURS = [f"#{r:02x}{g:02x}{b:02x}" for r, g, b in itertools.product(range(0, 256, 17), repeat=3)]


def worst_pair(colour: str) -> float:
    p = brand.palette(colour)
    pairs = [(p.fill, p.on), (p.deep, brand.WHITE), (p.dark_deep, brand.WHITE)]
    pairs += [(p.strong, ground) for ground in (brand.WHITE, p.tint, p.canvas)]
    pairs += [(p.dark_strong, ground) for ground in (brand.DARK_CANVAS, brand.DARK_SURFACE, p.dark_tint)]
    return min(brand.contrast(*pair) for pair in pairs)


def test_palette_of_4096_colours_always_readable():
    assert len(COLOURS) == 4096
    assert [colour for colour in COLOURS if worst_pair(colour) < 4.5] == []


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
