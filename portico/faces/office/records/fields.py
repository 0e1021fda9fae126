"""What several forms of records share: a line of text, a phone, an address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portico.domain.customers import record_rules
from portico.domain.customers.record_rules import ADDRESS_LETTERS
from portico.kernel.text import squeeze

LABELS = {
    "street": gettext_lazy("Street and number"),
    "unit": gettext_lazy("Apartment, suite or unit"),
    "city": gettext_lazy("City"),
    "region": gettext_lazy("State"),
    "postal_code": gettext_lazy("ZIP code"),
}
MISSING = {
    "street": gettext_lazy("Enter the street and number."),
    "city": gettext_lazy("Enter the city."),
    "postal_code": gettext_lazy("Enter the ZIP code."),
}
NOT_A_PHONE = gettext_lazy("Enter a phone number with its area code, such as (512) 555-0142.")
NOT_A_ZIP = gettext_lazy("Enter a ZIP code such as 78701.")


class LineField(forms.CharField):
    """One line, blanks folded."""

    def clean(self, value: Any) -> str:
        return squeeze(str(super().clean(value)))


class PhoneField(LineField):
    """A phone number in any notation, kept as it was typed."""

    widget = forms.TextInput(attrs={"type": "tel"})

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        if typed and not record_rules.is_phone(typed):
            raise forms.ValidationError(str(NOT_A_PHONE))
        return typed


class ZipField(LineField):
    """A postal code."""

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        if typed and not any(letter.isdigit() for letter in typed):
            raise forms.ValidationError(str(NOT_A_ZIP))
        return typed.upper()


def text(label: Any, letters: int, *, missing: Any = "", help_text: Any = "") -> LineField:
    """A line that has to be there where `missing` says what to do."""
    return LineField(
        label=label,
        max_length=letters,
        required=bool(missing),
        help_text=help_text,
        error_messages={"required": missing, "max_length": too_long(letters)},
    )


def too_long(letters: int) -> str:
    """What is said about a text that is too long."""
    return str(_("Write at most %(n)s letters.") % {"n": letters})


def add_address(form: forms.Form, prefix: str = "", *, required: bool = True) -> None:
    """The fields of an address, named after its columns."""
    for name, label in LABELS.items():
        kind = ZipField if name == "postal_code" else LineField
        letters = ADDRESS_LETTERS[name]
        form.fields[f"{prefix}{name}"] = kind(
            label=label,
            max_length=letters,
            required=required and name in MISSING,
            error_messages={"required": MISSING.get(name, ""), "max_length": too_long(letters)},
        )


def address_of(typed: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """What was typed into them, in columns."""
    return {name: typed.get(f"{prefix}{name}", "") for name in LABELS}


def require_address(form: forms.Form, prefix: str) -> None:
    """Say at each field what is missing of an address that is asked for after all."""
    for name, said in MISSING.items():
        if not form.cleaned_data.get(f"{prefix}{name}") and f"{prefix}{name}" not in form.errors:
            form.add_error(f"{prefix}{name}", str(said))
