"""In what two offers of one estimate differ, and in what the options of a proposal do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from portico.domain.estimates import rules
from portico.domain.estimates.rules import Line, Offer


class What(StrEnum):
    """What differs: first of single lines, then of the whole."""

    ADDED = "added"
    REMOVED = "removed"
    RENAMED = "renamed"
    DESCRIPTION = "description"
    QUANTITY = "quantity"
    PRICE = "price"
    AMOUNT = "amount"
    REGULAR = "regular"
    OPTIONAL = "optional"
    SUGGESTED = "suggested"
    TAXABLE = "taxable"
    REWRITTEN = "rewritten"
    NAME = "name"
    NUMBER = "number"
    SUMMARY = "summary"
    CURRENCY = "currency"
    TAX = "tax"
    TAX_RATE = "tax_rate"
    TOTAL = "total"
    DEPOSIT = "deposit"
    EXPIRES = "expires"
    MEMBER = "member"
    TERMS = "terms"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as before. `line` is the name of the line, empty for the whole estimate."""

    what: What
    before: Any = None
    after: Any = None
    line: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Of one option: the lines that another option lacks, and those that all have."""

    own: tuple[Line, ...]
    common: tuple[Line, ...]


def differences(before: Offer, after: Offer) -> tuple[Difference, ...]:
    """Everything that changed from one offer of an estimate to another; none exactly when their hashes agree."""
    return (*_of_lines(before.lines, after.lines), *_of_the_whole(before, after))


def standout(options: Sequence[Offer]) -> tuple[Standing, ...]:
    """What each option of a proposal has that not every other has. The same thing at another price is another."""
    counted = [Counter(_thing(line) for line in option.lines) for option in options]
    shared = counted[0].copy() if counted else Counter()
    for other in counted[1:]:
        shared &= other
    return tuple(_standing(option.lines, shared.copy()) for option in options)


# --- Lines ------------------------------------------------------------------------------------------------------


def _of_lines(before: Sequence[Line], after: Sequence[Line]) -> Iterator[Difference]:
    pairs, removed, added = _paired(before, after)
    for old, new in pairs:
        yield from _of_line(old, new)
    for line in added:
        yield Difference(What.ADDED, after=line, line=line.name)
    for line in removed:
        yield Difference(What.REMOVED, before=line, line=line.name)


def _paired(before: Sequence[Line], after: Sequence[Line]) -> tuple[list[tuple[Line, Line]], list[Line], list[Line]]:
    """Lines that are the same by their ref, else by their name; and those that are left on either side."""
    kept = {line.ref for line in before} & {line.ref for line in after}
    old = {line.ref: line for line in before}
    pairs = [(old[line.ref], line) for line in after if line.ref in kept]
    gone, added = [line for line in before if line.ref not in kept], []
    for line in after:
        if line.ref in kept:
            continue
        namesake = next((one for one in gone if one.name == line.name), None)
        if namesake is None:
            added.append(line)
        else:
            gone.remove(namesake)
            pairs.append((namesake, line))
    return pairs, gone, added


def _of_line(old: Line, new: Line) -> Iterator[Difference]:
    found = [
        Difference(what, getattr(old, column), getattr(new, column), line=new.name)
        for what, column in _COLUMNS
        if getattr(old, column) != getattr(new, column) and not (what == What.PRICE and _is_one(old) and _is_one(new))
    ]
    if not found and old != new:
        found = [Difference(What.REWRITTEN, line=new.name)]
    yield from found


_COLUMNS = (
    (What.RENAMED, "name"),
    (What.DESCRIPTION, "description"),
    (What.QUANTITY, "quantity"),
    (What.PRICE, "price_minor"),
    (What.AMOUNT, "total_minor"),
    (What.REGULAR, "regular_minor"),
    (What.OPTIONAL, "is_optional"),
    (What.SUGGESTED, "is_suggested"),
    (What.TAXABLE, "is_taxable"),
)


def _is_one(line: Line) -> bool:
    """Whether the price of one says the same as the amount of the line."""
    return line.price_minor == line.total_minor


# --- The whole --------------------------------------------------------------------------------------------------


def _of_the_whole(before: Offer, after: Offer) -> Iterator[Difference]:
    for what, column in _WHOLE:
        old, new = getattr(before, column), getattr(after, column)
        if old != new:
            yield Difference(what, old, new)
    was, now = (rules.totals(offer, rules.suggested(offer)) for offer in (before, after))
    if was.total_minor != now.total_minor or before.currency != after.currency:
        yield Difference(What.TOTAL, was.total_minor, now.total_minor)


_WHOLE = (
    (What.NAME, "name"),
    (What.NUMBER, "number"),
    (What.SUMMARY, "summary"),
    (What.CURRENCY, "currency"),
    (What.TAX_RATE, "tax_rate"),
    (What.TAX, "tax_minor"),
    (What.DEPOSIT, "deposit"),
    (What.EXPIRES, "expires_at"),
    (What.MEMBER, "is_member"),
    (What.TERMS, "terms_n"),
)


# --- Options ----------------------------------------------------------------------------------------------------


def _thing(line: Line) -> Line:
    """A line without what only tells it from its twin in another option."""
    return replace(line, ref="", description="", is_suggested=False, is_taxable=True)


def _standing(lines: Sequence[Line], shared: Counter[Line]) -> Standing:
    own, common = [], []
    for line in lines:
        thing = _thing(line)
        if shared[thing] > 0:
            shared[thing] -= 1
            common.append(line)
        else:
            own.append(line)
    return Standing(tuple(own), tuple(common))
