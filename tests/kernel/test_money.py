from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.kernel import money
from portico.kernel.money import AmountError, CurrencyMismatch, Money

minors = st.integers(min_value=-(10**12), max_value=10**12)
payable = st.integers(min_value=1, max_value=money.CARD_LIMIT_MINOR)
currencies = st.sampled_from(sorted(money.FRACTION_DIGITS))


@given(minors, minors, currencies)
def test_sum_and_difference_are_exact(one: int, other: int, currency: str) -> None:
    first, second = Money(one, currency), Money(other, currency)
    assert (first + second - second, first - first) == (first, Money.zero(currency))


@given(st.lists(minors), currencies)
def test_total_is_the_sum_of_the_minor_units(amounts: list[int], currency: str) -> None:
    assert money.total((Money(minor, currency) for minor in amounts), currency) == Money(sum(amounts), currency)


@given(minors, currencies)
def test_decimal_and_back_changes_nothing(minor: int, currency: str) -> None:
    amount = Money(minor, currency)
    assert money.from_decimal(amount.decimal(), currency) == amount


@given(payable, currencies)
def test_what_is_written_is_read_back(minor: int, currency: str) -> None:
    amount = Money(minor, currency)
    assert money.parse(f"{amount.decimal():f}", currency) == amount
    assert money.parse(f" ${amount.decimal():,f} ", currency) == amount


@given(st.text())
def test_any_text_is_an_amount_or_refused(typed: str) -> None:
    with suppress(AmountError):
        assert 0 < money.parse(typed, "USD").minor <= money.CARD_LIMIT_MINOR


@pytest.mark.parametrize(
    "typed",
    (
        "",
        "0",
        "0.00",
        "-5",
        "+5",
        "1e3",
        "1,2",
        "12,34.00",
        "1,200,0",
        "12.345",
        "five",
        "$",
        "1 200",
        "٣",
        "NaN",
        "inf",
        "1000000.00",
    ),
)
def test_text_that_is_no_payable_amount_is_refused(typed: str) -> None:
    with pytest.raises(AmountError):
        money.parse(typed, "USD")


@pytest.mark.parametrize(
    ("typed", "minor"),
    (("486.20", 48620), ("$1,200", 120000), ("1,234,567.8", None), (".5", 50), ("12.", 1200), ("999999.99", 99999999)),
)
def test_amounts_as_people_type_them(typed: str, minor: int | None) -> None:
    if minor is None:
        with pytest.raises(AmountError):
            money.parse(typed, "USD")
    else:
        assert money.parse(typed, "USD") == Money(minor, "USD")


def test_yen_have_no_fractions() -> None:
    assert money.parse("500", "JPY") == Money(500, "JPY")
    with pytest.raises(AmountError):
        money.parse("500.5", "JPY")


@pytest.mark.parametrize("number", (Decimal("NaN"), Decimal("Infinity"), Decimal("0.001")))
def test_number_that_is_no_amount_is_refused(number: Decimal) -> None:
    with pytest.raises(AmountError):
        money.from_decimal(number, "USD")


def test_two_currencies_never_meet() -> None:
    with pytest.raises(CurrencyMismatch):
        Money(1, "USD") + Money(1, "CAD")
    with pytest.raises(CurrencyMismatch):
        Money(1, "USD") < Money(1, "CAD")  # noqa: B015 - the comparison itself is refused


@pytest.mark.parametrize("minor", (1.0, "1", True, Decimal(1), None))
def test_money_counts_whole_minor_units_only(minor: object) -> None:
    with pytest.raises(TypeError):
        Money(minor, "USD")  # type: ignore[arg-type]


@given(minors, minors)
def test_order_is_that_of_the_minor_units(one: int, other: int) -> None:
    first, second = Money(one, "USD"), Money(other, "USD")
    assert (first < second, first <= second, first > second, first >= second) == (
        one < other,
        one <= other,
        one > other,
        one >= other,
    )
    assert bool(first) == (one != 0)
