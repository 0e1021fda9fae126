"""What the office types on a customer's record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from portico.domain.customers.enums import BillingLevel
from portico.kernel import text


class EmailField(forms.CharField):
    """An address as it was typed, once mail could be sent to it."""

    widget = forms.EmailInput

    def clean(self, value: Any) -> str:
        typed = str(super().clean(value)).strip()
        if typed and not text.is_email(typed):
            raise forms.ValidationError(_("Enter an email address such as name@example.com."))
        return typed


class AddressForm(forms.Form):
    """A new address, on the customer or on one of its locations."""

    email = EmailField(label=_("Email address"), max_length=254)
    location = forms.ChoiceField(label=_("Belongs to"), required=False)

    def __init__(self, *args: Any, locations: Sequence[dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = [(place["id"], place["address"] or place["name"]) for place in locations]
        self.fields["location"].choices = [("", _("The customer, all locations")), *places]  # type: ignore[attr-defined]

    def clean_location(self) -> UUID | None:
        chosen = self.cleaned_data["location"]
        return UUID(chosen) if chosen else None


class CorrectForm(forms.Form):
    """The right address in place of a wrong one."""

    email = EmailField(label=_("Correct email address"), max_length=254)
    confirm = forms.BooleanField(required=False, widget=forms.HiddenInput)


class MemoForm(forms.Form):
    """An internal note on an address."""

    memo = forms.CharField(
        label=_("Memo"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only the office sees it."),
    )


class BillingForm(forms.Form):
    """Whether an address sees invoices, balances, prices and payments."""

    billing = forms.ChoiceField(label=_("Billing"), choices=BillingLevel.choices, widget=forms.RadioSelect)


class SendForm(forms.Form):
    """Which address an invoice goes to."""

    to_email = forms.ChoiceField(
        label=_("Send to"),
        error_messages={
            "invalid_choice": _("%(value)s is not on this record with billing access. Choose another one.")
        },
    )

    def __init__(self, *args: Any, addresses: Sequence[dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(each["email"], each["email"]) for each in addresses if each["has_billing"]]
        self.fields["to_email"].choices = choices  # type: ignore[attr-defined]
