"""Whether somebody who is being entered stands on the books already. Pure: the texts of search in, reasons out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from portico.domain.customers import rules, search_rules
from portico.domain.customers.enums import Alike
from portico.kernel import text

MOST = 5
WEIGHT = {Alike.EMAIL: 8, Alike.PHONE: 4, Alike.ADDRESS: 2, Alike.NAME: 1}
FITS = 0.78  # one typing error in a word


@dataclass(frozen=True, slots=True)
class Typed:
    """What is known of somebody new; what is empty is like nobody's."""

    name: str
    email: str = ""
    phone: str = ""
    street: str = ""
    city: str = ""
    postal_code: str = ""

    def questions(self) -> list[str]:
        """What to search for: what each may be found by."""
        email = "" if rules.is_placeholder_local(text.normalise_email(self.email)) else self.email
        place = f"{self.street} {self.postal_code.split('-')[0]}" if self.street else ""
        return [asked for asked in (email, self.phone, place, self.name) if asked]


@dataclass(frozen=True, slots=True)
class Known:
    """A customer as search knows it: folded texts, several of a kind parted by bars."""

    customer_id: int
    name: str
    places: str
    marks: str


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A customer who may be the same, and in what they are alike."""

    id: UUID
    name: str
    number: str
    address: str
    is_active: bool
    alike: frozenset[Alike]


def likest(typed: Typed, known: Mapping[int, Known]) -> dict[int, frozenset[Alike]]:
    """The customers that may be the same, the likest first, with what is alike; five at most."""
    found = {key: alike for key, one in known.items() if (alike := reasons(typed, one))}
    order = sorted(found, key=lambda key: (-sum(WEIGHT[each] for each in found[key]), key))
    return {key: found[key] for key in order[:MOST]}


def reasons(typed: Typed, known: Known) -> frozenset[Alike]:
    """In what they are alike; nothing where they are not."""
    marks = known.marks.split()
    checks = {
        Alike.EMAIL: _email(typed, marks),
        Alike.PHONE: f"+{search_rules.phone_digits(typed.phone)}" in marks,
        Alike.ADDRESS: any(_lives_at(typed, place.split()) for place in known.places.split("|")),
        Alike.NAME: any(is_like(typed.name, name.split()) for name in known.name.split("|")),
    }
    return frozenset(kind for kind, is_so in checks.items() if is_so)


def _email(typed: Typed, marks: list[str]) -> bool:
    """An address that says only that there is none is nobody's."""
    email = text.normalise_email(typed.email)
    return f"@{email}" in marks and not rules.is_placeholder_local(email)


def _lives_at(typed: Typed, place: list[str]) -> bool:
    """Every word of the street, and the postal code; without one, the city."""
    street = search_rules.words(typed.street)
    around = search_rules.words(typed.postal_code.split("-")[0]) or search_rules.words(typed.city)
    return bool(street) and len(street) > 1 and all(word in place for word in (*street, *around))


def is_like(typed: str, known: list[str]) -> bool:
    """Whether two names are one but for typing errors and, where both have two words or more, one word more."""
    words = search_rules.words(typed)
    if not words or not known:
        return False
    apart = sum(not _has(word, known) for word in words) + sum(not _has(word, words) for word in known)
    return apart <= (1 if min(len(words), len(known)) > 1 else 0)


def _has(word: str, words: list[str]) -> bool:
    return any(search_rules.likeness(word, other) >= FITS for other in words)
