"""The form on the page of a deposit: by which way, and where the receipt goes. There is no choice of amount."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portico.domain.billing.operations.starting import Wanted
from portico.domain.billing.queries.deposits import DepositTill
from portico.faces.customer.billing.pay_ways import Way, ways_of
from portico.kernel import ids, text

CHOOSE = gettext_lazy("Choose how you would like to pay.")


class DepositForm(forms.Form):
    """Checks and converts."""

    way = forms.ChoiceField(
        label=gettext_lazy("How would you like to pay?"),
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": CHOOSE, "required": CHOOSE},
    )
    email = forms.CharField(label=gettext_lazy("Send the receipt to"), max_length=254)
    token = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, data: Any, *, found: DepositTill, initial: dict[str, Any]) -> None:
        super().__init__(data, initial={"token": ids.new_secret()} | initial)
        self.deposit = found.deposit
        self.ways = ways_of(found.till)
        self.fields["way"].choices = [(way.value, way.label) for way in self.ways]  # type: ignore[attr-defined]
        if self.ways:
            self.fields["way"].initial = self.ways[0].value

    @property
    def chosen(self) -> Way | None:
        """The way that is ticked."""
        value = self["way"].value()
        return next((way for way in self.ways if way.value == value), None)

    @property
    def shown(self) -> str:
        """What the button and the words above it speak of. Nothing else than what was shown is ever charged."""
        return f"{self.deposit.amount.minor}:{self.chosen.value if self.chosen else ''}"

    def clean_email(self) -> str:
        email = text.normalise_email(self.cleaned_data["email"])
        if not text.is_email(email):
            raise forms.ValidationError(_("Enter an email address such as name@example.com."))
        return email

    def wanted(self, *, authorization: str) -> Wanted:
        """The payment that this form asks for."""
        return Wanted(
            customer_id=self.deposit.customer_key,
            parts=(),
            currency=self.deposit.amount.currency,
            form_token=self.cleaned_data["token"],
            receipt_email=self.cleaned_data["email"],
            method=(self.chosen or self.ways[0]).method,
            authorization=authorization,
            deposit_id=self.deposit.key,
            deposit_minor=self.deposit.amount.minor,
        )
