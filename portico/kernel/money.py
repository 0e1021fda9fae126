"""Money is whole minor units and a currency; never a float."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from portico.kernel import errors

FRACTION_DIGITS = {"USD": 2, "CAD": 2, "EUR": 2, "GBP": 2, "AUD": 2, "NZD": 2, "MXN": 2, "JPY": 0}
CARD_LIMIT_MINOR = 99_999_999  # Stripe's largest card charge: 999,999.99
_PLAIN = re.compile(r"\d{1,12}(\.\d*)?|\.\d+", re.ASCII)


class AmountError(errors.NotPossible):
    """The text is not an amount of this currency."""


class CurrencyMismatch(TypeError):
    """Two currencies met in one sum: a bug, never a customer's mistake."""


@dataclass(frozen=True, slots=True, order=False)
class Money:
    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError("Money counts whole minor units")

    @classmethod
    def zero(cls, currency: str) -> Money:
        return cls(0, currency)

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._same(other)

    def __gt__(self, other: Money) -> bool:
        return self.minor > self._same(other)

    def __ge__(self, other: Money) -> bool:
        return self.minor >= self._same(other)

    def __bool__(self) -> bool:
        return self.minor != 0

    def decimal(self) -> Decimal:
        """The amount in major units, exactly."""
        return Decimal(self.minor).scaleb(-fraction_digits(self.currency))

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency}")
        return other.minor


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum of amounts, zero for none."""
    return sum(amounts, start=Money.zero(currency))


def fraction_digits(currency: str) -> int:
    return FRACTION_DIGITS.get(currency, 2)


def parse(text: str, currency: str) -> Money:
    """Read what a person typed ("486.20", "$1,200") as a positive amount; AmountError says what is wrong."""
    plain = text.strip().removeprefix("$").strip()
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d*)?", plain, re.ASCII):
        plain = plain.replace(",", "")
    if not _PLAIN.fullmatch(plain):
        raise AmountError(f"“{text.strip()[:40]}” is not an amount. Write it like 120.50.")
    amount = from_decimal(Decimal(plain), currency)
    if amount.minor <= 0:
        raise AmountError("Enter an amount above zero.")
    if amount.minor > CARD_LIMIT_MINOR:
        raise AmountError("That is more than can be paid in one go.")
    return amount


def from_decimal(number: Decimal, currency: str) -> Money:
    """An exact number of major units as Money; AmountError when it has finer fractions than the currency."""
    if not number.is_finite():
        raise AmountError("That is not an amount.")
    minor = number.scaleb(fraction_digits(currency))
    if minor != minor.to_integral_value():
        raise AmountError(f"{currency} amounts have {fraction_digits(currency)} decimals.")
    return Money(int(minor), currency)
