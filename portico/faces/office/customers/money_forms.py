"""What is typed when the office takes cash or a check, voids an invoice or gives credit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portico.domain.billing.enums import MethodKind
from portico.domain.billing.operations.corrections import CreditForm as CreditWanted
from portico.domain.billing.operations.manual import ManualForm
from portico.domain.billing.queries.office import Head
from portico.domain.billing.queries.office_money import OpenInvoice
from portico.faces.office.amounts import AmountField, typed
from portico.faces.office.payments.forms import DAYS
from portico.kernel import formats, ids
from portico.kernel.money import Money

ON = "on_"
REASON = forms.Textarea(attrs={"rows": 3})


class TakingForm(forms.Form):
    """Cash or a check, and what of it goes on which invoice."""

    method = forms.ChoiceField(
        label=gettext_lazy("What was received"),
        choices=[(MethodKind.CHECK.value, gettext_lazy("A check")), (MethodKind.CASH.value, gettext_lazy("Cash"))],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose cash or check.")},
    )
    reference = forms.CharField(
        label=gettext_lazy("Check number"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("For cash leave it empty, or enter your own reference."),
    )
    paid_on = forms.DateField(
        label=gettext_lazy("Received on"), validators=DAYS, widget=forms.DateInput(attrs={"type": "date"})
    )
    keeps_rest = forms.BooleanField(
        label=gettext_lazy("Keep what is on no invoice as the customer’s credit"), required=False
    )
    overtakes = forms.BooleanField(label=gettext_lazy("Record it all the same"), required=False)
    receipt_email = forms.ChoiceField(label=gettext_lazy("Send a receipt to"), required=False)
    memo = forms.CharField(
        label=gettext_lazy("Memo"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Only the office sees it."),
    )
    token = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(
        self,
        data: Any = None,
        *,
        head: Head,
        invoices: Sequence[OpenInvoice],
        addresses: Sequence[str],
        initial: dict[str, Any] | None = None,
    ) -> None:
        usual = {"token": ids.new_secret(), "paid_on": head.today.isoformat(), "method": MethodKind.CHECK.value}
        super().__init__(data, initial=usual | (initial or {}))
        self.head, self.invoices = head, invoices
        self.is_held = bool((data or {}).get("overtakes"))
        self.fields["amount"] = AmountField(currency=head.currency, label=_("Amount received"))
        choices = [("", _("Nobody")), *((email, email) for email in addresses)]
        self.fields["receipt_email"].choices = choices  # type: ignore[attr-defined]
        for invoice in invoices:
            self.fields[f"{ON}{invoice.id}"] = AmountField(
                currency=head.currency, required=False, label=_("On invoice %(number)s") % {"number": invoice.number}
            )
        self.order_fields(["amount", "method", "reference", "paid_on"])

    @property
    def lines(self) -> list[tuple[OpenInvoice, forms.BoundField]]:
        """Each open invoice with the field of what goes on it."""
        return [(invoice, self[f"{ON}{invoice.id}"]) for invoice in self.invoices]

    @property
    def parts(self) -> dict[UUID, int]:
        """What was typed for the invoices, in minor units."""
        given = {invoice.id: self.cleaned_data.get(f"{ON}{invoice.id}") for invoice in self.invoices}
        return {invoice: amount for invoice, amount in given.items() if amount}

    @property
    def wants_spreading(self) -> bool:
        """Whether nothing says yet where the money goes, although it could go somewhere."""
        return bool(self.invoices) and not self.parts and not self.cleaned_data["keeps_rest"]

    def clean_paid_on(self) -> Any:
        day = self.cleaned_data["paid_on"]
        if day > self.head.today:
            raise forms.ValidationError(_("The day lies in the future."))
        return day

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        for invoice in self.invoices:
            if (found.get(f"{ON}{invoice.id}") or 0) > invoice.due.minor:
                words = _("Only %(amount)s is due on this invoice.")
                self.add_error(f"{ON}{invoice.id}", words % {"amount": _money(invoice.due)})
        if found.get("method") == MethodKind.CHECK and not found.get("reference", "").strip():
            self.add_error("reference", _("Enter the number of the check."))
        return found

    def spread(self) -> TakingForm:
        """The same form with the amount on the oldest invoices."""
        rest, put = self.cleaned_data["amount"], {}
        for invoice in self.invoices:
            part = min(rest, invoice.due.minor)
            put[f"{ON}{invoice.id}"] = typed(part, self.head.currency) if part else ""
            rest -= part
        kept = {name: self[name].value() for name in self.fields}
        addresses = [value for value, _label in self.fields["receipt_email"].choices if value]  # type: ignore[attr-defined]
        return TakingForm(head=self.head, invoices=self.invoices, addresses=addresses, initial=kept | put)

    def wanted(self) -> ManualForm:
        """The payment to be recorded."""
        given = self.cleaned_data
        return ManualForm(
            customer=self.head.id,
            method=MethodKind(given["method"]),
            amount_minor=given["amount"],
            parts=self.parts,
            paid_on=given["paid_on"],
            form_token=given["token"],
            reference=given["reference"],
            memo=given["memo"],
            receipt_email=given["receipt_email"],
            keeps_rest=given["keeps_rest"],
            overtakes=given["overtakes"],
        )


class VoidForm(forms.Form):
    """Why an invoice should not be."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        widget=REASON,
        error_messages={"required": gettext_lazy("Say why the invoice is void.")},
        help_text=gettext_lazy("Only the office sees it."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class CreditForm(forms.Form):
    """How much the company credits, and why."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        widget=REASON,
        error_messages={"required": gettext_lazy("Say why the credit is given.")},
        help_text=gettext_lazy("Only the office sees it."),
    )
    token = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, data: Any = None, *, head: Head) -> None:
        super().__init__(data, initial={"token": ids.new_secret()})
        self.head = head
        self.fields["amount"] = AmountField(currency=head.currency, label=_("Amount"))
        self.order_fields(["amount", "reason"])

    def wanted(self, invoice: UUID | None) -> CreditWanted:
        """The credit to be given."""
        given = self.cleaned_data
        return CreditWanted(
            customer=self.head.id,
            amount_minor=given["amount"],
            reason=given["reason"],
            form_token=given["token"],
            invoice=invoice,
        )


def _money(amount: Money) -> str:
    return formats.money(amount.minor, amount.currency)
