"""The form on the pay page: how much, by which way, with or without credit, and where the receipt goes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portico.domain.billing import rules
from portico.domain.billing.enums import MethodKind
from portico.domain.billing.operations.starting import Wanted
from portico.domain.billing.queries.payments import Till
from portico.domain.billing.rules import Part
from portico.domain.billing.words import amount_words
from portico.faces.customer.billing.pay_ways import Way, ways_of
from portico.kernel import ids, money, text
from portico.kernel.money import Money

FULL, OTHER = "full", "other"
CHOOSE = gettext_lazy("Choose how you would like to pay.")
PAUSED = gettext_lazy("Payments are not taken here at the moment. Nothing was charged. Try again later, or call us.")


class PayForm(forms.Form):
    """Checks and converts. The parts say where the money goes; they are empty while the form is wrong."""

    how = forms.ChoiceField(
        label=gettext_lazy("How much would you like to pay?"),
        choices=[(FULL, gettext_lazy("Full balance")), (OTHER, gettext_lazy("Another amount"))],
        widget=forms.RadioSelect,
        initial=FULL,
    )
    amount = forms.CharField(
        label=gettext_lazy("Amount"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"data-chooses": "id_how_1"}),
    )
    use_credit = forms.BooleanField(required=False, initial=True)
    way = forms.ChoiceField(
        label=gettext_lazy("How would you like to pay?"),
        widget=forms.RadioSelect,
        required=False,
        error_messages={"invalid_choice": CHOOSE},
    )
    email = forms.CharField(label=gettext_lazy("Send the receipt to"), max_length=254)
    token = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, data: Any, *, till: Till, initial: dict[str, Any]) -> None:
        super().__init__(data, initial={"token": ids.new_secret()} | initial)
        self.till = till
        self.currency = till.invoices[0].due.currency
        self.owed = [invoice.owed for invoice in till.invoices if invoice.due]
        self.ways = ways_of(till)
        self.parts: list[Part] = rules.spread(self.owed, self.full.minor) if data is None else []
        self._fit_fields()

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
        """What goes to the invoices: the amount that was understood, else the full one."""
        return Money(sum(part.amount_minor for part in self.parts), self.currency) if self.parts else self.full

    @property
    def uses_credit(self) -> bool:
        """Whether the credit is used first, as ticked."""
        return "use_credit" in self.fields and bool(self["use_credit"].value())

    @property
    def credit(self) -> Money:
        """What of the amount the credit pays."""
        return Money(self._credit_for(self.amount_to_pay.minor), self.currency)

    @property
    def charge(self) -> Money:
        """What is left to be charged."""
        return self.amount_to_pay - self.credit

    @property
    def chosen(self) -> Way | None:
        """The way that is ticked; None where nothing has to be charged."""
        value = self["way"].value() if "way" in self.fields and self.charge else ""
        return next((way for way in self.ways if way.value == value), None)

    @property
    def shown(self) -> str:
        """What the button and the words above it speak of. Nothing else than what was shown is ever charged."""
        way = self.chosen.value if self.chosen else ""
        return f"{self.charge.minor}:{self.credit.minor}:{way}"

    def clean_email(self) -> str:
        email = text.normalise_email(self.cleaned_data["email"])
        if not text.is_email(email):
            raise forms.ValidationError(_("Enter an email address such as name@example.com."))
        return email

    def clean_amount(self) -> str:
        typed = str(self.cleaned_data["amount"])
        if self.cleaned_data.get("how") == OTHER:
            self.parts = self._spread(self._parsed(typed))
        elif typed.strip() and not self._is_full(typed):
            raise forms.ValidationError(_("Choose “Another amount” to pay this, or leave the field empty."))
        return typed

    def clean(self) -> dict[str, Any]:
        if not self.takes_part or (self.cleaned_data.get("how") == FULL and "amount" not in self.errors):
            try:
                self.parts = self._spread(self.full)
            except forms.ValidationError as bad:
                self.add_error(None, bad)
        if self.parts and self.charge and self.chosen is None and "way" not in self.errors:
            self.add_error(*(("way", str(CHOOSE)) if self.ways else (None, str(PAUSED))))
        return self.cleaned_data

    def wanted(self, *, authorization: str = "") -> Wanted:
        """The payment that this form asks for."""
        return Wanted(
            customer_id=self.till.invoices[0].customer_key,
            parts=tuple(self.parts),
            currency=self.currency,
            form_token=self.cleaned_data["token"],
            receipt_email=self.cleaned_data["email"],
            method=(self.chosen or self.ways[0]).method if self.charge else MethodKind.CARD,
            credit_minor=self.credit.minor,
            authorization=authorization,
        )

    def _fit_fields(self) -> None:
        """Only what there is to choose is asked."""
        if not self.takes_part:
            del self.fields["how"], self.fields["amount"]
        if not self.till.credit:
            del self.fields["use_credit"]
        elif 0 < self.full.minor - self.till.credit.minor < rules.PROCESSOR_MINIMUM:
            self.initial.setdefault("use_credit", False)
        if not self.ways:
            del self.fields["way"]
        else:
            self.fields["way"].choices = [(way.value, way.label) for way in self.ways]  # type: ignore[attr-defined]
            self.fields["way"].initial = self.ways[0].value

    def _credit_for(self, amount: int) -> int:
        return min(self.till.credit.minor, amount) if self.uses_credit else 0

    def _is_full(self, typed: str) -> bool:
        try:
            return money.parse(typed, self.currency) == self.full
        except money.AmountError:
            return False

    def _parsed(self, typed: str) -> Money:
        if not typed.strip():
            raise forms.ValidationError(_("Enter the amount that you would like to pay."))
        try:
            return money.parse(typed, self.currency)
        except money.AmountError as bad:
            raise forms.ValidationError(bad.message) from bad

    def _spread(self, amount: Money) -> list[Part]:
        credit = self._credit_for(amount.minor)
        try:
            return rules.require_payable(self.owed, amount.minor, policy=self.till.policy, credit=credit)
        except rules.BadAmount as bad:
            raise forms.ValidationError(amount_words(bad, self.currency)) from bad
