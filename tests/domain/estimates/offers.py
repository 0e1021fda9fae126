"""Any offer there may be, for property tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from portico.domain.billing.line_rules import line_total
from portico.domain.estimates import rules
from portico.domain.estimates.rules import DepositTerms, Head, Item, Offer

TEXTS = st.text(alphabet=st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=12)
AMOUNTS = st.integers(-500_000, 5_000_000)
QUANTITIES = st.decimals("0.0001", "999", places=4)
RATES = st.none() | st.decimals("0", "0.25", places=6)
PERCENTS = st.decimals("0.01", "100", places=2)
UNTIL = st.none() | st.integers(0, 500_000).map(lambda m: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=m))
DEPOSITS = st.one_of(
    st.just(DepositTerms()),
    st.integers(1, 1_000_000).map(lambda minor: DepositTerms("fixed", minor)),
    PERCENTS.map(lambda percent: DepositTerms("percent", 0, percent)),
)


@st.composite
def items(draw: Any, ref: str) -> Item:
    """A line with this ref."""
    quantity, price = draw(st.just(Decimal(1)) | QUANTITIES), draw(AMOUNTS)
    is_optional = draw(st.booleans())
    return Item(
        ref=ref,
        name=draw(st.sampled_from(("Thermostat", "Filter")) | TEXTS),
        description=draw(TEXTS),
        quantity=quantity,
        price_minor=price,
        total_minor=draw(st.just(line_total(quantity, price)) | AMOUNTS),
        member_price_minor=draw(st.none() | AMOUNTS),
        is_optional=is_optional,
        is_suggested=is_optional and draw(st.booleans()),
        is_taxable=draw(st.booleans()),
    )


@st.composite
def contents(draw: Any) -> dict[str, Any]:
    """The content of a version of estimate e-1, with up to five lines."""
    refs = draw(st.lists(st.sampled_from("abcdefg"), unique=True, max_size=5))
    head = Head(
        estimate="e-1",
        number=draw(st.sampled_from(("990001", "990002"))),
        name=draw(TEXTS),
        summary=draw(TEXTS),
        currency=draw(st.sampled_from(("USD", "EUR"))),
        tax_rate=draw(RATES),
        tax_minor=draw(AMOUNTS),
        deposit=draw(DEPOSITS),
        expires_at=draw(UNTIL),
    )
    return rules.content_of(head, [draw(items(ref)) for ref in refs])


@st.composite
def offers(draw: Any) -> Offer:
    return rules.offer(draw(contents()), is_member=draw(st.booleans()), terms_n=draw(st.integers(0, 3)))
