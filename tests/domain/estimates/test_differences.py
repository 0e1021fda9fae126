"""Nothing that differs between two offers goes unsaid, and nothing is said that does not differ."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.domain.estimates import rules
from portico.domain.estimates.difference_rules import Standing, What, differences, standout
from portico.domain.estimates.rules import DepositTerms, Line, Offer
from portico.domain.estimates.words import difference_words
from tests.domain.estimates.offers import contents, offers

THERMOSTAT = Line("a", "Thermostat", "Wi-Fi", Decimal(1), 18_000, 18_000)
FILTERS = Line("b", "Filter", "", Decimal(2), 1_000, 2_000, is_optional=True)
OFFER = Offer(
    estimate="e-1",
    number="990001",
    name="Good",
    summary="",
    currency="USD",
    lines=(THERMOSTAT, FILTERS),
    tax_rate=None,
    tax_minor=0,
    deposit=DepositTerms(),
    expires_at=None,
    is_member=False,
    terms_n=1,
)


def said(after: Offer) -> list[str]:
    return [difference_words(each, "USD", "America/Denver") for each in differences(OFFER, after)]


def with_line(line: Line, **columns: Any) -> Offer:
    return replace(OFFER, lines=tuple(replace(one, **columns) if one is line else one for one in OFFER.lines))


@given(offers())
def test_equal_offers_have_no_differences(offer: Offer) -> None:
    assert differences(offer, offer) == ()


@given(offers(), offers())
def test_offers_differ_exactly_when_their_hashes_do(before: Offer, after: Offer) -> None:
    is_same = rules.version_hash(before) == rules.version_hash(after)
    assert (differences(before, after) == ()) is is_same


@given(contents(), st.data())
def test_each_single_change_is_said(content: dict[str, Any], data: Any) -> None:
    other = data.draw(contents())
    key = data.draw(st.sampled_from(sorted(content)))
    before, after = (rules.offer(one, is_member=False, terms_n=1) for one in (content, {**content, key: other[key]}))
    assert (differences(before, after) == ()) is (rules.version_hash(before) == rules.version_hash(after))


@given(offers(), offers())
def test_every_difference_has_words(before: Offer, after: Offer) -> None:
    found = differences(before, after)
    assert [bool(difference_words(each, "USD")) for each in found] == [True] * len(found)


@given(offers(), offers())
def test_differences_read_backwards_concern_the_same(before: Offer, after: Offer) -> None:
    turned = {What.ADDED: What.REMOVED, What.REMOVED: What.ADDED}
    there = sorted(each.what for each in differences(before, after))
    back = sorted(turned.get(each.what, each.what) for each in differences(after, before))
    assert there == back


def test_words_say_a_price_of_one_once() -> None:
    after = with_line(THERMOSTAT, price_minor=21_000, total_minor=21_000)
    assert said(after) == ["Thermostat: $180.00 → $210.00", "Total: $180.00 → $210.00"]


def test_words_say_a_quantity_and_its_amount() -> None:
    after = with_line(FILTERS, quantity=Decimal("3.5"), total_minor=3_500)
    assert said(after) == ["Filter: quantity 2 → 3.5", "Filter: $20.00 → $35.00"]


def test_words_say_the_price_of_one_of_several() -> None:
    after = with_line(FILTERS, price_minor=1_250, total_minor=2_500)
    assert said(after) == ["Filter: price of one $10.00 → $12.50", "Filter: $20.00 → $25.00"]


def test_words_say_what_came_and_went() -> None:
    permit = Line("c", "Permit", "", Decimal(1), 5_000, 5_000)
    assert said(replace(OFFER, lines=(THERMOSTAT, permit))) == [
        "New: Permit, $50.00",
        "No longer offered: 2 × Filter, $20.00 (optional)",
        "Total: $180.00 → $230.00",
    ]


def test_line_that_was_written_anew_is_known_by_its_name() -> None:
    assert said(with_line(THERMOSTAT, ref="z", price_minor=21_000, total_minor=21_000)) == [
        "Thermostat: $180.00 → $210.00",
        "Total: $180.00 → $210.00",
    ]
    assert said(with_line(THERMOSTAT, ref="z")) == ["Thermostat: written anew"]


@pytest.mark.parametrize(
    ("after", "expected"),
    (
        (with_line(THERMOSTAT, name="Smart thermostat"), ["Thermostat is now called Smart thermostat"]),
        (with_line(THERMOSTAT, description="Wired"), ["Thermostat: the description has changed"]),
        (with_line(FILTERS, is_optional=False), ["Filter: no longer optional", "Total: $180.00 → $200.00"]),
        (
            with_line(FILTERS, is_suggested=True),
            ["Filter: now chosen to begin with", "Total: $180.00 → $200.00"],
        ),
        (with_line(THERMOSTAT, is_taxable=False), ["Thermostat: no longer taxed"]),
        (with_line(THERMOSTAT, regular_minor=20_000), ["Thermostat: price without membership none → $200.00"]),
        (replace(OFFER, name="Better"), ["Name: Good → Better"]),
        (replace(OFFER, summary="More"), ["The description of the work has changed"]),
        (replace(OFFER, tax_minor=150), ["Tax: $0.00 → $1.50", "Total: $180.00 → $181.50"]),
        (replace(OFFER, tax_rate=Decimal("0.0825")), ["Tax rate: none → 8.25%", "Total: $180.00 → $194.85"]),
        (replace(OFFER, deposit=DepositTerms("fixed", 5_000)), ["Deposit: none → $50.00"]),
        (
            replace(OFFER, deposit=DepositTerms("percent", 0, Decimal("12.5"))),
            ["Deposit: none → 12.5% of the total"],
        ),
        (
            replace(OFFER, expires_at=datetime(2026, 12, 1, 6, 30, tzinfo=UTC)),
            ["Valid until: no end → Nov 30, 2026, 11:30 PM"],
        ),
        (replace(OFFER, is_member=True), ["The prices of your membership now count"]),
        (replace(OFFER, terms_n=2), ["The terms have changed"]),
    ),
)
def test_words_say_what_changed(after: Offer, expected: list[str]) -> None:
    assert said(after) == expected


def test_standout_says_what_an_option_has_that_others_lack() -> None:
    good = OFFER
    dearer = replace(THERMOSTAT, ref="x", price_minor=21_000, total_minor=21_000)
    twin = replace(FILTERS, ref="y")
    better = replace(OFFER, lines=(dearer, twin))
    assert standout([good, better]) == (Standing((THERMOSTAT,), (FILTERS,)), Standing((dearer,), (twin,)))


def test_standout_counts_equal_lines() -> None:
    again = replace(FILTERS, ref="c")
    two, one = replace(OFFER, lines=(FILTERS, again)), replace(OFFER, lines=(FILTERS,))
    assert standout([two, one]) == (Standing((again,), (FILTERS,)), Standing((), (FILTERS,)))


@given(st.lists(offers(), max_size=4))
def test_standout_keeps_every_line(options: list[Offer]) -> None:
    found = standout(options)
    assert [sorted(line.ref for line in (*one.own, *one.common)) for one in found] == [
        sorted(line.ref for line in option.lines) for option in options
    ]
