"""Text as it is compared, sorted and searched."""

from __future__ import annotations

import re
import unicodedata

_SPACES = re.compile(r"\s+")
_EMAIL = re.compile(
    r"[^@\s,;:<>()\[\]\"\\]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]"
)
_NOT_DIGITS = re.compile(r"\D+")


def normalise_email(typed: str) -> str:
    """Trimmed and case-folded, nothing else: plus-parts and dots count (product.md §1.0)."""
    return typed.strip().casefold()


def is_email(typed: str) -> bool:
    """Whether mail could be sent to this text, after normalising. Quoted local parts are refused."""
    email = normalise_email(typed)
    local = email.partition("@")[0]
    well_dotted = not (local.startswith(".") or local.endswith(".") or ".." in local)
    return len(email) <= 254 and well_dotted and _EMAIL.fullmatch(email) is not None


def fold(text: str) -> str:
    """A key without case, accents and doubled spaces, for sorting and searching in any script."""
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return squeeze(bare.casefold())


def squeeze(text: str) -> str:
    """Runs of white space as one blank, ends trimmed."""
    return _SPACES.sub(" ", text).strip()


def digits(text: str) -> str:
    """Only the ASCII digits of a phone number in any notation."""
    return _NOT_DIGITS.sub("", unicodedata.normalize("NFKC", text))


def initials(name: str) -> str:
    """One or two capitals for an avatar."""
    words = [word for word in name.split() if word[0].isalnum()]
    letters = [words[0][0], words[-1][0]] if len(words) > 1 else [word[0] for word in words]
    return "".join(letters).upper()
