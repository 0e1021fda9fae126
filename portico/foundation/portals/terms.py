"""The text that a company accepts before its portal is switched on: the operator's, else the one that comes along.

Its version is a digest of the text, so that two texts never pass for one another.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

LETTERS = 12
BUILT_IN = Path(__file__).with_name("terms.txt")


@dataclass(frozen=True, slots=True)
class OperatorTerms:
    version: str
    text: str


@cache
def terms() -> OperatorTerms:
    """What holds now; PORTICO_OPERATOR_TERMS names the operator's own file."""
    path = Path(settings.OPERATOR_TERMS) if settings.OPERATOR_TERMS else BUILT_IN
    text = path.read_text(encoding="utf-8").strip()
    return OperatorTerms(hashlib.sha256(text.encode()).hexdigest()[:LETTERS], text)
