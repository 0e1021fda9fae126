"""Decisions about lists of people to invite: where addresses stand in any text, and what is done with each.

Whatever the text holds, the work grows with its length and no faster: from each @ we look a few hundred characters to
both sides and never further.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from portico.domain.invitations.enums import Outcome
from portico.kernel import text

LONGEST = 320  # characters to either side of an @
SHOWN = 254  # of what stands there
MOST_ADDRESSES = 50_000
NEVER_IN_TEXT = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")
EDGES = frozenset(' ,;:<>()[]"\\|')
TRIMMED = "'`´“”‘’«»„.!?*=•…"
PLANNED = {False: frozenset({Outcome.NEW}), True: frozenset({Outcome.NEW, Outcome.INVITED})}


@dataclass(frozen=True, slots=True)
class Spotted:
    """Something with an @ in it, as it was typed; `email` is empty where mail cannot go there."""

    line: int
    typed: str
    email: str


@dataclass(frozen=True, slots=True)
class Place:
    """How far a text is read: characters, and the number of the line there."""

    at: int = 0
    line: int = 1


@dataclass(frozen=True, slots=True)
class Standing:
    """What an address is in this company: all flags are of the whole address, not of one customer's row."""

    is_placeholder: bool = False
    is_revoked: bool = False
    is_enrolled: bool = False
    invited_at: datetime | None = None


def is_text(content: bytes) -> bool:
    """Whether this may be a list at all; spreadsheets and PDF files say what they are in their first bytes."""
    return not content.startswith(NEVER_IN_TEXT)


def decoded(content: bytes) -> str:
    """The text, in whichever encoding it came; what fits in none loses single letters, never the whole file."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    head = content[:4000]
    for codec, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[0::2])):
        if zeros.count(0) * 2 > max(len(zeros), 1):
            return content.decode(codec, errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def spot(content: str, place: Place, *, most: int) -> tuple[list[Spotted], Place | None]:
    """What has an @ in it from this place on, and where to go on; None at the end of the text."""
    found: list[Spotted] = []
    at, line = place.at, place.line
    while len(found) < most:
        sign = content.find("@", at)
        if sign < 0:
            return found, None
        begin, end = _begin(content, sign, at), _end(content, sign)
        line += content.count("\n", at, begin)
        found += [_spotted(line, typed) for typed in _parts(content[begin:end])]
        at = end
    return found, Place(at, line)


def outcome_of(email: str, standing: Standing | None) -> Outcome:
    """What can be done with an address of a list that stands there for the first time."""
    if not email:
        return Outcome.MALFORMED
    if standing is None:
        return Outcome.UNKNOWN
    if standing.is_placeholder:
        return Outcome.PLACEHOLDER
    if standing.is_revoked:
        return Outcome.REVOKED
    if standing.is_enrolled:
        return Outcome.ACTIVE
    return Outcome.INVITED if standing.invited_at else Outcome.NEW


def result_of(planned: Outcome, email: str, standing: Standing | None, *, read_at: datetime) -> Outcome:
    """What is done now with an address of a confirmed list: SENT and RESENT take a mail, all else tells why none goes.

    Whoever was invited since the list was read has a mail already.
    """
    now = outcome_of(email, standing)
    if now == Outcome.NEW:
        return Outcome.SENT
    is_stale = planned == Outcome.INVITED and standing is not None and (standing.invited_at or read_at) <= read_at
    return Outcome.RESENT if now == Outcome.INVITED and is_stale else now


def mails(counts: dict[str, int], *, include_invited: bool) -> int:
    """How many mails a list would send."""
    return sum(counts.get(outcome.value, 0) for outcome in PLANNED[include_invited])


def added(counts: dict[str, int], outcomes: Iterable[Outcome]) -> dict[str, int]:
    """The counts with these."""
    total = dict(counts)
    for outcome in outcomes:
        total[outcome.value] = total.get(outcome.value, 0) + 1
    return total


def moved(counts: dict[str, int], planned: Outcome, result: Outcome) -> dict[str, int]:
    """The counts after one address that was planned so has ended so."""
    less = counts | {planned.value: counts.get(planned.value, 0) - 1}
    return added({name: count for name, count in less.items() if count}, [result])


def _begin(content: str, sign: int, floor: int) -> int:
    floor = max(floor, sign - LONGEST)
    while sign > floor and not _is_edge(content[sign - 1]):
        sign -= 1
    return sign


def _end(content: str, sign: int) -> int:
    last = min(len(content), sign + LONGEST)
    while sign < last and not _is_edge(content[sign]):
        sign += 1
    return sign


def _is_edge(letter: str) -> bool:
    """Blanks of all kinds, controls and invisible letters too."""
    return letter in EDGES or not letter.isprintable()


def _parts(found: str) -> list[str]:
    """Mostly one; several where somebody wrote a slash between addresses. A bare @ is nothing."""
    typed = found.strip(TRIMMED)
    parts = [part.strip(TRIMMED) for part in typed.split("/")] if not text.is_email(typed) else [typed]
    return [part for part in parts if "@" in part and part.strip("@")]


def _spotted(line: int, typed: str) -> Spotted:
    return Spotted(line, typed[:SHOWN], text.normalise_email(typed) if text.is_email(typed) else "")
