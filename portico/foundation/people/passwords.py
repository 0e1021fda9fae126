"""What a password must be, and the costly comparison that takes the same time for everybody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from django.contrib.auth import hashers
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.utils.translation import gettext as _

from portico.kernel import errors, text

SHORTEST, LONGEST = 10, 128
SHORTEST_NAME, SHORTEST_WORD = 4, 6


class Unfit(errors.NotPossible):
    """This text cannot be a password here."""

    code = "password_unfit"


def require_fit(password: str, *, words: Iterable[str]) -> None:
    """Refuse too short, too long, common, and the company's own words. Checked before anything is hashed."""
    if len(password) < SHORTEST:
        raise Unfit(_("Use at least %(count)s characters.") % {"count": SHORTEST})
    if len(password) > LONGEST:
        raise Unfit(_("Use at most %(count)s characters.") % {"count": LONGEST})
    if password.lower().strip() in _common():
        raise Unfit(_("Many people use this password. Choose another one."))
    if _is_made_of(password, words):
        raise Unfit(_("Choose a password without our name in it, or make it longer than that."))


def hashed(password: str) -> str:
    """What is stored of a password."""
    return hashers.make_password(password)


def is_right(password: str, stored: str) -> bool:
    """Whether the password fits; takes as long when nothing is stored, and for the longest of texts."""
    typed = password if len(password) <= LONGEST else ""
    fits = hashers.check_password(typed, stored or _nobodys())
    return fits and bool(stored) and bool(typed)


def _is_made_of(password: str, words: Iterable[str]) -> bool:
    """The company's name or host, or a telling word of its name, with nothing much around it."""
    folded = _letters(password)
    return any(word in folded and len(folded) < len(word) + 8 for word in _telling(words))


def _telling(names: Iterable[str]) -> Iterator[str]:
    """The names as a whole, and those of their words that are long enough to be somebody's name."""
    for name in names:
        yield from (whole for whole in [_letters(name)] if len(whole) >= SHORTEST_NAME)
        yield from (word for word in map(_letters, name.split()) if len(word) >= SHORTEST_WORD)


def _letters(typed: str) -> str:
    return "".join(letter for letter in text.fold(typed) if letter.isalnum())


@lru_cache(1)
def _common() -> frozenset[str]:
    return frozenset(CommonPasswordValidator().passwords)


@lru_cache(1)
def _nobodys() -> str:
    return hashers.make_password("a login without a password, or none at all")
