"""How customers are found in spite of typing errors: which keys a record has, what is asked for, what fits best.

A word is kept whole and, where it has three letters or more, once with each letter left out; what is typed is treated
the same way. Two words that share a key differ by one wrong, missing, doubled or swapped letter (two at most), and a
key is compared by equality only: an index answers.
Marks keep kinds apart: `=` word of a name, `#` number, `@` email, `+` phone, `-` end of a phone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from portico.kernel import text

SHORTEST, LONGEST = 2, 100
MOST_WORDS = 8
LOOSE_FROM, LOOSE_TO = 3, 24
_WORD = re.compile(r"[^\W_]{1,60}")
_QUOTES = str.maketrans("", "", "'’‘`´")
_PHONE = re.compile(r"[\d\s().+/-]*\d[\d\s().+/-]*")
_EXTENSION = re.compile(r"(?i)\s*(?:extension|ext\.?|x|#)\s*\d+\s*$")
_STREET_WORDS = (
    ("street", "st"), ("drive", "dr"), ("avenue", "ave"), ("road", "rd"), ("lane", "ln"), ("boulevard", "blvd"),
    ("court", "ct"), ("circle", "cir"), ("place", "pl"), ("trail", "trl"), ("parkway", "pkwy"), ("terrace", "ter"),
    ("highway", "hwy"), ("square", "sq"), ("north", "n"), ("south", "s"), ("east", "e"), ("west", "w"),
    ("apartment", "apt"), ("suite", "ste"), ("mount", "mt"), ("saint", "st"), ("fort", "ft"),
)  # fmt: skip
TWINS: dict[str, tuple[str, ...]] = {}
for _long, _short in _STREET_WORDS:
    TWINS[_long] = (*TWINS.get(_long, ()), _short)
    TWINS[_short] = (*TWINS.get(_short, ()), _long)


@dataclass(frozen=True, slots=True)
class Record:
    """What a customer is known by; `names` begins with today's, then those of records merged into it."""

    customer_id: int
    names: tuple[str, ...]
    numbers: tuple[str, ...]
    places: tuple[str, ...]
    emails: tuple[str, ...]
    phones: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A record as it is stored: folded texts to compare with, and keys to find by."""

    customer_id: int
    name: str
    places: str
    marks: str
    keys: str


def row_of(record: Record) -> Row:
    """The stored form of a record."""
    names = [words(name) for name in record.names]
    places = [place for place in (_with_twins(words(place)) for place in record.places) if place]
    marks = sorted(_marks(record))
    known = {word for name in names for word in name} | {word for place in places for word in place}
    known |= {word for email in record.emails for word in words(email.partition("@")[0])}
    keys = {word for email in record.emails for word in words(email.partition("@")[2])[:-1]}
    keys |= {f"={word}" for name in names for word in name} | set(_keys_of_marks(marks))
    keys |= {key for word in known for key in loose(word)}
    keys |= {"".join(pair) for name in names for pair in pairwise(name)}
    return Row(
        customer_id=record.customer_id,
        name="|".join(" ".join(name) for name in names),
        places="|".join(" ".join(place) for place in places),
        marks=" ".join(marks),
        keys=" ".join(sorted(keys)),
    )


def words(typed: str) -> list[str]:
    """The words of a text, folded; O'Brien is one word, Smith-Jones two."""
    return _WORD.findall(text.fold(typed.translate(_QUOTES)))


def loose(word: str) -> set[str]:
    """A word and, unless it is short or a number, all that is left of it without one letter."""
    if not (LOOSE_FROM <= len(word) <= LOOSE_TO) or word.isdigit():
        return {word}
    return {word} | {word[:at] + word[at + 1 :] for at in range(len(word))}


def phone_digits(typed: str) -> str:
    """A phone in any notation as its national digits: no extension, no leading 1 of North America."""
    digits = text.digits(_EXTENSION.sub("", typed))
    return digits[1:] if len(digits) == 11 and digits.startswith("1") else digits


