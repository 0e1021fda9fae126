"""Amounts of money as whole cents, and as the export writes them."""

from decimal import ROUND_HALF_UP, Decimal


def written(cents: int) -> str:
    """The amount as accounting writes it: two decimals, in a string."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def number(cents: int) -> float:
    """The amount as customers, jobs, estimates and memberships carry it."""
    return float(written(cents))


def cents(text: str) -> int:
    """Whole cents of an amount in the export."""
    return int(Decimal(text) * 100)


def tax(base: int, rate: str) -> int:
    """Sales tax of an amount, rounded half up to the cent."""
    return int((base * Decimal(rate)).quantize(Decimal(1), rounding=ROUND_HALF_UP))
