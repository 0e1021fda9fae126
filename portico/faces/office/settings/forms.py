"""What is typed on the settings pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portico.domain.billing.queries.settings import PaymentRules
from portico.domain.billing.rules import PROCESSOR_MINIMUM
from portico.kernel import money

RECEIPT_TEXT = 1000


class PaymentRulesForm(forms.Form):
    """How customers may pay. Amounts are typed in units of the company's currency."""

    is_partial_allowed = forms.BooleanField(
        label=gettext_lazy("Customers may pay a part of an invoice"), required=False
    )
    minimum = forms.CharField(
        label=gettext_lazy("Smallest payment"),
        max_length=20,
        help_text=gettext_lazy("A smaller balance can always be paid in full."),
    )
    partial_minimum_invoice = forms.CharField(
        label=gettext_lazy("Smallest invoice that may be paid in parts"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("Leave it empty to allow parts of every invoice."),
    )
    is_ach_allowed = forms.BooleanField(
        label=gettext_lazy("Customers may pay from a bank account (ACH)"), required=False
    )
    receipt_text = forms.CharField(
        label=gettext_lazy("Text on receipts"),
        required=False,
        max_length=RECEIPT_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Stands at the end of each receipt, in the mail and in the PDF."),
    )
    statement_every_days = forms.IntegerField(
        label=gettext_lazy("Days between two statements to one customer"),
        min_value=1,
        max_value=365,
        help_text=gettext_lazy("Within these days nobody is mailed a second one, unless somebody says why."),
    )

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency

    @classmethod
    def showing(cls, rules: PaymentRules, *, currency: str) -> PaymentRulesForm:
        """The form as the rules stand."""
        shown = {
            "is_partial_allowed": rules.is_partial_allowed,
            "minimum": _typed(rules.minimum_minor, currency),
            "partial_minimum_invoice": _typed(rules.partial_minimum_invoice_minor, currency),
            "is_ach_allowed": rules.is_ach_allowed,
            "receipt_text": rules.receipt_text,
            "statement_every_days": rules.statement_every_days,
        }
        return cls(initial=shown, currency=currency)

    def clean_minimum(self) -> int:
        minor = self._minor("minimum")
        if minor < PROCESSOR_MINIMUM:
            least = _typed(PROCESSOR_MINIMUM, self.currency)
            raise forms.ValidationError(_("The payment provider takes no less than %(least)s.") % {"least": least})
        return minor

    def clean_partial_minimum_invoice(self) -> int:
        return self._minor("partial_minimum_invoice") if self.cleaned_data["partial_minimum_invoice"].strip() else 0

    def rules(self) -> PaymentRules:
        """What was typed, as rules."""
        given = self.cleaned_data
        return PaymentRules(
            is_partial_allowed=given["is_partial_allowed"],
            minimum_minor=given["minimum"],
            partial_minimum_invoice_minor=given["partial_minimum_invoice"],
            is_ach_allowed=given["is_ach_allowed"],
            receipt_text=given["receipt_text"].replace("\r\n", "\n"),
            statement_every_days=given["statement_every_days"],
        )

    def _minor(self, name: str) -> int:
        try:
            return money.parse(self.cleaned_data[name], self.currency).minor
        except money.AmountError as bad:
            raise forms.ValidationError(bad.message) from bad


class PaymentAccountForm(forms.Form):
    """The keys of an account. What was typed is never shown again."""

    secret_key = forms.CharField(
        label=gettext_lazy("Secret key"),
        max_length=300,
        widget=forms.PasswordInput(attrs={"spellcheck": "false"}),
        help_text=gettext_lazy("A restricted key (rk_) is enough, and better."),
    )
    webhook_secret = forms.CharField(
        label=gettext_lazy("Webhook signing secret"),
        max_length=300,
        required=False,
        widget=forms.PasswordInput(attrs={"spellcheck": "false"}),
        help_text=gettext_lazy("Leave it empty and we set up the webhook ourselves."),
    )

    def clean_webhook_secret(self) -> str:
        typed = str(self.cleaned_data["webhook_secret"]).strip()
        if typed and not typed.startswith("whsec_"):
            raise forms.ValidationError(_("A signing secret begins with whsec_."))
        return typed

    def clean_secret_key(self) -> str:
        return str(self.cleaned_data["secret_key"]).strip()


def _typed(minor: int, currency: str) -> str:
    """An amount as somebody would type it; nothing for none."""
    return str(money.Money(minor, currency).decimal()) if minor else ""