def _marks(record: Record) -> set[str]:
    folded = {text.fold(number).replace(" ", "") for number in record.numbers}
    found = {f"#{number}" for number in folded if number}
    found |= {f"#{text.digits(number)}" for number in folded if len(text.digits(number)) >= 3}
    found |= {f"@{text.normalise_email(email)}" for email in record.emails if " " not in email.strip()}
    return found | {f"+{digits}" for digits in map(phone_digits, record.phones) if len(digits) >= 4}


def _keys_of_marks(marks: Iterable[str]) -> Iterable[str]:
    for mark in marks:
        yield mark
        if mark.startswith("+"):
            yield from (f"-{mark[at:]}" for at in range(2, len(mark) - 3))


def _with_twins(found: list[str]) -> list[str]:
    return [each for word in found for each in (word, *TWINS.get(word, ()))]


# --- Asking ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Question:
    """What was typed, taken apart. `number` and `phone` are empty where it cannot be one."""

    words: tuple[str, ...]
    email: str
    phone: str
    number: str

    @property
    def is_empty(self) -> bool:
        return not (self.words or self.phone or self.number)


def question(typed: str) -> Question:
    """Take apart what was typed."""
    short = text.squeeze(typed.replace("\x00", " "))[:LONGEST]
    email = text.normalise_email(short) if "@" in short and " " not in short else ""
    found = tuple(dict.fromkeys(words(email.partition("@")[0] or short)))[:MOST_WORDS]
    phone = phone_digits(short) if _PHONE.fullmatch(_EXTENSION.sub("", short)) else ""
    number = text.fold(short).lstrip("#").replace(" ", "")
    return Question(
        words=found if len(short) >= SHORTEST else (),
        email=email,
        phone=phone if len(phone) >= 4 else "",
        number=number if any(letter.isdigit() for letter in number) and len(short) >= SHORTEST else "",
    )


def queries(asked: Question) -> list[str]:
    """The same question from strict to loose as tsquery: marks (or nothing), names, words, words with errors."""
    if not asked.words:
        return []
    last = len(asked.words) - 1
    exact = [_any([_quote(word), *_beginning(word, is_last=at == last)]) for at, word in enumerate(asked.words)]
    named = [
        _any([_quote(f"={word}"), *_beginning(f"={word}", is_last=at == last)]) for at, word in enumerate(asked.words)
    ]
    return [_marked(asked), _all(named), _all(exact), _loosely(asked.words)]


def last_resort(asked: Question) -> str:
    """All words but one, with errors; empty where there is one word only."""
    if len(asked.words) < 2:
        return ""
    loosely = [_any(map(_quote, sorted(loose(word)))) for word in asked.words]
    return _any(_all(loosely[:at] + loosely[at + 1 :]) for at in range(len(loosely)))


def _marked(asked: Question) -> str:
    ways = [_quote(f"#{asked.number}")] if asked.number else []
    if asked.phone:
        ways += [_quote(f"+{asked.phone}") + ":*", _quote(f"-{asked.phone}")]
    if asked.email:
        ways += [_quote(f"@{asked.email}") + ":*"]
    return _any(ways)


def _loosely(typed: Sequence[str]) -> str:
    last = len(typed) - 1
    parts = [
        _any([*map(_quote, sorted(loose(word))), *_beginning(word, is_last=at == last)])
        for at, word in enumerate(typed)
    ]
    joined = [_all([*parts[:at], _quote(typed[at] + typed[at + 1]), *parts[at + 2 :]]) for at in range(len(typed) - 1)]
    return _any([_all(parts), *joined])


def _beginning(word: str, *, is_last: bool) -> list[str]:
    return [f"{_quote(word)}:*"] if is_last and len(word) >= (3 if word[0] != "=" else 2) else []


def _quote(key: str) -> str:
    escaped = key.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def _any(ways: Iterable[str]) -> str:
    listed = list(ways)
    return f"({' | '.join(listed)})" if listed else ""


def _all(parts: Iterable[str]) -> str:
    return f"({' & '.join(parts)})"


