"""Fields for amounts of money."""

from __future__ import annotations

from typing import Any

from django import forms

from portico.kernel import money


class AmountField(forms.CharField):
    """An amount as somebody types it, read as minor units; None for an empty one."""

    def __init__(self, *, currency: str, **kwargs: Any) -> None:
        super().__init__(max_length=20, widget=forms.TextInput(attrs={"inputmode": "decimal"}), **kwargs)
        self.currency = currency

    def clean(self, value: Any) -> Any:
        typed = str(super().clean(value)).strip()
        if not typed:
            return None
        try:
            return money.parse(typed, self.currency).minor
        except money.AmountError as bad:
            raise forms.ValidationError(bad.message) from bad


def typed(minor: int, currency: str) -> str:
    """An amount as somebody would type it."""
    return str(money.Money(minor, currency).decimal())
