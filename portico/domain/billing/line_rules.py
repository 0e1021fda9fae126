"""What the lines of an invoice or an estimate come to."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

WHOLE = Decimal(1)


def line_total(quantity: Decimal, price_minor: int) -> int:
    """What so many come to, rounded to whole minor units."""
    return rounded(quantity * price_minor)


def tax_of(rate: Decimal, taxed_minor: int) -> int:
    """The tax on what is taxed, rounded once."""
    return rounded(rate * taxed_minor)


def rounded(amount: Decimal) -> int:
    """Whole minor units; half of one counts as one, away from zero."""
    return int(amount.quantize(WHOLE, ROUND_HALF_UP))


def plain(number: Decimal) -> str:
    """A number without needless zeros and without an exponent: 1, 2.5, 0.0825."""
    text = f"{number + 0:f}"  # zero has no sign
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"
