"""Signatures from browsers: strokes are drawn here, pictures are decoded and written anew."""

from __future__ import annotations

from dataclasses import dataclass

from portico.domain.estimates.enums import SignatureKind
from portico.domain.estimates.signature_rules import placed, strokes_of


@dataclass(frozen=True, slots=True)
class Signature:
    """How somebody signed. `png` is the drawing as it was written here; a typed one has none."""

    kind: SignatureKind
    png: bytes = b""


TYPED = Signature(SignatureKind.TYPED)
BY_PHONE = Signature(SignatureKind.NONE)


def drawn(strokes: str) -> Signature:
    """From the JSON of a canvas: a list of strokes, each a list of [x, y] in pixels of the page."""
    lines = placed(strokes_of(strokes))
    from portico.domain.estimates import signature_ink  # Pillow's 8 MiB are for who draws

    return Signature(SignatureKind.DRAWN, signature_ink.png_of_strokes(lines))


def uploaded(content: bytes) -> Signature:
    """From a PNG; nothing of the file that was sent is kept."""
    from portico.domain.estimates import signature_ink  # as above

    return Signature(SignatureKind.DRAWN, signature_ink.png_of_picture(content))
