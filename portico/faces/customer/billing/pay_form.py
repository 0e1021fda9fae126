"""The form on the pay page: full or another amount, and where the receipt goes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portico.domain.billing import rules
from portico.domain.billing.operations.starting import Wanted
from portico.domain.billing.queries.payments import Till
from portico.domain.billing.rules import Part
from portico.domain.billing.words import amount_words
from portico.kernel import ids, money, text
from portico.kernel.money import Money

FULL, OTHER = "full", "other"


class PayForm(forms.Form):
    """Checks and converts. After `is_valid` the parts say where the money goes."""

    how = forms.ChoiceField(
        label=gettext_lazy("How much would you like to pay?"),
        choices=[(FULL, gettext_lazy("Full balance")), (OTHER, gettext_lazy("Another amount"))],
        widget=forms.RadioSelect,
        initial=FULL,
    )
    amount = forms.CharField(label=gettext_lazy("Amount"), required=False, max_length=20)
    email = forms.CharField(label=gettext_lazy("Send the receipt to"), max_length=254)
    token = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, data: Any, *, till: Till, initial: dict[str, str]) -> None:
        super().__init__(data, initial={"token": ids.new_secret()} | initial)
        self.till = till
        self.currency = till.invoices[0].due.currency
        self.owed = [invoice.owed for invoice in till.invoices if invoice.due]
        self.parts: list[Part] = []
        if not self.takes_part:
            del self.fields["how"], self.fields["amount"]

    @property
    def full(self) -> Money:
        """All that is due."""
        return Money(rules.total_of(self.owed), self.currency)

    @property
    def smallest(self) -> Money:
        """The least that may be paid."""
        return Money(rules.smallest(self.owed, self.till.policy), self.currency)

    @property
    def takes_part(self) -> bool:
        """Whether there is any choice of amount."""
        return self.till.policy.is_partial_allowed and self.smallest.minor < self.full.minor

    @property
    def amount_to_pay(self) -> Money:
        """What the button says: the amount that was understood, else the full one."""
        return Money(sum(part.amount_minor for part in self.parts), self.currency) if self.parts else self.full

    def clean_email(self) -> str:
        email = text.normalise_email(self.cleaned_data["email"])
        if not text.is_email(email):
            raise forms.ValidationError(_("Enter an email address such as name@example.com."))
        return email

    def clean_amount(self) -> str:
        typed = str(self.cleaned_data["amount"])
        if self.cleaned_data.get("how") == OTHER:
            self.parts = self._spread(self._parsed(typed))
        return typed

    def clean(self) -> dict[str, Any]:
        if not self.takes_part or self.cleaned_data.get("how") == FULL:
            try:
                self.parts = self._spread(self.full)
            except forms.ValidationError as bad:
                self.add_error(None, bad)
        return self.cleaned_data

    def wanted(self) -> Wanted:
        """The payment that this form asks for."""
        return Wanted(
            customer_id=self.till.invoices[0].customer_key,
            parts=tuple(self.parts),
            currency=self.currency,
            form_token=self.cleaned_data["token"],
            receipt_email=self.cleaned_data["email"],
        )

    def _parsed(self, typed: str) -> Money:
        if not typed.strip():
            raise forms.ValidationError(_("Enter the amount that you would like to pay."))
        try:
            return money.parse(typed, self.currency)
        except money.AmountError as bad:
            raise forms.ValidationError(bad.message) from bad

    def _spread(self, amount: Money) -> list[Part]:
        try:
            return rules.require_payable(self.owed, amount.minor, policy=self.till.policy)
        except rules.BadAmount as bad:
            raise forms.ValidationError(amount_words(bad, self.currency)) from bad