# --- Ranking --------------------------------------------------------------------------------------------------------


class Judge:
    """Scores rows against one question; each pair of words is compared once."""

    def __init__(self, asked: Question) -> None:
        self.asked = asked
        self.known: dict[tuple[str, str], float] = {}

    def score(self, *, name: str, places: str, marks: str) -> float:
        """How well a row fits; 1 and more where everything typed is on it."""
        return max(self._by_mark(marks.split()), self._by_words(name, places, marks))

    def _by_mark(self, marks: list[str]) -> float:
        asked = self.asked
        if asked.number and f"#{asked.number}" in marks:
            return 3.0
        if asked.phone:
            phones = (mark for mark in marks if mark[0] == "+" and _fits(mark, asked.phone))
            return max((2.3 if mark[1:] == asked.phone else 2.0 for mark in phones), default=0.0)
        if asked.email:
            begun = (mark for mark in marks if mark.startswith(f"@{asked.email}"))
            return max((2.3 if mark[1:] == asked.email else 2.0 for mark in begun), default=0.0)
        return 0.0

    def _by_words(self, name: str, places: str, marks: str) -> float:
        typed = self.asked.words
        if not typed:
            return 0.0
        by_name = max((self._named(part.split()) for part in name.split("|")), key=sum)
        by_place = max((self._best(part.split()) for part in places.split("|")), key=sum)
        by_mark = self._best(words(marks))
        found = [max(one[0], 0.97 * one[1], 0.9 * one[2]) for one in zip(by_name, by_place, by_mark, strict=True)]
        return sum(found) / len(typed) + 0.2 * self._covered(name.split("|")[0].split())

    def _named(self, known: list[str]) -> list[float]:
        typed = self.asked.words
        found = self._best(known)
        pairs = {"".join(pair) for pair in pairwise(known)}
        for at in range(len(typed) - 1):
            if typed[at] + typed[at + 1] in known:
                found[at : at + 2] = [0.95, 0.95]
        return [max(score, 0.95 * (word in pairs)) for score, word in zip(found, typed, strict=True)]

    def _best(self, known: Sequence[str]) -> list[float]:
        return [max((self._alike(word, other) for other in known), default=0.0) for word in self.asked.words]

    def _covered(self, known: list[str]) -> float:
        """The share of the name's words that were typed: the bare John Smith before John Smith Plumbing."""
        hit = sum(max(self._alike(word, other) for word in self.asked.words) > 0.5 for other in known)
        return hit / len(known) if known else 0.0

    def _alike(self, typed: str, known: str) -> float:
        pair = typed, known
        if pair not in self.known:
            self.known[pair] = likeness(typed, known, may_begin=typed == self.asked.words[-1])
        return self.known[pair]


def _fits(mark: str, phone: str) -> bool:
    return mark.endswith(phone) or mark.startswith(f"+{phone}")


def likeness(typed: str, known: str, *, may_begin: bool = False) -> float:
    """1 for the same word, less for its beginning, less for one typing error, 0 otherwise."""
    if typed == known:
        return 1.0
    if may_begin and known.startswith(typed) and len(typed) >= SHORTEST:
        return 0.8 + 0.15 * len(typed) / len(known)
    if min(len(typed), len(known)) < LOOSE_FROM - 1 or typed.isdigit() or known.isdigit():
        return 0.0
    return 0.78 + 0.04 * (typed[0] == known[0]) if is_one_edit(typed, known) else 0.0


def is_one_edit(a: str, b: str) -> bool:
    """Whether one letter inserted, left out, replaced or swapped with its neighbour makes one word of the other."""
    if abs(len(a) - len(b)) > 1 or a == b:
        return False
    at = next((at for at, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    if len(a) > len(b):
        return a[at + 1 :] == b[at:]
    if len(a) < len(b):
        return a[at:] == b[at + 1 :]
    is_swap = a[at : at + 2] == b[at : at + 2][::-1] and a[at + 2 :] == b[at + 2 :]
    return is_swap or a[at + 1 :] == b[at + 1 :]
