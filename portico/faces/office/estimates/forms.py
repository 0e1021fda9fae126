"""What is typed about estimates. The lines of one are rows of fields: name_0, price_0, name_1, …"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portico.domain.billing import line_rules
from portico.domain.estimates import rules
from portico.domain.estimates.draft_rules import (
    LINE_LETTERS,
    MOST_LINES,
    NAME_LETTERS,
    SKU_LETTERS,
    TEXT_LETTERS,
    DraftLine,
    EstimateDraft,
)
from portico.domain.estimates.enums import DepositKind
from portico.domain.estimates.rules import DepositTerms
from portico.faces.office.amounts import AmountField, typed
from portico.faces.office.line_fields import SPARE, LinesForm, PriceField, quantity_field, tax_field
from portico.kernel import clock, formats

ALWAYS, OPTIONAL, SUGGESTED = "always", "optional", "suggested"
KINDS = [
    (ALWAYS, gettext_lazy("Part of the estimate")),
    (OPTIONAL, gettext_lazy("Optional")),
    (SUGGESTED, gettext_lazy("Optional, ticked to begin with")),
]
PARTS = ("ref", "name", "description", "quantity", "price", "member_price", "kind", "is_taxable", "sku")
LAST_MOMENT = time(23, 59, 59)


class EstimateForm(LinesForm):
    """An option with its lines."""

    name = forms.CharField(
        label=gettext_lazy("Name of the option"),
        max_length=NAME_LETTERS,
        help_text=gettext_lazy("Customers choose by it: “Better: heat pump, 10 years of warranty”."),
    )
    summary = forms.CharField(
        label=gettext_lazy("Description"),
        max_length=TEXT_LETTERS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    is_recommended = forms.BooleanField(label=gettext_lazy("Recommended"), required=False)
    tax_percent = tax_field(gettext_lazy("Tax rate in percent"))
    expires_on = forms.DateField(
        label=gettext_lazy("Valid through"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    deposit_kind = forms.ChoiceField(label=gettext_lazy("Deposit"), choices=DepositKind.choices)
    deposit_percent = forms.DecimalField(
        label=gettext_lazy("Deposit in percent"),
        required=False,
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    parts = PARTS
    using = ("name", "description", "price", "sku")
    usual = {"is_taxable": True, "quantity": "1", "kind": ALWAYS}
    most_lines = MOST_LINES

    def __init__(
        self, data: Any = None, *, currency: str, zone: str, initial: dict[str, Any], until: Any = None
    ) -> None:
        super().__init__(data, currency=currency, initial=initial)
        self.zone, self.until = zone, until
        self.fields["deposit_amount"] = AmountField(currency=currency, required=False, label=_("Deposit amount"))

    def line_fields(self, nth: int) -> dict[str, forms.Field]:
        return {
            "ref": forms.CharField(widget=forms.HiddenInput, required=False, max_length=36),
            "name": forms.CharField(label=_("Item %(n)s") % {"n": nth + 1}, required=False, max_length=LINE_LETTERS),
            "description": forms.CharField(label=_("Description"), required=False, max_length=TEXT_LETTERS),
            "quantity": quantity_field(),
            "price": PriceField(currency=self.currency, required=False, label=_("Price of one")),
            "member_price": PriceField(currency=self.currency, required=False, label=_("Price for members")),
            "kind": forms.ChoiceField(label=_("Kind"), choices=KINDS, required=False),
            "is_taxable": forms.BooleanField(label=_("Taxed"), required=False),
            "sku": forms.CharField(label=_("SKU (internal)"), required=False, max_length=SKU_LETTERS),
        }

    def more(self) -> EstimateForm:
        """The same with more rows, as it was typed."""
        return EstimateForm(currency=self.currency, zone=self.zone, initial=self.typed(), until=self.until)

    def clean_expires_on(self) -> date | None:
        day: date | None = self.cleaned_data["expires_on"]
        if day is not None and day < clock.today(self.zone):
            raise forms.ValidationError(_("This day is over."))
        return day

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        kind = given.get("deposit_kind")
        if kind == DepositKind.FIXED and "deposit_amount" not in self.errors and not given.get("deposit_amount"):
            self.add_error("deposit_amount", _("Enter the amount of the deposit."))
        if kind == DepositKind.PERCENT and "deposit_percent" not in self.errors and not given.get("deposit_percent"):
            self.add_error("deposit_percent", _("Enter the percentage of the deposit."))
        self.check_lines(given)
        return given

    def check_line(self, nth: int, given: dict[str, Any]) -> None:
        super().check_line(nth, given)
        special, price = given.get(f"member_price_{nth}"), given.get(f"price_{nth}")
        if special is not None and price is not None and special > price:
            self.add_error(f"member_price_{nth}", _("The price for members is no more than the price."))

    def draft(self, proposal: UUID | None) -> EstimateDraft:
        """What was typed."""
        given = self.cleaned_data
        percent = given["tax_percent"]
        return EstimateDraft(
            name=given["name"],
            summary=given["summary"].replace("\r\n", "\n"),
            lines=tuple(self._line(nth) for nth in self.used()),
            tax_rate=None if percent is None else percent / 100,
            deposit=self._deposit(),
            expires_at=self._expires_at(),
            is_recommended=given["is_recommended"],
            proposal=proposal,
            seen_version=given["seen_version"],
        )

    def _line(self, nth: int) -> DraftLine:
        given = {name: self.cleaned_data[f"{name}_{nth}"] for name in PARTS}
        return DraftLine(
            name=given["name"],
            quantity=given["quantity"],
            price_minor=given["price"],
            member_price_minor=given["member_price"],
            description=given["description"],
            is_optional=given["kind"] in (OPTIONAL, SUGGESTED),
            is_suggested=given["kind"] == SUGGESTED,
            is_taxable=given["is_taxable"],
            sku=given["sku"],
            ref=given["ref"],
        )

    def _deposit(self) -> DepositTerms:
        given = self.cleaned_data
        if given["deposit_kind"] == DepositKind.FIXED:
            return DepositTerms(DepositKind.FIXED, given["deposit_amount"])
        if given["deposit_kind"] == DepositKind.PERCENT:
            return DepositTerms(DepositKind.PERCENT, 0, given["deposit_percent"])
        return DepositTerms()

    def _expires_at(self) -> datetime | None:
        """The end of the day at the branch; a moment of that day that stands already stays."""
        day = self.cleaned_data["expires_on"]
        if day is None:
            return None
        if self.until is not None and formats.as_local(self.until, self.zone).date() == day:
            kept: datetime = self.until
            return kept
        return datetime.combine(day, LAST_MOMENT, ZoneInfo(self.zone))


def new_initial(job: dict[str, Any]) -> dict[str, Any]:
    """What a new estimate begins with."""
    rate = job["tax_rate"]
    return {
        "tax_percent": line_rules.plain(Decimal(rate) * 100) if rate else "",
        "expires_on": (clock.today(job["time_zone"]) + timedelta(days=job["days"])).isoformat(),
        "deposit_kind": DepositKind.NONE.value,
        "rows": SPARE,
    }


def initial_of(row: dict[str, Any]) -> dict[str, Any]:
    """An estimate as it stands."""
    currency, until = row["currency"], row["expires_at"]
    found = {
        "name": row["name"],
        "summary": row["summary"],
        "is_recommended": row["is_recommended"],
        "tax_percent": line_rules.plain(Decimal(row["tax_rate"]) * 100) if row["tax_rate"] else "",
        "expires_on": formats.as_local(until, row["time_zone"]).date().isoformat() if until else "",
        "deposit_kind": row["deposit_kind"],
        "deposit_amount": typed(row["deposit_minor"], currency) if row["deposit_minor"] else "",
        "deposit_percent": line_rules.plain(Decimal(row["deposit_percent"])) if float(row["deposit_percent"]) else "",
        "seen_version": row["version"],
        "rows": min(len(row["items"]) + SPARE, MOST_LINES),
    }
    for nth, item in enumerate(row["items"][:MOST_LINES]):
        found |= {f"{name}_{nth}": value for name, value in _line_initial(item, currency).items()}
    return found


def _line_initial(item: dict[str, Any], currency: str) -> dict[str, Any]:
    kind = SUGGESTED if item["is_suggested"] else OPTIONAL if item["is_optional"] else ALWAYS
    special = item["member_price"]
    return {
        "ref": item["ref"],
        "name": item["name"],
        "description": item["description"],
        "quantity": line_rules.plain(Decimal(item["quantity"])),
        "price": typed(item["price"], currency),
        "member_price": "" if special is None else typed(special, currency),
        "kind": kind,
        "is_taxable": item["is_taxable"],
        "sku": item["sku"],
    }


class SendForm(forms.Form):
    """Who gets the mail."""

    to_emails = forms.MultipleChoiceField(
        label=gettext_lazy("Send to"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Choose who gets the mail."),
            "invalid_choice": gettext_lazy("%(value)s may not see prices here. Choose another address."),
        },
    )
    with_options = forms.BooleanField(label=gettext_lazy("Open the other drafts of this proposal too"), required=False)
    token = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, emails: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to_emails"].choices = [(email, email) for email in emails]  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    """An answer to a question."""

    question = forms.CharField(widget=forms.HiddenInput, max_length=36)
    text = forms.CharField(
        label=gettext_lazy("Answer"), max_length=rules.MOST_LETTERS, widget=forms.Textarea(attrs={"rows": 3})
    )


class PhoneForm(forms.Form):
    """Who approved what by phone."""

    chosen = forms.MultipleChoiceField(
        label=gettext_lazy("Optional items"), required=False, widget=forms.CheckboxSelectMultiple
    )
    signer_name = forms.CharField(label=gettext_lazy("Full name of who approves"), max_length=rules.MOST_NAME_LETTERS)
    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=rules.MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("When and how they called, and what was said. Only the office sees it."),
    )
    shown = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, offer: rules.Offer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        optional = [line for line in offer.lines if line.is_optional]
        choices = [(line.ref, f"{line.name}, {formats.money(line.total_minor, offer.currency)}") for line in optional]
        self.fields["chosen"].choices = choices  # type: ignore[attr-defined]
