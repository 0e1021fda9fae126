"""What is typed on the pages about payments."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portico.domain.billing.enums import RefundReason
from portico.domain.billing.operations.giving_back import RefundForm as Wanted
from portico.domain.billing.queries.office_money import Refundable
from portico.faces.office.amounts import AmountField, typed
from portico.faces.office.payments.words import FILTER
from portico.faces.office.words import CHANNEL, METHOD
from portico.kernel import formats, ids

FIRST, LAST = date(1990, 1, 1), date(2199, 12, 31)
LONGEST = 366
DAYS = (
    MinValueValidator(FIRST, gettext_lazy("Enter a day after 1989.")),
    MaxValueValidator(LAST, gettext_lazy("Enter a day before 2200.")),
)
ANY = ("", gettext_lazy("All"))
OFF = "off_"


class DaysForm(forms.Form):
    """Two days, both included."""

    since = forms.DateField(
        label=gettext_lazy("From"), required=False, validators=DAYS, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=gettext_lazy("To"), required=False, validators=DAYS, widget=forms.DateInput(attrs={"type": "date"})
    )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        since, until = found.get("since"), found.get("until")
        if since and until and since > until:
            self.add_error("until", _("This day is before the first one."))
        return found


class TotalsForm(DaysForm):
    """The days that are added up: at most a year at a time."""

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        since, until = found.get("since"), found.get("until")
        if since and until and (until - since).days > LONGEST:
            self.add_error("until", _("At most a year can be shown at a time."))
        return found


class FilterForm(DaysForm):
    """What the list of payments is narrowed to."""

    text = forms.CharField(
        label=gettext_lazy("Customer, invoice, check or receipt"),
        required=False,
        max_length=80,
        help_text=gettext_lazy("Or the last four digits of a card or bank account."),
    )
    show = forms.ChoiceField(label=gettext_lazy("State"), required=False, choices=list(FILTER.items()))
    method = forms.ChoiceField(label=gettext_lazy("Method"), required=False, choices=[ANY, *METHOD.items()])
    channel = forms.ChoiceField(label=gettext_lazy("Through"), required=False, choices=[ANY, *CHANNEL.items()])

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["least"] = AmountField(currency=currency, required=False, label=_("Amount from"))
        self.fields["most"] = AmountField(currency=currency, required=False, label=_("Amount to"))

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        least, most = found.get("least"), found.get("most")
        if least and most and least > most:
            self.add_error("most", _("This amount is smaller than the first one."))
        return found


class RefundForm(forms.Form):
    """How much goes back and why; where several invoices were paid, also what comes off which."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"),
        choices=[
            ("", gettext_lazy("Choose a reason")),
            *((reason.value, reason.label) for reason in RefundReason if reason != RefundReason.GATEWAY),
        ],
        error_messages={"required": gettext_lazy("Choose why the money goes back.")},
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Only the office sees it."),
    )
    token = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, data: Any, *, room: Refundable) -> None:
        self.room, currency = room, room.left.currency
        super().__init__(data, initial={"token": ids.new_secret(), "amount": typed(room.left.minor, currency)})
        self.fields["amount"] = AmountField(currency=currency, label=_("Amount to refund"))
        self.fields["is_handed_back"] = forms.BooleanField(
            label=_("We hand the money back ourselves, in cash or by check"), required=False
        )
        self.order_fields(["amount", "reason", "note"])
        for line in room.lines if self.has_choice else []:
            self.fields[f"{OFF}{line.invoice}"] = AmountField(
                currency=currency,
                required=False,
                label=_("Off invoice %(number)s") % {"number": line.number},
                help_text=_("%(amount)s of this payment is on it.") % {"amount": _money(line.posted)},
            )
        if room.is_handed_back:
            del self.fields["is_handed_back"]

    @property
    def has_choice(self) -> bool:
        """Whether it could come from more than one place."""
        return len(self.room.lines) + bool(self.room.unapplied) > 1

    @property
    def off(self) -> list[forms.BoundField]:
        """The fields of the invoices."""
        return [self[name] for name in self.fields if name.startswith(OFF)]

    def clean_amount(self) -> int:
        amount: int = self.cleaned_data["amount"]
        if amount > self.room.left.minor:
            words = _("At most %(amount)s of this payment can be given back.")
            raise forms.ValidationError(words % {"amount": _money(self.room.left)})
        return amount

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        for line in self.room.lines:
            if (found.get(f"{OFF}{line.invoice}") or 0) > line.posted.minor:
                words = _("Only %(amount)s of this payment is on this invoice.")
                self.add_error(f"{OFF}{line.invoice}", words % {"amount": _money(line.posted)})
        return found

    def wanted(self) -> Wanted:
        """The refund that was asked for. Nothing typed for an invoice leaves the choice to the rule."""
        given = self.cleaned_data
        split = {line.invoice: given.get(f"{OFF}{line.invoice}") or 0 for line in self.room.lines}
        chosen: dict[UUID, int] = {invoice: amount for invoice, amount in split.items() if amount}
        return Wanted(
            payment=self.room.payment,
            amount_minor=given["amount"],
            reason=RefundReason(given["reason"]),
            form_token=given["token"],
            note=given["note"],
            split=chosen or None,
            is_handed_back=given.get("is_handed_back", False),
        )


class CloseForm(forms.Form):
    """What came of a matter that needed somebody."""

    alert = forms.UUIDField(widget=forms.HiddenInput)
    note = forms.CharField(
        label=gettext_lazy("What came of it"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("Say what came of it.")},
    )


def _money(amount: Any) -> str:
    return formats.money(amount.minor, amount.currency)
