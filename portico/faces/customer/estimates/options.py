"""The options of a proposal as their page shows them: what differs first, prices only where they may be seen."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import QueryDict

from portico.domain.billing import line_rules
from portico.domain.estimates import rules
from portico.domain.estimates.enums import DepositKind
from portico.domain.estimates.queries.portal_page import Option, ProposalPage, Standing, Words
from portico.domain.estimates.rules import Line, Offer
from portico.domain.estimates.words import deposit_words
from portico.faces.customer.estimates.words import LABEL, TONE
from portico.kernel import formats

NO_LINES: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Picked:
    """What stands chosen on the page: an option, and the optional lines of each; as first shown, the suggested ones."""

    option: UUID | None
    lines: frozenset[str] | None

    def of(self, option: Option) -> frozenset[str]:
        """The optional lines of this option that are ticked."""
        optional = {line.ref: line for line in option.lines if line.is_optional}
        if self.lines is None:
            return frozenset(ref for ref, line in optional.items() if line.is_suggested)
        return self.lines & optional.keys()


def picked(found: ProposalPage, given: QueryDict) -> Picked:
    """What the address asks for. `ticked` tells a form in which nothing is ticked from a page that is just opened."""
    waiting = {str(option.id): option for option in found.waiting}
    asked = waiting.get(given.get("option", "")) or waiting.get(str(found.asked))
    option = (
        asked or next((one for one in found.waiting if one.is_recommended), None) or next(iter(found.waiting), None)
    )
    lines = frozenset(given.getlist("item")) if "ticked" in given else None
    return Picked(option.id if option else None, lines)


def cards(found: ProposalPage, chosen: Picked, *, limit: int | None) -> list[dict[str, Any]]:
    """A card for each option that is not withdrawn, those that wait first."""
    shown = [option for option in found.options if option.standing != Standing.WITHDRAWN]
    own = found.own_lines
    several = len(found.waiting) > 1
    ordered = sorted(shown, key=lambda option: option.standing != Standing.WAITING)
    return [
        card(option, ticked=chosen.of(option), own=own[option.id] if several else None, limit=limit)
        | {"is_chosen": option.id == chosen.option}
        for option in ordered
    ]


def card(
    option: Option, *, ticked: Collection[str], own: Collection[str] | None = None, limit: int | None = None
) -> dict[str, Any]:
    """One option. `own` are the lines that not every option has; none where there is nothing to compare."""
    lines = [line_of(option, words) for words in option.lines]
    fixed = [line for line in lines if not line["is_optional"]]
    differing = [line for line in fixed if own is not None and line["ref"] in own]
    return {
        "id": option.id,
        "name": option.name,
        "number": option.number,
        "summary": option.summary,
        "is_waiting": option.standing == Standing.WAITING,
        "is_recommended": option.is_recommended,
        "state": str(LABEL[option.standing]),
        "tone": TONE[option.standing],
        "differing": differing,
        "shared": [line for line in fixed if line not in differing],
        "optional": [line | {"is_ticked": line["ref"] in ticked} for line in lines if line["is_optional"]],
        **(_amounts(option.offer, ticked, limit) if option.offer else {"is_priced": False}),
    }


def line_of(option: Option, words: Words) -> dict[str, Any]:
    """A line, with its amounts where they may be seen."""
    said = {
        "ref": words.ref,
        "name": words.name,
        "description": words.description,
        "quantity": "" if words.quantity == "1" else words.quantity,
        "is_optional": words.is_optional,
        "amount": "",
        "regular": "",
    }
    offer = option.offer
    return said | _line_amounts(_line(offer.lines, words.ref), offer.currency) if offer else said


def _line_amounts(line: Line, currency: str) -> dict[str, Any]:
    is_special = line.regular_minor is not None and line.regular_minor != line.total_minor
    return {
        "amount": formats.money(line.total_minor, currency),
        "regular": formats.money(line.regular_minor or 0, currency) if is_special else "",
        "minor": line.total_minor,
        "is_taxable": line.is_taxable,
    }


def _line(lines: Sequence[Line], ref: str) -> Line:
    return next(line for line in lines if line.ref == ref)


def _amounts(offer: Offer, ticked: Collection[str], limit: int | None) -> dict[str, Any]:
    sums, bare = rules.totals(offer, ticked), rules.totals(offer, NO_LINES)
    saved = sum(
        line.regular_minor - line.total_minor
        for line in rules.included(offer, ticked)
        if line.regular_minor is not None
    )
    return {
        "is_priced": True,
        "currency": offer.currency,
        "shown": rules.version_hash(offer),
        "total": formats.money(sums.total_minor, offer.currency),
        "subtotal": formats.money(sums.subtotal_minor, offer.currency),
        "tax": formats.money(sums.tax_minor, offer.currency) if sums.tax_minor or offer.tax_rate is not None else "",
        "saved": formats.money(saved, offer.currency) if saved > 0 else "",
        "deposit": "" if offer.deposit.kind == DepositKind.NONE else deposit_words(offer.deposit, offer.currency),
        "deposit_due": formats.money(sums.deposit_minor, offer.currency),
        "base_minor": bare.subtotal_minor,
        "taxed_minor": sum(line.total_minor for line in rules.included(offer, NO_LINES) if line.is_taxable),
        "tax_minor": offer.tax_minor,
        "rate": "" if offer.tax_rate is None else line_rules.plain(offer.tax_rate),
        "is_above_limit": limit is not None and sums.total_minor > limit,
    }
