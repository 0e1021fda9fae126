"""What is typed into an invoice."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portico.domain.billing import line_rules
from portico.domain.billing.draft_rules import (
    LINE_LETTERS,
    MOST_LINES,
    TEXT_LETTERS,
    TITLE_LETTERS,
    WrittenInvoice,
    WrittenLine,
)
from portico.domain.billing.queries.drafts import DraftPage, Places
from portico.faces.office.amounts import typed
from portico.faces.office.line_fields import SPARE, LinesForm, PriceField, quantity_field, tax_field
from portico.kernel import clock

HUNDRED = Decimal(100)
NOWHERE = ("", gettext_lazy("No location"))
NO_UNIT = ("", gettext_lazy("The customer’s branch"))


class InvoiceForm(LinesForm):
    """An invoice with its lines."""

    parts = ("name", "description", "quantity", "price", "is_taxable")
    using = ("name", "description", "price")
    usual = {"is_taxable": True, "quantity": "1"}
    most_lines = MOST_LINES

    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=TITLE_LETTERS,
        required=False,
        help_text=gettext_lazy("What the customer reads in lists: “Repair of the furnace”."),
    )
    job_number = forms.CharField(
        label=gettext_lazy("Job number"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("With a job, its location and business unit count."),
    )
    location = forms.ChoiceField(label=gettext_lazy("Location"), required=False)
    business_unit = forms.ChoiceField(label=gettext_lazy("Business unit"), required=False)
    due_on = forms.DateField(
        label=gettext_lazy("Due on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("Empty: by the customer’s payment term, else on the day it is issued."),
    )
    tax_percent = tax_field(gettext_lazy("Tax rate in percent"))
    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, currency: str, zone: str, places: Places, initial: dict[str, Any]) -> None:
        super().__init__(data, currency=currency, initial=initial)
        self.zone, self.places = zone, places
        self.fields["location"].choices = [NOWHERE, *_choices(places.locations)]  # type: ignore[attr-defined]
        self.fields["business_unit"].choices = [NO_UNIT, *_choices(places.units)]  # type: ignore[attr-defined]

    def line_fields(self, nth: int) -> dict[str, forms.Field]:
        return {
            "name": forms.CharField(label=_("Item %(n)s") % {"n": nth + 1}, required=False, max_length=LINE_LETTERS),
            "description": forms.CharField(label=_("Description"), required=False, max_length=TEXT_LETTERS),
            "quantity": quantity_field(),
            "price": PriceField(currency=self.currency, required=False, label=_("Price of one")),
            "is_taxable": forms.BooleanField(label=_("Taxed"), required=False),
        }

    def more(self) -> InvoiceForm:
        """The same with more rows, as it was typed."""
        return InvoiceForm(currency=self.currency, zone=self.zone, places=self.places, initial=self.typed())

    def clean_due_on(self) -> date | None:
        day: date | None = self.cleaned_data["due_on"]
        if day is not None and day < clock.today(self.zone):
            raise forms.ValidationError(_("This day is over. Choose today or a later day."))
        return day

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        self.check_lines(given)
        return given

    def written(self) -> WrittenInvoice:
        """What was typed."""
        given = self.cleaned_data
        return WrittenInvoice(
            lines=tuple(self._line(nth) for nth in self.used()),
            title=given["title"],
            job_number=given["job_number"],
            location=UUID(given["location"]) if given["location"] else None,
            business_unit=UUID(given["business_unit"]) if given["business_unit"] else None,
            due_on=given["due_on"],
            tax_rate=(given["tax_percent"] or Decimal(0)) / HUNDRED,
            seen_version=given["seen_version"],
        )

    def _line(self, nth: int) -> WrittenLine:
        given = {part: self.cleaned_data[f"{part}_{nth}"] for part in self.parts}
        return WrittenLine(
            given["name"], given["quantity"], given["price"], given["description"], is_taxable=given["is_taxable"]
        )


class IssueForm(forms.Form):
    """The draft as it was looked at."""

    version = forms.IntegerField(widget=forms.HiddenInput)


def initial_of(draft: DraftPage) -> dict[str, Any]:
    """A draft as it stands."""
    found = {
        "title": draft.title,
        "job_number": draft.job_number,
        "location": str(draft.location or ""),
        "business_unit": str(draft.business_unit or ""),
        "due_on": draft.due_on.isoformat() if draft.due_on else "",
        "tax_percent": line_rules.plain(draft.tax_rate * HUNDRED) if draft.tax_rate else "",
        "seen_version": draft.version,
        "rows": min(len(draft.lines) + SPARE, MOST_LINES),
    }
    for nth, line in enumerate(draft.lines):
        found |= {
            f"name_{nth}": line.name,
            f"description_{nth}": line.description,
            f"quantity_{nth}": line_rules.plain(line.quantity),
            f"price_{nth}": typed(line.price_minor, draft.currency),
            f"is_taxable_{nth}": line.is_taxable,
        }
    return found


def _choices(rows: list[tuple[UUID, str]]) -> list[tuple[str, str]]:
    return [(str(public_id), name) for public_id, name in rows]
