"""A letter's data as a mail: HTML in the branch's brand, and a plain text made of the same data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import css_inline
import minijinja
from django.utils import translation

from portico.kernel import brand as brands
from portico.kernel import formats

LAYOUTS = Path(__file__).parent / "layouts"


@dataclass(frozen=True, slots=True)
class Rendered:
    """What is sent."""

    subject: str
    html: str
    text: str


def render(letter: Mapping[str, Any], brand: Mapping[str, Any]) -> Rendered:
    """Render a letter whose links already carry `label` and `url`; all its texts are plain and get escaped."""
    phone = brand.get("phone") or ""
    html = _environment().render_template(
        "letter.html",
        letter=letter,
        brand=brand,
        palette=brands.palette(brand["color"]),
        lang=translation.get_language() or "en",
        phone_href=formats.phone_href(phone),
        phone_text=formats.phone(phone),
    )
    subject = " ".join(letter["subject"].split())
    return Rendered(subject=subject, html=_inliner().inline(html), text=_plain_text(letter, brand))


@cache
def _environment() -> minijinja.Environment:
    return minijinja.Environment(
        loader=lambda name: (LAYOUTS / name).read_text(encoding="utf-8"),
        undefined_behavior="strict",
        auto_escape_callback=lambda name: "html",
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(
        keep_style_tags=False, keep_at_rules=True, load_remote_stylesheets=False, preallocate_node_capacity=256
    )


def _plain_text(letter: Mapping[str, Any], brand: Mapping[str, Any]) -> str:
    return "\n\n".join(block for block in _blocks(letter, brand) if block) + "\n"


def _blocks(letter: Mapping[str, Any], brand: Mapping[str, Any]) -> Iterator[str]:
    yield letter["heading"]
    yield from letter["paragraphs"]
    yield "\n".join(f"{name}: {text}" for name, text in letter["facts"])
    yield "\n".join(f"{name}: {amount}" for name, amount in letter["lines"])
    links = [letter["action"]] if letter["action"] else []
    for link in [*links, *letter["secondary"]]:
        yield f"{link['label']}:\n{link['url']}"
    yield from letter["closing"]
    phone = formats.phone(brand.get("phone") or "")
    signature = (brand["name"], brand.get("address"), phone, brand.get("support_email"))
    yield "-- \n" + "\n".join(line for line in signature if line)
