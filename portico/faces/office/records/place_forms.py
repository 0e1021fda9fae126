"""What is typed about phones and locations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from portico.domain.customers.enums import ContactType
from portico.domain.customers.record_rules import NAME_LETTERS, VALUE_LETTERS
from portico.faces.office.records.customer_forms import PHONES
from portico.faces.office.records.fields import LineField, add_address, address_of, text, too_long
from portico.faces.office.requests import public_id

MEMO_LETTERS = 500


class ContactForm(forms.Form):
    """A number, and what kind of one."""

    type = forms.ChoiceField(label=_("Kind"), choices=PHONES)
    value = text(_("Number"), VALUE_LETTERS, missing=_("Enter a phone number."))
    memo = LineField(
        label=_("Memo"),
        required=False,
        max_length=MEMO_LETTERS,
        help_text=_("Such as: after 5 pm. Only the office sees it."),
    )

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["memo"].error_messages["max_length"] = too_long(MEMO_LETTERS)

    def wanted(self) -> dict[str, Any]:
        """What was typed, in columns."""
        return {name: self.cleaned_data[name] for name in ("type", "value", "memo")}


class NewContactForm(ContactForm):
    """A further one: of the customer, or of one of its locations."""

    key = forms.CharField(max_length=80, widget=forms.HiddenInput)
    location = forms.ChoiceField(label=_("Belongs to"), required=False)

    def __init__(self, *given: Any, locations: Sequence[tuple[UUID, str]], **named: Any) -> None:
        super().__init__(*given, **named)
        places = [(str(key), name) for key, name in locations]
        self.fields["location"].choices = [("", _("The customer, all locations")), *places]  # type: ignore[attr-defined]  # a ChoiceField

    def place(self) -> UUID | None:
        """The location that was chosen; None for the customer itself."""
        return public_id(self.cleaned_data["location"])


class CorrectContactForm(ContactForm):
    """One that stands; what came in as an address that no mail can go to may become one."""

    edition = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *given: Any, is_address: bool, **named: Any) -> None:
        super().__init__(*given, **named)
        if is_address:
            kinds = [(ContactType.EMAIL.value, ContactType.EMAIL.label), *PHONES]
            self.fields["type"].choices = kinds  # type: ignore[attr-defined]  # a ChoiceField


class LocationForm(forms.Form):
    """Where work is done."""

    key = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)
    edition = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    confirm = forms.BooleanField(label=_("Take it out of use all the same"), required=False)
    name = text(_("Name of the location"), NAME_LETTERS, help_text=_("Such as Home or Lake house. Empty: its street."))
    is_active = forms.BooleanField(label=_("In use"), required=False)

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        add_address(self)

    def wanted(self) -> dict[str, Any]:
        """What was typed, in columns."""
        return {"name": self.cleaned_data["name"], "is_active": self.cleaned_data["is_active"]} | address_of(
            self.cleaned_data
        )
