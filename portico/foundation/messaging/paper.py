"""PDFs by Typst. A paper is papers/NAME.typ; the head of each says what data it takes.

Typst is loaded with the first paper: it takes 7 MiB, and most processes never print.
"""

from __future__ import annotations

import base64
import json
import re
import struct
import subprocess
import sys
import threading
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from portico.kernel import brand as brands
from portico.kernel.errors import UnusablePicture

if TYPE_CHECKING:
    import typst

PAPERS = Path(__file__).parent / "papers"
LOGO_WIDTH, LOGO_HEIGHT = 110, 40  # points
MOST_SVG_BYTES = 500_000
DRAWING_SECONDS = 20

_LONG_RUN = re.compile(r"\S{30,}")
_UNTOUCHED = frozenset({"logo", "logo-svg", "qr-svg", "signature-svg", "digests", "pay_url", "lang", "color"})
_turn = threading.Lock()


def render(name: str, data: Mapping[str, Any]) -> bytes:
    """A tagged PDF of one paper; the texts in the data come out literally, whatever they hold."""
    import typst

    inputs = {"data": json.dumps(_prepared(name, data), ensure_ascii=False)}
    try:
        return _compile(name, inputs, standards=["ua-1"])
    except typst.TypstError:
        # A letter that no font of ours has makes a PDF/UA impossible; the plain tagged PDF shows a box for it.
        return _compile(name, inputs, standards=[])


def picture(name: str, data: Mapping[str, Any]) -> bytes:
    """The first page of a paper as a PNG, to be looked at on a screen."""
    inputs = {"data": json.dumps(_prepared(name, data), ensure_ascii=False)}
    with _turn:
        made = _compiler(name).compile(format="png", ppi=96, sys_inputs=inputs)
    if isinstance(made, bytes):
        return made
    return next(iter(made or []))


def svg_to_png(svg: bytes, *, width: int = 512) -> bytes:
    """Draw an SVG once, at most `width` pixels a side; scripts never run, links to other files are refused."""
    if len(svg) > MOST_SVG_BYTES:
        raise UnusablePicture("This drawing is too large. Take one of at most 500 KB.")
    if re.search(rb"<!ENTITY|<!DOCTYPE[^>]*\[", svg, re.IGNORECASE):
        raise UnusablePicture("This drawing holds entities. Save it as a plain SVG.")
    # A process of its own with little memory: a hostile drawing can make the drawing program abort.
    command = [sys.executable, "-I", str(Path(__file__).with_name("drawing.py")), str(width)]
    try:
        done = subprocess.run(command, input=svg, capture_output=True, timeout=DRAWING_SECONDS, check=True)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as refused:
        raise UnusablePicture("This file is not an SVG that can be drawn by itself.") from refused
    from portico.kernel.images import trimmed  # loads Pillow

    return trimmed(done.stdout)


def png_in_svg(png: bytes) -> str:
    """A PNG as text, since text is the only way into a sealed paper."""
    width, height = _png_size(png)
    content = base64.b64encode(png).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f'<image width="{width}" height="{height}" href="data:image/png;base64,{content}"/></svg>'
    )


def _compile(name: str, inputs: dict[str, str], *, standards: list[Any]) -> bytes:
    with _turn:
        made = _compiler(name).compile(format="pdf", sys_inputs=inputs, pdf_standards=standards)
    if not isinstance(made, bytes):
        raise TypeError(f"{name} became {type(made).__name__}")
    return made


@cache
def _compiler(name: str) -> typst.Compiler:
    source = PAPERS / f"{name}.typ"
    if not re.fullmatch(r"[a-z]+", name) or not source.is_file():
        raise LookupError(f"there is no paper {name!r}")
    import typst

    return typst.Compiler(input=str(source), root=str(PAPERS), font_paths=_fonts(), package_path=str(PAPERS))


@cache
def _fonts() -> typst.Fonts:
    import typst

    folders = [str(PAPERS / "fonts")]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)


def _prepared(name: str, data: Mapping[str, Any]) -> dict[str, Any]:
    brand, words = data["brand"], _words()
    palette = brands.palette(brand["color"])
    soft = _softened(data)
    pay_url = data.get("pay_url")
    return {
        **soft,
        "lang": data.get("lang") or "en",
        "title": f"{words[name]} {data['number']}",
        "words": words,
        "palette": {"strong": palette.strong, "tint": palette.tint},
        "brand": {**soft["brand"], **_wrapped_logo(brand.get("logo"))},
        "pay_url_text": _softened(re.sub(r"^https?://", "", pay_url)) if pay_url else None,
    }


def _words() -> dict[str, str]:
    return {
        "invoice": _("Invoice"),
        "receipt": _("Receipt"),
        "statement": _("Statement"),
        "passport": _("Home passport"),
        "label": _("Label"),
        "form": _("Form"),
        "approval": _("Approved estimate"),
        "number": _("No."),
        "page": _("Page"),
        "bill_to": _("Bill to"),
        "service": _("Service"),
        "issued": _("Date"),
        "due": _("Due"),
        "description": _("Description"),
        "quantity": _("Qty"),
        "price": _("Price"),
        "amount": _("Amount"),
        "subtotal": _("Subtotal"),
        "tax": _("Tax"),
        "total": _("Total"),
        "balance": _("Amount due"),
        "pay_online": _("Pay online:"),
        "paid_by": _("Paid by"),
        "method": _("Payment method"),
        "paid_on": _("Paid on"),
        "paid_for": _("Paid for"),
        "left": _("Still owed"),
        "paid_total": _("Amount paid"),
    }


def _softened(value: Any) -> Any:
    """The same data, with places to break a line in words that are wider than a column."""
    if isinstance(value, str):
        return _LONG_RUN.sub(lambda run: "\u200b".join(re.findall(r".{1,12}", run.group(), re.DOTALL)), value)
    if isinstance(value, Mapping):
        return {key: each if key in _UNTOUCHED else _softened(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_softened(each) for each in value]
    return value


@lru_cache(64)
def _wrapped_logo(logo: str | None) -> dict[str, Any]:
    """The PNG inside an SVG, and its width in points."""
    if not logo:
        return {"logo-svg": None, "logo-width": 0}
    png = base64.b64decode(logo)
    width, height = _png_size(png)
    return {"logo-svg": png_in_svg(png), "logo-width": min(LOGO_WIDTH, LOGO_HEIGHT * width / height)}


def _png_size(png: bytes) -> tuple[int, int]:
    if png[:8] != b"\x89PNG\r\n\x1a\n":
        raise ValueError("the picture is not a PNG")
    width, height = struct.unpack(">II", png[16:24])
    return int(width), int(height)
