"""Rows of fields for the lines of what is billed: name_0, price_0, name_1, …"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from portico.faces.office.amounts import AmountField
from portico.kernel import formats

SPARE, MORE = 3, 5
SIGNS = ("-", formats.MINUS)
MOST_QUANTITY = Decimal(100_000)


class PriceField(AmountField):
    """An amount that may be nothing, or below zero for a rebate: -25, −$25."""

    def clean(self, value: Any) -> Any:
        said = str(value or "").strip()
        amount = said[1:].strip() if said[:1] in SIGNS else said
        if amount.strip("$ ") in ("0", "0.0", "0.00"):
            return 0
        minor = super().clean(amount)
        return -minor if minor and said != amount else minor


def quantity_field() -> forms.DecimalField:
    """How many: above zero, with at most four decimals."""
    return forms.DecimalField(
        label=_("Quantity"),
        required=False,
        max_value=MOST_QUANTITY,
        min_value=Decimal("0.0001"),
        max_digits=12,
        decimal_places=4,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )


def tax_field(label: Any) -> forms.DecimalField:
    """A tax rate in percent."""
    return forms.DecimalField(
        label=label,
        required=False,
        min_value=0,
        max_value=Decimal("99.99"),
        max_digits=7,
        decimal_places=4,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )


class LinesForm(forms.Form):
    """A form with rows of lines; those in which nothing is written are left out.

    A subclass names the fields of a row in `parts` and those that say that a row is used in `using`, makes them in
    `line_fields` and says in `usual` what a new row begins with.
    """

    rows = forms.IntegerField(widget=forms.HiddenInput, required=False)

    parts: tuple[str, ...] = ()
    using: tuple[str, ...] = ()
    usual: dict[str, Any] = {}
    most_lines = 40

    def __init__(self, data: Any = None, *, currency: str, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        self.currency = currency
        rows = _rows((data or initial).get("rows"))
        self.count, self.is_beyond = min(rows, self.most_lines), rows > self.most_lines
        for nth in range(self.count):
            for name, field in self.line_fields(nth).items():
                self.fields[f"{name}_{nth}"] = field
            for name, value in self.usual.items():
                self.initial.setdefault(f"{name}_{nth}", value)

    def line_fields(self, nth: int) -> dict[str, forms.Field]:
        """The fields of a row."""
        raise NotImplementedError

    @property
    def may_grow(self) -> bool:
        """Whether there is room for more lines."""
        return self.count < self.most_lines

    @property
    def lines(self) -> list[dict[str, forms.BoundField]]:
        """The fields of each row."""
        return [{name: self[f"{name}_{nth}"] for name in self.parts} for nth in range(self.count)]

    def typed(self) -> dict[str, Any]:
        """All fields as they were typed, with more rows."""
        return {name: self[name].value() for name in self.fields} | {"rows": min(self.count + MORE, self.most_lines)}

    def used(self) -> list[int]:
        """The rows in which something is written."""
        return [
            nth
            for nth in range(self.count)
            if any(str(self[f"{part}_{nth}"].value() or "").strip() for part in self.using)
        ]

    def check_lines(self, given: dict[str, Any]) -> None:
        """Name every row that lacks something, and a form without any."""
        if self.is_beyond:
            self.add_error(None, _("There is room for at most %(n)s items.") % {"n": self.most_lines})
        for nth in self.used():
            self.check_line(nth, given)
        if not self.used():
            self.add_error("name_0", _("Enter at least one item."))

    def check_line(self, nth: int, given: dict[str, Any]) -> None:
        """A row needs a name, a quantity and a price."""
        for part, words in (
            ("name", _("Give the item a name.")),
            ("quantity", _("Enter a quantity.")),
            ("price", _("Enter a price; 0 for none.")),
        ):
            name = f"{part}_{nth}"
            if name not in self.errors and given.get(name) in (None, ""):
                self.add_error(name, words)


def _rows(said: Any) -> int:
    try:
        return max(1, int(said))
    except (TypeError, ValueError):
        return SPARE
