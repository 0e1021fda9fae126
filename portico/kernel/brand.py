"""One brand colour in, a palette that always meets WCAG AA out: OKLCH arithmetic, no dependency."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

WHITE, INK, SUNKEN = "#ffffff", "#14181f", "#f1f3f5"
DARK_CANVAS, DARK_SURFACE = "#0f1318", "#181d24"
READABLE, VISIBLE = 4.5, 3.0  # of WCAG AA: words, and the shape of a button
AIM = 4.6  # a little above it, so that rounding never undercuts it

_HEX = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True, slots=True)
class Palette:
    """What one brand colour becomes; the `dark_` ones are for a dark page."""

    fill: str
    on: str
    strong: str
    tint: str
    line: str
    deep: str
    canvas: str
    dark_fill: str
    dark_on: str
    dark_strong: str
    dark_tint: str
    dark_line: str
    dark_deep: str


@dataclass(frozen=True, slots=True)
class Reading:
    """How well a brand colour reads in one use: the pair as it was asked for, and the pair that is used."""

    use: str
    asked: tuple[str, str]
    used: tuple[str, str]
    least: float = READABLE

    @property
    def asked_contrast(self) -> float:
        return contrast(*self.asked)

    @property
    def used_contrast(self) -> float:
        return contrast(*self.used)

    @property
    def is_corrected(self) -> bool:
        """Whether the colour as it was asked for could not be read, or seen, here."""
        return self.asked_contrast < self.least


def normalised(colour: str) -> str:
    """The colour as #rrggbb in small letters; ValueError when it is anything else."""
    plain = colour.strip().lower()
    if not _HEX.fullmatch(plain):
        raise ValueError(f"{colour!r} is not a colour like #0f766e")
    return plain


@lru_cache(1024)
def palette(colour: str) -> Palette:
    """All colours of a brand; every pair that carries text is at least 4.5:1."""
    fill = normalised(colour)
    light, chroma, hue = _to_oklch(fill)
    shade = _Shade(light=light, chroma=chroma, hue=hue)
    canvas, tint = shade.at(0.982, 0.006), shade.at(0.955, 0.02)
    dark_tint = shade.at(0.30, 0.045)
    on_dark = shade.until_visible(fill, against=(DARK_CANVAS, DARK_SURFACE))
    dark_fill, dark_on = _button(on_dark, _Shade(*_to_oklch(on_dark)))
    fill, on = _button(fill, shade)
    return Palette(
        fill=fill,
        on=on,
        strong=shade.until(min(light, 0.55), 1, against=(WHITE, SUNKEN, canvas, tint), ratio=AIM, step=-0.01),
        tint=tint,
        line=shade.at(0.88, 0.04),
        deep=shade.until(min(light, 0.36), 0.11, against=(WHITE,), ratio=8, step=-0.01),
        canvas=canvas,
        dark_fill=dark_fill,
        dark_on=dark_on,
        dark_strong=shade.until(
            max(light, 0.74), 0.13, against=(DARK_CANVAS, DARK_SURFACE, dark_tint), ratio=AIM, step=0.01
        ),
        dark_tint=dark_tint,
        dark_line=shade.at(0.42, 0.06),
        dark_deep=shade.at(0.27, 0.07),
    )


def readings(colour: str) -> list[Reading]:
    """Each use of a brand colour, measured on the surface where it reads worst."""
    fill, p = normalised(colour), palette(colour)
    light = (WHITE, SUNKEN, p.canvas, p.tint)
    dark = (DARK_CANVAS, DARK_SURFACE, p.dark_tint)
    return [
        Reading("button", (WHITE, fill), (p.on, p.fill)),
        Reading("button_dark", _worst(fill, dark[:2]), _worst(p.dark_fill, dark[:2]), least=VISIBLE),
        Reading("words_light", _worst(fill, light), _worst(p.strong, light)),
        Reading("words_dark", _worst(fill, dark), _worst(p.dark_strong, dark)),
        Reading("band_light", (WHITE, fill), (WHITE, p.deep)),
        Reading("band_dark", (WHITE, fill), (WHITE, p.dark_deep)),
    ]


def stylesheet(colour: str) -> str:
    """The brand's custom properties, for light and dark pages."""
    p = palette(colour)
    return (
        f":root{{--brand:{p.fill};--on-brand:{p.on};--brand-strong:{p.strong};--brand-tint:{p.tint};"
        f"--brand-line:{p.line};--brand-deep:{p.deep};--canvas:{p.canvas}}}"
        "@media screen and (prefers-color-scheme:dark){:root{"
        f"--brand:{p.dark_fill};--on-brand:{p.dark_on};--brand-strong:{p.dark_strong};--brand-tint:{p.dark_tint};--brand-line:{p.dark_line};"
        f"--brand-deep:{p.dark_deep};--canvas:{DARK_CANVAS}}}}}"
    )


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours as WCAG defines it, from 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _worst(colour: str, grounds: Sequence[str]) -> tuple[str, str]:
    return min(((colour, ground) for ground in grounds), key=lambda pair: contrast(*pair))


def _button(fill: str, shade: "_Shade") -> tuple[str, str]:
    on = WHITE if contrast(fill, WHITE) >= READABLE else INK
    if contrast(fill, on) >= AIM:
        return fill, on
    step = -0.01 if on == WHITE else 0.01
    return shade.until(shade.light, 1, against=(on,), ratio=AIM, step=step), on


@dataclass(frozen=True, slots=True)
class _Shade:
    """One hue whose lightness and strength are turned up and down."""

    light: float
    chroma: float
    hue: float

    def at(self, light: float, most: float) -> str:
        return _from_oklch(light, min(self.chroma, most), self.hue)

    def until_visible(self, fill: str, *, against: Sequence[str]) -> str:
        """The colour itself where its shape stands out, else lightened until it does."""
        if all(contrast(fill, ground) >= VISIBLE for ground in against):
            return fill
        return self.until(self.light, 1, against=against, ratio=VISIBLE + 0.1, step=0.01)

    def until(self, light: float, most: float, *, against: Sequence[str], ratio: float, step: float) -> str:
        while 0 <= light <= 1:
            colour = self.at(light, most)
            if all(contrast(colour, ground) >= ratio for ground in against):
                return colour
            light += step
        return "#000000" if step < 0 else WHITE


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (_linear(int(colour[at : at + 2], 16)) for at in (1, 3, 5))
    return red, green, blue


def _linear(channel: int) -> float:
    share = channel / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def _gamma(share: float) -> float:
    bounded = max(0.0, min(1.0, share))
    return 12.92 * bounded if bounded <= 0.0031308 else 1.055 * bounded ** (1 / 2.4) - 0.055


def _luminance(colour: str) -> float:
    red, green, blue = _channels(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _to_oklch(colour: str) -> tuple[float, float, float]:
    red, green, blue = _channels(colour)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    mid = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    light = 0.2104542553 * long + 0.7936177850 * mid - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * mid + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * mid - 0.8086757660 * short
    return light, math.hypot(a, b), math.atan2(b, a)


def _from_oklch(light: float, chroma: float, hue: float) -> str:
    light = max(0.0, min(1.0, light))
    channels = _rgb(light, chroma, hue)
    while chroma >= 1e-4 and not all(-1e-4 <= channel <= 1.0001 for channel in channels):
        chroma *= 0.96
        channels = _rgb(light, chroma, hue)
    return "#" + "".join(f"{round(255 * _gamma(channel)):02x}" for channel in channels)


def _rgb(light: float, chroma: float, hue: float) -> tuple[float, float, float]:
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    mid = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * mid + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * mid - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * mid + 1.7076147010 * short,
    )
